"""Builds the views of an edition that templates are given, within limits on how much is listed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import quote

from monitor.model import NO_GLOSS, DigestStory, Edition, EditionEntry, Gloss, Report, Story
from monitor.render.account_views import build_accounts
from monitor.render.affair_views import build_affair, called, known_from
from monitor.render.coverage import build_coverage, feeds_sentence
from monitor.render.edition_views import EditionView, LineView, NearView, SourceView, StoryView, Text, text_view
from monitor.render.for_readers import (
    OF_COUNTRY,
    as_called,
    foremost,
    gloss,
    headlines,
    in_a_line,
    in_words,
    once_each,
    seldom_heard,
    silent_alike,
    together,
)
from monitor.render.labels import KINDS
from monitor.render.news_words import news_lines, some_of
from monitor.render.plain import clip, one_line, web_link, why_unlinked
from monitor.render.quotes import quotes_of
from monitor.render.receipts import reason_line
from monitor.render.retold_views import headline_translation, retelling_sentence, summary_of
from monitor.render.week_views import build_week
from monitor.render.words import CHANGED, TAKEN_DOWN, Words
from monitor.text.fold import fold, tokens

EVERYTHING = 1_000_000
JUDGE = "judge"  # of the addresses where the readers of a mail judge a story
HEADING = 90  # characters of a report's own headline beside its source
SAME_WORDS = 0.7  # share of the shorter headline's words from which another says the same
MAIN, IN_SHORT = 3, 110  # stories that the line at the top names, and the characters of each
CONTENTS = 8  # stories from which their headlines are listed at the top
PART_QUOTES = 1  # quotes of a story in the entry of another
SUPPORTING = 5  # reports under the threshold listed with a story


@dataclass(frozen=True, slots=True)
class Limits:
    """How many of each are listed; the rest is only counted. clip: characters of a quote."""

    stories: int = EVERYTHING
    sources: int = EVERYTHING
    quotes: int = EVERYTHING
    more: int = EVERYTHING
    near: int = EVERYTHING
    feeds: int = EVERYTHING
    clip: int = 420


@dataclass(frozen=True, slots=True)
class Place:
    """Where links may lead. base_url: address of the service's page, "" for none. private_links: see `web_link`."""

    base_url: str = ""
    private_links: bool = False

    def link(self, url: str) -> str:
        """An article's address as a link, "" where it must not be one."""
        return web_link(url, private=self.private_links)

    def why_unlinked(self, url: str) -> str:
        """Why `link` is empty, "" where it is not."""
        return why_unlinked(url, private=self.private_links)

    def page(self, path: str) -> str:
        """The address of ``path`` on the service's page, "" without one."""
        # It may be private: it is the address of the person's own service.
        return web_link(f"{self.base_url.rstrip('/')}/{path}", private=True) if self.base_url else ""

    def entry(self, entry: EditionEntry) -> str:
        """The address of a story in an edition on the service's page, "" without one."""
        return self.page(f"digests/{entry.edition}#story-{entry.story}")

    def edition(self, edition: Edition) -> str:
        """The address of the edition on the service's page, "" without one."""
        # An edition is rendered before it is stored, so it has no id yet; digest and period identify it as well.
        return self.page(f"digests/{edition.id or quote(edition.digest, safe='') + '/' + quote(edition.period)}")


def build_page(edition: Edition, words: Words, place: Place, limits: Limits) -> EditionView:
    """The view of ``edition``, with as much listed as ``limits`` allow."""
    edition = as_called(edition, words)
    shown, beyond = together(edition.stories[: limits.stories]), edition.stories[limits.stories :]
    alike = silent_alike(edition.stories)
    # Stories beyond the limit become headlines, ahead of those that the edition itself left out.
    lines = [*beyond, *edition.more]
    unlisted = max(len(edition.more), edition.omitted) - len(edition.more)
    entries = [each for each in shown if not _stands_in(each, shown)]
    unsaid = seldom_heard(edition.stories).union(alike)
    quiet = [replace(each, silent=tuple(side for side in each.silent if side not in unsaid)) for each in entries]
    parts = {each.story.id: _parts(each, shown, words, place, limits) for each in entries}
    stories = [
        replace(
            build_story(each, words, place, limits, words.watch(edition, each.story.watch)), parts=parts[each.story.id]
        )
        for each in quiet
    ]
    near = [
        _near(report, words, place, words.watch(edition, report.match.watch), edition.near_glosses)
        for report in edition.near_misses[: limits.near]
    ]
    coverage = build_coverage(edition, words, limits.feeds)
    return EditionView(
        digest=words.called(edition),
        subject=words.subject(edition, _of_subject(edition, words)),
        watches=words.watches(edition),
        date=words.date(edition.until),
        window=words.window(edition.since, edition.until),
        summary=words.summary(edition),
        lead=_lead_sentence(edition, words),
        nothing_new=words.nothing_new(edition),
        language=words.language,
        new=tuple(view for view, each in zip(stories, entries, strict=True) if each.is_new),
        developing=tuple(view for view, each in zip(stories, entries, strict=True) if not each.is_new),
        more=tuple(_line(each, words, place, words.watch(edition, each.story.watch)) for each in lines[: limits.more]),
        more_stories=max(0, len(lines) - limits.more) + unlisted,
        near=tuple(near),
        more_near=len(edition.near_misses) - len(near) + edition.near_omitted,
        coverage=coverage,
        edition=words.edition(edition),
        url=place.edition(edition),
        cut=False,
        alert=edition.alert,
        since=words.since(edition),
        main=tuple(_in_short(stories[at]) for at in foremost(entries, MAIN)) if len(stories) > 1 else (),
        silent=words.wording.listed(_silent(side, words) for side in alike),
        contents=len(stories) >= CONTENTS,
        week=build_week(
            edition, words, lambda story: place.page(f"stories/{story}"), shown, charted=bool(coverage.days)
        ),
        retelling=retelling_sentence(edition, words),
        wording=words.wording,
    )


def _stands_in(each: DigestStory, shown: Iterable[DigestStory]) -> bool:
    """Whether a story stands in the entry of another one that is shown."""
    return any(each.under == other.story.id for other in shown)


def _parts(
    each: DigestStory, shown: Iterable[DigestStory], words: Words, place: Place, limits: Limits
) -> tuple[StoryView, ...]:
    """The stories in the entry of another one, in short."""
    short = replace(limits, quotes=min(PART_QUOTES, limits.quotes))
    return tuple(build_story(other, words, place, short) for other in shown if other.under == each.story.id)


def _of_subject(edition: Edition, words: Words) -> str:
    """The headline of an alert's first story as its readers are given it: with what it is about before one that they
    cannot read.
    """
    if not edition.alert or not edition.stories:
        return ""
    return in_a_line(edition.stories[0], words)


def _in_short(view: StoryView) -> Text:
    """A story as the line at the top names it: what it is about, where nobody can read its headline."""
    return (
        text_view(view.gloss, None, IN_SHORT)
        if view.gloss
        else replace(view.headline, text=clip(view.headline.text, IN_SHORT))
    )


def _lead_sentence(edition: Edition, words: Words) -> str:
    """ "Nothing matched; 37 of 41 feeds healthy, 2 blocked." or "1 new story. 41 of 41 feeds healthy."."""
    summary = words.summary(edition)
    if edition.alert:
        return summary
    feeds = feeds_sentence(edition.coverage.feeds, edition.until, words)
    if summary == words.nothing:
        return f"{summary}{words.wording.semicolon}{feeds}."
    return f"{summary}. {words.wording.heading(feeds[0])}{feeds[1:]}."


def build_story(each: DigestStory, words: Words, place: Place, limits: Limits, watch: str = "") -> StoryView:
    """The view of a story; fresh reports come first, each group by rising time. watch: its name, "" to leave it out."""
    story = each.story
    ordered = sorted(story.reports, key=lambda r: (r.article.id not in each.fresh, report_time(r)))
    notes = _notes(each, words)
    headline, also = headlines(each, words)
    told = [headline.text, *([also.text] if also else [])]
    sources = [
        _source(r, each.fresh, notes, words, place, heading=_says_other(r.article.title, told))
        for r in ordered[: min(limits.sources, _listed(each))]
    ]
    listed = [s.report for s in story.supporting[: min(SUPPORTING, limits.sources)]]
    scores = {r.article.id: words.say("score {score}", score=words.score(r.match.score)) for r in listed}
    supporting = [_source(r, frozenset(), scores, words, place, heading=True) for r in listed]
    summary = summary_of(each, place.link, limits.quotes, limits.clip)
    told_of = {said.original.text for said in summary}
    quotes, more_quotes = quotes_of(each, place.link, limits.quotes, limits.clip, words.rank, told_of)
    lead = lead_of(each, headline.text)
    first, first_time = _first(each, words)
    affair = build_affair(each, words, lambda number: place.page(f"stories/{number}"))
    before, before_url, why_known = known_from(each, affair, words, place.entry)
    return StoryView(
        id=story.id,
        watch=watch,
        headline=headline,
        gloss=gloss(each, words),
        also=also,
        url=place.link(lead.article.url) if lead else "",
        page=place.page(f"stories/{story.id}") if story.id else "",
        judge=place.page(f"{JUDGE}/{story.id}") if story.id else "",
        developing=each.developing,
        publishers=each.voices or _publishers(story.reports),
        under=under_the_threshold(story),
        reports=len(story.reports),
        fresh=len(each.fresh),
        score=words.score(story.score),
        first=first,
        first_time=first_time,
        silent=words.wording.listed(_silent(side, words) for side in each.silent[:8]),
        before=before,
        known_from=why_known,
        held=words.moment(each.held.until) if each.held else "",
        before_url=before_url,
        affair=affair,
        accounts=build_accounts(each.accounts, story.reports, place.link, limits.clip, words),
        news=tuple(news_lines(each.news[:12], words)),
        quotes=quotes,
        more_quotes=more_quotes,
        sources=once_each(sources),
        more_sources=len(ordered) - len(sources),
        supporting=once_each(supporting),
        more_supporting=len(story.supporting) - len(supporting),
        receipt=reason_line(lead, words),
        translation=headline_translation(each) if not words.reads(headline.lang) else None,
        summary=summary,
    )


def _listed(each: DigestStory) -> int:
    """How many reports are listed. Of a story that a reader knows only the new ones: the others stood in the edition
    that is named, and are counted.
    """
    known = each.developing and each.fresh and not (each.corrected or each.withdrawn)
    return len(each.fresh) if known else len(each.story.reports)


def _silent(side: str, words: Words) -> str:
    """ "state publishers", "publishers in Iran": who was not heard, as `Provenance.silent` names them."""
    country = side.removeprefix(OF_COUNTRY)
    if country == side:
        return words.say(one_line(side, 40))
    return words.say("publishers in {country}", country=words.country(one_line(country, 40)))


def _notes(each: DigestStory, words: Words) -> dict[int, str]:
    """article id → what is to be known of it beside its source."""
    notes = [(copy.article, words.say("carries {name}", name=one_line(copy.of, 40))) for copy in each.copies]
    notes += [(article, words.say(CHANGED)) for article in sorted(each.corrected)]
    notes += [(article, words.say(TAKEN_DOWN)) for article in sorted(each.withdrawn)]
    found: dict[int, str] = {}
    for article, note in notes:
        found[article] = words.wording.listed((found.get(article, ""), note))
    return found


def report_time(report: Report) -> datetime:
    """When the article was published, at the latest; when it was judged, where the source gives no date."""
    return report.article.out_by if report.article.published else report.matched


def _says_other(title: str, told: Iterable[str]) -> bool:
    """Whether a headline is clearly another than those that are printed already."""
    mine = frozenset(tokens(fold(title)))
    for theirs in (frozenset(tokens(fold(each))) for each in told):
        if len(mine & theirs) >= SAME_WORDS * min(len(mine), len(theirs)):
            return False
    return True


def _source(
    report: Report,
    fresh: frozenset[int],
    notes: dict[int, str],
    words: Words,
    place: Place,
    *,
    heading: bool,
) -> SourceView:
    """heading: whether its headline is printed."""
    article = report.article
    url = place.link(article.url)
    remarks = [notes.get(article.id, ""), words.say("the feed's text only") if article.partial else ""]
    return SourceView(
        name=text_view(article.source or article.publisher or words.say("unnamed source"), None, 60),
        title=text_view(article.title, article.language, 160),
        heading=text_view(article.title, article.language, HEADING) if heading and article.title else None,
        url=url,
        address=one_line(article.url, 200),
        unlinked=words.say(place.why_unlinked(article.url)),
        kind="" if article.kind == "unknown" else words.say(KINDS.get(article.kind, "")),
        language=words.language_name(article.language),
        time=words.time(article),
        fresh=article.id in fresh,
        note=words.wording.listed(remarks),
    )


def _near(report: Report, words: Words, place: Place, watch: str, glosses: Mapping[int, Gloss]) -> NearView:
    article = report.article
    return NearView(
        watch=watch,
        gloss=in_words(glosses.get(article.id, NO_GLOSS), words.wording),
        headline=text_view(article.title, article.language, 200),
        url=place.link(article.url),
        address=one_line(article.url, 200),
        unlinked=words.say(place.why_unlinked(article.url)),
        source=text_view(article.source or article.publisher, None, 60),
        kind=words.say(KINDS.get(article.kind, "")),
        time=words.time(article),
        score=words.score(report.match.score),
        receipt=reason_line(report, words),
    )


def _line(each: DigestStory, words: Words, place: Place, watch: str) -> LineView:
    story = each.story
    headline = headlines(each, words)[0]
    lead = lead_of(each, headline.text)
    # A set would lose the order, in which the first source is the one that had it first.
    names = list(dict.fromkeys(one_line(r.article.source, 40) for r in story.reports))
    return LineView(
        watch=watch,
        gloss=gloss(each, words),
        headline=headline,
        url=place.link(lead.article.url) if lead else "",
        page=place.page(f"stories/{story.id}") if story.id else "",
        sources=some_of(names, 3, words),
        note=_note(each, words),
    )


def _note(each: DigestStory, words: Words) -> str:
    """Why a story is a headline only; "" where that is for want of room."""
    if not each.repeats:
        return ""
    if each.developing:
        return words.several(
            len(each.fresh), "{n} more report, nothing new in it", "{n} more reports, nothing new in them"
        )
    step = each.affair.step(each.story.id) if each.affair else None
    other = called(each.affair.followed(step), words) if each.affair and step else ""
    return words.say("another account of {headline}", headline=other)


def lead_of(each: DigestStory, headline: str = "") -> Report | None:
    """The report the headline links to: the one whose title it is, else the best fresh one."""
    story = each.standing
    reports = story.reports
    own = [r for r in reports if one_line(r.article.title, 220) == (headline or one_line(story.headline, 220))]
    # Two reports may have one title; the fresh one of them has not been read yet.
    ranked = sorted(own or reports, key=lambda r: (r.article.id not in each.fresh, -r.match.score, report_time(r)))
    return ranked[0] if ranked else None


def _first(each: DigestStory, words: Words) -> tuple[str, str]:
    """(who had it first, when); ("", "") for a story with one source."""
    reports = each.story.reports
    dated = [r for r in reports if r.article.published]
    if _publishers(reports) < 2:
        return "", ""
    if each.first:
        article = next((r.article for r in reports if r.article.id == each.first_article), None)
        return one_line(each.first, 80), words.time(article) if article else ""
    if not dated:
        return "", ""
    oldest = min(dated, key=report_time).article
    return one_line(oldest.source, 80), words.time(oldest)


def under_the_threshold(story: Story) -> int:
    """How many publishers have supporting reports alone."""
    return len(_names(each.report for each in story.supporting) - _names(story.reports))


def _publishers(reports: Iterable[Report]) -> int:
    return len(_names(reports))


def _names(reports: Iterable[Report]) -> set[str]:
    return {(r.article.publisher or r.article.source or r.article.feed_url).casefold() for r in reports}
