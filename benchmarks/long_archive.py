"""Fills the store of a configuration with an archive:  python -m benchmarks.long_archive STATE ARTICLES [DAYS [EVERY]]

Make STATE with `poll_setup` first. Then time:  monitor --config STATE/config poll
One article in fifty begins a story of the configuration's first watch; all are judged under it. With DAYS the archive
is of so many days, and one article in EVERY (20) begins a story: what `large_store` measures the commands with. Words
are as common as those of a language: the first of them in nearly every article, most of them in a handful.

Beside each such article stands another report of every second story, and a near miss of every third. Stories name three
people each, in several languages and countries, so that pages of an entity and filters have as much to read as in life.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path

from monitor.config import load_config
from monitor.match.load import load_matchers
from monitor.model import Article, Entry, FeedKind, Match, Receipt, Report, Verdict
from monitor.store import Store, articles, entries, stories
from monitor.topic.fingerprint import fingerprint
from monitor.topic.records import EntityName
from monitor.topic.vocabulary import load_vocabulary

YEARS = timedelta(days=3 * 365)
RARE, USUAL = 50, 20  # articles for each that matches
MEETING = "Officers of Iran and Iraq met in Baghdad and signed a memorandum on joint border patrols and training."
BATCH = 5000
VOCABULARY = 150_000  # words
LANGUAGES, COUNTRIES = ("en", "fa", "ar", "tr", "ckb"), ("IR", "IQ", "TR", "GB")
KINDS: tuple[FeedKind, ...] = ("state", "independent", "wire")
ACTS = ("agreement", "border_security", "joint_drill")
NAMED = 3  # people in a story


def main() -> None:
    config, count = load_config(Path(sys.argv[1]) / "config"), int(sys.argv[2])
    span, every = (timedelta(days=float(sys.argv[3])), USUAL) if len(sys.argv) > 3 else (YEARS, RARE)
    every = int(sys.argv[4]) if len(sys.argv) > 4 else every
    watch, matcher = next(iter(load_matchers(config).items()))
    people = [each for each in load_vocabulary(config).entities if each.kind == "person"]
    store = Store(config.store_url())
    words = [f"word{number:05x}" for number in range(VOCABULARY)]
    weights = list(accumulate(1 / (number + 2.7) for number in range(VOCABULARY)))
    last = min(timedelta(days=1), span / 100)
    end = datetime.now(UTC) - last
    for start in range(0, count, BATCH):
        at = end - (span - last) * (1 - start / count)
        made = [_article(number, words, weights, at, every) for number in range(start, min(count, start + BATCH))]
        with store.write(busy=True) as db:
            new = [Entry(a.feed_url, a.title, a.url, (f"l{a.url}", f"i{a.url}"), a.text[:600], at) for a in made]
            ids = articles.add(db, [(a, a.url, None) for a in made])
            waiting = entries.add(db, new, at)
            entries.settle(db, [entries.Settled(*pair, 1) for pair in zip(waiting, ids, strict=True)])
            receipt = Receipt(0.33, 0.2, matcher.version)
            judged = [
                (number, Match(watch, 0.9, _verdict(number, every), receipt, _named(number // every, people), ACTS[:2]))
                for number in ids
            ]
            articles.save_matches(db, judged, at)
            story = 0
            for article, (number, match) in zip(made, judged, strict=True):
                if match.verdict == "match":
                    report = Report(articles.get(db, [number])[0], match, at)
                    story = stories.create(db, watch, report) if number % every == 0 or not story else story
                    stories.place(db, watch, report, story, article.title)
    with store.write() as db:
        articles.set_judged(db, fingerprint(config), articles.newest(db))
    store.close()


def _verdict(number: int, every: int) -> Verdict:
    """Of the article with this id."""
    story, after = divmod(number, every)
    if after == 0 or (after == 1 and story % 2 and story):
        return "match"
    return "near" if after == 2 and story % 3 == 0 else "no"


def _named(story: int, people: Sequence[EntityName]) -> tuple[str, ...]:
    """The first are in many stories, and the last in few."""
    chosen = random.Random(story)
    return tuple(sorted({people[int(len(people) * chosen.random() ** 3)].id for _ in range(NAMED)}))


def _article(number: int, words: list[str], weights: list[float], at: datetime, every: int) -> Article:
    """The one whose id is ``number`` + 1; one of ``every`` tells of a meeting that the watch looks for."""
    text = " ".join(random.Random(number).choices(words, cum_weights=weights, k=350))
    text = text if _verdict(number + 1, every) == "no" else f"{MEETING} {text}"
    outlet = number % 200
    language, country = LANGUAGES[outlet % len(LANGUAGES)], COUNTRIES[outlet % len(COUNTRIES)]
    site, title = f"https://host{outlet}.example", f"Headline {number}"
    kind, source = KINDS[outlet % len(KINDS)], f"Outlet {outlet}"
    return Article(0, f"{site}/{number}", title, text, language, at, at, f"{site}/feed", source, source, kind, country)


if __name__ == "__main__":
    main()
