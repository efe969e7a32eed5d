"""What a new match costs to group, beside an earlier build:  python -m benchmarks.story_index [--beside FOLDER]

    --matches 10000     matches in the window before the new ones
    --beside FOLDER     a checkout of another build, which groups the same reports in the same run
    --replay 100000     also: so many reports of a year through the grouper, reports a second and memory

Reports are made up: events with names, places and figures of their own, told by one to eight outlets each.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.memory import resident
from monitor.model import Article, Document, Match, Receipt
from monitor.store import Store, articles, stories

END = datetime(2026, 11, 21, 7, tzinfo=UTC)
WINDOW = timedelta(days=14)
NEW = 12  # new matches, one after another; the median counts
BATCH = 2000
SYLLABLES = (
    "ba ber da dor el far gan hal ir jas kar kin la lor mar mun na nor os per ra rin sa sor ta tir ul van za zim"
)


def _words(seed: int, count: int) -> list[str]:
    rng = random.Random(seed)
    syllables = SYLLABLES.split()
    return ["".join(rng.choices(syllables, k=rng.randint(2, 4))) for _ in range(count)]


COMMON, NAMES = _words(1, 6000), [word.capitalize() for word in _words(2, 40_000)]
RANKS = [1 / (rank + 3) for rank in range(len(COMMON))]  # words are as common as their rank says (Zipf)


def reports(count: int, end: datetime, span: timedelta, seed: int = 7) -> Iterator[tuple[int, str, str, datetime]]:
    """(event, title, text, published) of so many reports within ``span`` before ``end``."""
    rng = random.Random(seed)
    made: list[tuple[int, str, str, datetime]] = []
    event = 0
    while len(made) < count:
        event += 1
        names, rare = rng.sample(NAMES, 6), rng.sample(COMMON[500:], 12)
        phrases = [(rng.choice(names), rng.choice(rare), str(rng.randint(11, 900))) for _ in range(9)]
        began = end - span * rng.random()
        for number in range(rng.choices((1, 2, 3, 5, 8), (8, 5, 3, 2, 1))[0]):
            own = [" ".join(pair) for pair in rng.sample(phrases, 7)]
            words = [*own, *rng.sample(names, 4), *rng.sample(rare, 6), *rng.choices(COMMON, RANKS, k=100)]
            rng.shuffle(words)
            title = " ".join([*rng.sample(own, 3), *rng.choices(COMMON, RANKS, k=3)])
            made.append((event, title, " ".join(words), min(end, began + timedelta(hours=3 * number))))
    made = made[:count]
    made.sort(key=lambda report: report[3])
    return iter(made)


def _fill(store: Store, count: int) -> None:
    """Stores reports as they were grouped by an earlier run: each event is a story."""
    story_of: dict[int, int] = {}
    todo = list(reports(count, END, WINDOW - timedelta(days=1)))
    for start in range(0, len(todo), BATCH):
        part = todo[start : start + BATCH]
        with store.write() as db:
            ids = _add(db, [(title, text, at, start + number) for number, (_, title, text, at) in enumerate(part)])
            known = {report.article.id: report for report in stories.ungrouped(db, "w")}
            for number, (event, *_) in zip(ids, part, strict=True):
                if event not in story_of:
                    story_of[event] = stories.create(db, "w", known[number])
                stories.place(db, "w", known[number], story_of[event], "test")


def _add(db: Any, made: list[tuple[str, str, datetime, int]]) -> list[int]:
    found = [
        Article(0, f"https://h{n % 50}.example/{n}", title, text, "en", at, at, "f", f"S{n % 50}", f"S{n % 50}", "wire")
        for title, text, at, n in made
    ]
    ids = articles.add(db, [(each, each.url, None) for each in found])
    matches = [(number, Match("w", 0.9, "match", Receipt(0.5, 0.3, "v"))) for number in ids]
    articles.save_matches(db, matches, found[-1].fetched)
    return ids


@contextmanager
def _timed_writes(store: Store, seconds: list[float]) -> Iterator[None]:
    """Adds the time that each write transaction is open."""
    usual = store.write

    @contextmanager
    def write(*about: Any) -> Iterator[Any]:
        with usual(*about) as db:
            begun = time.perf_counter()
            yield db
            seconds.append(time.perf_counter() - begun)

    store.write = write  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        store.write = usual  # type: ignore[method-assign]


def _group(store: Store) -> None:
    try:
        from monitor.pipeline.group_stories import group_waiting  # noqa: PLC0415 - the other build has none
    except ImportError:
        from monitor.pipeline import group_stories  # noqa: PLC0415 - as above

        with store.write() as db:
            group_stories.group_reports(db, "w", stories.ungrouped(db, "w"), WINDOW, END)  # type: ignore[attr-defined]
    else:
        group_waiting(store, "w", END)


def measure(name: str, count: int) -> str:
    """What a new match costs in a store of so many, in one line."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/monitor.db")
        _fill(store, count)
        fresh = list(reports(NEW + 1, END, timedelta(days=2), seed=11))
        cpu: list[float] = []
        writes: list[float] = []
        for number, (_, title, text, _) in enumerate(fresh):
            with store.write() as db:
                _add(db, [(title, text, END, count + number)])
            longest: list[float] = []
            begun = time.process_time()
            with _timed_writes(store, longest):
                _group(store)
            cpu.append(time.process_time() - begun)
            writes.append(max(longest))
            if number and cpu[-1] > 20:  # a build that takes so long says the same each time
                break
        store.close()
    first, rest, waits = cpu[0], cpu[1:] or cpu, writes[1:] or writes
    return (
        f"{name:8} {count:7,} matches  new match {1000 * statistics.median(rest):7.0f} ms CPU (most "
        f"{1000 * max(rest):.0f}), transaction {1000 * statistics.median(waits):.1f} ms "
        f"(most {1000 * max(waits):.1f}); the very first {first:.1f} s; {resident():.0f} MB"
    )


def replay(name: str, count: int) -> str:
    """How fast a year's reports go through the grouper."""
    from monitor.stories.group import group_stream  # noqa: PLC0415 - for --replay alone
    from monitor.stories.group.tables import load_tables  # noqa: PLC0415 - as above

    tables = load_tables()
    made = list(reports(count, END, timedelta(days=365)))
    before, begun = resident(), time.process_time()
    stream = (Document(str(n), title, text, "en", at) for n, (_, title, text, at) in enumerate(made))
    found = dict(group_stream(stream, tables))
    speed = count / (time.process_time() - begun)
    both = len(set(zip(found.values(), (str(event) for event, *_ in made), strict=True)))
    stories_found, events = len(set(found.values())), len({event for event, *_ in made})
    return (
        f"{name:8} {count:7,} reports of a year: {speed:,.0f} a second, {resident() - before:.0f} MB beside the "
        f"reports; {stories_found:,} stories of {events:,} events, {both:,} pairs of both"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--matches", type=int, default=10_000)
    parser.add_argument("--replay", type=int, default=0)
    parser.add_argument("--beside", type=Path)
    parser.add_argument("--name", default="this", help=argparse.SUPPRESS)
    options = parser.parse_args()
    print(measure(options.name, options.matches), flush=True)
    if options.replay:
        print(replay(options.name, options.replay), flush=True)
    if options.beside:
        own = [__file__, "--matches", str(options.matches), "--replay", str(options.replay), "--name", "other"]
        path = os.pathsep.join((str(options.beside.resolve()), str(Path(__file__).parents[1])))
        subprocess.run([sys.executable, *own], env={**os.environ, "PYTHONPATH": path}, check=True)


if __name__ == "__main__":
    main()
