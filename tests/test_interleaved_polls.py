"""Whatever entries share, and in whatever order they come: each is judged once, none is lost, an edit is an update."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.config.feed_list import FeedConfig
from monitor.model import Article, Entry
from tests.poll_desk import PollDesk, fresh_store

NOW = datetime(2026, 11, 16, 10, tzinfo=UTC)
FEEDS = [
    FeedConfig(url=f"https://{name}.example/rss", name=name, publisher=name, kind="wire")
    for name in ("alpha", "beta", "gamma")
]
URLS = [feed.url for feed in FEEDS]
NOUNS = ("Ministers", "Guards", "Pilots", "Officers", "Engineers", "Traders", "Farmers", "Judges")
VERBS = ("sign", "open", "visit", "inspect", "reject", "praise", "delay", "repair")
THINGS = ("memorandum", "bridge", "hospital", "radar", "pipeline", "harbour", "railway", "archive")


def title_of(number: int) -> str:
    return f"{NOUNS[number]} {VERBS[number]} {THINGS[number]} near border town"


def text_of(number: int) -> str:
    """A report in words that it shares with no other, but for those of which any text is full."""
    noun, verb, thing = NOUNS[number], VERBS[number], THINGS[number]
    return (
        f"The {noun} {verb} the {thing} near {thing}{verb} yesterday while {noun}{thing} watched. "
        f"Later {verb}{noun} explained how every {thing}{noun} had been {verb}{thing} since {noun}{verb}."
    )


def page_of(number: int, canonical: str = "", more: str = "") -> str:
    link = f'<link rel="canonical" href="{canonical}">' if canonical else ""
    rest = f"The {THINGS[number]} of {NOUNS[number]} is {VERBS[number]}ed by {THINGS[number]}{NOUNS[number]}s. {more}"
    return (
        f"<html lang='en'><head><title>{title_of(number)}</title>{link}</head><body><article>"
        f"<h1>{title_of(number)}</h1><p>{text_of(number)}</p><p>{rest}</p></article></body></html>"
    )


@dataclass(frozen=True)
class Drawn:
    """An item as a feed may have it: any of its marks may be another item's, too, or be missing."""

    feed: int
    id: int
    link: int
    text: int
    own_title: bool
    hour: int

    def entry(self) -> Entry:
        link = {0: "", 1: "https://pages.example/"}.get(self.link, f"https://pages.example/{self.link}")
        return Entry(
            URLS[self.feed],
            title_of(self.text) if self.own_title else "Statement of the press office",
            link,
            content=text_of(self.text),
            published=NOW - timedelta(hours=self.hour),
            id=f"id-{self.id}" if self.id else "",
        )


DRAWN = st.builds(
    Drawn, st.integers(0, 2), st.integers(0, 2), st.integers(0, 4), st.integers(0, 3), st.booleans(), st.integers(1, 2)
)  # fmt: skip
PAGES = st.dictionaries(st.integers(2, 4), st.tuples(st.integers(0, 3), st.booleans()))
EXAMPLES = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
SERIAL = count()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("polls")


@contextmanager
def desk_at(folder: Path) -> Iterator[PollDesk]:
    store = fresh_store(folder, next(SERIAL))
    try:
        yield PollDesk(store, FEEDS, NOW)
    finally:
        store.close()


def by_feed(seen: Iterable[Entry], order: Sequence[str]) -> dict[str, list[Entry]]:
    listed = list(seen)
    return {url: own for url in order if (own := [each for each in listed if each.feed_url == url])}


def holds(articles: list[Article], entry: Entry) -> bool:
    return any(entry.content in article.text for article in articles)


@pytest.mark.slow
@given(st.lists(st.lists(DRAWN, max_size=6), min_size=1, max_size=5), PAGES, st.permutations(URLS))
@settings(EXAMPLES, max_examples=30)
def test_whatever_entries_share_each_is_judged_once_and_none_is_lost(
    folder: Path, polls: list[list[Drawn]], pages: dict[int, tuple[int, bool]], order: list[str]
) -> None:
    """Pages: link → the report that stands there, and whether it has the address of another by a copied template."""
    with desk_at(folder) as desk:
        for link, (text, copied) in pages.items():
            page = page_of(text, "https://pages.example/2" if copied else "")
            desk.site.pages[f"https://pages.example/{link}"] = page
        said = set()
        for drawn in [*polls, polls[-1], polls[-1]]:  # what one feed had while another edited it is seen next time
            seen = [each.entry() for each in drawn]
            bodies = by_feed(seen, order)
            before = desk.articles()
            for url, taken in desk.poll(bodies).items():
                assert len(bodies[url]) == taken.new + taken.edited + sum(taken.skipped.values())
            judged = [*before, *desk.articles()]
            assert [entry for entry in seen if not holds(judged, entry)] == []
            said |= {(each.feed_url, each.id, each.link, each.title, each.content) for each in seen}
        assert len(desk.articles()) <= len(said)
        assert desk.entries() <= len(said)
        assert not any(taken.new or taken.edited for taken in desk.poll(bodies).values())


@dataclass(frozen=True)
class Edit:
    """What happens to a report before a poll. mark: what a feed changes of it; stamp: "date" or "modified", with it."""

    report: int
    mark: str
    stamp: str = ""


MARKS = ("title", "text", "date", "modified", "id", "link", "page")
STEP = st.tuples(
    st.builds(Edit, st.integers(0, 3), st.sampled_from(MARKS), st.sampled_from(("", "", "date", "modified"))),
    st.permutations(range(4)),
    st.sets(st.integers(0, 3)),
    st.integers(1, 30),
)


@dataclass
class Report:
    """A report as its feed has it now. Its id is its own, its address, a hash of address and headline, or none; its
    feed gives its text or none."""

    number: int
    feed: int
    form: str
    has_text: bool
    edits: Counter[str]

    @property
    def link(self) -> str:
        if self.form == "linkless":
            return ""
        return f"https://{FEEDS[self.feed].name}.example/{self.number}-{self.edits['link']}"

    def entry(self) -> Entry:
        hashed = hashlib.md5(f"{self.link} {self.edits['title']}".encode(), usedforsecurity=False).hexdigest()
        own = f"guid-{self.number}-{self.edits['id']}"
        ids = {"own": own, "linkless": f"guid-{self.number}", "address": self.link, "hash": hashed}
        again = " again" * self.edits["title"]
        text = f"{text_of(self.number)}{f' Corrected {NOUNS[self.number]}.' * self.edits['text']}"
        return Entry(
            URLS[self.feed], title_of(self.number) + again, self.link, content=text if self.has_text else "",
            published=NOW - timedelta(hours=9 - self.number) + timedelta(minutes=self.edits["date"]),
            updated=NOW + timedelta(minutes=self.edits["modified"]) if self.edits["modified"] else None,
            id=ids.get(self.form, ""),
        )  # fmt: skip

    def edit(self, mark: str) -> None:
        """Changes one mark, and none by which nothing else would tell what it is."""
        if mark == "link" and self.form in ("linkless", "bare"):
            return
        if mark == "id" and self.form != "own":
            return
        if not self.has_text and self.form == "linkless" and mark == "title":
            return
        self.edits[mark] += 1

    def stamp(self, edit: Edit) -> None:
        """Dates the edit, where its mark can change and is no date itself.

        Not a headline that is its id as well: without a text nothing then tells a report from the next at its address.
        """
        alone = self.form == "hash" and not self.has_text
        if edit.stamp and edit.mark in ("title", "text") and not alone:
            self.edits[edit.stamp] += 1

    def page(self) -> str:
        more = f"More of {THINGS[self.number]}{VERBS[self.number]}. " * self.edits["page"]
        return page_of(self.number, more=more)


REPORTS = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from(("own", "address", "hash", "bare", "linkless")), st.booleans()),
    min_size=4,
    max_size=4,
)


@pytest.mark.slow
@given(REPORTS, st.lists(STEP, max_size=5), st.permutations(URLS), st.booleans())
@settings(EXAMPLES, max_examples=30)
def test_an_edit_of_any_one_mark_is_an_update_and_no_second_report(
    folder: Path,
    forms: list[tuple[int, str, bool]],
    steps: list[tuple[Edit, list[int], set[int], int]],
    order: list[str],
    refused: bool,
) -> None:
    """Reports leave their feeds for a while, come back, and stand in any order; pages can be read, or none can.

    The next poll comes an hour later, or a day. What a feed showed of an edit is read in the end, at once or later.
    """
    reports = [Report(n, *form, Counter()) for n, form in enumerate(forms)]
    seen: set[int] = set()
    shown_last: dict[int, Entry] = {}
    due: dict[int, int] = {}  # report → how much more its page had when its feed showed something else of it
    with desk_at(folder) as desk:
        first, last = (Edit(0, ""), [0, 1, 2, 3], set[int](), 7), (Edit(0, ""), [3, 2, 1, 0], set[int](), 7)
        for edit, places, missing, hours in [first, *steps, last]:
            if edit.report not in missing:  # of one that changes more while nobody looks nothing tells what it is
                reports[edit.report].edit(edit.mark)
                reports[edit.report].stamp(edit)
            shown = [reports[n] for n in places if n not in missing]
            desk.site.pages = {} if refused else {report.link: report.page() for report in shown}
            taken = desk.poll(by_feed((report.entry() for report in shown), order), hours=hours)
            fresh = {report.number for report in shown} - seen
            assert sum(each.new for each in taken.values()) == len(fresh)
            seen |= fresh
            stored = desk.articles()
            assert desk.entries() == len(stored) == len(seen)
            for report in shown:
                [article] = [each for each in stored if title_of(report.number) in each.title]
                if edit.report == report.number and edit.mark in ("title", "text") and not refused:
                    assert article.text.count("More of") == (report.edits["page"] if report.link else 0)
                if shown_last.get(report.number) != report.entry():
                    shown_last[report.number] = report.entry()
                    due[report.number] = report.edits["page"] if report.link and not refused else 0
        desk.poll({}, hours=7)
        for number, least in due.items():
            [article] = [each for each in desk.articles() if title_of(number) in each.title]
            assert least <= article.text.count("More of")


def test_an_edit_soon_after_another_is_read_later_though_the_feed_stays_as_it_is(folder: Path) -> None:
    """A feed that answers "not modified" from then on shows nothing more of it."""
    report = Report(0, 0, "own", True, Counter())
    with desk_at(folder) as desk:
        outcomes = []
        for hours, reading in ((1, 0), (1, 1), (1, 1), (1, 1), (5, 4)):
            desk.site.pages = {report.link: report.page()}
            bodies = by_feed([report.entry()], URLS) if hours == 1 else {}
            [taken] = desk.poll(bodies, hours=hours).values() or [None]
            [article] = desk.articles()
            outcomes.append((taken and (taken.new, taken.edited, taken.skipped), article.text.count("More of")))
            assert article.text.count("More of") == reading
            report.edits.update(("modified", "page"))
    put_off = {"edited-lately": 1}
    assert [each[0] for each in outcomes] == [(1, 0, {}), (0, 1, {}), (0, 0, put_off), (0, 0, put_off), None]


OWN = FeedConfig(url="https://alpha.example/rss", name="alpha", publisher="alpha", kind="wire")
SECTION = FeedConfig(url="https://alpha.example/section/rss", name="alpha section", publisher="alpha", kind="wire")
SEARCH = FeedConfig(url="https://search.example/rss?q=border", name="search", kind="search")
LISTING = st.tuples(
    st.sampled_from(("own", "section", "search")), st.sets(st.integers(0, 3), min_size=1), st.integers(1, 30)
)


def listed(kind: str, number: int) -> Entry:
    """A report of one outlet as its own feed, the feed of a section or a search has it."""
    link, at = f"https://alpha.example/news/{number}", NOW - timedelta(hours=9 - number)
    if kind == "own":
        return Entry(OWN.url, title_of(number), link, content=text_of(number), published=at, id=f"guid-{number}")
    if kind == "section":
        decorated = f"https://www.alpha.example/news/{number}?utm_source=rss&from=rss"
        return Entry(SECTION.url, title_of(number), decorated, content=text_of(number), published=at, id=f"s/{number}")
    found = f"http://m.alpha.example/news/{number}/?outputType=amp"
    title = f"{title_of(number)} - alpha.example"
    return Entry(SEARCH.url, title, found, published=at + timedelta(minutes=50), id=f"hit-{number}", publisher="alpha")


@pytest.mark.slow
@given(st.lists(LISTING, min_size=1, max_size=6), st.booleans())
@settings(EXAMPLES, max_examples=30)
def test_a_report_that_several_feeds_list_is_one_article_of_its_outlet(
    folder: Path, polls: list[tuple[str, set[int], int]], refused: bool
) -> None:
    """Whichever lists it first, at whatever form of its address, and however soon the next poll follows."""
    feeds = {"own": OWN, "section": SECTION, "search": SEARCH}
    store = fresh_store(folder, next(SERIAL))
    try:
        desk = PollDesk(store, list(feeds.values()), NOW)
        if not refused:
            links = {listed(kind, number).link: page_of(number) for kind in feeds for number in range(4)}
            desk.site.pages = links
        told: dict[int, set[str]] = {}
        for kind, numbers, hours in polls:
            bodies = {feeds[kind].url: [listed(kind, number) for number in sorted(numbers)]}
            for taken in desk.poll(bodies, hours=hours).values():
                assert len(numbers) == taken.new + taken.edited + sum(taken.skipped.values())
            for number in numbers:
                told.setdefault(number, set()).add(kind)
            stored = desk.articles()
            assert sorted(title_of(n) for n in told) == sorted(
                each.title.removesuffix(" - alpha.example") for each in stored
            )
            for number, kinds in told.items():
                [article] = [each for each in stored if title_of(number) in each.title]
                assert article.kind == OWN.kind  # a search only says where to look
                assert (text_of(number) in article.text) or (refused and kinds == {"search"})
    finally:
        store.close()
