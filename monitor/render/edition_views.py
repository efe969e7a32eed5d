"""An edition as its templates see it: in words, in the digest's zone and locale.

A template is given one `EditionView` as ``page``. The names here are the interface of user templates (see
docs/reference/templates.md). Every string is plain text but ``QuoteView.html``, which is sanitised HTML.
"""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from monitor.render.catalogue import ENGLISH, Catalogue
from monitor.render.plain import direction, language_tag, one_line


@dataclass(frozen=True, slots=True)
class Text:
    """Text from outside with its attributes in HTML: ``lang`` ("" when unknown) and ``dir`` ("rtl" or "ltr")."""

    text: str
    lang: str
    dir: str

    def __str__(self) -> str:
        return self.text


def text_view(text: str, language: str | None, limit: int) -> Text:
    """``text`` on one line of at most ``limit`` characters with its language and direction."""
    line = one_line(text, limit)
    return Text(line, language_tag(language), direction(line))


@dataclass(frozen=True, slots=True)
class SourceView:
    """A report of a story, with others of the same name. url: "" when it may not be a link; ``unlinked`` is the reason,
    ``address`` its text then.

    heading: its title, where that is clearly another than the story's.
    """

    name: Text
    title: Text
    heading: Text | None
    url: str
    address: str
    unlinked: str
    kind: str
    language: str
    time: str
    fresh: bool
    note: str  # "copy of …", "feed text only", ...
    more: tuple[SourceView, ...] = ()  # its other reports of the story


@dataclass(frozen=True, slots=True)
class QuoteView:
    """Sentences quoted from a source. html: the same words with <mark> around what matched."""

    text: Text
    html: Markup
    source: str
    url: str
    translation: Text | None = None  # a machine's, where the readers cannot read it


@dataclass(frozen=True, slots=True)
class RetoldView:
    """A sentence that a model wrote of a story, and the stored sentence that it retells.

    translated: whether it is a machine's translation of that.
    """

    text: Text
    translated: bool
    original: Text
    source: str
    url: str


@dataclass(frozen=True, slots=True)
class StepView:
    """A story of an affair. time: when it began. adds: what it added to those before. page: on the service's page."""

    number: int  # which step it is, 0 for another account of an earlier one
    headline: Text
    time: str
    adds: str
    page: str


@dataclass(frozen=True, slots=True)
class AffairView:
    """What a story is part of. line: "Step 3 of “…”, began 27 Nov". before: the stories before it, the last first."""

    line: str = ""
    adds: str = ""
    before: tuple[StepView, ...] = ()
    later: int = 0  # stories of the affair that came after it
    background: tuple[StepView, ...] = ()


@dataclass(frozen=True, slots=True)
class SayingView:
    """What sources say. value: "14 guards". sources: who says so. quote: a sentence of one of them."""

    value: str
    sources: str
    quote: Text
    url: str


@dataclass(frozen=True, slots=True)
class AccountsView:
    """Who says what. agreed: "38 posts (3 sources)". differ: for each thing what each side of it says. one_sided:
    "only in Iran: Rostam Kiani".
    """

    agreed: tuple[str, ...] = ()
    differ: tuple[tuple[SayingView, ...], ...] = ()
    one_sided: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StoryView:
    """A story with its receipt. publishers: independent ones. under: publishers with supporting reports alone.

    fresh: reports that no earlier edition has shown.
    """

    id: int
    watch: str  # the name of its watch, "" in an edition of one watch
    headline: Text
    gloss: str  # "air defence · Ali Larijani · Baghdad", where no report is in a language that the readers read, or ""
    also: Text | None  # the story's own headline, where ``headline`` is one in a language that the readers read
    url: str
    page: str  # the story on the service's page, "" without one
    judge: str  # where the readers of a mail say whether it is right, "" without the service's page
    developing: bool
    publishers: int
    under: int
    reports: int
    fresh: int
    score: str
    first: str  # who had it first, "" where there is one source only
    first_time: str
    silent: str
    before: str  # the day of the edition that had it last, or what it follows; "" for none
    known_from: str  # the words before that day: whether it is the same story or what the two have in common
    held: str  # the moment of the alert that told of it, so that none was sent of this story; "" for none
    before_url: str  # that entry on the service's page, "" without one
    affair: AffairView
    accounts: AccountsView
    news: tuple[str, ...]
    quotes: tuple[QuoteView, ...]
    more_quotes: int
    sources: tuple[SourceView, ...]
    more_sources: int
    supporting: tuple[SourceView, ...]  # reports under the threshold, with their scores as notes
    more_supporting: int
    receipt: str
    translation: Text | None = None  # of the headline by a machine, where no report is in a language that they read
    summary: tuple[RetoldView, ...] = ()  # by a model that the operator runs
    parts: tuple[StoryView, ...] = ()  # other steps of its affair, or accounts of its event, that stand in its entry


@dataclass(frozen=True, slots=True)
class NearView:
    """A near miss with its receipt. gloss: as in `LineView`. url, address, unlinked: as in `SourceView`."""

    watch: str
    gloss: str
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
    """A story beyond the cap: what it is about, where its readers cannot read its headline, or ""; and who has it."""

    watch: str
    gloss: str
    headline: Text
    url: str
    page: str
    sources: str
    note: str  # why it is a headline only: "2 more reports, nothing new in them", "" for want of room


@dataclass(frozen=True, slots=True)
class BarView:
    """A bar of a chart. share: 0 to 1 of the longest bar. percent: the same as a whole number, 0 or 2 to 100."""

    label: str
    count: str
    share: float
    percent: int


@dataclass(frozen=True, slots=True)
class FeedView:
    """A feed that is failing or quiet, with the reason and since when."""

    name: Text
    state: str
    detail: str
    since: str


@dataclass(frozen=True, slots=True)
class CoverageView:
    """The footer. feeds: a sentence on all feeds. failing, quiet: feeds one by one. days, kinds: charts of reports."""

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
class WeekAffair:
    """An affair of the week by its last steps. earlier: how many steps came before them; total: of all."""

    steps: tuple[StepView, ...]
    total: int
    earlier: int


@dataclass(frozen=True, slots=True)
class WeekView:
    """What several days were. names: who and what is named for the first time in ``days``; silent: the feeds that fell
    silent.
    """

    affairs: tuple[WeekAffair, ...] = ()
    names: str = ""
    silent: str = ""
    days: str = ""


@dataclass(frozen=True, slots=True)
class EditionView:
    """An edition. The counts include what is not listed."""

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
    alert: bool = False  # one story sent at once, without coverage
    since: str = "New since the last edition"  # the opening of the line of a story's news
    main: tuple[Text, ...] = ()  # what happened: the foremost stories of an edition of several, in short
    silent: str = ""  # who was not heard on any story
    contents: bool = False  # so many stories that their headlines are listed at the top
    week: WeekView | None = None  # of an edition that covers six days or more; its reports by day stand there, too
    retelling: str = ""  # which model was asked, and what came of it; "" where none was
    wording: Catalogue = ENGLISH  # the language of the digest's own words: its ``code`` and ``direction``
