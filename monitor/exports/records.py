"""What an export holds, whatever its format: stories with their sources, and the people, bodies and places in them.

All text is plain and of one line, all times are aware, no address holds a secret.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from monitor.exports.tlp import Tlp


@dataclass(frozen=True, slots=True)
class Source:
    """A report of a story. url: percent-encoded (RFC 3986). author: all of them, as the page names them, or "".

    language: BCP 47. score: 0 to 1. reason: why it matched, in a line. quotes: sentences of it, word for word.
    sha256: of the page as it was fetched, "" where none was kept. standing: what its outlet has done to it since it was
    read, as a phrase; "" where it stands as it was. day: of publication, where no time of day is known.
    """

    id: int
    url: str
    title: str
    publisher: str
    author: str
    language: str | None
    published: datetime | None
    fetched: datetime
    score: float
    reason: str
    quotes: tuple[str, ...] = ()
    sha256: str = ""
    standing: str = ""
    day: date | None = None

    @property
    def dated(self) -> date | None:
        """The day of publication: as the outlet wrote it where it gave no time, else that of UTC."""
        return self.day or (self.published.date() if self.published else None)


@dataclass(frozen=True, slots=True)
class Named:
    """A person, body, group, place or country that headlines or openings of a story name.

    id: as in config/entities. names: (language, name), the one for display first. reports: how many name it there.
    country: ISO 3166-1, "" where it is not known. at: latitude and longitude in degrees, None where they are not known.
    within: kilometres from there within which it lies.
    """

    id: str
    kind: str
    names: tuple[tuple[str, str], ...]
    reports: int = 1
    role: str = ""
    country: str = ""
    at: tuple[float, float] | None = None
    within: float = 0.0

    @property
    def name(self) -> str:
        """The name for display."""
        return self.names[0][1]


@dataclass(frozen=True, slots=True)
class StoryExport:
    """A story. score, threshold: 0 to 1. voices: independent publishers. changed: when anything of it last changed.

    address: of its page, "" where the service has no public one.
    """

    id: int
    watch: str
    watch_name: str
    headline: str
    language: str | None
    score: float
    threshold: float
    first_seen: datetime
    last_seen: datetime
    changed: datetime
    voices: int
    sources: tuple[Source, ...]  # oldest first
    named: tuple[Named, ...] = ()  # the one that most reports name first
    address: str = ""


@dataclass(frozen=True, slots=True)
class EditionExport:
    """The edition that an export is of."""

    id: int
    digest: str
    period: str
    subject: str
    composed: datetime
    address: str = ""


@dataclass(frozen=True, slots=True)
class Export:
    """What is exported. store: the id of the store (a UUID): with it ids are the same in every export of one store, and
    others in another's. producer: who exports, for display.
    """

    stories: tuple[StoryExport, ...]
    store: str
    tlp: Tlp = "clear"
    producer: str = "feed-monitor"
    edition: EditionExport | None = None

    @property
    def changed(self) -> datetime | None:
        """When anything in it last changed; None of nothing."""
        moments = [each.changed for each in self.stories] + ([self.edition.composed] if self.edition else [])
        return max(moments, default=None)
