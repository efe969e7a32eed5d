"""The body of an answer, and what is kept of one."""

from __future__ import annotations

import re

from monitor.errors import FetchError
from monitor.fetch.answers import expires, too_large
from monitor.fetch.decode import DecodeError, Decoder, decoder_of
from monitor.fetch.hop import Request
from monitor.fetch.hub_link import hub_of
from monitor.http_library import aiohttp
from monitor.model import FetchResult
from monitor.text.redact import shown_address

_VALIDATOR = re.compile(r"[\x20-\x7e]{1,1000}")  # what is sent back; longer ones make servers refuse the request
_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)
_MARKED_UP = (b"<", b"{", b"[", b"\xef\xbb\xbf")
_PART = {206: "only a part of it was sent (206)"}
_ENDS = (b">", b"}", b"]")


class SeemsCutError(Exception):
    """A body is as long as its server said, and ends within its markup."""

    def __init__(self, answer: FetchResult) -> None:
        super().__init__()
        self.answer = answer


def seems_cut(answer: FetchResult, response: aiohttp.ClientResponse) -> bool:
    """Whether a body as long as its server said ends within its markup: some count letters and call them bytes."""
    if response.content_length is None or answer.flaw or not answer.body.lstrip().startswith(_MARKED_UP):
        return False
    return not answer.body[-200:].rstrip(b"\0 \t\r\n").endswith(_ENDS)


def _is_whole_page(parts: list[bytes]) -> bool:
    return b"".join(parts[-2:])[-200:].rstrip().lower().endswith(b"</html>")


async def body_of(response: aiohttp.ClientResponse, request: Request, url: str) -> tuple[bytes, str | None]:
    """The decoded body and its flaw (None: complete). Raises FetchError.

    Reading stops at the limit even when the headers name a smaller size.
    """
    if (response.content_length or 0) > request.limit:
        raise too_large(url, request.limit)
    parts: list[bytes] = []
    size = 0
    flaw: str | None = None
    decoder: Decoder | None = None
    encoding: str | None = response.headers.get("Content-Encoding", "")
    try:
        async for chunk in response.content.iter_any():
            if encoding is not None:  # only now: some servers name an encoding that the bytes do not have
                decoder, encoding = decoder_of(encoding, chunk), None
            for piece in decoder.feed(chunk) if decoder else (chunk,):
                size += len(piece)
                if size > request.limit:
                    raise too_large(url, request.limit)
                parts.append(piece)
    except aiohttp.ClientPayloadError as error:
        flaw = "the connection ended before the body did"
        if not request.keep_partial and _is_whole_page(parts):
            flaw = None  # only the length that the server gave was wrong
        elif not (request.keep_partial and size):
            raise FetchError(f"{shown_address(url)}: {flaw}", kind="network") from error
    except DecodeError as error:
        raise FetchError(f"{shown_address(url)} cannot be decompressed: {error}", kind="encoding") from error
    if decoder and not flaw and not decoder.whole():
        flaw = "the compressed body ends too early"
        if size == 0 or not request.keep_partial:
            raise FetchError(f"{shown_address(url)}: {flaw}", kind="encoding")
    return b"".join(parts), flaw or _PART.get(response.status)


def _validator(value: str | None) -> str | None:
    """An ETag or a date that can be sent back; None for one that would break the next request."""
    return value if value and _VALIDATOR.fullmatch(value) else None


def result_of(
    request: Request, url: str, response: aiohttp.ClientResponse, body: bytes = b"", flaw: str | None = None
) -> FetchResult:
    """What the program is given of an answer."""
    headers = response.headers
    media, _, _ = headers.get("Content-Type", "").partition(";")
    age = _MAX_AGE.search(headers.get("Cache-Control", ""))
    hub, topic = hub_of(response) if "Link" in headers else ("", "")
    return FetchResult(
        status=response.status,
        requested=request.url,
        url=url,
        body=body,
        content_type=media.strip().lower(),
        charset=response.charset if body else None,
        # Without validators the next poll reads a broken body again, instead of being answered "not modified".
        etag=None if flaw else _validator(headers.get("ETag")),
        last_modified=None if flaw else _validator(headers.get("Last-Modified")),
        cache_max_age=float(age[1]) if age else None,
        expires=expires(headers),
        not_modified=response.status == 304,
        flaw=flaw,
        hub=hub,
        topic=topic,
    )
