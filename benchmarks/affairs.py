#!/usr/bin/env python3
"""How well stories of one affair are linked:  python -m benchmarks.affairs [FOLDER] [--list] [--press N]

Without FOLDER the twenty affairs of tests/data/invented_affairs.jsonl are grouped and linked, with a look-alike of each
(step 0): another event of the same place, people or kind. A link is right between two steps of one affair.

FOLDER holds stories-pages-dev.jsonl, with "story" and "affair" in each row ("" for none). What the shipped watch
matches is grouped and linked as in the service, with what the matcher recognises. The labelled stories are linked, too.
A link is right where both stories are of one event or affair, and wrong where they are of two affairs. Where one has no
label, a person has to read it: --list prints them.

--press N: as if the time between the events were an Nth, so that more of them are rivals; the reports of one keep their
days.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import combinations
from pathlib import Path

from benchmarks.articles import CONFIG, WATCH
from benchmarks.grouping import Labelled, load
from monitor.config import load_config
from monitor.match.load import load_matcher
from monitor.model import Document
from monitor.pipeline.count_seeds import known_of
from monitor.stories.group import Grouper
from monitor.stories.group.census import Known
from monitor.stories.group.features import Reader
from monitor.stories.group.follow import Follows, Reported, follows
from monitor.stories.group.signature import Signature, sign
from monitor.stories.group.tables import load_tables
from monitor.topic.vocabulary import load_vocabulary

INVENTED = Path(__file__).parent.parent / "tests" / "data" / "invented_affairs.jsonl"


@dataclass(frozen=True)
class Link:
    """That the story ``later`` follows the story ``earlier``."""

    later: str
    earlier: str
    found: Follows


def known() -> Mapping[str, Known]:
    """The people and places that the shipped watch knows."""
    return known_of(load_vocabulary(load_config(CONFIG)).entities)


def matched(documents: Iterable[Document]) -> Iterator[tuple[Document, Signature]]:
    """What the shipped watch matches, with signatures as in the service."""
    config, tables = load_config(CONFIG), load_tables()
    matcher = load_matcher(config, WATCH, config.watches[WATCH])
    for document in documents:
        match = matcher.match(document)
        if match.verdict == "match":
            yield document, sign(document, tables, (*match.entities, *match.acts))


def days_of(labelled: Labelled, press: int) -> dict[str, float]:
    """The day of each report; with the events ``press`` times as near to each other."""
    day = {document.id: _day(document) for document in labelled.documents}
    first: dict[str, float] = {}
    for report, story in labelled.story.items():
        first[story] = min(first.get(story, day[report]), day[report])
    begun = min(first.values())
    return {
        report: begun + (first[story] - begun) / press + (day[report] - first[story])
        for report, story in labelled.story.items()
    }


def _day(document: Document) -> float:
    assert document.published
    return document.published.timestamp() / timedelta(days=1).total_seconds()


def links(stories: Mapping[str, Sequence[Reported]]) -> list[Link]:
    """What each story follows, the likeliest first."""
    home = {report.article: story for story, reports in stories.items() for report in reports}
    found = ((story, follows(its, (r for s, r in stories.items() if s != story))) for story, its in stories.items())
    made = [Link(story, home[each.beside], each) for story, each in found if each]
    return sorted(made, key=lambda link: -link.found.likely)


def invented(*, listed: bool) -> str:
    """Figures of the invented affairs."""
    rows = {row["id"]: row for row in map(json.loads, INVENTED.read_text("utf-8").splitlines())}
    reader, grouper, day, signatures = Reader(load_tables()), Grouper(load_tables()), {}, {}
    for row in rows.values():
        document = Document(row["id"], row["title"], row["text"], row["language"])
        signatures[row["id"]] = sign(document, load_tables())
        reader.learn(signatures[row["id"]])
        grouper.collect(replace(document, published=datetime.fromisoformat(row["published"])))
        day[row["id"]] = datetime.fromisoformat(row["published"]).timestamp() / 86400
    told: dict[str, list[Reported]] = defaultdict(list)
    for number, each in enumerate(grouper.settle()):
        told[str(each.story)].append(Reported(number, reader.weigh(signatures[each.document]), day[each.document]))
    names = list(rows)
    made = links(told)
    right = 0
    for link in made:
        later, earlier = (rows[names[min(report.article for report in told[s])]] for s in (link.later, link.earlier))
        same = later["affair"] == earlier["affair"] and bool(later["step"] and earlier["step"])
        right += same
        if listed:
            print(f"  {'right' if same else 'wrong'} {link.found.likely:.2f} {later['title']} / {earlier['title']}")
    first = [rows[names[min(report.article for report in its)]] for its in told.values()]
    later = sum(row["step"] > 1 for row in first)
    shared = [{names[report.article] for report in its} for its in told.values() if len(its) > 1]
    wrong = sum(len({rows[name]["affair"] if rows[name]["step"] else name for name in its}) > 1 for its in shared)
    return (
        f"{len(made)} links, {right} right; {later} stories begin with a later step; "
        f"{len(shared)} stories of several reports, {wrong} of them of two affairs"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--list", action="store_true", help="print every link")
    parser.add_argument("--press", type=int, default=1, metavar="N")
    given = parser.parse_args()
    if not given.folder:
        print(invented(listed=given.list))
        return
    path = given.folder / "stories-pages-dev.jsonl"
    labelled = load(path)
    rows = {str(row["id"]): row for row in map(json.loads, path.read_text("utf-8").splitlines())}
    affair_of = {row["story"]: row["affair"] for row in rows.values() if row["affair"]}
    affair_of |= {affair: affair for affair in affair_of.values() if affair in labelled.story.values()}
    day = days_of(labelled, given.press)
    found = sorted(matched(labelled.documents), key=lambda each: (day[each[0].id], each[0].id))
    reader = Reader(load_tables(), known=known())
    for _, signature in found:
        reader.learn(signature)
    reports = {
        document.id: Reported(number, reader.weigh(signature), day[document.id])
        for number, (document, signature) in enumerate(found)
    }
    grouper = Grouper(load_tables(), reader=reader)
    for document, signature in found:
        grouper.take(document.id, signature, day[document.id])
    grouped = {each.document: str(each.story) for each in grouper.settle()}
    for name, story_of in (("labelled stories", labelled.story), ("found stories", grouped)):
        told: dict[str, list[str]] = defaultdict(list)
        for report in reports:
            told[story_of[report]].append(report)
        events = {story: Counter(labelled.story[i] for i in ids).most_common(1)[0][0] for story, ids in told.items()}
        made = links({story: [reports[i] for i in ids] for story, ids in told.items()})
        print(f"{name}: {len(told)}; {score(made, events, affair_of)}")
        for link in made if given.list else ():
            print(f"  {link.found.likely:.2f} {link.found.kind}")
            for story in (link.earlier, link.later):
                print(f"      {events[story]}: {rows[told[story][0]]['title'][:80]}")
    print(merged(labelled, grouped, affair_of))


def score(made: Sequence[Link], events: Mapping[str, str], affair_of: Mapping[str, str]) -> str:
    """Figures of the links between stories, by the event that most reports of each are of."""
    pairs = [(events[link.earlier], events[link.later]) for link in made]
    same = sum(one == other for one, other in pairs)
    steps = sum(one != other and affair_of.get(one, "") == affair_of.get(other, "?") for one, other in pairs)
    wrong = sum(affair_of.get(one, "?") != affair_of.get(other, "?") != "?" for one, other in pairs if one in affair_of)
    unread = len(made) - same - steps - wrong
    return f"{len(made)} links: {same} of one event, {steps} of one affair, {wrong} of two, {unread} to be read"


def merged(labelled: Labelled, grouped: Mapping[str, str], affair_of: Mapping[str, str]) -> str:
    """How many pairs of steps of one affair have two reports in one found story."""
    together, every = set(), set()
    for one, other in combinations(grouped, 2):
        steps = frozenset((labelled.story[one], labelled.story[other]))
        if len(steps) == 2 and len({affair_of.get(step, step) for step in steps}) == 1:
            every.add(steps)
            if grouped[one] == grouped[other]:
                together.add(steps)
    return f"pairs of steps: {len(every)}, of which {len(together)} have two reports in one found story"


if __name__ == "__main__":
    main()
