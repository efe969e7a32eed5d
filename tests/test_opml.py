"""OPML in and out: other readers' lists with every slip, hostile files, and our own list unharmed by the round trip.

`cases/opml` holds an input a file (NAME.opml) with what is right beside it (NAME.yaml): `feeds` (each with what differs
from a bare feed), `refused` (line, outline, and what the reason has), `notes` (a word of the note), or `error`.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from monitor.config.feed_list import FeedConfig
from monitor.errors import ConfigError
from monitor.feeds.opml import LIMIT, read_opml, write_opml
from monitor.model import FEED_KINDS
from monitor.text.sanitize import NAME_LIMIT, one_line

CASES = Path(__file__).parent / "cases" / "opml"
PATH = Path("feeds.opml")


@pytest.mark.parametrize("path", sorted(CASES.glob("*.opml")), ids=lambda path: path.stem)
def test_case(path: Path) -> None:
    expected = yaml.safe_load(path.with_suffix(".yaml").read_text(encoding="utf-8"))
    if "error" in expected:
        with pytest.raises(ConfigError) as caught:
            read_opml(path.read_bytes(), PATH)
        assert expected["error"] in str(caught.value)
        return
    found = read_opml(path.read_bytes(), PATH)
    assert [_said(row.feed) for row in found.feeds] == [_said(FeedConfig(**feed)) for feed in expected["feeds"]]
    refused = expected.get("refused", [])
    assert [(row.line, row.outline) for row in found.refused] == [(row["line"], row["outline"]) for row in refused]
    for row, wanted in zip(found.refused, refused, strict=True):
        assert wanted["has"] in row.reason
    assert expected.get("notes", "") in " ".join(found.notes)
    assert bool(found.notes) == ("notes" in expected)


def _said(feed: FeedConfig) -> dict[str, Any]:
    return feed.model_dump(exclude_defaults=True)


def test_every_case_has_its_expectation() -> None:
    assert {path.stem for path in CASES.glob("*.opml")} == {path.stem for path in CASES.glob("*.yaml")}


def test_what_is_too_large_says_so() -> None:
    with pytest.raises(ConfigError, match="larger than 20 MB"):
        read_opml(" " * (LIMIT + 1), PATH)


def test_files_and_the_network_are_out_of_reach(tmp_path: Path) -> None:
    secret = tmp_path / "hidden"
    secret.write_text("what nobody may read")
    text = f"""<!DOCTYPE opml [<!ENTITY x SYSTEM "{secret.as_uri()}">]>
    <opml><body><outline text="a &x;" xmlUrl="http://a.example/">&x;</outline></body></opml>"""
    assert "nobody may read" not in repr(read_opml(text, PATH))


def test_an_entity_bomb_is_harmless() -> None:
    levels = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 12))
    text = f"""<!DOCTYPE opml [<!ENTITY e0 "ha">{levels}]>
    <opml><body><outline text="&e11;" xmlUrl="http://a.example/"/></body></opml>"""
    assert read_opml(text, PATH).feeds[0].feed.name == "&e11;"


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece",
    [
        "<outline text='f'>",
        "<!--",
        "<![CDATA[",
        '<outline a="',
        '<outline a="<',
        '<outline a=\'" b="',
        "</outline>",
        "&",
    ],
)
def test_pieces_without_end_are_read_in_linear_time(piece: str) -> None:
    def seconds(count: int) -> float:
        began = time.process_time()
        read_opml("<opml><body>" + piece * count + '<outline xmlUrl="https://a.example/"/></body></opml>', PATH)
        return time.process_time() - began

    least = min(seconds(8_000) for _ in range(3))  # the least: other work on the machine only adds
    assert least < 32 * max(seconds(1_000), 0.01)  # quadratic would be 64 times as much


def test_folders_without_end_are_cut() -> None:
    deep = "<outline text='f'>" * 200 + "<outline text='a' xmlUrl='http://a.example/'/>" + "</outline>" * 200
    assert len(read_opml(f"<opml><body>{deep}</body></opml>", PATH).feeds[0].feed.folder) == 64


def test_switching_off_travels_and_weak_tls_does_not() -> None:
    feed = FeedConfig(url="https://a.example/", name="a", enabled=False, insecure_tls=True)
    (found,) = read_opml(write_opml([feed]), PATH).feeds
    assert (found.feed.enabled, found.feed.insecure_tls) == (False, False)


def test_a_feed_without_name_is_written_by_its_host() -> None:
    assert 'text="a.example"' in write_opml([FeedConfig(url="https://www.a.example/rss")])


NAMES = st.text(st.characters(exclude_categories=("C", "Z", "M")), min_size=1, max_size=12).map(
    # What is escaped twice is mended, and an address is no name: such names do not come back as they were.
    lambda name: name.replace("&", "+").replace("://", ":")
)
FEEDS = st.builds(
    FeedConfig,
    url=st.from_regex(r"https?://[a-z]{1,8}\.example(/[a-z0-9&=?%-]{0,12})?", fullmatch=True),
    name=NAMES,
    language=st.none() | st.sampled_from(["en", "fa", "ar", "ckb"]),
    country=st.none() | st.sampled_from(["IR", "IQ"]),
    kind=st.sampled_from(FEED_KINDS),
    publisher=NAMES,
    folder=st.lists(NAMES, max_size=2).map(tuple),
    enabled=st.booleans(),
)


@pytest.mark.slow
@given(st.lists(FEEDS, min_size=1, max_size=6, unique_by=lambda feed: feed.url))
def test_what_is_written_is_read_again(feeds: list[FeedConfig]) -> None:
    found = read_opml(write_opml(feeds, "title"), PATH)
    assert (found.refused, found.notes) == ((), ())
    assert {row.feed.url: row.feed for row in found.feeds} == {
        feed.url: feed.model_copy(
            update={
                "name": _clean(feed.name),
                "publisher": _clean(feed.publisher),
                "folder": tuple(filter(None, map(_clean, feed.folder))),  # what shows nothing is no folder
            }
        )
        for feed in feeds
    }


def _clean(name: str) -> str:
    return one_line(name, NAME_LIMIT)


@given(st.text(st.sampled_from("<>\"'/=& \nabxmlUrloutlinetext!-[]?;:#"), max_size=200), st.binary(max_size=200))
def test_no_text_and_no_bytes_are_too_odd(text: str, body: bytes) -> None:
    for odd in (text, body, f'<opml><body><outline {text} xmlUrl="https://a.example/"/></body></opml>'):
        try:
            read_opml(odd, PATH)
        except ConfigError:
            continue
