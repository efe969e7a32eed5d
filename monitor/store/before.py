"""How articles and stories stood before a person decided on them, as JSON, and how they are put back so.

What a decision changes comes in two parts. It changes marks, pins and stories itself; then grouping may merge or move
stories because of it. How those stood before is added to the decision (see `note_effects`), so that both are put back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from monitor.store import (
    articles,
    corrections,
    decisions,
    groupings,
    marks,
    mutes,
    schema,
    signatures,
    stories,
    story_links,
    supports,
)
from monitor.store.decisions import Decision
from monitor.store.rows import insert, one_of

Before = Mapping[str, Any]


def before(
    db: sa.Connection, watch: str, story_ids: Sequence[int], article_ids: Sequence[int], now: datetime
) -> dict[str, Any]:
    """The marks and judgements of these articles, and the reports, pins, splits, mergers and mutes of these stories.

    Also what supports them. The story that goes on comes first.
    """
    held, pin, mark, match = schema.story_articles.c, schema.story_pins.c, schema.marks.c, schema.matches.c
    apart, story, ids, own = schema.story_splits.c, schema.stories.c, list(story_ids), list(article_ids)
    its = sa.or_(one_of(db, held.story_id, ids), one_of(db, held.article_id, own))
    homes = sa.select(held.article_id, held.story_id, held.reason).where(held.watch == watch, its)
    pinned = sa.or_(one_of(db, pin.story_id, ids), one_of(db, pin.article_id, own))
    pins = sa.select(pin.article_id, pin.story_id, pin.said, pin.alone).where(pin.watch == watch, pinned)
    marked = sa.select(mark.article_id, mark.relevant, mark.marked).where(
        mark.watch == watch, one_of(db, mark.article_id, own)
    )
    judged = sa.select(match.article_id, match.verdict, match.matched).where(
        match.watch == watch, one_of(db, match.article_id, own)
    )
    splits = sa.select(apart.one, apart.other, apart.said).where(
        sa.or_(one_of(db, apart.one, ids), one_of(db, apart.other, ids))
    )
    merged = sa.select(story.id, story.merged_into).where(
        sa.or_(one_of(db, story.id, ids), one_of(db, story.merged_into, ids))
    )
    queries = {"homes": homes, "pins": pins, "marks": marked, "judged": judged, "splits": splits, "merged": merged}
    rows = {name: [list(map(_plain, row)) for row in db.execute(query)] for name, query in queries.items()}
    muted = [[each, _plain(said)] for each, said in sorted(mutes.said(db, ids).items())]
    beside = supports.rows(db, watch, [article for article, _, _ in rows["homes"]], own)
    return rows | {"mutes": muted, "supports": beside, "stories": ids, "at": now.isoformat()}


def note_effects(
    db: sa.Connection, watch: str, changes: Iterable[tuple[Sequence[int], Set[int]]], now: datetime
) -> None:
    """Add to a decision how stories stand that grouping is about to change because of it.

    Of several the last one made is meant: it is taken back first, and then grouping decides by the others.

    changes: (stories, the one that goes on first; the articles that come to them) each.
    """
    for story_ids, coming in changes:
        its = sorted({*stories.articles_of(db, watch, story_ids), *coming})
        said = marks.right_among(db, watch, its) | corrections.pins(db, watch, its).keys()
        if not said or not story_ids:
            continue
        if meant := [made for made in decisions.placing(db, watch) if not said.isdisjoint(made.articles)]:
            last = max(meant, key=lambda made: made.id)
            decisions.add_effect(db, last.id, before(db, watch, story_ids, (), now))


def put_back(db: sa.Connection, made: Decision) -> None:
    """Have the articles and stories of a decision stand as they did before, and grouping decide on what came since.

    What has joined or left its stories since stays, and a story that has become part of another is put back there.
    """
    snapshots = [*reversed(made.before.get("since", [])), made.before]
    touched = {corrections.resolve(db, each) for was in snapshots for each in _stories_of(was, made)}
    touched |= set(stories.homes(db, made.watch, made.articles).values())
    _put_back_articles(db, made)
    known: set[int] = set()
    for was in snapshots:
        _put_back_stories(db, made, was)
        known |= {article for article, _, _ in was["homes"]}
    back = _come_back(db, made)
    touched |= {corrections.resolve(db, each) for was in snapshots for each in _stories_of(was, made)}
    came = set(stories.articles_of(db, made.watch, sorted(touched))) - known
    signatures.decide_again(db, made.watch, sorted(came | back))
    touched |= set(stories.homes(db, made.watch, sorted(back)).values())
    stories.retime(db, touched)
    story_links.look_again(db, made.watch, sorted(touched))
    groupings.raise_changed(db, made.watch)


def _stories_of(was: Before, made: Decision) -> Sequence[int]:
    given: Sequence[int] = was.get("stories", made.stories)  # not noted by an earlier release
    return given


def _put_back_articles(db: sa.Connection, made: Decision) -> None:
    """Marks, judgements and what they brought into stories: all is judged anew, but it is there until then."""
    if made.act not in ("right", "wrong", "join"):
        return
    was = made.before
    marks.take_back(db, made.watch, made.articles)
    for article, relevant, marked in was["marks"]:
        marks.put(db, article, made.watch, bool(relevant), datetime.fromisoformat(marked))
    for article, verdict, matched in was.get("judged", ()):
        articles.put_back_verdict(db, article, made.watch, verdict, datetime.fromisoformat(matched))
    for each in made.articles:
        articles.judge_anew(db, each, made.watch)
    placed = {article for article, _, _ in was["homes"]}
    strange = [article for article, verdict, _ in was.get("judged", ()) if verdict != "match" and article not in placed]
    stories.drop(db, made.watch, strange)
    left = set(strange) - stories.homes(db, made.watch, strange).keys()
    supports.forget_beside(db, made.watch, sorted(left))


def _come_back(db: sa.Connection, made: Decision) -> set[int]:
    """What a mark took out of its story goes back there."""
    if made.act != "wrong":
        return set()
    out = {article: (story, reason) for article, story, reason in made.before["homes"]}
    there = articles.verdicts(db, made.watch, list(out)).keys() - stories.homes(db, made.watch, list(out)).keys()
    for article in there:
        story, reason = out[article]
        stories.put_in(db, made.watch, article, corrections.resolve(db, story), reason)
    return set(there)


def _put_back_stories(db: sa.Connection, made: Decision, was: Before) -> None:
    ids = list(_stories_of(was, made))
    now_at = {each: corrections.resolve(db, each) for each in ids}
    if made.act == "merge" or was is not made.before:
        story = schema.stories
        for each, into in was["merged"]:
            if each != ids[0]:  # what has become of the one that goes on has another cause
                db.execute(story.update().where(story.c.id == each).values(merged_into=into))
    _put_back_reports(db, made.watch, {*ids, *now_at.values()}, was)
    if was is not made.before or made.act not in ("right", "wrong"):
        _put_back_pins(db, made, was)
    _put_back_splits(db, {*ids}, {*now_at.values()}, was)
    _put_back_mutes(db, ids, made.at, was)
    supports.put_back(db, made.watch, was.get("supports", ()))


def _put_back_reports(db: sa.Connection, watch: str, among: set[int], was: Before) -> None:
    held = schema.story_articles
    now = stories.homes(db, watch, [article for article, _, _ in was["homes"]])
    for article, home, reason in was["homes"]:
        if now.get(article) in among:
            where = (held.c.watch == watch, held.c.article_id == article)
            db.execute(held.update().where(*where).values(story_id=corrections.resolve(db, home), reason=reason))


def _put_back_pins(db: sa.Connection, made: Decision, was: Before) -> None:
    pins = schema.story_pins
    touched = sorted({*(article for article, _, _ in was["homes"]), *made.articles})
    db.execute(pins.delete().where(pins.c.watch == made.watch, one_of(db, pins.c.article_id, touched)))
    rows = [
        {
            "watch": made.watch,
            "article_id": article,
            "story_id": corrections.resolve(db, home),
            "said": datetime.fromisoformat(said),
            "alone": alone,
        }
        for article, home, said, alone in was["pins"]
    ]
    if rows:
        db.execute(insert(db, pins).on_conflict_do_nothing(), rows)


def _put_back_splits(db: sa.Connection, ids: set[int], now_at: set[int], was: Before) -> None:
    apart, every = schema.story_splits, sorted(ids | now_at)
    either = sa.or_(one_of(db, apart.c.one, sorted(ids)), one_of(db, apart.c.other, sorted(ids)))
    both = sa.and_(one_of(db, apart.c.one, every), one_of(db, apart.c.other, every))
    db.execute(apart.delete().where(sa.or_(either, both)))
    for one, other, said in was["splits"]:
        corrections.keep_apart(db, one, other, datetime.fromisoformat(said))


def _put_back_mutes(db: sa.Connection, ids: Sequence[int], at: datetime, was: Before) -> None:
    """Only what the decision muted, or a merger carried along, is shown again: others may have muted since."""
    then = {each: datetime.fromisoformat(said) for each, said in was.get("mutes", ())}
    then |= dict.fromkeys(was.get("muted", ()), datetime.fromisoformat(was["at"]))  # by an earlier release
    for each in ids:
        here = corrections.resolve(db, each)
        now = mutes.said(db, [here]).get(here)
        if each in then:
            mutes.put(db, here, then[each])
        elif now is not None and now in {at, *then.values()}:
            mutes.take_back(db, here)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
