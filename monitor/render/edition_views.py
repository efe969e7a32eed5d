"""What the templates see: an edition in words, in the digest's zone and locale. Every string is plain text
but ``QuoteView.html``, which is built of escaped pieces and sanitised.

A template is given one `PageView` as ``page``. Its names are the interface of user templates
(docs/reference/templates.md).
"""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class Text:
    """Words from outside with what a browser needs to set them: ``lang`` ("" unknown) and ``dir``."""

    text: str
    lang: str
    dir: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class SourceView:
    """One report. url: "" when it may not be linked; ``unlinked`` says why, ``address`` is its text."""

    name: Text
    title: Text
    url: str
    address: str
    unlinked: str
    kind: str
    language: str
    time: str
    fresh: bool
    note: str  # "copy of …", "feed text only", ...


@dataclass(frozen=True, slots=True)
class QuoteView:
    """Sentences of a source. html: the same words with <mark> around what matched."""

    text: Text
    html: Markup
    source: str
    url: str


@dataclass(frozen=True, slots=True)
class StoryView:
    id: int
    watch: str  # the name of its watch, "" in an edition of one watch
    headline: Text
    also: Text | None  # the headline of a report in the digest's own language
    url: str
    page: str  # the story on the service's page, "" without one
    developing: bool
    publishers: int
    reports: int
    fresh: int
    score: str
    first: str  # who had it first, "" where it goes without saying
    first_time: str
    silent: str
    news: tuple[str, ...]
    quotes: tuple[QuoteView, ...]
    more_quotes: int
    sources: tuple[SourceView, ...]
    more_sources: int
    receipt: str


@dataclass(frozen=True, slots=True)
class NearView:
    watch: str
    headline: Text
    url: str
    address: str
    unlinked: str
    source: Text
    kind: str
    time: str
    score: str
    receipt: str


@dataclass(frozen=True, slots=True)
class LineView:
    """A story beyond the cap: its headline and who has it."""

    watch: str
    headline: Text
    url: str
    page: str
    sources: str


@dataclass(frozen=True, slots=True)
class BarView:
    """share: 0 to 1 of the longest bar; percent: the same as a whole number, 2 to 100 where there is any."""

    label: str
    count: str
    share: float
    percent: int


@dataclass(frozen=True, slots=True)
class FeedView:
    name: Text
    state: str
    detail: str
    since: str


@dataclass(frozen=True, slots=True)
class CoverageView:
    """feeds: a sentence on all of them; failing, quiet: one by one."""

    feeds: str
    total: int
    healthy: int
    failing: tuple[FeedView, ...]
    more_failing: int
    quiet: tuple[FeedView, ...]
    more_quiet: int
    read: str
    notices: tuple[str, ...]
    days: tuple[BarView, ...]
    kinds: tuple[BarView, ...]


@dataclass(frozen=True, slots=True)
class PageView:
    """An edition. Counts are of all, listed or not."""

    digest: str
    subject: str
    watches: str
    date: str
    window: str
    summary: str
    lead: str  # the summary and how the feeds fared, in a sentence or two
    nothing_new: str  # the watches, of several, that brought nothing, "" where each did or none
    language: str  # the locale of dates and numbers, as a tag
    new: tuple[StoryView, ...]
    developing: tuple[StoryView, ...]
    more: tuple[LineView, ...]
    more_stories: int
    near: tuple[NearView, ...]
    more_near: int
    coverage: CoverageView
    edition: str  # which edition this is and when it was composed
    url: str  # the edition on the service's page, "" without one
    cut: bool  # something was left out to keep the mail small
    alert: bool = False  # one story sent at once: there is no coverage to tell
