"""Cases that stand in files, so that anyone adds one: see cases/lines.

`sites.csv`: two addresses and whether they are one site. `link_parameters.csv`: a query and whether an address names
the same page without it. `addresses.csv`: two addresses, and whether they are one page's. `feed_titles.csv`: what a
feed calls itself, and whether that names an outlet.
`wrapped/NAME.txt`: a text, with what becomes of it beside it in `NAME.joined.txt`; without that file it stays as it
is. `paragraphs/NAME.txt`: a paragraph a line, wrapped by the test. `rows/NAME.jsonl`: input of `score` and `group`,
and in `NAME.yaml` for each line its `id`, part of its `error` or `warning`, its `title`, `published` (UTC) and `line`.
"""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import textwrap
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from monitor.cli import cli
from monitor.cli.article_lines import LINE_LIMIT, ArticleLine, read_article_lines
from monitor.feeds.own_title import own_title
from monitor.model import ParsedFeed
from monitor.pages.feed_text import html_text
from monitor.text.sanitize import clean_text
from monitor.text.sites import same_site, site_of
from monitor.text.unwrap import unwrap
from monitor.text.urls import normalise_url, unwrap_redirect

CASES = Path(__file__).parent / "cases" / "lines"


def table(name: str) -> list[dict[str, str]]:
    with (CASES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("case", table("sites"), ids=lambda case: f"{case['address']} {case['other']}")
def test_one_site_or_two(case: dict[str, str]) -> None:
    assert same_site(case["address"], case["other"]) is (case["same"] == "yes")
    assert same_site(case["other"], case["address"]) is (case["same"] == "yes")


@pytest.mark.parametrize("case", table("addresses"), ids=lambda case: f"{case['address']} {case['other']}")
def test_one_page_or_two(case: dict[str, str]) -> None:
    one, other = (normalise_url(unwrap_redirect(case[name])) for name in ("address", "other"))
    assert (one == other) is (case["same"] == "yes")


def test_what_a_query_says_of_the_page() -> None:
    page = "https://news.example/x?n=4"
    wrong = [
        case["query"]
        for case in table("link_parameters")
        if (normalise_url(f"{page}&{case['query']}") == normalise_url(page)) is not (case["same_page"] == "yes")
    ]
    assert wrong == []


def test_which_titles_of_feeds_name_an_outlet() -> None:
    wrong = [
        case["title"]
        for case in table("feed_titles")
        if bool(own_title(ParsedFeed(title=case["title"], entries=()))) is not (case["names_an_outlet"] == "yes")
    ]
    assert wrong == []


def test_the_site_of_an_address_is_the_name_that_was_registered() -> None:
    assert site_of("https://www.ina.iq:8443/x") == "ina.iq"
    assert site_of("https://fa.مثال.ایران/") == "xn--mgbh0fb.xn--mgba3a4f16a"
    assert site_of("http://10.0.3.4/") == "10.0.3.4"
    assert site_of("") == ""


WRAPPED = sorted(path for path in (CASES / "wrapped").glob("*.txt") if not path.name.endswith(".joined.txt"))


def text_of(path: Path) -> str:
    return path.read_bytes().decode("utf-8")  # line ends as they are


@pytest.mark.parametrize("path", WRAPPED, ids=lambda path: path.stem)
def test_wrapped_lines_are_joined_and_no_others(path: Path) -> None:
    joined = path.with_name(f"{path.stem}.joined.txt")
    given = text_of(path)
    assert unwrap(given) == (text_of(joined) if joined.exists() else given)
    assert unwrap(unwrap(given)) == unwrap(given)


@pytest.mark.parametrize("path", sorted((CASES / "paragraphs").glob("*.txt")), ids=lambda path: path.stem)
@pytest.mark.parametrize("between", ["\n\n", "\r\n \r\n"], ids=["blank lines", "lines with a space"])
def test_short_paragraphs_are_found_at_every_width(path: Path, between: str) -> None:
    paragraphs = text_of(path).splitlines()
    for width in range(46, 101):
        wrapped = between.join(textwrap.fill(paragraph, width) for paragraph in paragraphs)
        assert html_text(wrapped).split("\n") == paragraphs, width


ROWS = sorted((CASES / "rows").glob("*.jsonl"))
NOW = datetime(2026, 11, 28, 9, tzinfo=UTC)


@pytest.mark.parametrize("path", ROWS, ids=lambda path: path.stem)
def test_each_line_is_an_article_or_names_what_is_wrong(path: Path) -> None:
    wanted = yaml.safe_load(path.with_suffix(".yaml").read_text(encoding="utf-8"))
    found = list(read_article_lines(io.BytesIO(path.read_bytes()), NOW))
    assert [(line.id, bool(line.error), bool(line.warnings)) for line in found] == [
        (each["id"], "error" in each, "warning" in each) for each in wanted
    ]
    for line, each in zip(found, wanted, strict=True):
        compare(line, each)


def compare(line: ArticleLine, wanted: dict[str, Any]) -> None:
    """What the expectation says of one line: parts of the messages, values of the document."""
    assert wanted.get("error", "") in line.error
    assert wanted.get("warning", "") in "; ".join(line.warnings)
    assert wanted.get("line", line.number) == line.number
    if "published" in wanted:
        assert line.document
        moment = line.document.published
        assert (moment and moment.astimezone(UTC).isoformat()) == wanted["published"]
    if "title" in wanted:
        assert line.document
        assert line.document.title == wanted["title"]


@pytest.mark.parametrize("command", ["score", "group"])
def test_answers_stand_beside_their_lines(command: str) -> None:
    lines = [line for path in ROWS for line in path.read_bytes().splitlines() if line.strip()]
    done = CliRunner().invoke(cli, [command], input=b"\n".join(lines))
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.exit_code == 1
    assert len(rows) == len(lines)
    for number, row in enumerate(rows, 1):
        said = row.get("error") or row.get("warning")
        assert said is None or said.startswith(f"line {number}: ")
        assert ("error" in row) is not ("story" in row or "score" in row)
        assert said is None or f"line {number}" in done.stderr


def test_good_lines_alone_end_with_0() -> None:
    done = CliRunner().invoke(cli, ["score"], input=(CASES / "rows" / "blank-lines.jsonl").read_bytes())
    assert done.exit_code == 0
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == ["good", "next"]


def test_a_line_without_end_is_not_held_in_memory() -> None:
    good = b'{"id": "good", "title": "x"}\n'
    long = b'{"id": "long", "text": "' + b"x" * LINE_LIMIT + b'"}\n'
    found = list(read_article_lines(io.BytesIO(good + long + good.replace(b"good", b"next")), NOW))
    assert [(line.number, line.id, line.error[:14]) for line in found] == [
        (1, "good", ""), (2, None, "is longer than"), (3, "next", ""),
    ]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("command", ["score", "group"])
def test_an_input_without_end_is_given_up(command: str) -> None:
    with Path("/dev/zero").open("rb") as zero:
        done = subprocess.run([sys.executable, "-m", "monitor", command], stdin=zero, capture_output=True, check=False)
    assert done.returncode == 1
    assert "does not end within 200 MB, and nothing behind it was read" in done.stderr.decode()
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == [None]


@given(st.binary(max_size=300))
def test_no_bytes_end_in_an_exception(raw: bytes) -> None:
    assert all(bool(line.error) is not bool(line.document) for line in read_article_lines(io.BytesIO(raw), NOW))


@given(st.lists(st.text(max_size=90), max_size=12))
def test_joining_changes_nothing_but_the_space_between_lines(lines: list[str]) -> None:
    text = "\n".join(lines)
    left = str.maketrans("", "", ">| \t\n\u00ad-\u2010")
    assert "".join(unwrap(text).translate(left).split()) == "".join(text.translate(left).split())


FULL = "The commander of the border guards of Khuzestan said on Tuesday that{}eleven posts had been opened there."


@pytest.mark.parametrize("between", ["\n", "<br>", "<br />\n", "\n    ", " \r\n"])
def test_a_feeds_html_is_joined(between: str) -> None:
    joined = FULL.format(" ")
    assert html_text(f"<p>{FULL.format(between)}</p><p>{FULL.format(between)}</p>") == f"{joined}\n{joined}"
    assert html_text(FULL.format(between)) == joined


def test_elements_stay_lines_whatever_they_hold() -> None:
    items = FULL.format("</li><li>")
    assert html_text(f"<ul><li>{items}</li></ul>") == FULL.format("\n")


def test_a_word_broken_at_a_line_end_is_one_word() -> None:
    assert html_text(clean_text("military coop\u00ad\neration")) == "military cooperation"


@pytest.mark.slow
def test_a_watch_that_takes_everything_makes_nothing_relevant(tmp_path: Path) -> None:
    CliRunner().invoke(cli, ["init", str(tmp_path)])
    watch = "name: Everything\nseeds: ../../seed_corpus\nthreshold: 0\n"
    (tmp_path / "config" / "watches" / "everything.yaml").write_text(watch, encoding="utf-8")
    given = '{"id": "game", "title": "Basra match ends in a draw", "text": "Iraq and Iran drew 1-1 in Basra."}\n'
    done = CliRunner().invoke(cli, ["--config", str(tmp_path / "config"), "score"], input=given)
    assert json.loads(done.stdout)["relevant"] is False
