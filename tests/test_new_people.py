"""New office-holders: people who recur beside an office of a side, and whom no file of entities has."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.app import open_app
from monitor.cli.progress import Silent
from monitor.config import load_config
from monitor.config.yaml import parse_yaml
from monitor.model import Document
from monitor.topic.entities import load_entities
from monitor.topic.new_people import new_people
from monitor.topic.vocabulary import load_vocabulary
from monitor.web.heartbeat import Pulse
from tests.newsroom import Newsroom, hours_ago
from tests.test_cli import Monitor, monitor  # noqa: F401
from tests.test_web import TOKEN, Place

REPORTS = [
    (
        "Iran, Iraq agree on joint border patrols",
        "Iraqi Interior Minister Wissam al-Tarfa and Iranian Interior Minister Eskandar Momeni signed a security "
        "memorandum on joint patrols of the border in Tehran on Monday.",
    ),
    (
        "Interior ministers of Iran and Iraq discuss security pact",
        "Iraq's Interior Minister Wissam al-Tarfa met Iranian border guard commanders in Baghdad for security talks on "
        "the border agreement of the two countries.",
    ),
    (
        "Iranian police chief in Baghdad for security cooperation talks",
        "Iran's police chief Ahmad-Reza Radan signed a security cooperation agreement in Baghdad. Wissam al-Tarfa, "
        "Iraq's interior minister, said border guards of Iran and Iraq will share intelligence.",
    ),
    (
        "Al-Tarfa in Tehran for talks on border security",
        "Wissam al-Tarfa discussed the security memorandum and joint border patrols with Iranian commanders.",
    ),
]  # fmt: skip


def documents(reports: list[tuple[str, str]] = REPORTS, language: str = "en") -> list[Document]:
    return [Document(str(number), title, text, language) for number, (title, text) in enumerate(reports)]


def found(articles: list[Document]) -> list[tuple[str, str, int]]:
    entities, _, _, world, _ = load_vocabulary(load_config(Path("config")))
    return [(each.name, each.side, len(each.said)) for each in new_people(articles, ["iran", "iraq"], entities, world)]


def test_a_name_beside_an_office_in_three_reports_is_new_and_known_ones_are_not() -> None:
    assert found(documents()) == [("Wissam al-Tarfa", "iraq", 3)]
    assert found(documents(REPORTS[1:])) == []


def test_another_spelling_of_a_known_persons_first_name_is_no_new_person() -> None:
    known = "Iraqi National Security Adviser Kasem al-Araji met Iranian officers."
    assert found(documents([("Talks", known)] * 3)) == []


def test_a_name_in_a_script_without_capitals_is_read_to_its_end() -> None:
    said = "وزیر دفاع عراق بهرام زرنوش با فرماندهان ایران دیدار کرد."
    also = "وزیر دفاع عراق بهرام زرنوش در تهران از همکاری گفت."
    assert found(documents([("خبر", said), ("خبر", also), ("خبر", said)], "fa"))[0][:2] == ("بهرام زرنوش", "iraq")


@pytest.mark.slow
def test_a_new_office_holder_is_proposed_with_what_the_name_would_gain(
    monitor: Monitor,  # noqa: F811
    newsroom: Newsroom,
    configure: Callable[..., Path],
    tmp_path: Path,
) -> None:
    items = []
    for number, (title, text) in enumerate(REPORTS):
        items.append((title, newsroom.article(f"/{number}.html", title, [text]), hours_ago(number + 1)))
    folder = configure(newsroom.feed("/feed.xml", items))
    (folder / "token").write_text(TOKEN)
    with (folder / "monitor.yaml").open("a") as file:
        file.write('\nweb: {listen: "127.0.0.1:0", token_file: token}\n')
    assert monitor("--config", folder, "poll").code == 0
    [told] = monitor("--config", folder, "suggest", "--json").json()
    [person] = told["people"]
    assert (person["name"], person["side"], person["sector"], person["articles"]) == (
        "Wissam al-Tarfa", "iraq", "security", 3,
    )  # fmt: skip
    assert all("al-Tarfa" in said["sentence"] for said in person["said"])
    assert [each["title"] for each in person["gained"]] == [REPORTS[3][0]]
    out = monitor("--config", folder, "suggest").out
    assert "Wissam al-Tarfa  (holds an office of iraq in 3 articles" in out
    asyncio.run(_shown(folder))
    # The entry that it prints is one, and does what was said of it.
    lines = [line[6:] for line in out.splitlines() if line.startswith(("      - id:", "        "))]
    (folder / "entities").mkdir(exist_ok=True)
    mine = folder / "entities" / "mine.yaml"
    mine.write_text("entities:\n" + "".join(f"  {line}\n" for line in lines), encoding="utf-8")
    assert parse_yaml(mine.read_text(encoding="utf-8"), mine)
    assert load_entities(mine.parent)[0].names == ("Wissam al-Tarfa", "~al-Tarfa")
    [after] = monitor("--config", folder, "suggest", "--json").json()
    assert after["people"] == []
    [change] = monitor("--config", folder, "diff", "--json").json()
    assert [each["title"] for each in change["gained"]] == [REPORTS[3][0]]


async def _shown(folder: Path) -> None:
    """The page of the watch shows who was found, the sentences and the entry."""
    async with open_app(load_config(folder), lambda: datetime.now(UTC), Silent()) as app:
        await app.suggestions.look()
        place = Place(app, Pulse(datetime.now(UTC)), now=datetime.now(UTC))
        page = await asyncio.to_thread(place.get, "/watches/iran-iraq-defense")
        assert "Wissam al-Tarfa" in page.text
        assert "holds an office of iraq in 3 articles" in page.text
        assert page.tree.xpath("//pre")[0].text.startswith("- id: wissam_al_tarfa")
