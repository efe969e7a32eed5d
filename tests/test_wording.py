"""What the commands say to a person: the words that counted, one version everywhere, one thing and several."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.config import packaged_folder
from tests.newsroom import PACT
from tests.test_cli import Monitor, folder, monitor  # noqa: F401

SEED = (
    "title: Ferry strike, part {0}\n\nFerry crews of the harbour went on strike over night shifts on route {0}.\n\n"
    + (
        "The harbour union said that ferry crews want two more sailors for night shifts, and that the strike would go "
        "on until the ferry company talks about night shifts with the harbour union.\n\nPassengers waited for hours."
    )
)
ARTICLE = (
    "Strike of ferry crews ends\n\nThe harbour union and the ferry company agreed on night shifts.\n\nThe sea was calm."
)


def without_sides(config: Path) -> None:
    seeds = config.parent / "ferries"
    seeds.mkdir()
    for number in range(1, 6):
        (seeds / f"{number}.txt").write_text(SEED.format(number), encoding="utf-8")
    (config / "watches" / "ferries.yaml").write_text("name: Ferry strikes\nseeds: ../../ferries\n", encoding="utf-8")


def test_explain_shows_the_learned_words_that_counted(monitor: Monitor, folder: Path, tmp_path: Path) -> None:  # noqa: F811
    without_sides(folder)
    (tmp_path / "a.txt").write_text(ARTICLE, encoding="utf-8")
    given = ("--config", folder, "explain", tmp_path / "a.txt", "--watch", "ferries")
    shown = monitor(*given, "--html", tmp_path / "a.html")
    words = shown.out.partition("learned words found: ")[2]
    assert "harbour union" in words
    assert "[harbour union]" in shown.out
    assert "sea" not in words
    assert "harbour union" in (tmp_path / "a.html").read_text(encoding="utf-8").partition("Learned words")[2]
    [told] = monitor(*given, "--json").json()
    assert {"text", "weight", "count", "front"} == set(told["learned"][0])
    (tmp_path / "pact.txt").write_text("Pact\n\n" + "\n\n".join(PACT), encoding="utf-8")
    sided = monitor("--config", folder, "explain", tmp_path / "pact.txt", "--watch", "iran-iraq-defense")
    assert "cooperation" in sided.out.partition("learned words found: ")[2]
    assert "profile" not in sided.out


@pytest.mark.slow
def test_learn_check_and_receipts_name_one_version(monitor: Monitor, folder: Path, tmp_path: Path) -> None:  # noqa: F811
    [learned] = monitor("--config", folder, "learn", "--json").json()
    (tmp_path / "a.txt").write_text(ARTICLE, encoding="utf-8")
    [explained] = monitor("--config", folder, "explain", tmp_path / "a.txt", "--json").json()
    checked = monitor("--config", folder, "check", "--json").json()
    assert learned["version"] == explained["receipt"]["profile"] == checked["versions"]["iran-iraq-defense"]
    assert learned["version"] in monitor("--config", folder, "learn").out
    assert learned["version"] in monitor("--config", folder, "check").out


def test_learn_says_what_became_of_each_line(monitor: Monitor, folder: Path) -> None:  # noqa: F811
    without_sides(folder)
    copied = (
        "Ferry strike\n\n" + SEED.format(9).partition("\n\n")[2] + "\n\nShare this story!\n\nRead more\n\nRead more\n"
    )
    (folder.parent / "ferries" / "1.txt").write_text(copied, encoding="utf-8")
    told = monitor("--config", folder, "learn", "--watch", "ferries").out
    assert " lines, not learned from" in told
    assert "link to other pages: Read more (2×)" in told


@pytest.mark.slow
def test_one_is_not_many(monitor: Monitor, folder: Path) -> None:  # noqa: F811
    assert "1 watch, 1 digest: good" in monitor("--config", folder, "check").out
    assert monitor("--config", folder, "stories").err.strip() == "0 stories"
    url = "https://one.example/rss"
    opml = folder.parent / "one.opml"
    opml.write_text(f'<opml version="2.0"><body><outline type="rss" xmlUrl="{url}" text="One"/></body></opml>')
    assert "1 feed added, 0 were in the list already" in monitor("--config", folder, "feeds", "import", opml).out
    assert "0 feeds added, 1 was in the list already" in monitor("--config", folder, "feeds", "import", opml).out


@pytest.mark.slow
def test_the_shipped_profile_is_what_the_shipped_seeds_teach(monitor: Monitor, tmp_path: Path) -> None:  # noqa: F811
    assert monitor("init", tmp_path / "start").code == 0
    config = tmp_path / "start" / "config"
    assert monitor("--config", config, "learn").code == 0
    path = Path("watches", "iran-iraq-defense", "profile.yaml")
    assert (config / path).read_text(encoding="utf-8") == (packaged_folder() / "config" / path).read_text(
        encoding="utf-8"
    )
