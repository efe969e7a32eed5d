"""Time stamps of an authority (RFC 3161) on bytes: proof that they were there at that time, which others can check."""

from __future__ import annotations

import asyncio
import hashlib
import importlib
import secrets
from types import ModuleType
from typing import Any

from monitor.errors import StampError
from monitor.http_library import aiohttp, trust
from monitor.text.redact import shown_address
from monitor.text.sanitize import one_line

WAITS = (2.0, 10.0)  # seconds before the second try and the third
TIMEOUT = 20.0  # seconds for one
LARGEST = 200_000  # bytes of an answer; real ones have some 6,000


async def stamped(content: bytes, url: str) -> tuple[bytes, bytes]:
    """(the request, the answer) of the authority at ``url`` for the SHA-256 of ``content``, both as DER.

    `openssl ts -verify -data FILE -in ANSWER -CAfile ROOT` checks it. Raises StampError when the library is missing, or
    no try brought an answer that is of these bytes.
    """
    tsp = _library()
    digest, nonce = hashlib.sha256(content).digest(), secrets.randbits(64)
    imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": digest}
    request: bytes = tsp.TimeStampReq(
        {"version": "v1", "message_imprint": imprint, "nonce": nonce, "cert_req": True}
    ).dump()
    for wait in (*WAITS, None):
        try:
            return request, _checked(tsp, digest, nonce, await _asked(url, request))
        except StampError as error:
            if wait is None:
                raise StampError(f"no time stamp after {len(WAITS) + 1} tries: {error}") from error
        await asyncio.sleep(wait)
    raise AssertionError


async def _asked(url: str, request: bytes) -> bytes:
    name, timeout = shown_address(url), aiohttp.ClientTimeout(total=TIMEOUT)
    headers = {"Content-Type": "application/timestamp-query"}
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.post(url, data=request, headers=headers, allow_redirects=False, ssl=trust(url)) as answer,
        ):
            if answer.status != 200:
                raise StampError(f"{name} answered {answer.status}")
            body = b"".join([part async for part in _parts(answer, name)])
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        problem = one_line(str(error), 200) or type(error).__name__
        raise StampError(f"{name} could not be reached: {problem}") from error
    return body


async def _parts(answer: aiohttp.ClientResponse, name: str) -> Any:
    size = 0
    async for part in answer.content.iter_any():
        size += len(part)
        if size > LARGEST:
            raise StampError(f"{name} answered with more than a time stamp")
        yield part


def _checked(tsp: ModuleType, digest: bytes, nonce: int, answer: bytes) -> bytes:
    """The answer. Raises StampError unless it grants a stamp on this hash, for this request."""
    try:
        found = tsp.TimeStampResp.load(answer, strict=True)
        status = found["status"]["status"].native
        if status not in ("granted", "granted_with_mods"):
            why = one_line("; ".join(found["status"]["status_string"].native or ()), 200)
            raise StampError(f"the authority refuses: {status}{f' ({why})' if why else ''}")
        info = found["time_stamp_token"]["content"]["encap_content_info"]["content"].parsed
        same = (info["message_imprint"]["hashed_message"].native, info["nonce"].native) == (digest, nonce)
    except (ValueError, TypeError, KeyError, AttributeError) as error:  # whatever the library meets in odd bytes
        raise StampError(f"the authority's answer is no time stamp: {one_line(str(error), 100)}") from error
    if not same:
        raise StampError("the authority's answer is for another request")
    return answer


def _library() -> ModuleType:
    try:
        return importlib.import_module("asn1crypto.tsp")
    except ModuleNotFoundError as error:
        text = "a time stamp needs asn1crypto, which is not installed; install it: pip install asn1crypto"
        raise StampError(text) from error
