"""Stories, reports and times as the page templates see them.

Every string from outside is one line of plain text, or HTML that is built of escaped pieces.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from markupsafe import Markup

from monitor.digest.corrections import Changes, report_as_it_reads_now, sentence_of, story_as_it_reads_now
from monitor.digest.enrich import Context, unread
from monitor.model import DECIDING, Article, PageChange, Reason, Report, Story
from monitor.model.articles import is_edited, is_taken_down
from monitor.render.build_views import Place, under_the_threshold
from monitor.render.catalogue import catalogue_of
from monitor.render.edition_views import Text, text_view
from monitor.render.for_readers import in_words
from monitor.render.labels import KINDS
from monitor.render.plain import one_line
from monitor.render.quotes import marked
from monitor.render.words import CHANGED, NO_MATCH, RIGHT, TAKEN_DOWN, WRONG, beside_score
from monitor.stories.group.tables import load_tables
from monitor.stories.provenance import Provenance, headline_of, kept_provenance
from monitor.text.language import reading_rank
from monitor.text.language_names import language_name as english_name
from monitor.text.visual_order import isolated
from monitor.web.reason_words import in_plain_words

HEADLINE, QUOTE = 300, 600  # characters of a title and of a passage


@dataclass(frozen=True, slots=True)
class When:
    """A time. text: for a person. iso: for a program (RFC 3339). day: where no time of day is known, "" else."""

    text: str
    iso: str
    day: str = ""


@dataclass(frozen=True, slots=True)
class Clockface:
    """Times as the page shows them, in one zone."""

    zone: tzinfo
    now: datetime

    @property
    def zone_name(self) -> str:
        """ "Asia/Baghdad"."""
        return getattr(self.zone, "key", None) or "UTC"

    def when(self, moment: datetime) -> When:
        """ "21 Nov, 07:00", with the year where it is not this one."""
        local = moment.astimezone(self.zone)
        year = "" if local.year == self.now.astimezone(self.zone).year else f" {local.year}"
        return When(f"{local.day} {local:%b}{year}, {local:%H:%M}", moment.isoformat(timespec="seconds"))

    def published(self, article: Article) -> When:
        """When an article was published, or read where it has no date; the day alone where its source names no more."""
        when, day = self.when(article.published or article.fetched), article.day
        if day is None:
            return when
        year = "" if day.year == self.now.astimezone(self.zone).year else f" {day.year}"
        return When(f"{day.day} {day:%b}{year}", when.iso, day.isoformat())

    def ago(self, moment: datetime) -> str:
        """ "3 hours ago"."""
        seconds = max(0.0, (self.now - moment).total_seconds())
        for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60)):
            count = int(seconds // size)
            if count:
                return f"{count} {unit}{'' if count == 1 else 's'} ago"
        return "just now"


@dataclass(frozen=True, slots=True)
class QuoteView:
    """A passage. html: the same words with what was found in them marked. where: title, lead or body."""

    text: Text
    html: Markup
    where: str


@dataclass(frozen=True, slots=True)
class ReasonView:
    """A line of a receipt. text: the name of the reason; plain: what it says. amount: signed, of the log-odds.

    count: how often it was found. words: of the article, that gave the amount; () where they are not known.
    """

    kind: str
    text: str
    plain: str
    amount: str
    count: int
    decides: bool  # whatever the score is: a required or excluded term, or a person's mark
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportView:
    """An article and its receipt. url: "" when it may not be a link; ``unlinked`` is the reason then."""

    id: int
    title: Text
    url: str
    address: str
    unlinked: str
    source: str
    author: str
    kind: str
    language: str
    when: When
    dated: bool  # ``when`` is the source's; else it is when the article was fetched
    matched: When
    judged: When | None  # by ``profile``; None where an earlier release judged it and did not note when
    fetched: When
    score: str
    threshold: str
    near_miss: str
    profile: str
    line: str
    partial: bool
    carries: str  # the publisher whose text it carries, "" for its own
    decided: str  # that a person decided, or that it is no match now, though an edition has shown it; "" for neither
    changed: str  # what its source did to it since it was read, "" for nothing
    quotes: tuple[QuoteView, ...]
    reasons: tuple[ReasonView, ...]
    plain: tuple[str, ...] = ()  # what was found, in three sentences at most; () where that is not known any more


@dataclass(frozen=True, slots=True)
class StoryView:
    """A story. reports: oldest first, supporting: those under the threshold; both () in a list. publishers: the
    independent ones, as in a digest. under: those with supporting reports alone. first: who had it first.

    decided: what its score does not show: that a person decided, or that no
    report of it is a match now; "" for neither.
    corrections: what sources changed since an edition showed it, oldest first. updated: the last report or change.
    gloss: see `about`.
    """

    id: int
    watch: str
    watch_name: str
    headline: Text
    also: Text | None  # the story's own headline, where ``headline`` is one in a language that the readers read
    score: str
    publishers: int
    under: int
    first: str
    first_seen: When
    first_when: When
    last_seen: When
    ago: str
    sources: str
    quote: QuoteView | None
    quote_source: str
    line: str
    decided: str
    reports: tuple[ReportView, ...]
    supporting: tuple[ReportView, ...]
    corrections: tuple[Text, ...]
    updated: When
    gloss: str = ""


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A change that a source made to an article after an edition showed it."""

    found: When
    kind: str
    source: str
    before: Text
    after: Text


def story_view(
    story: Story,
    watch_name: str,
    clock: Clockface,
    place: Place,
    changes: Changes,
    *,
    whole: bool,
    reads: Sequence[str] = (),
) -> StoryView:
    """The view of a story as its sources have it now. whole: with every receipt, which a list does not show.

    reads: languages of the readers, in order: headline and quote are in the first of them that a report is in.
    """
    sources = {report.article.id: report.article for report in story.reports}
    found = [change for article in sources for change in changes.get(article, ())]
    story = story_as_it_reads_now(story, changes)
    reports = story.reports
    origins = kept_provenance(reports, load_tables())
    story = replace(story, headline=headline_of(story, {copy.article for copy in origins.copies}))
    lead = max(reports, key=lambda r: (r.article.title == story.headline, r.match.score))
    best = _readable(reports, lead, reads)
    headline = story.headline if best is lead else best.article.title
    # The headline is the title already, so a passage of the text says more.
    quotes = [q for q in _quotes(best) if q.where != "title" and q.text.text != one_line(headline, QUOTE)]
    names = [one_line(name, 40) for name in origins.publishers]
    return StoryView(
        id=story.id,
        watch=story.watch,
        watch_name=watch_name,
        headline=text_view(headline, best.article.language, HEADLINE),
        also=None if best is lead else text_view(story.headline, lead.article.language, 300),
        score=f"{story.score:.2f}",
        publishers=len(names),
        under=under_the_threshold(story),
        first=one_line(origins.first, 60),
        first_seen=clock.when(story.first_seen),
        first_when=clock.published(sources[origins.first_article]),
        last_seen=clock.when(story.last_seen),
        ago=clock.ago(story.last_seen),
        sources=", ".join(map(isolated, names[:4])) + (f" and {len(names) - 4} more" if len(names) > 4 else ""),
        # One mark alone is mostly a name. Of the others the first stands highest in the text, so it says what happened.
        quote=max(quotes, key=lambda q: min(q.html.count("<mark"), 2), default=None),
        quote_source=one_line(best.article.source, 60),
        line=one_line(best.match.receipt.line, 300),
        decided=_decided(reports),
        reports=tuple(report_view(r, clock, place, changes, origins) for r in reports) if whole else (),
        supporting=tuple(report_view(s.report, clock, place, changes) for s in story.supporting) if whole else (),
        corrections=tuple(_correction(each, sources[each.article]) for each in sorted(found, key=lambda c: c.id)),
        updated=clock.when(max([story.last_seen, *(each.found for each in found)])),
    )


def about(reports: Sequence[Report], context: Context) -> str:
    """What reports are about, in English, where the readers of ``context`` read none of them; "" for all others."""
    return in_words(unread(reports, context), catalogue_of("en"))


def _readable(reports: Sequence[Report], lead: Report, reads: Sequence[str]) -> Report:
    """The report in the first language of the readers that one is in, the best of these; ``lead`` where none is before
    its language, and where that is not known, because it may be theirs.
    """
    own = reading_rank(lead.article.language, reads)
    other = [r for r in reports if r.article.title and reading_rank(r.article.language, reads) < own]
    if not other or not lead.article.language:
        return lead
    return min(other, key=lambda r: (reading_rank(r.article.language, reads), -r.match.score))


def _decided(reports: Sequence[Report]) -> str:
    said = {beside_score(report.match) for report in reports}
    return "" if "" in said else next(each for each in (RIGHT, WRONG, NO_MATCH) if each in said)


def _correction(change: PageChange, article: Article) -> Text:
    return text_view(f"{article.source}: {sentence_of(change)}", None, 2 * QUOTE)


def report_view(
    report: Report, clock: Clockface, place: Place, changes: Changes, origins: Provenance | None = None
) -> ReportView:
    """The view of a report as its source has it now. origins: of its story, for whose text it carries."""
    found = changes.get(report.article.id, ())
    report = report_as_it_reads_now(report, changes)
    article, match = report.article, report.match
    copies = {copy.article: copy.of for copy in origins.copies} if origins else {}
    receipt = match.receipt
    score, threshold = apart(match.score, receipt.threshold)
    return ReportView(
        id=article.id,
        title=text_view(article.title, article.language, 300),
        url=place.link(article.url),
        address=one_line(article.url, 200),
        unlinked=place.why_unlinked(article.url),
        source=one_line(article.source or article.publisher or "unnamed source", 60),
        author=one_line(article.author, 80),
        kind="" if article.kind == "unknown" else KINDS.get(article.kind, ""),
        language=language_name(article.language),
        when=clock.published(article),
        dated=article.published is not None,
        matched=clock.when(report.matched),
        judged=clock.when(report.judged) if report.judged else None,
        fetched=clock.when(article.fetched),
        score=score,
        threshold=threshold,
        near_miss=f"{receipt.near_miss:.2f}",
        profile=one_line(receipt.profile, 40),
        line=one_line(receipt.line, 300),
        partial=article.partial,
        decided=beside_score(match),
        carries=one_line(copies.get(article.id, ""), 60),
        changed=TAKEN_DOWN if is_taken_down(found) else CHANGED if is_edited(found) else "",
        quotes=tuple(_quotes(report)),
        reasons=tuple(_reasons(receipt.reasons)),
    )


def apart(score: float, threshold: float) -> tuple[str, str]:
    """Both with two digits; with three where a score under the threshold would look like it."""
    digits = 3 if score < threshold and f"{score:.2f}" == f"{threshold:.2f}" else 2
    return f"{score:.{digits}f}", f"{threshold:.{digits}f}"


def change_view(change: PageChange, sources: dict[int, Article], clock: Clockface) -> ChangeView:
    """The view of a change. sources: article id → article, of its story."""
    article = sources.get(change.article)
    language = article.language if article else None
    return ChangeView(
        found=clock.when(change.found),
        kind=change.kind,
        source=one_line(article.source if article else "", 60),
        before=text_view(change.before, language, 600),
        after=text_view(change.after, language, 600),
    )


def language_name(language: str | None) -> str:
    """ "Persian" for "fa" or "fa-IR"; the tag itself where it has no English name (CLDR)."""
    name = english_name((language or "").replace("_", "-").split("-")[0].lower())
    return one_line(language or "", 12) if name == name.lower() else name


def reason_view(reason: Reason) -> ReasonView:
    """The view of a receipt's reason."""
    decides = reason.kind in DECIDING
    text = one_line(reason.text, 120)
    return ReasonView(reason.kind, text, in_plain_words(reason), f"{reason.amount:+.2f}", reason.count, decides)


def _reasons(reasons: Iterable[Reason]) -> Iterable[ReasonView]:
    return map(reason_view, sorted(reasons, key=lambda r: -abs(r.amount)))


def _quotes(report: Report) -> Sequence[QuoteView]:
    language = report.article.language
    return [
        QuoteView(text_view(p.text, language, QUOTE), marked(p.text, p.highlights, QUOTE), p.where)
        for p in report.match.receipt.passages
    ]
