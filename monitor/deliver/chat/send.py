"""Chat services through apprise (the ``chat`` extra): Slack, Matrix, Telegram and a hundred more by one address."""

from __future__ import annotations

import asyncio
import importlib
import logging
import re
from dataclasses import field
from functools import partial
from types import ModuleType
from typing import Any

import jinja2

from monitor.deliver.parcel import Parcel
from monitor.errors import ConfigError, DeliveryError, Problem
from monitor.model import DigestStory
from monitor.model.frozen import frozen
from monitor.render.build_views import lead_of
from monitor.render.catalogue import catalogue_of, note
from monitor.render.fill import fill
from monitor.render.for_readers import headlines, in_a_line
from monitor.render.plain import one_line, web_link
from monitor.render.receipts import reason_line
from monitor.render.words import Words

_CALLS = re.compile(r"(?<!\w)@(?=(?:everyone|here|channel|all|room)\b)", re.IGNORECASE)
TEMPLATE = "chat-story.txt"
PRODUCT = "feed-monitor"  # who sends, where a service shows a name beside a message
LIMIT = 3500  # characters; most services cut at 4,000


@frozen
class ChatChannel:
    """url: an apprise address such as "slack://token/channel". It holds a secret, so the ledger has its label.

    timeout: seconds.
    """

    url: str
    environment: jinja2.Environment = field(repr=False)
    label: str = ""
    timeout: float = 60.0
    name: str = "chat"

    def __repr__(self) -> str:
        return f"ChatChannel({self.recipients[0]})"

    @property
    def recipients(self) -> tuple[str, ...]:
        """The label, or the kind of service, such as "slack"."""
        return (self.label or _service(self.url),)

    async def send(self, parcel: Parcel) -> None:
        """Posts the headlines. Raises DeliveryError; permanent for an address that apprise does not know."""
        apprise = _apprise()
        service = self._known()
        send = partial(
            service.notify,
            body=chat_text(parcel, self.environment),
            title=calm(parcel.rendered.subject),
            body_format=format_of(apprise, service[0]),
        )
        try:
            async with asyncio.timeout(self.timeout):
                taken = await asyncio.to_thread(send)
        except TimeoutError as error:  # its library waits as long as a byte comes now and then
            text = f"the chat service {self.recipients[0]!r} did not answer in {self.timeout:g} s"
            raise DeliveryError(text, permanent=False, unreachable=True) from error
        if not taken:
            raise DeliveryError(f"the chat service {self.recipients[0]!r} did not take it", permanent=False)

    def try_settings(self) -> None:
        """Raises DeliveryError for an address that apprise does not know, and where apprise is not installed."""
        self._known()

    def _known(self) -> Any:
        apprise = _apprise()
        # Its own name would stand as the sender, and its icons lie on GitHub, which would see who reads.
        own = apprise.AppriseAsset(app_id=PRODUCT, app_desc=PRODUCT, image_url_mask=None, image_url_logo=None)
        service = apprise.Apprise(asset=own)
        library = logging.getLogger("apprise")
        library.addFilter(_nothing)  # it writes an address that it cannot read, or its token, into the log
        try:
            known = service.add(self.url)
        finally:
            library.removeFilter(_nothing)
        if not known:
            raise DeliveryError(
                f"apprise does not know the address of {self.recipients[0]!r}; see its list of services",
                permanent=True,
            )
        return service


def format_of(apprise: ModuleType, service: Any) -> Any:
    """As what ``service`` of apprise is to take a text, so that signs stay signs: Telegram refuses one with a "<".

    None, which is as it stands, for one that knows Markdown alone: what apprise escapes for it would break addresses.
    """
    known = service.notify_format
    only = (known,) if isinstance(known, str) else tuple(known)
    return None if only == (apprise.NotifyFormat.MARKDOWN,) else apprise.NotifyFormat.TEXT


def calm(text: str) -> str:
    """What an outlet wrote, so that it calls nobody: "@everyone" in a headline would ring on every telephone."""
    return _CALLS.sub("@\u2060", text)


def chat_channels(urls: str, environment: jinja2.Environment) -> list[ChatChannel]:
    """A channel for each address in ``urls``, which white space separates; numbered where there are several."""
    found = urls.split()
    labels = [_service(url) for url in found]
    if len(found) > 1:
        labels = [f"{label} {number}" for number, label in enumerate(labels, 1)]
    return [ChatChannel(url, environment, label) for url, label in zip(found, labels, strict=True)]


def _service(url: str) -> str:
    """The kind of service that the address names; of what is no address, nothing is shown."""
    kind, mark, _ = url.partition("://")
    return kind if mark and kind.isalnum() else "unknown service"


def chat_text(parcel: Parcel, environment: jinja2.Environment) -> str:
    """The stories by ``chat-story.txt``, as many as fit and at least one, and where the rest is.

    Raises ConfigError where the template fails.
    """
    edition, wording = parcel.edition, catalogue_of(parcel.rendered.language)
    every = (*edition.stories, *edition.more)
    lines: list[str] = [wording.say("Sent again on request.")] if parcel.resend else []
    if edition.correction:
        lines += [calm(one_line(news.text, 400)) for each in every for news in each.news if news.kind == "changed"]
    listed, words = 0, Words(edition, parcel.rendered.language)
    for each in every:
        values = _values(each, wording.say(_kind_of(each)), words)
        line = fill(environment, TEMPLATE, **values).strip()
        if not line:
            file = environment.get_template(TEMPLATE).filename or TEMPLATE
            raise ConfigError((Problem(file, 0, "this template makes nothing of a story; write what it shall say"),))
        if len("\n".join([*lines, line])) > LIMIT:
            room = LIMIT - len("\n".join([*lines, "…"]))
            if listed or room <= 0:
                break
            line = f"{line[:room]}…"  # of the first as much as fits: a message without a story says nothing
        lines.append(line)
        listed += 1
    if listed < len(every):
        lines.append(wording.several(len(every) - listed, "and {n} more", "and {n} more"))
    if every and not edition.alert and edition.nothing_new:
        names = one_line(wording.listed(edition.nothing_new), 200)
        lines.append(wording.say("Nothing new on:") + f" {names}")
    if parcel.page_url:
        lines.append(parcel.page_url)
    return "\n".join(lines) or parcel.rendered.subject


def _values(each: DigestStory, kind: str, words: Words) -> dict[str, str]:
    """What the template of a story is given: lines of text, "" for what is not known."""
    values = dict.fromkeys(("source", "time", "reason", "url"), "")
    if lead := lead_of(each, headlines(each, words)[0].text):
        values |= {
            "source": calm(one_line(lead.article.source, 80)),
            "time": words.time(lead.article),
            "reason": calm(one_line(reason_line(lead, words), 160)),
            "url": web_link(lead.article.url),
        }
    return values | {"kind": kind, "headline": calm(one_line(in_a_line(each, words), 300))}


def _kind_of(each: DigestStory) -> str:
    if each.repeats:
        return note("Again")
    return note("New") if each.is_new else note("Developing")


def _nothing(_: logging.LogRecord) -> bool:
    """A filter that lets no line pass."""
    return False


def _apprise() -> ModuleType:
    try:
        return importlib.import_module("apprise")
    except ModuleNotFoundError as error:
        raise DeliveryError(
            "chat needs apprise, which is not installed; install it: pip install apprise", permanent=False
        ) from error
