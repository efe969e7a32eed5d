"""OPML in and out: other readers' lists with folders, hostile files, and our own list unharmed by the round trip."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config.feed_list import FeedConfig
from monitor.errors import ConfigError
from monitor.feeds.opml import OpmlFeed, read_opml, write_opml
from monitor.model import FEED_KINDS
from monitor.text.sanitize import NAME_LIMIT, one_line

PATH = Path("feeds.opml")

OTHERS = """<?xml version="1.0" encoding="UTF-8"?>
<!-- exported -->
<opml version="1.0">
  <head><title>My feeds</title></head>
  <body>
    <outline text="Iraq">
      <outline title="Agencies" text="x">
        <outline type="rss" text="Shatt Dispatch" xmlUrl="https://shatt.example/rss" htmlUrl="https://shatt.example/"/>
      </outline>
      <outline type="rss" text="Dijla" xmlURL=" https://dijla.example/feed?a=1&amp;b=2 "/>
    </outline>
    <outline text="کارون" type="rss" xmlUrl="https://karun.example/fa" category="/Iran/Agencies,/Other"/>
    <outline text="again" type="rss" xmlUrl="https://shatt.example/rss"/>
    <outline text="a note without an address"/>
  </body>
</opml>
"""


def test_feeds_and_their_folders() -> None:
    found = read_opml(OTHERS, PATH)
    assert [(f.feed.url, f.feed.name, f.folders) for f in found] == [
        ("https://shatt.example/rss", "Shatt Dispatch", ("Iraq", "Agencies")),
        ("https://dijla.example/feed?a=1&b=2", "Dijla", ("Iraq",)),
        ("https://karun.example/fa", "کارون", ("Iran", "Agencies")),
    ]
    assert found[0].line == 8


def test_bytes_keep_the_encoding_they_declare() -> None:
    text = '<?xml version="1.0" encoding="windows-1256"?><opml><body><outline text="کارون" xmlUrl="http://a.example/"/></body></opml>'
    assert read_opml(text.encode("cp1256"), PATH)[0].feed.name == "کارون"


def test_every_address_that_cannot_be_used_is_named_with_its_line() -> None:
    text = OTHERS.replace("https://shatt.example/rss", "ftp://shatt.example/rss").replace(
        "https://karun.example/fa", "javascript:alert(1)"
    )
    with pytest.raises(ConfigError) as caught:
        read_opml(text, PATH)
    assert [(p.path, p.line) for p in caught.value.problems] == [("feeds.opml", line) for line in (8, 12, 13)]
    assert "ftp://shatt.example/rss" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "feeds.opml:1: this is not well-formed XML"),
        ("<opml>\n<body>\n<outline></opml>", "feeds.opml:3: this is not well-formed XML"),
        ("<rss><channel/></rss>", "feeds.opml:1: this is <rss>, not an OPML file"),
        ("<opml><body><outline text='a'/></body></opml>", "no feed is in this file"),
        ("no xml at all", "not well-formed"),
    ],
)
def test_what_is_no_opml_says_so(text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        read_opml(text, PATH)


def test_files_and_the_network_are_out_of_reach(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("the secret")
    text = f"""<!DOCTYPE opml [<!ENTITY x SYSTEM "{secret.as_uri()}">]>
    <opml><body><outline text="a" xmlUrl="http://a.example/">&x;</outline></body></opml>"""
    assert "secret" not in repr(read_opml(text, PATH))


def test_an_entity_bomb_is_refused_or_harmless() -> None:
    levels = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 12))
    text = f"""<!DOCTYPE opml [<!ENTITY e0 "ha">{levels}]>
    <opml><body><outline text="&e11;" xmlUrl="http://a.example/"/></body></opml>"""
    try:
        found = read_opml(text, PATH)
    except ConfigError as error:
        assert "well-formed" in str(error)  # noqa: PT017
    else:
        assert len(found[0].feed.name) < 1000


def test_folders_without_end_are_cut() -> None:
    deep = "<outline text='f'>" * 200 + "<outline text='a' xmlUrl='http://a.example/'/>" + "</outline>" * 200
    assert len(read_opml(f"<opml><body>{deep}</body></opml>", PATH)[0].folders) == 64


def test_spoofing_characters_in_names_are_taken_out() -> None:
    outline = "<outline text='a\u202eb' xmlUrl='http://a.example/' language='xx\" onload' kind='boss'/>"
    text = f"<opml><body>{outline}</body></opml>"
    (found,) = read_opml(text, PATH)
    assert (found.feed.name, found.feed.language, found.feed.kind) == ("ab", None, "independent")


def test_switching_off_travels_and_weak_tls_does_not() -> None:
    feed = FeedConfig(url="https://a.example/", name="a", enabled=False, insecure_tls=True)
    (found,) = read_opml(write_opml([feed]), PATH)
    assert (found.feed.enabled, found.feed.insecure_tls) == (False, False)


NAMES = st.text(st.characters(exclude_categories=("C", "Z", "M")), min_size=1, max_size=30)
FEEDS = st.builds(
    FeedConfig,
    url=st.from_regex(r"https?://[a-z]{1,8}\.example(/[a-z0-9&=?%-]{0,12})?", fullmatch=True),
    name=NAMES,
    language=st.none() | st.sampled_from(["en", "fa", "ar", "ckb"]),
    country=st.none() | st.sampled_from(["IR", "IQ"]),
    kind=st.sampled_from(FEED_KINDS),
    publisher=NAMES,
    enabled=st.booleans(),
)


@given(
    st.lists(
        st.builds(OpmlFeed, FEEDS, st.lists(NAMES, max_size=3).map(tuple)),
        min_size=1,
        unique_by=lambda item: item.feed.url,
    )
)
def test_what_is_written_is_read_again(feeds: list[OpmlFeed]) -> None:
    found = read_opml(write_opml(feeds, "title"), PATH)
    assert {item.feed.url: (item.feed, item.folders) for item in found} == {
        item.feed.url: (
            item.feed.model_copy(update={"name": _clean(item.feed.name), "publisher": _clean(item.feed.publisher)}),
            tuple(map(_clean, item.folders)),
        )
        for item in feeds
    }


def _clean(name: str) -> str:
    return one_line(name, NAME_LIMIT)
