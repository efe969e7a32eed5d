"""What is new since a reader's last visit."""

# ruff: noqa: F811 - fixtures of other files are named again where they are used

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from monitor.store import articles
from monitor.web.visits import COOKIE
from tests.test_judging import DRILL
from tests.test_web import NOW, TOKEN, Place, article, filled, own, read  # noqa: F401


class Reader:
    """A browser, which keeps the cookie that it was given last."""

    def __init__(self, place: Place, cookie: str = "") -> None:
        self.place, self.cookie = place, cookie

    def see(self, path: str = "/", *, after: float = 0) -> str:
        self.place.now += timedelta(minutes=after)
        answer = self.place.get(path, cookie=self.cookie, authorization=f"Bearer {TOKEN}")
        assert answer.status == 200
        self.cookie = answer.headers["set-cookie"].split(";")[0]
        assert "HttpOnly" in answer.headers["set-cookie"]
        return " ".join(answer.tree.xpath("string(//main)").split())


def drilled(place: Place) -> None:
    """A report of another event comes in."""
    with place.app.store.write() as db:
        articles.add(db, [(article(21, *DRILL, 1), "more", None)])
    app = place.app
    place.app = type(app)(app.config, app.store, app._workers, lambda: place.now, app._observer)
    place.app._matching = app._matching
    place.settle()


def test_what_came_since_the_last_visit_is_counted_marked_and_listed_alone(own: Place) -> None:
    reader = Reader(own)
    own.now = NOW + timedelta(hours=1)
    assert "last visit" not in reader.see()
    assert "last visit" not in reader.see(after=10)  # the same visit
    own.now += timedelta(hours=8)
    drilled(own)
    first = reader.see(after=20)
    assert "1 story has news since your last visit" in first
    assert first.count(" new ") + first.count("new1 ") >= 1
    alone = reader.see("/?new=1", after=29)  # still the same visit
    assert DRILL[0] in alone
    assert "1 story." in alone
    assert "defence memorandum" not in alone
    taken = own.get("/?new=1&as=json", cookie=reader.cookie, authorization=f"Bearer {TOKEN}").text
    assert [row["headline"] for row in json.loads(taken)["stories"]] == [DRILL[0]]
    assert "Nothing new since your last visit" in reader.see(after=31)
    assert "Nothing new" in Reader(own, reader.cookie).see()


@pytest.mark.parametrize(
    "cookie", ["", "x", ".", "9999999999.9999999999", "-1.-1", "1e9.1e9", "1" * 400, "١٢٣.١٢٣", "1..2", "0."]
)
def test_a_cookie_that_says_nothing_counts_for_nothing(own: Place, cookie: str) -> None:
    assert "since your last visit" not in Reader(own, f"{COOKIE}={cookie}").see("/?new=1")
