"""What is tried of channels before there is an edition: a message of one invented story, and their own templates."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.deliver import Channel, Parcel, deliver
from monitor.deliver.registry import channel_types
from monitor.errors import ConfigError, DeliveryError
from monitor.model import Coverage, Edition, FeedReport, Health
from monitor.render.templates import Templates, render_edition, sample_edition

HEADLINE = "Test message of feed-monitor: this story is invented"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What happened at one recipient. problem: "" where the other side took it."""

    channel: str
    recipient: str
    problem: str = ""


def chosen(named: Mapping[str, Sequence[Channel]], wanted: str) -> list[tuple[Channel, str]]:
    """(channel, recipient) of those that ``wanted`` names, each once: by its kind ("email"), or "email:RECIPIENT".

    Raises LookupError, with the names there are, for any other.
    """
    every = {
        f"{channel.name}:{recipient}": (channel, recipient)
        for channels in named.values()
        for channel in channels
        for recipient in channel.recipients
    }
    found = [each for name, each in every.items() if wanted in (name, each[0].name)]
    if not found:
        kinds = dict.fromkeys(channel.name for channel, _ in every.values())
        raise LookupError(f"no channel is called {wanted!r}; there are: {', '.join([*kinds, *every]) or 'none'}")
    return found


def trial_edition(now: datetime) -> Edition:
    """The edition of one invented story."""
    sample = sample_edition()
    each = sample.stories[0]
    [report] = each.story.reports
    article = replace(report.article, title=HEADLINE, url="https://example.org/", published=now, fetched=now)
    line = "this line says why a story matched"
    receipt = replace(report.match.receipt, line=line, passages=())
    report = replace(report, article=article, match=replace(report.match, receipt=receipt), matched=now)
    story = replace(each.story, headline=HEADLINE, reports=(report,), first_seen=now, last_seen=now)
    return Edition(
        digest="test",
        period=f"{now:%Y-%m-%dT%H:%M:%S}",
        since=now,
        until=now,
        composed=now,
        timezone="UTC",
        stories=(replace(each, story=story),),
        near_misses=(),
        # Without a feed the message would say that nothing could be found, above the story.
        coverage=Coverage((FeedReport("Test", "https://example.org/", Health.HEALTHY),), entries=1, articles=1),
        watches=("Test",),
    )


async def try_channel(channel: Channel, recipient: str, templates: Templates, domain: str, now: datetime) -> Outcome:
    """Sends the message to one recipient."""
    edition = trial_edition(now)
    rendered = render_edition(edition, templates)
    id = f"<{uuid.uuid4().hex}.test@{domain}>"
    try:
        await deliver(channel, Parcel(edition, rendered, recipient, id, now))
    except (DeliveryError, ConfigError) as error:
        return Outcome(channel.name, recipient, str(error))
    return Outcome(channel.name, recipient)


def try_channels(templates: Templates) -> None:
    """Have each kind of channel with templates of its own fill them. Raises ConfigError where one fails."""
    edition = sample_edition()
    parcel = Parcel(edition, render_edition(edition, templates), "", "", edition.composed)
    for kind in channel_types().values():
        if kind.write:
            kind.write(parcel, templates.environment)
