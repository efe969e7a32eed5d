#!/usr/bin/env python3
"""How grouping tells rivals apart:  python -m benchmarks.rivals [--list]

Rivals are two events of one week with the same people or of the same kind: two visits, two drills, two agreements.
tests/data/rival_events.jsonl has invented ones in five languages, rival_events_abroad.jsonl others in fourteen, each
event in two. rival_events_oneday.jsonl has forty pairs of one day, with the same people or place, in a sentence each.
rival_events_same_people.jsonl has forty events of twenty people and bodies, two each of one day or week, and
rival_events_same_office.jsonl twenty of ten officials.
rival_events_names.jsonl has twenty events of ten pairs in English, Persian, Arabic, Sorani, Turkish and Russian, and
rival_events_names_second.jsonl sixteen of eight. rival_events_partners.jsonl and its second part have sixty each, of a
week, in five languages: two visits, drills, agreements or raids. rival_events_region.jsonl and its second part
have 28 and 17 pairs of all kinds of news, each event in two languages of five. rival_events_visits.jsonl and its second
part have thirty pairs each of two visits, drills or agreements of one week, in five languages.
rival_events_tongues.jsonl has twenty pairs of all kinds of one week, each event in two of ten languages, and its second
part ten. rival_events_stages.jsonl has ten pairs of a fortnight, of the same people in other places, and what followed.
told_events.jsonl has no rivals, but events told three to five times: the next day, corrected, copied, live;
brief_events.jsonl fourteen events of one day in a headline and a sentence, each told twice in English.
headline_events.jsonl and headline_events_second.jsonl have headlines alone, in which events share a word, a form of
headline or the name of a burst; headline_events_forms.jsonl eight pairs of results and notices in one form.
parted_events.jsonl has four pairs of events of one kind, of which each is told thrice in one language, and four
events told from two angles, by other people; its second part has three and two.

Prints how many pairs of one event are joined, how many pairs of rivals, and how many of other events.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from dataclasses import replace
from datetime import datetime
from itertools import combinations
from pathlib import Path

from monitor.model import Document
from monitor.stories.group import group_stream
from monitor.stories.group.tables import load_tables
from monitor.text import fold
from monitor.text.dates import weekdays_in

DATA = Path(__file__).parent.parent / "tests" / "data"
OTHERS = (
    "told_events.jsonl", "brief_events.jsonl", "headline_events.jsonl", "headline_events_second.jsonl",
    "headline_events_forms.jsonl",
    "parted_events.jsonl", "parted_events_second.jsonl",
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--list", action="store_true", help="print what is wrong")
    given = parser.parse_args()
    for path in (*sorted(DATA.glob("rival_events*.jsonl")), *map(DATA.joinpath, OTHERS)):
        print(path.stem)
        measure(path, listed=given.list)


def measure(path: Path, *, listed: bool) -> None:
    rows = {row["id"]: row for row in map(json.loads, path.read_text("utf-8").splitlines())}
    documents = [
        Document(row["id"], row["title"], row["text"], row["language"], datetime.fromisoformat(row["published"]))
        for row in rows.values()
    ]
    undated = [replace(document, text=_without_weekdays(document.text)) for document in documents]
    bare = [replace(document, text="") for document in documents]
    for name, made in (("with leads", documents), ("without weekdays", undated), ("headlines", bare)):
        found = dict(group_stream(made, load_tables()))
        every: Counter[str] = Counter()
        joined: Counter[str] = Counter()
        for one, other in combinations(rows, 2):
            a, b = rows[one], rows[other]
            kind = "one event" if a["story"] == b["story"] else "rivals" if a["rival"] == b["rival"] else "other events"
            every[kind] += 1
            joined[kind] += found[one] == found[other]
            if listed and (found[one] == found[other]) != (kind == "one event"):
                print(f"  {name}, {kind}: {a['title']} / {b['title']}")
        print(f"{name}: " + ", ".join(f"{kind} {joined[kind]} of {every[kind]} joined" for kind in every))


def _without_weekdays(text: str) -> str:
    return " ".join(word for word in text.split() if not weekdays_in([fold.fold(word).replace(" ", "").strip(".,")]))


if __name__ == "__main__":
    main()
