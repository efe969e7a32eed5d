"""What stories are part of: read from the store, told, and put into an edition."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from monitor.digest.akin import named
from monitor.digest.enrich import Context
from monitor.model import Affair, DigestStory, Edition, EditionEntry, Story, StoryLink
from monitor.store import corrections, editions, groupings, marks, signatures, stories, story_links
from monitor.stories.about import About, about, apart
from monitor.stories.affairs import SOON, Teller, comes_late, tells_nothing
from monitor.stories.group import census
from monitor.stories.group.features import Reader
from monitor.stories.group.follow import BACKGROUND, MOST, Reported, are_related
from monitor.stories.group.signature import VERSION, from_text
from monitor.stories.group.tables import load_tables
from monitor.stories.novelty import whats_new
from monitor.topic.records import EntityName


@dataclass(frozen=True, slots=True)
class Around:
    """What the stories of an edition are part of. stories: by id, with those of their affairs.

    reports: of those that are linked, as they are compared. shown: ids of those of which the digest has shown a report.
    apart: pairs of ids of stories that a person split. entries: story id → where the digest had it last.
    """

    stories: dict[int, Story]
    links: Sequence[StoryLink]
    reports: Mapping[int, Sequence[Reported]]
    shown: Collection[int]
    apart: Collection[tuple[int, int]] = ()
    entries: Mapping[int, EditionEntry] = field(default_factory=dict)

    def related(self, one: int, other: int) -> bool:
        """Whether two stories may be steps of one affair."""
        if (min(one, other), max(one, other)) in self.apart:
            return False
        return are_related(self.reports.get(one, ()), self.reports.get(other, ()))


def around(db: sa.Connection, found: Sequence[Story], digest: str = "") -> Around:
    """What these stories are part of. digest: whose earlier editions count as shown."""
    links = story_links.around(db, [story.id for story in found])
    linked = {each for link in links for each in (link.later, link.earlier)}
    whole = (story for story in found if story.id in linked and any(report.article.text for report in story.reports))
    known = {story.id: story for story in whole}
    loaded = stories.load(db, sorted(linked - known.keys()))
    wrong = _marked_wrong(db, loaded)
    known |= {story.id: story for story in loaded if story.id not in wrong}
    links = [link for link in links if link.later not in wrong and link.earlier not in wrong]
    linked -= wrong
    shown = [story for story, its in editions.seen(db, digest, sorted(linked)).items() if its] if linked else []
    compared = _reports(db, known, sorted(linked)) if len(links) > 1 else {}
    apart = {pair for watch in {story.watch for story in found} for pair in corrections.splits(db, watch)}
    entries = editions.entries_of(db, digest, sorted({*linked, *(story.id for story in found)}))
    return Around(known, links, compared, shown, apart, entries)


def _marked_wrong(db: sa.Connection, found: Sequence[Story]) -> set[int]:
    """Ids of those of these stories of which a person marked every report as wrong: they are a step of nothing."""
    said = marks.of_articles(db, [report.article.id for story in found for report in story.reports])
    wrong = (each.id for each in found if all(said.get((each.watch, r.article.id)) is False for r in each.reports))
    return set(wrong)


def _reports(db: sa.Connection, known: Mapping[int, Story], ids: Collection[int]) -> dict[int, list[Reported]]:
    """The first reports of stories, as they are compared."""
    found: dict[int, list[Reported]] = {}
    for watch in sorted({known[story].watch for story in ids if story in known}):
        kept = census.from_text(groupings.census(db, watch))
        reader = Reader(load_tables(), kept.whole(), kept.known)
        own = [story for story in ids if story in known and known[story].watch == watch]
        for each in signatures.held(db, watch, VERSION, signatures.cores(db, own, MOST - 1, 1)):
            features = reader.weigh(from_text(each.text))
            day = each.seen.timestamp() / timedelta(days=1).total_seconds()
            found.setdefault(each.story, []).append(Reported(each.article_id, features, day))
    return found


def affairs_of(near: Around, ids: Collection[int], context: Context) -> dict[int, Affair]:
    """story id → its affair, of those of these stories that are part of one."""
    linked = {link.later for link in near.links} | {link.earlier for link in near.links if link.kind != BACKGROUND}
    part = [story for story in ids if story in linked and story in near.stories]
    if not part:  # the tables take 12 MB
        return {}
    teller = Teller(
        near.stories, near.links, near.related, load_tables(), context.entities, context.acts, context.script,
        context.reads,
    )  # fmt: skip
    told = ((story, teller.affair(story, near.shown)) for story in part)
    return {story: affair for story, affair in told if affair}


def with_affairs(edition: Edition, near: Around, context: Context) -> Edition:
    """The edition with what its stories are part of, and where an earlier one had them."""
    listed = (*edition.stories, *edition.more)
    found = affairs_of(near, [each.story.id for each in listed], context)

    def told(each: DigestStory) -> DigestStory:
        affair = found.get(each.story.id)
        before = _before(each, affair, near.entries)
        return replace(each, affair=affair, before=before) if affair or before else each  # thousands are part of none

    return replace(edition, stories=tuple(map(told, edition.stories)), more=tuple(map(told, edition.more)))


def _before(each: DigestStory, affair: Affair | None, entries: Mapping[int, EditionEntry]) -> EditionEntry | None:
    """Where an earlier edition had a story; of one that none had, the last that had a story before it in its affair."""
    if each.developing or affair is None:
        return entries.get(each.story.id) if each.developing else None
    step = affair.step(each.story.id)
    before = affair.steps[: affair.steps.index(step)] if step else ()
    return max((entries[other.story] for other in before if other.story in entries), key=_until, default=None)


def _until(entry: EditionEntry) -> datetime:
    return entry.until


def folded(edition: Edition, near: Around, context: Context, recent: Sequence[Story] = ()) -> Edition:
    """The edition with the stories that tell a reader nothing new as headlines, after all others.

    What differs in partner, place or day from what it seems to repeat is never one of them: it may be another event.
    recent: stories that earlier editions have shown lately, with their texts.
    """
    ids = {each.story.id for each in edition.stories}
    entities = named(context)
    told = [(story, about(story, entities)) for story in recent]
    repeating = [each for each in edition.stories if _repeats(each, ids) or _is_told(each, told, context)]
    brief = tuple(replace(each, repeats=True) for each in repeating if not _is_another(each, near, entities))
    if not brief:
        return edition
    gone = {each.story.id for each in brief}
    stories = tuple(each for each in edition.stories if each.story.id not in gone)
    return replace(edition, stories=stories, more=(*edition.more, *brief), omitted=edition.omitted + len(brief))


def _is_another(each: DigestStory, near: Around, entities: Mapping[str, EntityName]) -> bool:
    """Whether a story, or a fresh report of one that is known, may be of another event than what it repeats."""
    if each.developing:
        return bool(apart(each.story, each.fresh, entities))
    step = each.affair.step(each.story.id) if each.affair else None
    followed = near.stories.get(each.affair.followed(step).story) if each.affair and step else None
    return followed is not None and bool(about(each.story, entities).differs(about(followed, entities)))


def _repeats(each: DigestStory, listed: Collection[int]) -> bool:
    """Whether a story adds nothing to what this edition or an earlier one says of it. listed: ids of the edition's."""
    if each.corrected or each.withdrawn:
        return False
    if each.developing:
        fresh = [report for report in each.story.reports if report.article.id in each.fresh]
        before = [report for report in each.story.reports if report.article.id not in each.fresh]
        return not comes_late(before, fresh) and tells_nothing(before, fresh, each.news, load_tables())
    step = each.affair.step(each.story.id) if each.affair else None
    if each.affair is None or step is None or step.number:
        return False
    return each.affair.known or any(other.number and other.story in listed for other in each.affair.steps)


def _is_told(each: DigestStory, recent: Sequence[tuple[Story, About]], context: Context) -> bool:
    """Whether a story adds nothing, and no other place, to those of the same person and act that it soon follows."""
    if each.developing or each.corrected or each.withdrawn:
        return False
    own, fresh = about(each.story, named(context)), each.story.reports
    like = [
        (story, other)
        for story, other in recent
        if story.id != each.story.id and abs(own.began - other.began) <= SOON and own.is_akin(other)
    ]
    if not own.places <= {place for _, other in like for place in other.places}:
        return False
    before = [report for story, _ in like for report in story.reports]
    news = (fact.news for fact in whats_new(before, fresh, context.entities, context.acts))
    return bool(like) and tells_nothing(before, fresh, news, load_tables())
