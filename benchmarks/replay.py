"""What a reader of digests gets:  python -m benchmarks.replay FOLDER [--weeks 20] [--noise 600] [--step 120] [--direct]

Development articles become feeds of thirty outlets with article pages on a loopback server. The service polls them
under a simulated clock, and sends daily and weekly digests and alerts. FOLDER is that of benchmarks/grouping.py.

The events of years are laid out over the weeks, in their order; the reports of one keep their distance in days. Rows
without an event are single reports. Prints, from what the editions have shown: relevant articles shown, missed and
false; entries for each event; events shown as new twice; stories of two events; repeated alerts; the delay.

An entry is a story in full, with those that stand in it. A story whose reports add nothing is a line of its edition and
counts apart. New is what an edition gives as new: neither a story that an earlier one had, nor a later step of its
affair. An event that is never shown in full is counted as well.

--direct stores what is published as it is, without feeds and pages: all that comes after that is the same, at a tenth
of the cost. --list prints each event that was shown as new twice, or alerted twice, with its reports.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import shutil
import sqlite3
import statistics
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from pathlib import Path

from benchmarks.memory import resident
from monitor.app import open_app
from monitor.cli.progress import Silent
from monitor.config import load_config, packaged_folder
from monitor.digest.alert import alert_name
from monitor.model import Article, Edition
from monitor.pipeline.summary import PollSummary
from monitor.store import Store, articles
from monitor.store.rows import to_edition
from tests.newsroom import Answer, Newsroom

START = datetime(2026, 3, 1, tzinfo=UTC)
OUTLETS = 30
LISTED = 40  # entries that a feed lists
APART = 10  # days at most between the first and the last report of an event
WATCH = "iran-iraq-defense"
RELEVANT = 1  # label from which an article is
SERVICE = """\
store: sqlite:///../var/monitor.db
http: {allow_private_addresses: true, timeout: 5s}
digests:
  - {name: daily, schedule: "0 7 * * *", timezone: Asia/Baghdad, deliver: [{file: ../var/daily}]}
  - {name: weekly, schedule: "0 7 * * 0", timezone: Asia/Baghdad, deliver: [{file: ../var/weekly}]}
"""
ALERT = "\nalert: {threshold: 0.9, deliver: [{file: ../var/alerts}]}\n"


@dataclass(frozen=True)
class Piece:
    """An article of an outlet. event: "" where its event is not known, so that it counts in no figure of events."""

    path: str
    title: str
    text: str
    language: str
    event: str
    label: int
    at: datetime


def _rows(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def _share(text: str) -> float:
    """A number from 0 to 1 that is always the same for a text."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") / 2**32


def pieces(folder: Path, weeks: float, noise: int) -> list[Piece]:
    """What the outlets publish, in order."""
    labels = {str(row["id"]): int(str(row["label"] or 0)) for row in _rows(folder / "pages-dev.jsonl")}
    events: dict[str, list[dict[str, object]]] = defaultdict(list)
    for row in _rows(folder / "stories-pages-dev.jsonl"):
        events[str(row["story"])].append(row)
    ordered = sorted(events.values(), key=lambda rows: min(str(row["published"]) for row in rows))
    span = timedelta(weeks=weeks) - timedelta(days=APART + 2)
    made: list[Piece] = []
    for at, rows in enumerate(ordered):
        begun = START + timedelta(days=1) + span * (at / len(ordered))
        first = min(datetime.fromisoformat(str(row["published"])) for row in rows)
        for row in rows:
            days = min(APART, (datetime.fromisoformat(str(row["published"])) - first).days)
            when = begun + timedelta(days=days, hours=16 * _share(str(row["id"])))
            made.append(_piece(row, str(row["story"]), labels.get(str(row["id"]), 0), when))
    others = [
        row | {"language": language}
        for language in ("en", "fa", "ar")
        for row in _rows(folder / f"relevance-{language}-dev.jsonl")
        if row.get("label") is not None or _share(str(row["id"])) < 0.5
    ]
    others.sort(key=lambda row: _share(f"order {row['id']}"))
    whole = timedelta(weeks=weeks)
    made += [
        _piece(row, "", int(str(row["label"] or 0)), START + whole * _share(str(row["id"]))) for row in others[:noise]
    ]
    return sorted(made, key=lambda piece: (piece.at, piece.path))


def outlet_path(id: str, source: str = "") -> str:
    """The address of an article on one of the outlets, always the same for it."""
    outlet = int(_share(f"outlet {source}{id}") * OUTLETS)
    return f"/{outlet}/{hashlib.sha256(id.encode()).hexdigest()[:16]}"


def _piece(row: dict[str, object], event: str, label: int, at: datetime) -> Piece:
    path = outlet_path(str(row["id"]), str(row.get("source", "")))
    said = str(row.get("language") or "en")
    return Piece(path, str(row.get("title") or ""), str(row.get("text") or ""), said, event, label, at)


class World:
    """The outlets. Their feeds list what is published by the simulated time."""

    def __init__(self, room: Newsroom, made: Sequence[Piece]) -> None:
        self.now = START
        self._room = room
        self._of: dict[str, list[Piece]] = defaultdict(list)
        for piece in made:
            self._of[piece.path.split("/")[1]].append(piece)
            body = "".join(f"<p>{escape(part)}</p>" for part in piece.text.split("\n") if part.strip())
            page = f"<article><h1>{escape(piece.title)}</h1>{body}</article>"
            head = f"<html lang='{piece.language}'><head><title>{escape(piece.title)}</title></head>"
            room.put(piece.path, f"<!doctype html>{head}<body>{page}</body></html>")
        for outlet in range(OUTLETS):
            room.pages[f"/feed/{outlet}"] = lambda outlet=str(outlet): self._feed(outlet)  # type: ignore[misc]

    def clock(self) -> datetime:
        return self.now

    def published(self, since: datetime) -> list[Article]:
        """What came out after ``since`` as articles, without a look at feeds and pages."""
        return [
            Article(
                0, f"{self._room.base}{piece.path}", piece.title, piece.text, piece.language, piece.at, self.now,
                f"{self._room.base}/feed/{outlet}", f"Outlet {outlet}", f"Outlet {outlet}", "unknown",
            )
            for outlet, its in self._of.items()
            for piece in its
            if since < piece.at <= self.now
        ]  # fmt: skip

    def _feed(self, outlet: str) -> Answer:
        listed = [piece for piece in self._of[outlet] if piece.at <= self.now][-LISTED:]
        rows = "".join(
            f"<item><title>{escape(piece.title)}</title><link>{self._room.base}{piece.path}</link>"
            f"<guid>{piece.path}</guid><pubDate>{format_datetime(piece.at)}</pubDate></item>"
            for piece in reversed(listed)
        )
        body = f"<rss version='2.0'><channel><title>Outlet {outlet}</title>{rows}</channel></rss>"
        return 200, {"Content-Type": "application/rss+xml"}, body.encode()


def write_config(folder: Path, base: str) -> Path:
    shutil.copytree(packaged_folder() / "config", folder / "config")
    shutil.copytree(packaged_folder() / "seed_corpus", folder / "seed_corpus")
    config = folder / "config"
    (config / "monitor.yaml").write_text(SERVICE)
    rows = "".join(f"  - {{url: '{base}/feed/{outlet}', name: Outlet {outlet}}}\n" for outlet in range(OUTLETS))
    (config / "feeds.yaml").write_text("feeds:\n" + rows)
    watch = config / "watches" / f"{WATCH}.yaml"
    watch.write_text(watch.read_text("utf-8") + ALERT, "utf-8")
    return config


async def live(world: World, config: Path, end: datetime, step: timedelta, *, direct: bool = False) -> None:
    """Polls and publishes until the end of the time. direct: what is published is stored as it is."""
    async with open_app(load_config(config), world.clock, Silent()) as app:
        while world.now < end:
            if not direct:
                await app.pipeline.poll()
            elif _store(app.store, world.published(world.now - step)):
                await app.pipeline.settle(PollSummary())
            await app.publisher.alert()
            await app.publisher.publish_due()
            world.now += step


def _store(store: Store, made: Sequence[Article]) -> bool:
    """Stores what outlets published since the last step; whether there is any."""
    with store.write() as db:
        articles.add(db, [(article, article.url, None) for article in made])
    return bool(made)


@dataclass(frozen=True)
class Shown:
    """An article in an edition."""

    piece: Piece
    digest: str
    edition: int
    story: int
    at: datetime
    new: bool
    in_full: bool
    entry: int  # the story in whose entry it stands


def shown_in(database: Path, made: Sequence[Piece]) -> list[Shown]:
    by_path = {piece.path: piece for piece in made}
    query = (
        "SELECT a.url, a.id, e.digest, e.edition_id, coalesce(s.merged_into, e.story_id), d.until "
        "FROM edition_articles AS e JOIN articles AS a ON a.id = e.article_id "
        "JOIN editions AS d ON d.id = e.edition_id "
        "JOIN stories AS s ON s.id = e.story_id WHERE e.role = 'story' ORDER BY e.edition_id"
    )
    with closing(sqlite3.connect(database)) as db:
        rows = db.execute(query).fetchall()
        stored = dict(db.execute("SELECT id, edition FROM editions").fetchall())
    how = {number: dict(_how(to_edition(text))) for number, text in stored.items()}
    return [
        Shown(by_path["/" + "/".join(url.split("/")[-2:])], digest, edition, story, _moment(at), *how[edition][article])
        for url, article, digest, edition, story, at in rows
    ]


def _how(edition: Edition) -> Iterator[tuple[int, tuple[bool, bool, int]]]:
    """Article id → whether the edition gives its entry as new, and in full; and the story of the entry."""
    new = {each.story.id: each.is_new for each in edition.stories}
    for each in (*edition.stories, *edition.more):
        lead = each.under or each.story.id
        for report in each.story.reports:
            yield report.article.id, (new.get(lead, each.is_new), not each.repeats, lead)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def figures(made: Sequence[Piece], shown: Sequence[Shown]) -> dict[str, object]:
    """What a reader of the daily digest and of the alerts gets."""
    daily = [each for each in shown if each.digest == "daily"]
    told = {each.piece.path for each in daily}
    relevant = {piece.path for piece in made if piece.label >= RELEVANT}
    entries: dict[str, set[tuple[int, int]]] = defaultdict(set)
    stories: dict[str, set[int]] = defaultdict(set)
    events_of: dict[int, set[str]] = defaultdict(set)
    held: dict[tuple[int, int], set[str]] = defaultdict(set)
    reports: dict[str, set[str]] = defaultdict(set)
    lines: dict[str, set[tuple[int, int]]] = defaultdict(set)
    new_in: dict[str, set[int]] = defaultdict(set)
    for each in daily:
        if each.piece.event:
            (entries if each.in_full else lines)[each.piece.event].add((each.edition, each.entry))
            if each.in_full:
                held[each.edition, each.entry].add(each.piece.event)
            stories[each.piece.event].add(each.story)
            events_of[each.story].add(each.piece.event)
            reports[each.piece.event].add(each.piece.path)
            if each.new:
                new_in[each.piece.event].add(each.edition)
    several = [event for event, its in reports.items() if len(its) > 1]
    alerted: dict[str, set[int]] = defaultdict(set)
    alerts = [each for each in shown if each.digest == alert_name(WATCH)]
    for each in alerts:
        alerted[each.piece.event or each.piece.path].add(each.edition)
    sent = sum(map(len, alerted.values()))
    hours = [(each.at - each.piece.at) / timedelta(hours=1) for each in daily]
    return {
        "relevant": {"shown": len(told & relevant), "missed": len(relevant - told), "false": len(told - relevant)},
        "events": {"shown": len(reports), "with_several_reports": len(several)},
        "entries_per_event": _ratio(sum(len(entries[event]) for event in several), len(several)),
        "in_lines_only": _ratio(sum(not entries[event] for event in reports), len(reports)),
        "lines_per_event": _ratio(sum(len(lines[event]) for event in several), len(several)),
        "stories_per_event": _ratio(sum(len(stories[event]) for event in several), len(several)),
        "new_on_two_days": _ratio(sum(len(new_in[event]) > 1 for event in several), len(several)),
        "stories_of_two_events": _ratio(sum(len(its) > 1 for its in events_of.values()), len(events_of)),
        "entries_of_two_events": _ratio(sum(len(its) > 1 for its in held.values()), len(held)),
        "alerts": {"sent": sent, "repeated": _ratio(sum(len(its) - 1 for its in alerted.values()), sent)},
        "delay_hours": round(statistics.median(hours), 1) if hours else None,
    }


def repeats(shown: Sequence[Shown]) -> Iterator[str]:
    """What editions and alerts told twice, with its reports in the order in which they were told."""
    told: dict[str, list[Shown]] = defaultdict(list)
    for each in shown:
        if each.piece.event and each.digest in ("daily", alert_name(WATCH)):
            told[each.piece.event].append(each)
    for event, its in told.items():
        new = {each.edition for each in its if each.digest == "daily" and each.new}
        full = {(each.edition, each.entry) for each in its if each.digest == "daily" and each.in_full}
        alerts = {each.edition for each in its if each.digest != "daily"}
        if max(len(new), len(full), len(alerts)) > 1:
            yield f"{event}: new {len(new)}, entries {len(full)}, alerts {len(alerts)}"
            yield from (
                f"  {each.at:%m-%d %H:%M} {'alert' if each.digest != 'daily' else 'new  ' if each.new else 'known'}"
                f"{' line' if not each.in_full else ''} entry {each.entry} story {each.story}  "
                f"{each.piece.at:%m-%d %H:%M} {each.piece.language} {each.piece.title[:90]}"
                for each in its
            )


def _ratio(part: int, whole: int) -> float:
    return round(part / whole, 3) if whole else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="of the development sets")
    parser.add_argument("--weeks", type=float, default=20)
    parser.add_argument("--noise", type=int, default=600, help="articles of no known event")
    parser.add_argument("--step", type=float, default=120, help="minutes between two polls")
    parser.add_argument("--keep", type=Path, help="an empty folder, in which the editions are kept")
    parser.add_argument("--direct", action="store_true", help="without feeds and pages")
    parser.add_argument("--list", action="store_true", help="print what was reported twice")
    given = parser.parse_args()
    made = pieces(given.folder, given.weeks, given.noise)
    folder = given.keep or Path(tempfile.mkdtemp(prefix="replay-"))
    with Newsroom() as room:
        world = World(room, made)
        config = write_config(folder, room.base)
        end, step = START + timedelta(weeks=given.weeks), timedelta(minutes=given.step)
        asyncio.run(live(world, config, end, step, direct=given.direct))
    shown = shown_in(folder / "var" / "monitor.db", made)
    if given.list:
        print("\n".join(repeats(shown)))
    print(json.dumps({"articles": len(made), **figures(made, shown), "memory_mb": round(resident())}, indent=2))
    if not given.keep:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
