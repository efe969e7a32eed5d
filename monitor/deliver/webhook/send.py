"""A webhook: the edition as JSON to an address, signed as https://www.standardwebhooks.com/ describes.

Headers: ``webhook-id`` (the message id, the same on a retry), ``webhook-timestamp`` (seconds), and
``webhook-signature``: ``v1,`` and the base64 of HMAC-SHA256 over ``id.timestamp.body``. The same id stands in
``Idempotency-Key``.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime

from monitor.deadline import deadline
from monitor.deliver.parcel import Parcel
from monitor.deliver.webhook.config import signing_key
from monitor.errors import DeliveryError
from monitor.http_library import aiohttp, trust
from monitor.model import DigestStory, Retold
from monitor.model.frozen import frozen
from monitor.text.redact import shown_host, without
from monitor.text.secret_parts import random_parts

_READ, _SHOWN = 3000, 300  # of an answer; what is hidden in it is looked for before it is cut
RETRYABLE = {408, 409, 423, 425, 429}


@frozen
class WebhookChannel:
    """An address to post to. secret: "whsec_" and base64, or any text. timeout: seconds."""

    url: str
    secret: str = ""
    timeout: float = 30.0
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    name: str = "webhook"

    def __repr__(self) -> str:
        return f"WebhookChannel({shown_host(self.url)})"  # no secret in a log

    @property
    def recipients(self) -> tuple[str, ...]:
        """The host of the address and a mark: who knows the rest of it may post there."""
        return (shown_host(self.url),)

    async def send(self, parcel: Parcel) -> None:
        """Posts the edition. Raises DeliveryError; permanent for an answer that a retry will not change."""
        body, place = payload(parcel), shown_host(self.url)
        headers = signed_headers(self.secret, parcel.message_id.strip("<>"), self.clock(), body)
        try:
            status, said = await self._post(body, headers)
        except aiohttp.InvalidURL as error:
            text = "the address of a webhook is not a web address; write https://..."
            raise DeliveryError(text, permanent=True) from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            said = str(error).replace(self.url, place) or type(error).__name__
            raise DeliveryError(f"{place} could not be reached: {said}", permanent=False, unreachable=True) from error
        if not 200 <= status < 300:
            retry = status in RETRYABLE or status >= 500
            raise DeliveryError(f"{place} answered {status}: {said}", permanent=not retry)

    async def _post(self, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
        async with (
            deadline(self.timeout),
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None)) as session,
            session.post(self.url, data=body, headers=headers, allow_redirects=False, ssl=trust(self.url)) as answer,
        ):
            body = await answer.content.read(_READ)
        said, path = " ".join(body.decode("utf-8", "replace").split()), self.url.partition("://")[2].partition("/")[2]
        return answer.status, without(said, self.url, path, *random_parts(self.url), self.secret)[:_SHOWN]


def signed_headers(secret: str, message_id: str, when: datetime, body: bytes) -> dict[str, str]:
    """The headers of one try; without a secret there is no signature."""
    timestamp = str(int(when.timestamp()))
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "feed-monitor",
        "Idempotency-Key": message_id,
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
    }
    if secret:
        signed = f"{message_id}.{timestamp}.".encode() + body
        digest = hmac.new(signing_key(secret), signed, hashlib.sha256).digest()
        headers["webhook-signature"] = f"v1,{base64.b64encode(digest).decode()}"
    return headers


def payload(parcel: Parcel) -> bytes:
    """The edition as JSON (docs/reference/json.md lists the keys), the same bytes for the same edition."""
    edition = parcel.edition
    content = {
        "id": parcel.message_id.strip("<>"),
        "type": "watch.alert" if edition.alert else "digest.edition",
        "timestamp": _rfc3339(edition.composed),
        "data": {
            "digest": edition.digest,
            "edition": edition.id,
            "period": edition.period,
            "since": _rfc3339(edition.since),
            "until": _rfc3339(edition.until),
            "resend": parcel.resend,
            "subject": parcel.rendered.subject,
            "text": parcel.rendered.text,
            "url": parcel.page_url,
            "nothing_new": list(edition.nothing_new),
            "stories": [_story(each) for each in (*edition.stories, *edition.more)],
        },
    }
    return json.dumps(content, ensure_ascii=False).encode("utf-8", "replace")


def _story(each: DigestStory) -> dict[str, object]:
    story = each.story
    return {
        "id": story.id,
        "headline": story.headline,
        "developing": each.developing,
        "score": round(story.score, 4),
        "watch": story.watch,
        "articles": [
            {
                "id": r.article.id,
                "url": r.article.url,
                "title": r.article.title,
                "source": r.article.source,
                "language": r.article.language,
                "published": _rfc3339(r.article.published) if r.article.published else None,
                "new": r.article.id in each.fresh,
            }
            for r in story.reports
        ],
        "retold": [_retold(said) for said in each.retold],
    }


def _retold(said: Retold) -> dict[str, object]:
    return {
        "kind": said.kind,
        "text": said.text,
        "language": said.language,
        "translated": said.translated,
        "article": said.article,
        "original": said.original,
        "original_language": said.original_language,
    }


def _rfc3339(when: datetime) -> str:
    return when.astimezone(UTC).isoformat(timespec="seconds")
