"""Milliseconds of searches over a large store, newest 25 hits:  python -m benchmarks.search_speed STORE

STORE: the address of a store that `long_archive` has filled, such as sqlite:///state/var/monitor.db; its words are
word00000 (in nearly every article) to word249ef (in a handful).
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from itertools import islice

from monitor.model import Article
from monitor.store import Store, search_query
from monitor.text.search_terms import spellings
from monitor.web.search_expression import expression
from monitor.web.search_names import Names

QUERIES = {
    "a word of nearly every article": "word00000",
    "a word of one article in a hundred": "word00800",
    "a rare word": "word20000",
    "a word of none": "nothinglikeit",
    "a common and a rare word": "word00003 word20000",
    "a phrase that is common": '"joint border patrols"',
    "a phrase of common words": '"word00003 word00004"',
    "a phrase of common words that is rare": '"word00100 word00200"',
    "the beginning that all words share": "wor",
}
TIMES = 7


def main() -> None:
    print("| search | hits on the page | looked at | ms |\n|---|---|---|---|")
    with closing(Store(sys.argv[1])) as store:
        for name, query in QUERIES.items():
            runs = [_searched(store, query) for _ in range(TIMES)]
            hits, looked, _ = runs[0]
            print(
                f"| {name} | {hits} | {looked} | {1000 * statistics.median(run[2] for run in runs):.1f} |", flush=True
            )


def _searched(store: Store, query: str) -> tuple[int, int, float]:
    begun, looked = time.perf_counter(), 0
    wanted = expression(query, Names((), {}, {}))
    assert wanted is not None
    holds = wanted.holds
    terms = [spellings(forms) or () for forms in wanted.terms]

    def hits() -> Iterator[Article]:
        nonlocal looked
        for _, article in search_query.candidates(db, terms, None):
            looked += 1
            if article and holds(article):
                yield article

    with store.read() as db:
        found = len(list(islice(hits(), 25)))
    return found, looked, time.perf_counter() - begun


if __name__ == "__main__":
    main()
