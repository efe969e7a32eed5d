"""How the figures of any topic are taken: what a lead alone adds is chosen while most of what it finds is right."""

from __future__ import annotations

from typing import cast

from benchmarks.topics import LEAD_ALONE, Topic, amount_of_leads
from monitor.match import Matcher
from monitor.match.fit import Labelled


def topic(name: str, leads: list[tuple[float, bool]]) -> Topic:
    """A topic whose whole articles are told apart by one feature, and whose leads hold less of it."""
    whole = [(1.0, True)] * 400 + [(0.0, False)] * 600
    rows, cut = (
        tuple(
            Labelled({"acts": value, LEAD_ALONE: alone, "short": 1.0}, right, f"{name} {n}")
            for n, (value, right) in enumerate(some)
        )
        for some, alone in ((whole, 0.0), (leads, 1.0))
    )
    return Topic(name, cast(Matcher, None), rows, cut)


def test_leads_that_say_less_than_their_articles_get_an_amount() -> None:
    clear = [(0.55, True)] * 20 + [(0.0, False)] * 60
    assert amount_of_leads([topic("a", clear), topic("b", clear)], [], 0.5) > 0


def test_leads_get_no_amount_that_finds_more_of_what_is_not_meant() -> None:
    mixed = [(0.3, True)] * 2 + [(0.3, False)] * 60
    assert amount_of_leads([topic("a", mixed), topic("b", mixed)], [], 0.5) == 0
