"""How much a watch misses: that the intervals hold, that a sample is random, and that it is judged where it stands."""

# ruff: noqa: F811 - fixtures of other files are named again where they are used

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from itertools import product
from math import comb
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.match.audit import BANDS, SIZE, Cell, Judged, band_of, draw, estimate, in_sight, limits, together
from monitor.pipeline import audit as auditing
from monitor.pipeline import decide
from monitor.pipeline.decide import Person, UndecidedError
from monitor.store import audits, marks
from tests.test_cli import Monitor, monitor  # noqa: F401
from tests.test_judging import ME, Analyst, by_title, desk  # noqa: F401
from tests.test_web import NOW, TOKEN, Place, filled, own, read  # noqa: F401

THRESHOLD = 0.5


def outlet(random: Random, articles: int) -> list[tuple[Judged, bool]]:
    """Invented articles: most score next to nothing; the more one scores the likelier it is relevant."""
    found = []
    for number in range(articles):
        score = random.random() if random.random() < 0.15 else random.random() ** 2 / 20
        verdict = "match" if score >= THRESHOLD else "near" if score >= 0.2 else "no"
        language = random.choice(("en", "en", "fa"))
        one = Judged(number, score, verdict, language, "state")  # type: ignore[arg-type]
        found.append((one, random.random() < score**1.5))
    return found


def reviewed(rows: list[tuple[Judged, bool]], salt: str, size: int = SIZE) -> list[Cell]:
    relevant = {one.id: said for one, said in rows}
    sample = draw([one for one, _ in rows], THRESHOLD, salt, size)
    sizes = Counter(band_of(one.verdict, one.score, THRESHOLD) for one, _ in rows)
    return [Cell(b, sizes[b], len(its), sum(relevant[one.id] for one in its)) for b, its in sample.items() if sizes[b]]


def truth(rows: list[tuple[Judged, bool]]) -> tuple[float, float]:
    found = sum(said for one, said in rows if one.verdict == "match")
    return found / sum(said for _, said in rows), found / sum(one.verdict == "match" for one, _ in rows)


@pytest.mark.slow
@pytest.mark.parametrize(("articles", "size"), [(150, 20), (600, 20), (600, 80)])
def test_the_true_values_lie_in_their_intervals(articles: int, size: int) -> None:
    rows = outlet(Random(articles), articles)
    recall, precision = truth(rows)
    held = [0, 0]
    for number in range(60):
        found = estimate(reviewed(rows, str(number), size))
        held[0] += found.recall.low <= recall <= found.recall.high
        held[1] += found.precision.low <= precision <= found.precision.high
    assert min(held) >= 56


def test_an_interval_is_exact_for_a_sample_without_replacement() -> None:
    """At its ends the sample that was seen, or one further out, has a chance of 2.5 %: Clopper and Pearson's limits."""

    def chance(size: int, relevant: int, looked: int, right: range) -> float:
        ways = (comb(relevant, k) * comb(size - relevant, looked - k) for k in right if k <= looked)
        return sum(ways) / comb(size, looked)

    for size, looked, right in ((40, 8, 0), (40, 8, 3), (40, 8, 8), (12, 11, 2), (300, 20, 1)):
        low, high = limits(Cell("near", size, looked, right))
        assert high == size - looked + right or chance(size, high + 1, looked, range(right + 1)) < 0.032
        assert chance(size, high, looked, range(right + 1)) > 0.018
        assert low == right or chance(size, low - 1, looked, range(right, looked + 1)) < 0.032
        assert chance(size, low, looked, range(right, looked + 1)) > 0.018


def test_whatever_was_looked_at_whole_is_certain() -> None:
    found = estimate([Cell("match", 10, 10, 9), Cell("near", 4, 4, 1), Cell("rest", 6, 6, 0)])
    assert (found.recall.low, found.recall.value, found.recall.high) == (0.9, 0.9, 0.9)
    assert (found.precision.low, found.precision.high) == (0.9, 0.9)
    assert (found.missed.low, found.missed.high) == (1, 1)


def test_nothing_that_was_not_looked_at_is_taken_for_known() -> None:
    unseen = estimate([Cell("match", 10, 0, 0), Cell("rest", 1000, 0, 0)])
    assert unseen.recall.value is unseen.precision.value is None
    assert (unseen.recall.low, unseen.recall.high) == (0.0, 1.0)
    assert (unseen.precision.low, unseen.precision.high) == (0.0, 1.0)
    none = estimate([])
    assert (none.recall.value, none.recall.low, none.recall.high) == (None, 0.0, 1.0)
    empty = estimate([Cell("match", 0, 0, 0), Cell("rest", 50, 5, 0)])
    assert (empty.recall.low, empty.recall.high) == (0.0, 1.0)


def test_more_answers_make_an_interval_narrower() -> None:
    widths = []
    for weeks in (1, 3, 9):
        cells = together([Cell("match", 30, 6, 5), Cell("near", 40, 5, 1), Cell("low", 60, 5, 0)] * weeks)
        found = estimate(cells)
        widths.append(found.recall.high - found.recall.low)
    assert widths[0] > widths[1] > widths[2]
    whole = together([Cell("near", 4, 4, 1), Cell("near", 40, 5, 0)])
    assert sorted(cell.size for cell in whole) == [4, 40]  # what was looked at whole says nothing of the rest
    assert in_sight([Cell("rest", 9, 1, 0), Cell("low", 9, 1, 0)]) == [Cell("low", 9, 1, 0)]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 9999), st.integers(4, 60), st.integers(0, 200))
def test_a_sample_is_of_the_size_asked_for_and_holds_nothing_twice(salt: int, size: int, articles: int) -> None:
    rows = [one for one, _ in outlet(Random(salt), articles)]
    sample = draw(rows, THRESHOLD, str(salt), size)
    ids = [one.id for its in sample.values() for one in its]
    assert len(ids) == len(set(ids)) == min(size, articles)
    assert all(band_of(one.verdict, one.score, THRESHOLD) == band for band, its in sample.items() for one in its)
    assert draw(reversed(rows), THRESHOLD, str(salt), size) == sample


def test_every_article_of_a_band_is_as_likely_to_be_drawn_and_languages_have_their_share() -> None:
    rows = [Judged(n, 0.3, "near", "en" if n < 30 else "fa", "state") for n in range(40)]
    drawn = Counter(one.id for salt in range(400) for one in draw(rows, THRESHOLD, str(salt), 8)["near"])
    assert min(drawn.values()) > 45
    assert max(drawn.values()) < 120
    for salt in range(20):
        languages = Counter(one.language for one in draw(rows, THRESHOLD, str(salt), 8)["near"])
        assert languages["fa"] in (1, 2, 3)


# ---- drawn, answered and told ----------------------------------------------------------------------------------


def test_what_was_marked_before_is_certain_and_counted_as_the_watch_judged_it(desk: Place) -> None:
    found, _ = by_title(desk, "drill in the northern Gulf")
    missed, _ = by_title(desk, "qualifier")
    with desk.app.store.write() as db:
        decide.mark(db, "border", [found], ME, relevant=False)
        decide.mark(db, "border", [missed], ME, relevant=True)
    desk.settle()
    with desk.app.store.read() as db:
        made = auditing.drawn(db, "border", Person("Rana", desk.now), since=NOW - timedelta(days=30))
    assert {found, missed}.isdisjoint(each.article for each in made.sample)
    known = Counter[tuple[str, str]]()
    for key, count in made.known.items():
        known[key[0], key[3]] += count
    assert known == {("match", "wrong"): 1, ("rest", "right"): 1}
    assert sum(made.sizes.values()) == len(made.sample) == 6


def test_an_open_sample_is_not_drawn_again_and_the_next_begins_where_it_ended(desk: Place) -> None:
    person = Person("Rana", desk.now)
    store = desk.app.store
    made = auditing.start(store, "border", person, size=4)
    with pytest.raises(UndecidedError, match="4 of its articles wait"):
        auditing.start(store, "border", person)
    with store.write() as db:
        for each in made.sample:
            marks.put(db, each.article, "border", relevant=each.band == "match", now=desk.now)
        assert auditing.waiting(db, "border", desk.now) is None
    with pytest.raises(UndecidedError, match="no new article"):
        auditing.start(store, "border", Person("Rana", desk.now + timedelta(days=1)))
    with store.read() as db:
        [stored] = audits.newest(db, "border")
        assert (stored.who, stored.waiting, len(stored.sample)) == ("Rana", 0, 4)
        assert stored.sizes == made.sizes
        standing = auditing.standing(db, "border", desk.now)
        assert standing
        assert standing.all.answered == 4
        assert auditing.standing(db, "border", desk.now + timedelta(weeks=11)) is None


def test_a_sample_is_drawn_and_judged_on_the_page(desk: Place) -> None:
    assert "Draw a sample" not in desk.get("/audit", authorization=f"Bearer {TOKEN}").text
    me = Analyst(desk)
    page = me.get("/audit")
    assert "Nothing is known yet" in page.text
    fields = {each.get("name"): each.get("value") for each in page.tree.xpath("//form[@action='./audit']//input")}
    page = me.sent(desk.post("/audit", fields, **me.headers))
    items = page.tree.xpath("//li[starts-with(@id, 'report-')]")
    assert len(items) == 8
    assert not page.tree.xpath("//li[@id]//*[contains(., 'score')]")
    for number, item in enumerate(items):
        assert ("an unknown share (" in page.text) == (number == 1)  # one answer tells of one band
        page = me.press("/audit", item.get("id"), "right" if "Iran" in item.text_content() else "wrong")
    assert "95 % confidence" in page.text
    assert "Draw a sample" in page.text
    tables = {each.get("aria-label"): each for each in page.tree.xpath("//div[@class='table']")}
    assert {"By score", "Over time"} <= set(tables)
    assert "Rana" in tables["Over time"].text_content()
    judged = me.get("/judged").tree
    assert len(judged.xpath("//a[text()='for an audit']")) == 8
    assert desk.post("/audit", {"watch": "border"}).status in (401, 403)
    assert me.get("/audit?watch=none").status == 404


def test_the_command_draws_lists_and_tells(desk: Place, monitor: Monitor) -> None:
    folder = desk.app.config.folder
    desk.app.store.close()
    shown = monitor("--config", folder, "audit", "--since", "3650d", "--size", "5")
    assert "nothing is known of what is missed" in shown.out
    assert "--draw" in shown.err
    made = monitor("--config", folder, "audit", "--since", "3650d", "--size", "5", "--draw", "--json").json()
    assert made["id"] == 1
    assert len(made["sample"]) == 5
    for row, verdict in zip(made["sample"], ("right", "wrong", "wrong", "wrong", "right"), strict=True):
        assert monitor("--config", folder, "mark", str(row["id"]), verdict, "--watch", "border").code == 0
    told = monitor("--config", folder, "audit", "--since", "3650d", "--json").json()
    assert told["estimate"]["answered"] == 5
    for name, part in product(("recall", "precision", "recall_in_sight"), ("low", "high")):
        assert 0 <= told["estimate"][name][part] <= 1
    said = monitor("--config", folder, "audit", "--since", "3650d").out
    assert "95 % confidence intervals" in said
    assert said.count("too few answers") == 1
    assert "no watch 'none'" in monitor("--config", folder, "audit", "--watch", "none").err


def on_a_terminal(folder: Path, keys: bytes) -> str:
    """What `monitor audit` shows to one who types ``keys``."""
    ours, theirs = os.openpty()
    os.write(ours, keys)
    command = [sys.executable, "-m", "monitor", "--config", str(folder), "audit", "--since", "3650d", "--size", "4"]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        shown = b""
        with suppress(OSError):  # the end of a terminal
            while part := os.read(ours, 65536):
                shown += part
        process.wait()
    os.close(ours)
    return shown.decode()


@pytest.mark.slow
def test_answers_on_a_terminal_are_kept_at_once_and_figures_are_told_again(desk: Place) -> None:
    folder, store = desk.app.config.folder, desk.app.store
    on_a_terminal(folder, b"r\nw\n\x04")  # ends in the middle
    with store.read() as db:
        assert marks.count(db, "border") == (1, 1)
    assert "1 audit of the last ten weeks, 4 answers" in on_a_terminal(folder, b"w\nw\n")
    again = on_a_terminal(folder, b"")
    assert "no article waits for an answer" in again
    assert "1 audit of the last ten weeks, 4 answers" in again


def test_bands_are_by_what_the_watch_says_first() -> None:
    assert [band_of("match", 0.1, 0.5), band_of("no", 0.9, 0.5), band_of("near", 0.3, 0.5)] == ["match", "near", "near"]
    assert [band_of("no", 0.1, 0.5), band_of("no", 0.09, 0.5)] == ["low", "rest"]
    assert sum(BANDS.values()) == SIZE
