"""Milliseconds of the pages of a running service, medians of five:  python -m benchmarks.page_speed http://127.0.0.1:8080

With a store that `long_archive` has filled, lists, charts and searches of a large archive. The first request of each
page is left out: it loads what the page is made with.
"""

from __future__ import annotations

import statistics
import sys
import time
import urllib.request
from urllib.parse import quote

from benchmarks.search_speed import QUERIES

PAGES = ("/", "/?page=2", "/?page=700", "/near-misses", "/judged", "/volume", "/entities", "/calendar", "/feeds",
         "/watches/iran-iraq-defense", "/metrics", "/feed.atom", "/search?language=en", "/api/v1/stories?limit=100",
         "/api/v1/articles")  # fmt: skip
TIMES = 5


def main() -> None:
    print("| page | ms | at most | kB |\n|---|---|---|---|")
    for path in (*PAGES, *(f"/search?q={quote(query)}" for query in QUERIES.values())):
        seconds = []
        for _ in range(TIMES + 1):
            begun = time.perf_counter()
            with urllib.request.urlopen(sys.argv[1] + path) as answer:
                size = len(answer.read())
            seconds.append(time.perf_counter() - begun)
        middle, most = 1000 * statistics.median(seconds[1:]), 1000 * max(seconds[1:])
        print(f"| `{path}` | {middle:.0f} | {most:.0f} | {size / 1000:.0f} |", flush=True)


if __name__ == "__main__":
    main()
