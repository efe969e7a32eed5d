"""Asks a server that speaks the protocol of OpenAI's chat completions. Servers differ in what they take.

A question goes with a schema for its answer first. A server that refuses that is asked without it, and then in the
words of newer models; what it took is remembered. Nothing is streamed, and no redirect is followed: what is sent stays
with the address that the operator wrote.
"""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

from monitor.deadline import deadline
from monitor.errors import ModelError
from monitor.http_library import aiohttp, trust
from monitor.model.frozen import frozen
from monitor.retell.answer import LARGEST, content_of
from monitor.retell.question import SCHEMA, TOKENS
from monitor.text.redact import without

log = logging.getLogger(__name__)

WAIT = 2.0  # seconds before a busy server is asked again, where it does not say how many
_SAID = 200  # characters of what a server says of an error
_BUSY = (429, 503)
_NOT_IN_THESE_WORDS = (400, 422)
_PLAIN: dict[str, Any] = {"temperature": 0, "max_tokens": TOKENS}
_FORMS: tuple[dict[str, Any], ...] = (
    {
        **_PLAIN,
        "response_format": {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": SCHEMA}},
    },
    _PLAIN,
    {"max_completion_tokens": TOKENS},
)


@frozen
class ServerSettings:
    """address: where questions are posted. name: of the model. timeout: seconds for one answer."""

    address: str
    name: str
    key: str = ""
    timeout: float = 60.0

    def __repr__(self) -> str:
        return f"ServerSettings({self.name})"  # no key in a log


class ModelServer:
    """One server. It is asked one question at a time: a machine on a desk has room for one."""

    def __init__(self, settings: ServerSettings) -> None:
        self._settings = settings
        self._form = 0

    @property
    def name(self) -> str:
        """The model that is asked."""
        return self._settings.name

    async def ask(self, messages: list[dict[str, str]], seconds: float) -> str:
        """The text of its answer, within so many seconds. Raises ModelError."""
        try:
            async with deadline(min(seconds, self._settings.timeout)):
                return await self._answer(messages)
        except TimeoutError as error:
            raise ModelError("it did not answer in time", "late") from error
        except aiohttp.ClientPayloadError as error:
            raise ModelError("it ended the connection within its answer", "broken") from error
        except (aiohttp.ClientError, OSError) as error:
            said = without(str(error) or type(error).__name__, self._settings.key)
            raise ModelError(f"it could not be reached: {said[:_SAID]}", "unreachable") from error

    async def _answer(self, messages: list[dict[str, str]]) -> str:
        asked_again = False
        while True:
            status, body, after = await self._post({**_FORMS[self._form], "messages": messages})
            if status == 200:
                return content_of(_parsed(body))
            if status in _BUSY and not asked_again:
                asked_again = True
                await asyncio.sleep(after)
            elif status in _NOT_IN_THESE_WORDS and self._form + 1 < len(_FORMS):
                self._form += 1
            else:
                raise self._refused(status, body)

    async def _post(self, question: dict[str, Any]) -> tuple[int, bytes, float]:
        """(status, body, seconds to wait). Raises ModelError for an answer without end."""
        settings = self._settings
        headers = {"Authorization": f"Bearer {settings.key}"} if settings.key else {}
        sent = json.dumps({"model": settings.name, "stream": False, **question}, ensure_ascii=False).encode()
        headers |= {"Content-Type": "application/json", "User-Agent": "feed-monitor"}
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None)) as session,
            session.post(
                settings.address, data=sent, headers=headers, allow_redirects=False, ssl=trust(settings.address)
            ) as answer,
        ):
            body = b""
            async for piece in answer.content.iter_any():
                body += piece
                if len(body) > LARGEST:
                    raise ModelError("the answer is too large", "broken")
        return answer.status, body, _wait(answer.headers.get("Retry-After", ""))

    def _refused(self, status: int, body: bytes) -> ModelError:
        kind = "busy" if status in _BUSY else "broken" if status >= 500 else "refused"
        said = without(" ".join(body[:2000].decode("utf-8", "replace").split()), self._settings.key)[:_SAID]
        return ModelError(f"it answered {status}: {said}", kind)


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ModelError("the answer is not JSON", "broken") from error


def _wait(given: str) -> float:
    """Seconds that a server asks for; a date is taken as no wish."""
    return float(given) if given.isdecimal() and len(given) < 6 else WAIT
