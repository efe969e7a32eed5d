"""`monitor digest --json` shows what the text of the edition says: who was first, who carries whom, what changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from monitor.api.editions import edition_answer
from tests.editions import edition, report, shown, story
from tests.newsroom import PACT, Newsroom, hours_ago
from tests.test_cli import Monitor, monitor  # noqa: F401

Configure = Callable[..., Path]
TITLE = "Iran, Iraq sign defence memorandum in Tehran"


def items(newsroom: Newsroom, path: str, title: str, text: list[str], hours: float) -> list[tuple[str, str, datetime]]:
    return [(title, newsroom.article(path, title, text), hours_ago(hours))]


def test_who_was_first_and_who_carries_whom(monitor: Monitor, newsroom: Newsroom, configure: Configure) -> None:  # noqa: F811
    first = newsroom.feed("/one.xml", items(newsroom, "/one.html", TITLE, PACT, 5))
    copy = newsroom.feed("/two.xml", items(newsroom, "/two.html", TITLE, PACT, 2))
    folder = configure(first, copy)
    monitor("--config", folder, "poll")
    looked = monitor("--config", folder, "digest", "--dry-run", "--json").json()
    assert looked["stories"] == 1
    [content] = looked["contents"]
    by_publisher = {article["publisher"]: article for article in content["articles"]}
    assert set(by_publisher) == {"Feed 1", "Feed 2"}
    one, two = by_publisher["Feed 1"], by_publisher["Feed 2"]
    assert (content["headline"], content["watch"], content["developing"], content["in_full"]) == (
        TITLE, "iran-iraq-defense", False, True,
    )  # fmt: skip
    assert content["first"] == {"publisher": "Feed 1", "article": one["id"], "time": one["published"]}
    assert content["copies"] == [{"article": two["id"], "of": "Feed 1"}]
    assert (content["voices"], content["silent"], content["changes"]) == (1, [], [])
    assert content["quotes"]
    assert all(quote["text"] in " ".join(PACT) and quote["article"] == one["id"] for quote in content["quotes"])
    assert (one["new"], two["new"], one["url"]) == (True, True, newsroom.base + "/one.html")
    assert content["story"] == monitor("--config", folder, "stories", "--json").json()[0]["id"]


@pytest.mark.slow
def test_what_changed_since_an_earlier_edition(monitor: Monitor, newsroom: Newsroom, configure: Configure) -> None:  # noqa: F811
    one = newsroom.feed("/one.xml", items(newsroom, "/one.html", TITLE, PACT, 5))
    folder = configure(one, newsroom.base + "/two.xml")
    newsroom.feed("/two.xml", [])
    monitor("--config", folder, "poll")
    sent = monitor("--config", folder, "digest", "--json").json()
    more = [*PACT[:2], "The two armies will hold the first of 12 joint exercises in Basra in March, a spokesman said."]
    newsroom.feed("/two.xml", items(newsroom, "/two.html", TITLE + ", first exercise in Basra", more, 1))
    monitor("--config", folder, "poll")
    [content] = monitor("--config", folder, "digest", "--json").json()["contents"]
    assert (content["developing"], [article["new"] for article in content["articles"]]) == (True, [False, True])
    new = content["articles"][1]["id"]
    assert {"kind": "publisher", "text": "Feed 2", "article": new} in content["changes"]
    [before] = sent["contents"]
    again = monitor("--config", folder, "digest", "--resend", sent["id"], "--json").json()
    assert again["contents"] == [before]


def test_an_empty_edition_has_no_contents(monitor: Monitor, newsroom: Newsroom, configure: Configure) -> None:  # noqa: F811
    folder = configure(newsroom.feed("/one.xml", []))
    monitor("--config", folder, "poll")
    looked = monitor("--config", folder, "digest", "--dry-run", "--json").json()
    assert (looked["stories"], looked["contents"]) == (0, [])


def test_a_story_shown_as_a_headline_says_so() -> None:
    full, brief = (shown(story(number, report(10 * number, f"Headline {number}"))) for number in (1, 2))
    made = edition_answer(edition(full, more=(brief,)), [], []).document()
    assert made["stories"] == len(made["contents"]) == 2
    assert [(each["headline"], each["in_full"]) for each in made["contents"]] == [
        ("Headline 1", True),
        ("Headline 2", False),
    ]
    assert (made["contents"][1]["first"], made["contents"][1]["voices"], made["contents"][1]["quotes"]) == (
        None,
        None,
        [],
    )
