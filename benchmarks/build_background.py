"""Rebuilds the shipped background: in how many of some ordinary news articles each word and pair of words stands.

    python benchmarks/build_background.py en news-en.jsonl [more.jsonl ...]

Each line is a JSON object with "text" and perhaps "title" and "dataset". Rows with a "label" other than null are
left out: they are about a topic. No dataset gives more than MOST_OF_ONE articles, so that none sets what is
ordinary; they are taken in the order of their hashes. Only counts are kept, of words and pairs in at least three
articles; no text can be had back.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from monitor.text.fold import stems_of
from monitor.topic.grams import word_runs

FOLDER = Path(__file__).parents[1] / "monitor" / "data"
WORDS, PAIRS, FEWEST = 15_000, 12_000, 3
MOST_OF_ONE = 1_000


def articles(paths: list[str]) -> Iterator[str]:
    by_dataset: defaultdict[str, list[str]] = defaultdict(list)
    for path in paths:
        with Path(path).open(encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                if row.get("label") is None:
                    by_dataset[row.get("dataset") or ""].append(f"{row.get('title') or ''}\n{row['text']}")
    for texts in by_dataset.values():
        yield from sorted(texts, key=lambda text: hashlib.sha256(text.encode()).digest())[:MOST_OF_ONE]


def count(texts: Iterator[str]) -> tuple[int, Counter[str], Counter[str]]:
    words: Counter[str] = Counter()
    pairs: Counter[str] = Counter()
    total = 0
    for text in texts:
        runs = [stems_of(run) for run in word_runs(text)]
        words.update({stem for run in runs for stem in run if not stem.isdigit()})
        pairs.update({f"{a} {b}" for run in runs for a, b in pairwise(run)})
        total += 1
    return total, words, pairs


def main(language: str, paths: list[str]) -> None:
    total, words, pairs = count(articles(paths))
    rows = [f"{total}"]
    for counter, most in ((words, WORDS), (pairs, PAIRS)):
        common = sorted(((n, term) for term, n in counter.items() if n >= FEWEST), key=lambda row: (-row[0], row[1]))
        rows += [f"{term}\t{n}" for n, term in common[:most]]
    path = FOLDER / f"background-{language}.tsv.gz"
    path.write_bytes(gzip.compress("\n".join(rows).encode(), 9, mtime=0))
    print(f"{path.name}: {total} articles, {len(rows) - 1} rows, {path.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
