"""Fills the store of a configuration with an archive:  python -m benchmarks.long_archive STATE ARTICLES [DAYS [EVERY]]

Make STATE with `poll_setup` first. Then time:  monitor --config STATE/config poll
One article in fifty matches the configuration's first watch; all are judged under it. With DAYS the archive is of so
many days, and one article in EVERY (20) matches: what `large_store` measures the commands with. Words are as common
as those of a language: the first of them in nearly every article, most of them in a handful.
"""

from __future__ import annotations

import random
import sys
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path

from monitor.config import load_config
from monitor.match.load import load_matchers
from monitor.model import Article, Entry, Match, Receipt, Report
from monitor.store import Store, articles, entries, stories
from monitor.topic.fingerprint import fingerprint

YEARS = timedelta(days=3 * 365)
RARE, USUAL = 50, 20  # articles for each that matches
MEETING = "Officers of Iran and Iraq met in Baghdad and signed a memorandum on joint border patrols and training."
BATCH = 5000
VOCABULARY = 150_000  # words


def main() -> None:
    config, count = load_config(Path(sys.argv[1]) / "config"), int(sys.argv[2])
    span, every = (timedelta(days=float(sys.argv[3])), USUAL) if len(sys.argv) > 3 else (YEARS, RARE)
    every = int(sys.argv[4]) if len(sys.argv) > 4 else every
    watch, matcher = next(iter(load_matchers(config).items()))
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
            judged = [(number, Match(watch, 0.9, "no" if number % every else "match", receipt)) for number in ids]
            articles.save_matches(db, judged, at)
            for article, (number, match) in zip(made, judged, strict=True):
                if match.verdict == "match":
                    report = Report(articles.get(db, [number])[0], match, at)
                    stories.place(db, watch, report, stories.create(db, watch, report), article.title)
    with store.write() as db:
        articles.set_judged(db, fingerprint(config), articles.newest(db))
    store.close()


def _article(number: int, words: list[str], weights: list[float], at: datetime, every: int) -> Article:
    """The one whose id is ``number`` + 1; one of ``every`` tells of a meeting that the watch looks for."""
    text = " ".join(random.Random(number).choices(words, cum_weights=weights, k=350))
    text = text if (number + 1) % every else f"{MEETING} {text}"
    site, title = f"https://host{number % 200}.example", f"Headline {number}"
    return Article(0, f"{site}/{number}", title, text, "en", at, at, f"{site}/feed", "Source", "Source", "independent")


if __name__ == "__main__":
    main()
