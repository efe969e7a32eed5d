"""What a source changed in an article after it was shown: said to who was shown it, and quoted to nobody. Pure.

A reader who saw the old words is shown the old and the new ones (`with_changes`). Everything else in an edition or an
alert stands as its source has it now (`as_it_reads_now`), with a note that it was changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest

from monitor.model import DigestStory, Edition, Highlight, News, PageChange, Passage, Report, Story
from monitor.model.articles import is_edited, is_taken_down
from monitor.pages.as_edited import article_as_it_reads_now
from monitor.pages.edits import replaced, sentence_key
from monitor.render.catalogue import ENGLISH, Catalogue

MOST = 4  # changes of one article that are shown; the rest is counted
LONGEST = 180  # characters of a changed passage, before and after each
LEFT = 6  # words that are left of a common beginning, where it has to be cut

Changes = Mapping[int, Sequence[PageChange]]
"""article id → what its source changed, oldest first."""


def with_changes(
    edition: Edition, changes: Sequence[PageChange], stories: Mapping[int, Story], wording: Catalogue = ENGLISH
) -> Edition:
    """The edition with what was changed said in its stories, and those stories added that have nothing else new.

    stories: by id, with the reports that stood in earlier editions only. wording: of the edition's language.
    """
    changes = _lasting(changes)
    if not changes:
        return edition
    shown = {each.story.id for each in (*edition.stories, *edition.more)}
    waiting = [stories[i] for i in dict.fromkeys(change.story for change in changes) if i in stories and i not in shown]
    added = [DigestStory(story, developing=True, fresh=frozenset()) for story in waiting if story.reports]
    return replace(
        edition,
        stories=tuple(_said(each, changes, wording) for each in (*edition.stories, *added)),
        more=tuple(_said(each, changes, wording) for each in edition.more),
    )


def _lasting(changes: Sequence[PageChange]) -> list[PageChange]:
    """Without what was gone and is back where readers were told of neither, be it an article or its words: it may be a
    slip of a server.
    """
    kept: list[PageChange] = []
    for change in changes:
        gone = next((each for each in kept if _takes_back(change, each)), None)
        if gone:
            kept.remove(gone)
        else:
            kept.append(change)
    return kept


def _takes_back(change: PageChange, earlier: PageChange) -> bool:
    kinds = earlier.kind, change.kind
    if not _is_same(change, earlier) or kinds not in (("gone", "back"), ("text", "text")):
        return False
    return not earlier.after and not change.before and earlier.before == change.after


def _is_same(one: PageChange, other: PageChange) -> bool:
    return (one.article, one.story) == (other.article, other.story)


def as_it_reads_now(edition: Edition, changes: Changes) -> Edition:
    """The edition with headlines, texts and passages as their sources have them now, and nothing of what is gone."""
    if not changes:
        return edition
    return replace(
        edition,
        stories=tuple(_revised_story(each, changes) for each in edition.stories),
        more=tuple(_revised_story(each, changes) for each in edition.more),
        near_misses=tuple(report_as_it_reads_now(report, changes) for report in edition.near_misses),
    )


def unseen(edition: Edition, changes: Changes) -> list[PageChange]:
    """The changes that were found after the edition was composed, oldest first."""
    listed = (*edition.stories, *edition.more)
    known = frozenset[int]().union(*(each.corrected | each.withdrawn for each in listed))
    cited = {report.article.id for each in listed for report in each.story.reports}
    found = [change for each in changes.values() for change in each]
    new = [each for each in found if each.found > edition.composed or each.article in cited - known]
    return sorted(new, key=lambda change: change.id)


def story_as_it_reads_now(story: Story, changes: Changes) -> Story:
    """The story with headlines, texts and passages as their sources have them now."""
    revised = tuple(report_as_it_reads_now(report, changes) for report in story.reports)
    titles = {old.article.title: new.article.title for old, new in zip(story.reports, revised, strict=True)}
    return replace(story, headline=titles.get(story.headline, story.headline), reports=revised)


def _said(each: DigestStory, changes: Sequence[PageChange], wording: Catalogue) -> DigestStory:
    sources = {report.article.id: report.article.source for report in each.story.reports}
    news: list[News] = []
    counted: Counter[int] = Counter()
    headlines = {_words(change) for change in changes if change.kind == "headline"}
    for change in changes:
        if change.kind == "text" and _words(change) in headlines:
            continue  # of a post, whose first line is its headline
        if change.article in sources:
            counted[change.article] += 1
            if counted[change.article] <= MOST:
                news.append(
                    News("changed", f"{sources[change.article]}: {sentence_of(change, wording)}", change.article)
                )
    for article, count in counted.items():
        if count > MOST:
            more = wording.several(count - MOST, "{n} more passage", "{n} more passages")
            news.append(News("changed", f"{sources[article]}: {more}", article))
    return replace(each, news=(*news, *each.news)) if news else each


def _words(change: PageChange) -> tuple[int, str, str]:
    return change.article, sentence_key(change.before), sentence_key(change.after)


def sentence_of(change: PageChange, wording: Catalogue = ENGLISH) -> str:
    """What was changed, as it follows the name of the source and a colon."""
    if change.kind == "gone":
        return wording.say("took the article down")
    if change.kind == "back":
        return wording.say("put the article up again")
    lines = (" ".join(each.split("\n")) for each in (change.before, change.after))
    before, after = map(wording.quoted, _clipped(*lines))
    if change.kind == "headline":
        return wording.say("the headline was {before} and is now {after}", before=before, after=after)
    if not change.before:
        return wording.say("the text was added to: {after}", after=after)
    if not change.after:
        return wording.say("{before} was taken out", before=before)
    return wording.say("{before} now reads {after}", before=before, after=after)


def _clipped(before: str, after: str) -> tuple[str, str]:
    """Both passages from shortly before the first word that differs, where they are too long to be shown whole."""
    if max(len(before), len(after)) <= LONGEST:
        return before, after
    pairs = list(zip_longest(before.split(), after.split()))
    common = next((at for at, (one, other) in enumerate(pairs) if one != other), 0)
    start = max(0, common - LEFT)
    return _from_word(before, start), _from_word(after, start)


def _from_word(text: str, start: int) -> str:
    words = text.split()[start:]
    cut = " ".join(words)
    cut = cut if len(cut) <= LONGEST else cut[:LONGEST].rsplit(" ", 1)[0] + " …"
    return f"… {cut}" if start and words else cut


def _revised_story(each: DigestStory, changes: Changes) -> DigestStory:
    reports = each.story.reports
    touched = [report.article.id for report in reports if report.article.id in changes]
    if not touched:
        return each
    gone = frozenset(number for number in touched if is_taken_down(changes[number]))
    return replace(
        each,
        story=story_as_it_reads_now(each.story, changes),
        retold=tuple(said for said in each.retold if said.article not in touched),
        withdrawn=gone,
        corrected=frozenset(number for number in touched if is_edited(changes[number])) - gone,
    )


def report_as_it_reads_now(report: Report, changes: Changes) -> Report:
    """The report as its source has it now; without a text where it was taken down."""
    found = changes.get(report.article.id, ())
    if not found:
        return report
    article, receipt = article_as_it_reads_now(report.article, found), report.match.receipt
    passages = () if is_taken_down(found) else receipt.passages
    for change in found:
        if change.kind == "text":
            passages = tuple(_passage(each, change) for each in passages)
    same = article.title == report.article.title
    kept = tuple(each for each in passages if each.text and (each.where != "title" or same))
    return replace(report, article=article, match=replace(report.match, receipt=replace(receipt, passages=kept)))


def _passage(passage: Passage, change: PageChange) -> Passage:
    text = replaced(passage.text, change.before, change.after)
    if text == passage.text:
        return passage
    marks = []
    for mark in passage.highlights:
        at = text.find(passage.text[mark.start : mark.end])
        if at >= 0:
            marks.append(Highlight(at, at + mark.end - mark.start, mark.label))
    return Passage(text, passage.where, tuple(marks))
