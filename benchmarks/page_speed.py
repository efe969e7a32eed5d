"""Milliseconds of the pages of a running service:  python -m benchmarks.page_speed ADDRESS [PID [TIMES]]

ADDRESS: such as http://127.0.0.1:8080. PID: of the service, to say what it used of the processor for a request, which
on a busy machine is a tenth of what one waits; what a poll uses beside it is in it. Medians of TIMES (20). With a store
that `long_archive` has filled, every list, chart and search of a large archive. To measure while a poll runs, start the
service with feeds that are new. The first request of each page is left out: it loads what the page is made with.
"""

from __future__ import annotations

import json
import re
import statistics
import sys
import time
import urllib.request
from urllib.parse import quote

from benchmarks.health_under_load import processor
from benchmarks.search_speed import QUERIES

WATCH = "iran-iraq-defense"
FILTERS = ("watch=" + WATCH, "judgement=match", "judgement=near", "judgement=no", "judgement=right", "language=fa",
           "kind=state", "country=IQ", "publisher=Outlet+7", "score=0.8", "since={day}", "until={day}",
           "language=fa&judgement=match&country=IQ&since={day}", "language=de", "q=word00800&language=fa",
           "q=word00000&judgement=match&kind=wire")  # fmt: skip
PAGES = (
    "/",
    "/?page=2",
    "/?page=700",
    "/?watch=" + WATCH,
    "/?new=1",
    "/stories/{story}",
    "/articles/{article}",
    "/near-misses",
    "/near-misses?page=50",
    "/judged",
    "/audit",
    "/volume",
    "/volume?days=90",
    "/entities",
    "/entities/{entity}",
    "/calendar",
    "/calendar?day={day}",
    "/digests",
    "/digests/settings",
    "/feeds",
    "/edits",
    "/new-watch",
    "/watches/" + WATCH,
    "/watches/" + WATCH + "/settings",
    "/metrics",
    "/feed.atom",
    "/search.atom?q=word00800",
    "/search.atom?judgement=match",
    "/?as=csv",
    "/near-misses?as=csv",
    "/search?judgement=near&as=json",
    "/api/v1/stories?limit=100",
    "/api/v1/articles",
)
TIMES = 20


def main() -> None:
    address, pid = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else None
    times = int(sys.argv[3]) if len(sys.argv) > 3 else TIMES
    searches = (*FILTERS, *(f"q={quote(query)}" for query in QUERIES.values()))
    held = named(address)
    print("| page | ms | at most | of processor | kB |\n|---|---|---|---|---|")
    for path in (*PAGES, *(f"/search?{asked}" for asked in searches)):
        seconds = []
        for each in range(times + 1):
            if each == 1:
                before = processor(pid) if pid else 0.0
            begun = time.perf_counter()
            size = len(read(address + path.format(**held)))
            seconds.append(time.perf_counter() - begun)
        middle, most = 1000 * statistics.median(seconds[1:]), 1000 * max(seconds[1:])
        used = f"{1000 * (processor(pid) - before) / times:.0f}" if pid else ""
        print(f"| `{path}` | {middle:.0f} | {most:.0f} | {used} | {size / 1000:.0f} |", flush=True)


def read(address: str) -> bytes:
    with urllib.request.urlopen(address) as answer:
        body: bytes = answer.read()
        return body


def named(address: str) -> dict[str, str]:
    """A story, a report, a day and the entity of most stories, for the addresses that name one."""
    story = json.loads(read(address + "/api/v1/stories?limit=1"))["items"][0]
    entity = re.search(r'entities/([^"]+)"', read(address + "/entities").decode())
    assert entity
    article, day = str(story["articles"][0]["id"]), story["first_seen"][:10]
    return {"story": str(story["id"]), "article": article, "day": day, "entity": entity[1]}


if __name__ == "__main__":
    main()
