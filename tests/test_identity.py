"""Every entry is taken once, and no story is lost to a feed that misuses ids, links or dates."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.entry_changes import changes_of
from monitor.feeds.entry_keys import entry_keys, with_keys
from monitor.feeds.identity import is_reissued, is_shared_address
from monitor.feeds.known_entries import Known
from monitor.model import Entry
from monitor.text.urls import (
    host_of,
    is_front_page,
    normalise_url,
    unwrap_redirect,
    web_url,
    with_ascii_host,
    without_password,
)
from tests.feed_reader import FeedReader

FEED = "https://feed.example/rss"
DAY = datetime(2026, 11, 16, 10, tzinfo=UTC)


def story(number: int, **changes: object) -> Entry:
    facts = {
        "feed_url": FEED,
        "title": f"Story number {number} of the day",
        "link": f"https://feed.example/s/{number}",
        "id": f"guid-{number}",
        "published": DAY + timedelta(minutes=number),
        "content": f"<p>What story {number} says.</p>",
    }
    return Entry(**(facts | changes))  # type: ignore[arg-type]


class Reader(FeedReader):
    def poll(self, *entries: Entry) -> list[str]:
        return self.new(entries)


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "another"},
        {"id": ""},
        {"link": "http://www.feed.example/s/1/?utm_source=rss&utm_medium=feed#c"},
        {"link": "https://m.feed.example/s/1?fbclid=x"},
        {"link": "https://feed.example/s/1/amp/"},
        {"link": "https://elsewhere.example/moved/1"},
        {"title": "Story number 1 of the day, corrected"},
        {"published": DAY + timedelta(days=3)},
        {"published": None},
        {"content": "<p>Rewritten from the first word to the last.</p>"},
        {"title": "Corrected", "published": DAY + timedelta(days=1), "content": "New text"},
        {"link": "https://feed.example/s/new-slug", "title": "Corrected"},
        {"link": "https://elsewhere.example/1", "published": DAY + timedelta(days=3)},
        {"feed_url": "https://other.example/rss", "id": "x"},
    ],
)
def test_a_changed_entry_is_still_the_same(changes: dict[str, object]) -> None:
    reader = Reader()
    assert len(reader.poll(story(1), story(2))) == 2
    assert reader.poll(story(1, **changes), story(2)) == []


def test_a_chain_of_changes_stays_one_story() -> None:
    reader = Reader()
    reader.poll(story(1))
    assert reader.poll(story(1, id="b")) == []
    assert reader.poll(story(1, id="b", link="https://feed.example/new")) == []
    assert reader.poll(story(1, id="c", link="https://feed.example/new", content="")) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "guid-1"},  # the feed uses an id twice
        {"link": "https://feed.example/s/1"},  # every entry links to one page
        {"link": "https://feed.example/"},
        {"id": "guid-1", "link": "https://feed.example/"},
        {"title": "Story number 1 of the day"},  # "Morning briefing"
        {"title": "Story number 1 of the day", "published": DAY + timedelta(days=1), "content": ""},
    ],
)
def test_another_story_is_new_whatever_it_shares(changes: dict[str, object]) -> None:
    together, later = Reader(), Reader()
    other = story(2, **changes)
    assert len(together.poll(story(1), other)) == 2
    assert together.poll(story(1), other) == []
    later.poll(story(1))
    assert later.poll(other) == [other.title]


SLUG = "https://feed.example/2026/11/16/ministers-sing-pact"
TEXT = (
    "<p>The defence ministers of both countries signed a memorandum on Monday. It provides for joint exercises in "
    "spring, the training of 40 officers and a hotline between the two border commands, which meet every month.</p>"
)


def linked(link: str, **changes: object) -> Entry:
    """An entry whose id is its address."""
    facts = {"link": link, "id": link, "title": "Ministers sign a pact in the capital", "content": TEXT}
    return story(1, **(facts | changes))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"content": TEXT.replace("40 officers", "60 officers and pilots")},
        {"content": TEXT.replace("Monday", "Sunday"), "title": "Ministers sign the pact in the capital"},
        {"content": TEXT.replace("Monday", "Sunday"), "published": DAY + timedelta(hours=3)},
        {"content": TEXT.replace("Monday", "Sunday"), "published": None},
        {"content": TEXT + "<p>The parliament of neither was asked, says a member.</p>", "id": ""},
    ],
)
def test_a_corrected_address_that_is_the_id_is_an_edit(changes: dict[str, object]) -> None:
    link = SLUG.replace("sing", "sign")
    reader = Reader()
    assert len(reader.poll(linked(SLUG), story(2))) == 2
    [decision, _] = reader.decide([linked(link, **({"id": link} | changes)), story(2)])
    assert decision.verdict == "edited"
    assert "link" in decision.changes
    assert not is_reissued(decision)


@pytest.mark.parametrize(
    "changes",
    [
        {"content": TEXT.replace("40", "60"), "published": DAY + timedelta(hours=3)},  # the template of a bulletin
        {"published": DAY + timedelta(days=2)},  # the same notice once more
        {"title": "A museum opens in the north"},
        {"content": "<p>Nothing was signed on the second day of the talks, and no date was given for the next.</p>"},
        {"content": ""},
    ],
)
def test_another_entry_of_the_same_making_is_new(changes: dict[str, object]) -> None:
    reader = Reader()
    reader.poll(linked(SLUG), story(2))
    other = linked(f"{SLUG}-2", **changes)
    assert reader.poll(other, story(2)) == [other.title]


def test_an_entry_that_is_still_in_the_feed_was_not_moved() -> None:
    reader = Reader()
    reader.poll(linked(SLUG))
    edited = linked(f"{SLUG}-2", content=TEXT.replace("Monday", "Sunday"))
    assert len(reader.poll(edited, linked(SLUG))) == 1


def test_a_date_of_many_entries_leads_to_none() -> None:
    """Rates of a day, all of midnight: their headlines and texts differ by a word."""
    rates = [linked(f"https://feed.example/{name}", title=f"Rates of the day in {name}", content=f"{TEXT} {name}")
             for name in ("dollar", "euro", "pound", "yen")]  # fmt: skip
    reader = Reader()
    assert len(reader.poll(*rates[:2])) == 2
    assert len(reader.poll(*rates[2:])) == 2


@pytest.mark.slow
@pytest.mark.parametrize("shared", [{"link": "https://feed.example/page"}, {"id": "same"}, {"title": "Statement"}])
def test_ten_thousand_entries_that_share_a_mark_are_read_in_time(shared: dict[str, object]) -> None:
    """The service does nothing else meanwhile; compared each with all others they took minutes."""
    many = [story(n, **({"content": f"<p>Number {n} says {n}.</p>", "published": DAY} | shared)) for n in range(10_000)]
    reader = Reader()
    start = time.monotonic()
    assert len(reader.poll(*many)) == 10_000
    edited = [replace(each, content=f"{each.content} And more.") for each in many[:500]]
    assert reader.poll(*edited, *many[500:], story(10_000, **shared)) != []
    assert time.monotonic() - start < 30


SECTIONS = [f"https://feed.example/{name}/rss" for name in ("world", "politics", "defence", "iraq", "iran")]
SUMMARIES = (
    "Ministers of two countries signed it.", "Forty officers are to be trained.", "Who pays for the hotline is open.",
    "Baghdad hails the agreement.", "What Tehran gets out of it: an analysis.",
)  # fmt: skip


@pytest.mark.parametrize("published", [DAY, None])
def test_feeds_with_a_summary_each_list_one_article(published: datetime | None) -> None:
    reader = Reader()
    listed = [
        story(1, feed_url=url, id=url, content=text, published=published)
        for url, text in zip(SECTIONS, SUMMARIES, strict=True)
    ]
    for number, entry in enumerate(listed):
        assert len(reader.poll(entry)) == (number == 0)
    for entry in listed:
        assert reader.poll(entry) == []


@pytest.mark.parametrize("changes", [{"published": DAY + timedelta(hours=3)}, {"title": "A museum opens in the north"}])
def test_a_standing_page_in_several_feeds_is_several_things(changes: dict[str, object]) -> None:
    reader = Reader()
    reader.poll(story(1, feed_url=SECTIONS[0], content=SUMMARIES[0]))
    assert len(reader.poll(story(1, **({"feed_url": SECTIONS[1], "id": "x", "content": SUMMARIES[1]} | changes)))) == 1


TICKER = "https://feed.example/ticker"


@pytest.mark.parametrize(
    ("changes", "together", "shared"),
    [
        ({"title": "Museum opens a hall"}, False, True),  # headlines alone, each with an id of its own
        ({"title": "Story number 1 of the week"}, True, True),  # one word of a template, both in one body
        ({"title": "Story number 1 of the week"}, False, False),  # an edit under a new id
        ({"title": "Museum opens a hall", "id": f"{TICKER}#3"}, True, False),  # the id is the address with a counter
        ({"title": "Museum opens a hall", "id": "guid-1"}, False, False),
    ],
)
def test_an_address_of_several_entries_is_no_article_s(
    changes: dict[str, object], together: bool, shared: bool
) -> None:
    first = story(1, link=TICKER, content="")
    second = Known(2, story(1, **({"link": TICKER, "content": "", "id": "guid-2"} | changes)), DAY)
    assert is_shared_address(first, DAY if together else DAY - timedelta(hours=1), [second]) == shared


def test_a_text_that_a_feed_adds_is_an_edit_but_not_one_that_was_never_stored() -> None:
    [bare] = with_keys([story(1, content="")])
    assert changes_of(story(1), bare) == {"text"}
    [old] = with_keys([story(1)])
    assert changes_of(story(1, updated=DAY), replace(old, content="")) == {"modified"}


@pytest.mark.parametrize(
    "form",
    [
        "https://feed.example/view;jsessionid={}.node2?id=5",
        "https://feed.example/(S({}))/view.aspx?id=5",
        "https://feed.example/view?PHPSESSID={}&id=5",
        "https://feed.example/view?id=5&sid={}",
        "https://feed.example/view/5?s={}",
        "https://feed.example/view?id=5&osCsid={}",
        "https://feed.example/view?zenid={}&id=5",
    ],
)
@pytest.mark.parametrize("has_id", [True, False])
@pytest.mark.parametrize("times", [4, 8])
def test_another_visit_is_no_other_entry(form: str, has_id: bool, times: int) -> None:
    reader = Reader()
    links = [form.format(digits * times) for digits in ("12ab", "34cd")]
    first, second = (story(1, link=link, id=link if has_id else "") for link in links)
    assert (len(reader.poll(first)), reader.poll(second)) == (1, [])
    assert len(reader.poll(story(2, link=links[1].replace("5", "6"), id=""))) == 1


def test_one_id_for_everything_loses_nothing() -> None:
    reader = Reader()
    for number in range(5):
        assert len(reader.poll(story(number, id="always-the-same"))) == 1


def test_exact_repeats_in_one_body_are_one() -> None:
    assert len(with_keys([story(1)] * 5)) == 1


def test_the_same_headline_of_two_publishers_is_two_reports() -> None:
    first = story(1, publisher="Reuters", link="https://news.google.com/rss/articles/A?oc=5", id="A", content="")
    second = replace(first, publisher="AFP", link="https://news.google.com/rss/articles/B?oc=5", id="B")
    assert len(with_keys([first, second])) == 2


@pytest.mark.parametrize("changes", [{"publisher": "AFP"}, {"content": TEXT}, {"id": "another"}])
def test_bare_entries_are_told_apart_by_all_they_say(changes: dict[str, object]) -> None:
    bare = story(1, id="", link="", content="", publisher="Reuters")
    assert len(Reader().poll(bare, replace(bare, **changes))) == 2  # type: ignore[arg-type]


def test_bare_entries_keep_their_identity() -> None:
    bare = Entry(FEED, "Only a title")
    reader = Reader()
    assert reader.poll(bare) == ["Only a title"]
    assert reader.poll(bare) == []
    assert reader.poll(replace(bare, published=DAY)) == []
    assert reader.poll(Entry(FEED, "Another title")) == ["Another title"]


def test_a_moved_feed_brings_nothing_again() -> None:
    reader = Reader()
    reader.poll(*with_keys([story(1, link="")], FEED))
    again = with_keys([story(1, link="", feed_url="https://new.example/feed")], FEED)
    assert again[0].feed_url == FEED
    assert reader.poll(*again) == []


def test_nfc_and_nfd_are_one() -> None:
    assert entry_keys(Entry(FEED, "café آ")) == entry_keys(Entry(FEED, "café آ"))


def test_keys_are_short_whatever_the_feed_sends() -> None:
    keys = entry_keys(story(1, id="x" * 500, title="y" * 500, link="https://a.example/" + "z" * 2000))
    assert len(keys) == 2
    assert all(len(key) == 25 and key[0] in "glsit" for key in keys)


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(0, 6)), max_size=20))
def test_polling_the_same_body_again_brings_nothing(marks: list[tuple[int, int, int]]) -> None:
    body = [
        story(0, title=f"Title {title} of some length", id=f"id {identity}", link=f"https://feed.example/{link}")
        for title, identity, link in marks
    ]
    reader = Reader()
    assert len(reader.poll(*body)) >= min(1, len(body))
    assert reader.poll(*body) == []


# ---- addresses -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "variant",
    [
        "http://feed.example/news/1", "https://www.feed.example/news/1", "https://feed.example:443/news/1/",
        "http://feed.example:80/news/1", "https://FEED.example/news/1#comments", "https://m.feed.example/news/1",
        "https://feed.example/news/1?utm_source=x&utm_campaign=y", "https://feed.example/news/1?fbclid=1&oc=5",
        "https://feed.example/news/1?at_medium=RSS", "https://amp.feed.example/news/1", "https://feed.example/news/1/amp",
        "https://feed.example/news/1?amp=1", "https://feed.example/news/1?outputType=amp", "https://feed.example//news/1",
        "https://feed.example/news/%31", "https://feed-example.cdn.ampproject.org/c/s/feed.example/news/1",
        "https://www.google.com/amp/s/feed.example/news/1", "https://feed.example./news/1",
        " https://feed.example/news/1 ",
    ],
)  # fmt: skip
def test_one_page_has_one_identity(variant: str) -> None:
    assert normalise_url(variant) == "//feed.example/news/1"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://feed.example/news/1", "https://feed.example/news/2"),
        ("https://feed.example/?p=1", "https://feed.example/?p=2"),
        ("https://feed.example/a", "https://feed.example/A"),
        ("https://fa.feed.example/1", "https://en.feed.example/1"),
        ("https://feed.example:8080/1", "https://feed.example/1"),
        ("https://feed.example/#!/1", "https://feed.example/#!/2"),
        ("https://feed.example/news.php?sid=7", "https://feed.example/news.php?sid=8"),
        ("https://feed.example/a_(b)/1", "https://feed.example/a_(c)/1"),
        ("https://feed.example/a%2Fb", "https://feed.example/a/b"),
        ("https://feed.example/read.php?id=1&m=2", "https://feed.example/read.php?id=1&m=3"),
    ],
)
def test_different_pages_stay_apart(one: str, other: str) -> None:
    assert normalise_url(one) != normalise_url(other)


def test_scripts_and_parameter_order_do_not_matter() -> None:
    assert normalise_url("https://ایران.example/خبر/۱") == normalise_url(
        "http://xn--mgba3a4f16a.example/%D8%AE%D8%A8%D8%B1/%DB%B1/"
    )
    assert normalise_url("https://feed.example/?b=2&a=1") == normalise_url("https://feed.example/?a=1&b=2")
    assert normalise_url("mailto:x@feed.example") == "mailto:x@feed.example"
    assert is_front_page(normalise_url("https://www.feed.example/"))
    assert not is_front_page(normalise_url("https://www.feed.example/?p=1"))


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("https://me:پ@نامه\u200cای.example:8080/خبر", "https://me:پ@xn--mgba3gch31f060k.example:8080/خبر"),
        ("https://straße.example/", "https://xn--strae-oqa.example/"),
        ("https://ــخبر.example/", "https://xn--ngblk1da.example/"),  # IDNA 2008 refuses a tatweel
        ("https://a\u200cb.example/", "https://a\u200cb.example/"),  # no name: a joiner between Latin letters
        ("https://%D8%AE%D8%A8%D8%B1.example/", "https://xn--ngblk.example/"),  # as a redirect's address has it
        ("https://p%40ss:w@[::1%25eth0]:8080/", "https://p%40ss:w@[::1%25eth0]:8080/"),
        ("https://a%2Fb.example/", "https://a%2fb.example/"),
        ("https://%d9%80%2f%d8%ae.example/", "https://%d9%80%2f%d8%ae.example/"),
        ("https://feed.example/نامه\u200cای", "https://feed.example/نامه\u200cای"),
    ],
)
def test_a_host_is_asked_for_by_the_rules_of_its_registry(written: str, asked: str) -> None:
    assert with_ascii_host(written) == asked
    assert host_of(written) == urlsplit(asked).hostname
    assert normalise_url(written) == normalise_url(asked)


def test_keys_are_stored_and_never_change() -> None:
    whole = Entry(
        feed_url="https://feed.example/rss",
        title="Über 3 ﬁnal_results – “No” ½ خبرِ فوری!",
        link="HTTP://www.Feed.example:8080/a//b/?utm_source=x&b=%C3%A9&a=1#c",
        id="tag:feed.example,2026:1",
        published=datetime(2026, 11, 16, 10, 0, 1, 500, tzinfo=UTC),
        content="<p>Am 1. Tag &amp; danach_…</p>",
        publisher="Agency",
    )
    assert entry_keys(whole) == ("g53e8a7e213bc49ea43453c35", "l87995296631627046ccf05b7")
    assert entry_keys(replace(whole, link="")) == (
        "g53e8a7e213bc49ea43453c35",
        "i224e780e83c416eed0538573",
        "t33c6911427d5c6cb9776d705",
    )
    bare = Entry(feed_url="https://feed.example/rss", title="Live", link="https://feed.example/")
    assert entry_keys(bare) == ("t8b977613c8508e3692c19847",)


@given(st.text(alphabet="aBжف1é日 _-.,!\n\t\xa0\u2028", max_size=40))
def test_signs_and_white_space_change_no_key(title: str) -> None:
    assert entry_keys(story(1, title=title)) == entry_keys(story(1, title=re.sub(r"[\W_]+", " ", title)))


@given(st.text(max_size=60), st.sampled_from(["", "https://", "http://www.", "//", "https://a.example/"]))
def test_any_text_may_stand_for_an_address(text: str, start: str) -> None:
    identity = normalise_url(start + text)
    assert normalise_url(identity) == identity or not identity.startswith("http")
    link = web_url(start + text, "https://feed.example/")
    assert link == "" or link.startswith(("http://", "https://"))
    assert web_url(link) == link
    assert not any(char.isspace() for char in link)


ADDRESS = st.text(alphabet="aAmp1.-_/~%2F;:@&=+,!$'()*?[]|index.html", max_size=40)


@given(st.sampled_from(["www.a.example", "m.b.example", "127.0.0.1", "localhost:8080", "A.example:80"]), ADDRESS)
def test_a_fragment_changes_no_identity(host: str, rest: str) -> None:
    address = f"http://{host}/{rest}"  # told at a glance without a fragment, taken apart with care with one
    assert normalise_url(address) == normalise_url(f"{address}#top")


@given(st.sampled_from(["http://127.0.0.1:8080/", "http://intranet/", "http://news.intranet:80/"]), ADDRESS)
def test_links_on_an_inner_network_are_links(host: str, rest: str) -> None:
    assert web_url(host + rest, "https://feed.example/") == host + rest


@pytest.mark.parametrize(
    "link",
    ["javascript:alert(1)", " jAvAsCrIpT:alert(1)", "java\nscript:alert(1)", "data:text/html,x", "file:///etc/passwd",
     "ftp://feed.example/", "http://", "http://[", "http://feed.example:99999999/", "http://feed.example:٣/",
     "https://x/" + "a" * 3000],
)  # fmt: skip
def test_only_usable_web_addresses_are_links(link: str) -> None:
    assert web_url(link, "https://feed.example/") == ""


def test_counting_links_give_their_target() -> None:
    target = "https://www.reuters.com/world/x?a=1"
    quoted = "https%3a%2f%2fwww.reuters.com%2fworld%2fx%3fa%3d1"
    assert unwrap_redirect(f"http://www.bing.com/news/apiclick.aspx?ref=F&url={quoted}&c=1") == target
    assert unwrap_redirect(f"https://www.google.com/url?rct=j&sa=t&url={quoted}&ct=ga") == target
    assert unwrap_redirect(f"https://www.google.iq/url?sa=t&q={target}&ved=2") == target
    assert unwrap_redirect(f"https://l.facebook.com/l.php?u={quoted}&h=AT0x") == target
    assert unwrap_redirect(f"https://t.me/iv?url={quoted}&rhash=ab12") == target
    assert unwrap_redirect(f"https://vk.com/away.php?to={quoted}") == target
    kept = f"https://blog.example/url?url={quoted}"
    assert unwrap_redirect(kept) == kept
    assert unwrap_redirect("https://www.google.com/url?url=javascript:alert(1)").startswith("https://www.google.com/")


def test_passwords_are_taken_out() -> None:
    assert without_password("https://me:secret@feed.example/a@b") == "https://feed.example/a@b"
    assert without_password("https://feed.example/@user") == "https://feed.example/@user"


def test_a_scheme_in_capitals_is_the_same_scheme() -> None:
    assert web_url("HTTP://Agency.example/Page") == "http://Agency.example/Page"
