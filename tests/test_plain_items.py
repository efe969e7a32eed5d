"""Items that are read without feedparser: always as feedparser would have read them, and never where it is in doubt."""

from __future__ import annotations

import gzip
from datetime import UTC, date, datetime
from datetime import time as clock
from pathlib import Path

import feedparser
import pytest
from feedparser.datetimes import _parse_date
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.errors import ParseError
from monitor.feeds import parse as feeds_parse
from monitor.feeds.parse import parse_feed, skipping_reader
from monitor.feeds.parse.feed_dates import plain_moment
from monitor.model import ParsedFeed

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
URL = "https://feed.example/news/rss"
SHARED = Path(__file__).parents[2] / "shared"
CAPTURED = sorted((SHARED / "feeds").glob("*/*.xml")) if SHARED.is_dir() else []
NAMESPACES = {
    "a": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "m": "http://search.yahoo.com/mrss/",
    "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
    "own": "https://feed.example/ns",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "h": "http://www.w3.org/1999/xhtml",
    "s": "http://purl.org/rss/1.0/",
}
PLAIN = (
    "<title>Both sides met</title><link>https://news.example/1</link><guid>g-1</guid><dc:creator>W</dc:creator>"
    "<pubDate>Fri, 20 Nov 2026 10:00:00 GMT</pubDate>"
    "<description>They met &amp; &lt;b&gt;spoke&lt;/b&gt;.</description>"
)


def rss(items: str, head: str = "<title>News</title>", foot: str = "", **namespaces: str) -> str:
    declared = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in {**NAMESPACES, **namespaces}.items())
    return f'<rss version="2.0"{declared}><channel>{head}{items}{foot}</channel></rss>'


def atom(entries: str, attributes: str = "") -> str:
    declared = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
    return f'<feed xmlns="http://www.w3.org/2005/Atom"{declared}{attributes}><title>News</title>{entries}</feed>'


def rdf(items: str, foot: str = "") -> str:
    declared = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
    head = f'<rdf:RDF xmlns="http://purl.org/rss/1.0/"{declared}><channel><title>News</title></channel>'
    return f"{head}{items}{foot}</rdf:RDF>"


def outcome(body: str | bytes, url: str = URL) -> ParsedFeed | str:
    """What becomes of a body, be it a refusal."""
    try:
        return parse_feed(body.encode() if isinstance(body, str) else body, url=url, now=NOW)
    except ParseError as error:
        return f"{error.kind}: {error}"


def by_feedparser(body: str | bytes, url: str = URL) -> ParsedFeed | str:
    """The same with feedparser's own reader alone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(feeds_parse, "_READERS", [])
        return outcome(body, url)


def by_its_handler(body: str) -> ParsedFeed | str:
    """The same with every item given to feedparser's handler, without what is passed over (inside a text, too)."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(skipping_reader, "can_be_plain", lambda handler: False)
        return outcome(body)


def left_to_feedparser(body: str) -> int:
    """How many entries of a body feedparser has read, and not we."""
    return sum(isinstance(each, feedparser.FeedParserDict) for each in feeds_parse._feedparser(body, URL).entries)


@pytest.mark.slow
@pytest.mark.skipif(not CAPTURED, reason="the captured feeds are not beside the project")
def test_every_captured_feed_gives_what_feedparser_gives_in_every_field() -> None:
    entries = odd = 0
    for path in CAPTURED:
        body = path.read_bytes()
        body = gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body
        ours, theirs = outcome(body), by_feedparser(body)
        assert ours == theirs, path.name
        if isinstance(ours, ParsedFeed) and not ours.flaw:
            entries += len(ours.entries)
            odd += left_to_feedparser(body.decode("utf-8", "replace"))
    assert entries > 3000
    assert odd < entries / 8


@pytest.mark.parametrize(
    "body",
    [
        rss(f"<item>{PLAIN}</item>" * 3),
        rss(
            "<item><title>T</title><guid isPermaLink='false'>x</guid><a:link rel='self' href='u'/>"
            "<link>/1</link></item>"
        ),
        rss(
            "<item><guid>https://news.example/2</guid><author>d@x.example (D)</author>"
            "<dc:creator>E</dc:creator></item>"
        ),
        rss(f"<item>{PLAIN}<content:encoded><![CDATA[<p>All of it</p>]]></content:encoded><content:encoded/></item>"),
        rss(f"<item>{PLAIN}<description>Once more, &amp;nbsp; all of it <!-- x --></description></item>"),
        rss(f"<item><m:title>First</m:title>{PLAIN}<m:title>Last</m:title><title>Second</title></item>"),
        rss(f"<item><m:group><m:content url='p.jpg'><m:title>Picture</m:title></m:content></m:group>{PLAIN}</item>"),
        rss(
            f"<item>{PLAIN}<m:content url='p'>"
            f"<m:description type='plain'>What &lt;b&gt;it&lt;/b&gt; shows</m:description></m:content></item>"
        ),
        rss(
            f"<item><m:content><m:description>Inside</m:description></m:content>{PLAIN}<image>i</image>"
            f"<title>U</title></item>"
        ),
        rss(
            f"<item>{PLAIN}<enclosure url='https://news.example/a.mp3'/><source url='u'>Agency</source>"
            f"<own:x>y</own:x></item>"
        ),
        rss(
            "<item><source>Agency</source><title>Pact signed - Agency</title>"
            "<link>http:////news.example/1?a&amp;amp;b;c</link></item>"
        ),
        rss("<item><title>Ã¢â\u201a¬</title><description>CafÃ©</description><category>x</category></item>"),
        rss("<item/>"),
        rss("<item xmlns='http://purl.org/rss/1.0/'><title>T</title></item>"),
        rss(
            "<item><own:a><own:b>c</own:b></own:a>"
            "<feedburner:origLink>https://news.example/o</feedburner:origLink></item>"
        ),
        rss(
            "<item><title></title><title>Second</title><pubDate>2026/11/20</pubDate>"
            "<dc:date>2026-11-19T08:00:00Z</dc:date></item>"
        ),
        rss(
            f"<item>{PLAIN}<itunes:summary>Text</itunes:summary><itunes:author>I</itunes:author>"
            f"<dc:language>fa</dc:language></item>"
        ),
        atom(
            "<entry><id>tag:1</id><title type='html'>&lt;b&gt;T&lt;/b&gt;</title><link href='/1'/>"
            "<link rel='enclosure' href='e'/>"
            "<updated>2026-11-20T10:00:00+03:30</updated><published>2026-11-19T10:00:00Z</published>"
            "<author><name>N</name>"
            "<email>n@x.example</email><uri>u</uri></author><summary>S &lt; T</summary>"
            "<content type='html'>C</content></entry>",
            " xml:lang='fa_IR'",
        ),
        atom(
            "<entry><author><name>N</name></author><author><name>M</name><uri>u</uri></author>"
            "<content src='s'/></entry>"
        ),
        atom(
            "<entry><author><uri>u</uri></author><id>/1</id>"
            "<summary type='text'>&lt;p&gt;x&lt;/p&gt;</summary></entry>"
        ),
        rdf("<item rdf:about='https://news.example/1'><title>T</title><dc:date>2026-11-20</dc:date></item>"),
        rdf(f"<item rdf:about=''>{PLAIN}</item>", foot="<channel><title>Late</title></channel>"),
        rss(f"<item>{PLAIN}</item>", foot="<title>Late</title><language>ar</language><ttl>60</ttl>"),
    ],
)  # fmt: skip
def test_a_plain_item_is_as_feedparser_gives_it(body: str) -> None:
    assert outcome(body) == by_feedparser(body)
    assert left_to_feedparser(body) == 0


@pytest.mark.parametrize(
    "odd",
    [
        "<item><title>One <h:b>day</h:b></title></item>",
        "<item><title type='xhtml'>T</title></item>",
        "<item><title mode='base64'>VA==</title></item>",
        "<item><title LANG='fa'>T</title></item>",
        "<item><title>T</title><link BASE='https://other.example/'>1</link></item>",
        "<item><title>T</title><a:content type='xhtml'><h:div>text</h:div></a:content></item>",
        "<item><title>T</title><a:content type='image/png'>eA==</a:content></item>",
        "<item><title>T</title><a:content xml:lang='ar'>x</a:content></item>",
        "<item><title>T</title><description xmlns:x='https://x.example'>x</description></item>",
        "<item xml:lang='fa'><title>T</title></item>",
        "<item turbo='true'><title>T</title></item>",
        "<item href='https://news.example/9'><title>T</title></item>",
        "<item><title>T</title><item><title>U</title></item></item>",
        "<item><item><title>U</title></item><title>T</title></item>",
        "<item><item><item/></item><item/></item>",
        "<item><title>T\u0093</title></item>",
        "<item><title>T</title><image><title>P</title><url>u</url></image></item>",
        "<item><title>T</title><a:source><a:title>S</a:title></a:source></item>",
        "<item><title>T</title><links>x</links><date>2026-11-20</date></item>",
        "<item><title>T</title><author><a:name>N</a:name><a:email>n@x.example</a:email></author>"
        "<author><a:name>M</a:name></author></item>",
        "<item><title>T</title><author><a:name>N</a:name><a:name>M</a:name></author></item>",
        "<item><title>T</title><feedburner:origLink x='y'>https://news.example/o</feedburner:origLink></item>",
        "<item><title>T</title><content:encoded type='text/plain'>x</content:encoded></item>",
        "<item><title>T</title><own:x><pubDate>Fri, 20 Nov 2026 10:00:00 GMT</pubDate></own:x></item>",
        "<item><title>T</title><abstract>x</abstract></item>",
        "<item><title>T</title><m:player>x</m:player></item>",
        "<item><title>T</title><m:content lang='fa'><m:title>U</m:title></m:content></item>",
        f"<item><title>T</title>{'<own:x/>' * 3000}</item>",
    ],
)  # fmt: skip
def test_an_odd_item_is_left_to_feedparser_and_the_others_are_not(odd: str) -> None:
    body = rss(f"<item>{PLAIN}</item>{odd}<item>{PLAIN.replace('g-1', 'g-2')}</item>")
    assert outcome(body) == by_feedparser(body)
    assert 1 <= left_to_feedparser(body) <= 4  # with items inside it, it is more


@pytest.mark.parametrize(
    "body",
    [
        rss(f"<item>{PLAIN}</item>", head="<title xml:base='https://other.example/'>News</title>"),
        rss(f"<item>{PLAIN}</item>", head="<content:encoded>x</content:encoded>"),
        rss(f"<own:x><author><item>{PLAIN}</item></author></own:x>"),
    ],
)
def test_where_the_head_reaches_into_an_item_it_is_left_to_feedparser(body: str) -> None:
    assert outcome(body) == by_feedparser(body)
    assert left_to_feedparser(body) == 1


@pytest.mark.parametrize(
    "uri", ["http://purl.org/dc/elements/1.1/", "https://other.example/", "http://www.w3.org/2005/Atom"]
)
@pytest.mark.parametrize("prefix", ["content", "dc", "m", "media", "itunes"])
def test_a_prefix_may_stand_for_another_namespace(prefix: str, uri: str) -> None:
    inside = "".join(
        f"<{prefix}:{name}>1</{prefix}:{name}>" for name in ("title", "creator", "encoded", "date", "link")
    )
    body = rss(f"<item>{PLAIN}{inside}</item><item>{inside}{PLAIN}</item>", **{prefix: uri})
    assert outcome(body) == by_feedparser(body)


def test_an_ill_formed_body_is_read_as_before() -> None:
    for body in (
        rss(f"<item>{PLAIN}</item>")[:-20],
        rss(f"<item>{PLAIN}<b></item>"),
        rss(f"<item>{PLAIN}</item>") + "<x/>",
    ):
        assert outcome(body) == by_feedparser(body)


_TEXTS = st.sampled_from(
    ["", " ", "Both\n sides met", "a &amp; b", "&lt;p&gt;x&lt;/p&gt; &amp;lt;", "<![CDATA[<b>y</b> & z]]>", "é",
    "Ã©", "آب", "\u0093x",
     "https://news.example/1", "/2?a=1&amp;b;", "x@y.example (Z)", "x<!-- c -->y<?pi?>", "&#x80;&#233;", "html",
     "<h:i>z</h:i>",
     "Fri, 20 Nov 2026 10:00:00 GMT", "2026-11-19T10:00:00.5+03:30", "20/11/2026", "31 Feb 2026 00:00:00 +0000"]
)  # fmt: skip
_NAMES = st.sampled_from(
    ["title", "link", "guid", "id", "description", "pubDate", "pubdate", "author", "dc:creator", "dc:date",
    "content:encoded",
     "a:link", "a:content", "a:summary", "a:updated", "a:published", "a:id", "a:author", "summary", "updated",
     "enclosure",
     "source", "image", "m:content", "m:group", "m:title", "m:description", "m:thumbnail", "category", "comments",
     "itunes:summary",
     "itunes:author", "itunes:image", "dc:title", "dc:rights", "dc:language", "own:x", "own:title",
     "feedburner:origLink",
     "name", "email", "uri", "language", "date", "item", "svg", "textinput"]
)  # fmt: skip
_ATTRIBUTES = st.sampled_from(
    ["", "", "", "", " type='html'", " type='Text'", " type='text/plain'", " type='xhtml'", " isPermaLink='false'",
     " isPermaLink='true'", " href='https://news.example/h'", " rel='Alternate' href='/r'",
     " rel='self' href='s' type='x/y'",
     " url='https://news.example/u'", " src='https://news.example/s'", " xml:lang='fa_IR'", " lang=''",
     " mode='base64'",
     " own:x='y'", " xmlns:z='https://z.example'", " xmlns='http://www.w3.org/2005/Atom'"]
)  # fmt: skip
_ELEMENTS = st.recursive(
    st.builds(lambda name, attributes, text: f"<{name}{attributes}>{text}</{name}>", _NAMES, _ATTRIBUTES, _TEXTS),
    lambda inner: st.builds(
        lambda name, attributes, parts: f"<{name}{attributes}>{''.join(parts)}</{name}>",
        st.sampled_from(["m:content", "m:group", "author", "a:author", "own:x", "a:content", "image", "source"]),
        _ATTRIBUTES,
        st.lists(inner, max_size=3),
    ),
    max_leaves=4,
)
_ITEMS = st.builds(
    lambda attributes, parts: f"<item{attributes}>{' '.join(parts)}</item>",
    st.sampled_from(["", "", "", "", " rdf:about='https://news.example/a'", " xml:lang='ar'"]),
    st.lists(_ELEMENTS, max_size=8),
)
_BODIES = st.builds(
    lambda make, parts: make("\n".join(parts)),
    st.sampled_from(
        [rss, atom, rdf, lambda items: rss(items, dc="https://dc.example"), lambda items: atom(items, " xml:lang='fa'")]
    ),
    st.lists(st.one_of(_ITEMS, _ITEMS, _ITEMS, _ELEMENTS), max_size=5),
)


def _as_atom(body: str) -> str:
    return body.replace("<item", "<entry").replace("</item", "</entry") if body.startswith("<feed") else body


@given(_BODIES)
@settings(max_examples=50)
def test_any_feed_is_read_as_its_handler_reads_it(body: str) -> None:
    assert outcome(_as_atom(body)) == by_its_handler(_as_atom(body))


@pytest.mark.slow
@given(_BODIES)
@settings(max_examples=600)
def test_many_feeds_are_read_as_its_handler_reads_them(body: str) -> None:
    assert outcome(_as_atom(body)) == by_its_handler(_as_atom(body))


@given(
    st.sampled_from(
        ["{w}, {d} {m} {y} {t} {z}", "{d} {m} {y} {t} {z}", "{y}-{n:02}-{d:02}T{t}{i}", "{y}-{n:02}-{d:02}T{t}.25{i}"]
    ),
    st.integers(1, 31), st.integers(1, 12), st.integers(0, 9999), st.times(),
    st.sampled_from(["GMT", "+0000", "-0430", "+1445", "-1200"]), st.sampled_from(["Z", "+03:30", "-11:00", "+99:99"]),
)  # fmt: skip
def test_a_date_in_a_plain_form_is_what_feedparser_makes_of_it(
    form: str, day: int, month: int, year: int, time: clock, zone: str, iso: str
) -> None:
    name = date(2000, month, 1).strftime("%b")
    written = form.format(w="Fri", d=day, m=name, n=month, y=f"{year:04}", t=time.strftime("%H:%M:%S"), z=zone, i=iso)
    if (moment := plain_moment(written)) is not None:
        assert moment.utctimetuple()[:6] == _parse_date(written)[:6]
