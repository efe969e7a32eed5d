"""What a reader gets of rival affairs:  python -m benchmarks.rival_affairs [--second] [--keep FOLDER]

tests/data/rival_affairs.jsonl has invented events of one week: in each affair the same people do the same, or nearly
the same, twice or three times within days, and each event is told two or three times in two languages. Thirty outlets
publish them as in benchmarks/replay.py --direct, and all that follows runs over two weeks.
rival_affairs_second.jsonl has others, written after the rules that the first ones were written for.

Prints what a reader of the daily digest and of the alerts gets: events that no edition showed in full, events of which
no alert was sent though a report reached its score, events shown as new twice, and alerts that repeat an event.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from benchmarks.replay import START, WATCH, Piece, Shown, World, figures, live, outlet_path, shown_in, write_config
from monitor.digest.alert import alert_name
from tests.newsroom import Newsroom

DATA = Path(__file__).parent.parent / "tests" / "data"
PEOPLE = DATA / "rival_affairs_people.yaml"
THRESHOLD = 0.9  # of alerts, as in benchmarks/replay.py
STEP = timedelta(hours=2)
WEEKS = 2


def pieces(name: str = "rival_affairs") -> list[Piece]:
    """What the outlets publish, in order. name: of the file of events."""
    rows = map(json.loads, (DATA / f"{name}.jsonl").read_text("utf-8").splitlines())
    made = [
        Piece(
            outlet_path(row["id"]),
            row["title"],
            row["text"],
            row["language"],
            row["event"],
            2,
            START + timedelta(days=row["day"], hours=row["hour"]),
        )
        for row in rows
    ]
    return sorted(made, key=lambda piece: (piece.at, piece.path))


def urgent_in(database: Path) -> set[str]:
    """Paths of the articles that reached the score of alerts."""
    query = (
        "SELECT a.url FROM matches AS m JOIN articles AS a ON a.id = m.article_id WHERE m.watch = ? AND m.score >= ?"
    )
    with closing(sqlite3.connect(database)) as db:
        return {"/" + "/".join(url.split("/")[-2:]) for (url,) in db.execute(query, (WATCH, THRESHOLD))}


def withheld(made: Sequence[Piece], shown: Sequence[Shown], urgent: set[str]) -> tuple[list[str], list[str]]:
    """Events that no daily edition showed in full, and events without an alert that had a report for one."""
    matched = {each.piece.event for each in shown if each.digest == "daily"}
    in_full = {each.piece.event for each in shown if each.digest == "daily" and each.in_full}
    told = {each.piece.event for each in shown if each.digest == alert_name(WATCH)}
    due = {piece.event for piece in made if piece.path in urgent}
    return sorted(matched - in_full), sorted(due - told)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keep", type=Path, help="an empty folder, in which the editions are kept")
    parser.add_argument("--second", action="store_true", help="the second set of events")
    given = parser.parse_args()
    made = pieces("rival_affairs_second" if given.second else "rival_affairs")
    folder = given.keep or Path(tempfile.mkdtemp(prefix="rivals-"))
    with Newsroom() as room:
        world = World(room, made)
        config = write_config(folder, room.base)
        shutil.copy(PEOPLE, config / "entities" / "invented.yaml")
        asyncio.run(live(world, config, START + timedelta(weeks=WEEKS), STEP, direct=True))
    database = folder / "var" / "monitor.db"
    shown = shown_in(database, made)
    hidden, silent = withheld(made, shown, urgent_in(database))
    found = {"articles": len(made), "events": len({piece.event for piece in made}), **figures(made, shown)}
    print(json.dumps(found | {"never_in_full": hidden, "without_their_alert": silent}, indent=2))
    if not given.keep:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
