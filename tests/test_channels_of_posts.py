"""Telegram's public channels by their preview: posts, forwards, edits, posts taken back, a gap between polls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path

import pytest
import sqlalchemy as sa

from monitor.app import open_app
from monitor.cli.progress import Silent
from monitor.config import load_config
from monitor.digest.export import export, known
from monitor.errors import ParseError
from monitor.feeds.parse import parse_feed
from monitor.feeds.parse.channel import missing_posts
from monitor.model import ParsedFeed
from monitor.store import schema, stories
from monitor.text.posts import channel_preview, is_post
from tests.newsroom import PACT, Newsroom, hours_ago
from tests.test_flow import Clock, cycle

BEGUN = hours_ago(0)


@dataclass(frozen=True)
class Post:
    number: int
    text: str
    hours: float = 3
    more: str = ""
    edited: bool = False


def post(each: Post) -> str:
    moment = f"{BEGUN - timedelta(hours=each.hours):%Y-%m-%dT%H:%M:%S+00:00}"
    link = f"https://t.me/gatechannel/{each.number}"
    words = f'<div class="tgme_widget_message_text js-message_text" dir="auto">{each.text}</div>' if each.text else ""
    return (
        '<div class="tgme_widget_message_wrap js-widget_message_wrap">'
        '<div class="tgme_widget_message js-widget_message" '
        f'data-post="gatechannel/{each.number}"><div class="tgme_widget_message_bubble">'
        '<a class="tgme_widget_message_owner_name" href="https://t.me/gatechannel"><span>The Gate</span></a>'
        f'{each.more}{words}<div class="tgme_widget_message_footer"><span class="tgme_widget_message_views">'
        f'{each.number}K</span><span class="tgme_widget_message_meta">{"edited" if each.edited else ""} '
        f'<a class="tgme_widget_message_date" href="{link}"><time datetime="{moment}">10:11</time></a></span>'
        "</div></div></div></div>"
    )


def channel(posts: Sequence[Post], before: int = 0) -> str:
    older = f'<a href="/s/gatechannel?before={before}" class="tme_messages_more" data-before="{before}"></a>'
    return (
        "<!DOCTYPE html><html><head><title>The Gate – Telegram</title></head><body>"
        '<div class="tgme_channel_info_header_title">'
        '<span dir="auto">The Gate</span></div><section class="tgme_channel_history js-message_history">'
        f"{older if before else ''}{''.join(map(post, posts))}</section></body></html>"
    )


def read(page: str) -> ParsedFeed:
    return parse_feed(page.encode(), url="https://t.me/s/gatechannel", now=datetime.now(UTC))


PACT_POST = Post(50, f"🔴 Iran, Iraq sign defence memorandum in Tehran<br/><br/>{'<br/>'.join(map(escape, PACT))}")
FORWARD = (
    '<div class="tgme_widget_message_forwarded_from">Forwarded from <a class="tgme_widget_message_forwarded_from_name" '
    'href="https://t.me/portdesk/12"><span>Port Desk</span></a></div>'
)
REPLY = (
    '<a class="tgme_widget_message_reply" href="https://t.me/gatechannel/40"><div class="tgme_widget_message_text '
    'js-message_reply_text">The words of the post before</div></a>'
)
PREVIEW = (
    '<a class="tgme_widget_message_link_preview" href="https://news.example/1"><div class="link_preview_title">'
    "A second gate opens at the lake</div></a>"
)
PHOTO = '<a class="tgme_widget_message_photo_wrap" href="https://t.me/gatechannel/47?single"></a>'
VIDEO = '<time class="message_video_duration">0:42</time>'


def test_posts_become_entries() -> None:
    parsed = read(
        channel(
            [
                Post(46, "", more=PHOTO),
                Post(-1, "This is no number of a post"),
                Post(47, "Forwarded words of the desk at the port", more=FORWARD),
                Post(48, "An answer to the post before", more=REPLY),
                Post(49, "Look:", more=PREVIEW + VIDEO),
                PACT_POST,
            ],
            before=46,
        )
    )
    assert [(each.id, each.link) for each in parsed.entries] == [
        (f"gatechannel/{number}", f"https://t.me/gatechannel/{number}") for number in (50, 49, 48, 47)
    ]
    pact, look, answer, forwarded = parsed.entries
    assert pact.title == "🔴 Iran, Iraq sign defence memorandum in Tehran"
    assert PACT[2][:40] in pact.content
    assert (forwarded.publisher, answer.publisher) == ("Port Desk", "")
    assert "The words of the post before" not in answer.content
    assert "A second gate opens at the lake" in look.content
    assert look.published == BEGUN - timedelta(hours=3)
    assert (parsed.title, parsed.dropped) == ("The Gate", {"empty": 1, "unreadable": 1})
    assert parsed.wordless == ("gatechannel/46",)
    assert parsed.more == ("https://t.me/s/gatechannel?before=46",)
    assert "50K" not in pact.content


def test_a_poll_is_told_with_its_answers() -> None:
    options = "".join(
        f'<div class="tgme_widget_message_poll_option_text">{each}</div>' for each in ("Yes", "For a week")
    )
    asked = f'<div class="tgme_widget_message_poll_question">Shall the gate be closed?</div>{options}'
    [entry] = read(channel([Post(46, "", more=asked)])).entries
    assert (entry.title, "For a week" in entry.content) == ("Shall the gate be closed?", True)


def test_a_channel_that_shows_nothing_says_so() -> None:
    page = '<html><body><div class="tgme_page_description">If you have Telegram …</div></body>'
    with pytest.raises(ParseError, match="private or hides its preview") as error:
        read(page)
    assert error.value.kind == "not-a-feed"
    assert read(channel([])).entries == ()


@pytest.mark.parametrize(
    ("written", "listed"),
    [
        ("https://t.me/gatechannel", "https://t.me/s/gatechannel"),
        ("https://t.me/gatechannel/12", "https://t.me/s/gatechannel"),
        ("https://telegram.me/s/gatechannel", "https://t.me/s/gatechannel"),
        ("https://www.t.me/gatechannel?embed=1", "https://t.me/s/gatechannel"),
        ("https://gatechannel.t.me/12", "https://t.me/s/gatechannel"),
        ("https://t.me/+AbCdEf", "https://t.me/+AbCdEf"),
        ("https://t.me/proxy?server=x", "https://t.me/proxy?server=x"),
        ("https://news.example/gatechannel", "https://news.example/gatechannel"),
    ],
)
def test_a_channel_is_listed_by_its_preview(written: str, listed: str) -> None:
    assert channel_preview(written) == listed
    assert not is_post(listed)


def test_only_what_is_missing_between_two_posts_is_missing() -> None:
    entries = read(channel([Post(3, "The third of the posts"), Post(6, "The sixth of the posts")])).entries
    assert missing_posts(entries) == ["gatechannel/4", "gatechannel/5"]
    assert missing_posts(entries[:1]) == missing_posts(()) == []
    assert missing_posts(entries, ["gatechannel/4", "gatechannel/8"]) == ["gatechannel/5", "gatechannel/7"]


@pytest.mark.slow
async def test_words_that_are_edited_away_are_taken_out_and_nothing_is_taken_down(
    newsroom: Newsroom, configure: Callable[..., Path]
) -> None:
    lines = [Post(number, f"A line of the harbour desk on the ship number {number}") for number in (48, 52)]
    wordless = Post(50, "", more=PHOTO, edited=True)
    folder = configure(newsroom.put("/s/gatechannel", channel([lines[0], PACT_POST, lines[1]])))
    await cycle(folder)
    said = []
    for hours, post in enumerate([wordless, wordless, PACT_POST, PACT_POST], 8):
        newsroom.put("/s/gatechannel", channel([lines[0], post, lines[1]]))
        _, shown = await cycle(folder, Clock(hours_ago(-hours)))
        text = " ".join(shown.rendered.text.split())
        said.append([each for each in ("was taken out", "was added to", "the article") if each in text])
    assert said == [["was taken out"], [], ["was added to"], []]
    async with open_app(load_config(folder), Clock(), Silent()) as app:
        with app.store.read() as db:
            assert list(db.scalars(sa.select(schema.changes.c.kind))) == ["text", "text"]


@pytest.mark.slow
async def test_a_channel_is_polled_edited_and_thinned(newsroom: Newsroom, configure: Callable[..., Path]) -> None:
    newest = [Post(number, f"A line of the harbour desk on the ship number {number}") for number in (48, 49)]
    newsroom.put("/s/gatechannel", channel([*newest, PACT_POST], before=48))
    newsroom.put("/s/gatechannel?before=48", channel([Post(47, "An older line of the harbour desk")]))
    folder = configure(newsroom.base + "/s/gatechannel")
    summary, shown = await cycle(folder)
    assert (summary.entries["new"], summary.articles["partial"], summary.articles["failed"]) == (4, 0, 0)
    assert [each.story.headline for each in shown.edition.stories] == [
        "🔴 Iran, Iraq sign defence memorandum in Tehran"
    ]
    assert set(newsroom.asked) == {"/s/gatechannel", "/s/gatechannel?before=48"}

    edited = Post(49, "Correction: the ship number 49 of the harbour desk left empty", edited=True)
    latest = Post(51, "The next line of the harbour desk")
    newsroom.put("/s/gatechannel", channel([edited, PACT_POST, latest], before=49))
    newsroom.asked.clear()
    summary, _ = await cycle(folder, Clock(hours_ago(-8)))
    assert (summary.entries["new"], summary.entries["updated"]) == (1, 1)
    assert set(newsroom.asked) == {"/s/gatechannel"}  # it reaches what is known

    newsroom.put("/s/gatechannel", channel([edited, latest], before=49))  # the post of the pact is taken back
    _, shown = await cycle(folder, Clock(hours_ago(-9)))
    await cycle(folder, Clock(hours_ago(-10)))  # said once
    async with open_app(load_config(folder), Clock(), Silent()) as app:
        with app.store.read() as db:
            gone = db.execute(
                sa.select(schema.articles.c.title, schema.articles.c.text)
                .join(schema.changes, schema.changes.c.article_id == schema.articles.c.id)
                .where(schema.changes.c.kind == "gone")
            ).all()
            [exported] = export(db, stories.load(db, [1]), known(app.config)).stories
    assert [(row.title, PACT[0] in row.text) for row in gone] == [
        ("🔴 Iran, Iraq sign defence memorandum in Tehran", True)
    ]
    assert "took the article down" in shown.rendered.text
    assert [each.standing for each in exported.sources] == ["taken down since it was read"]

    newsroom.put("/s/gatechannel", channel([edited, PACT_POST, latest], before=49))  # and is there again
    _, shown = await cycle(folder, Clock(hours_ago(-10.5)))
    assert "put the article up again" in shown.rendered.text
    _, shown = await cycle(folder, Clock(hours_ago(-10.6)))  # said once
    assert "again" not in shown.rendered.text

    newsroom.put("/s/gatechannel", channel([edited, latest], before=49))  # for an hour between two editions
    async with open_app(load_config(folder), Clock(hours_ago(-10.7)), Silent()) as app:
        await app.pipeline.poll(force=True)
    newsroom.put("/s/gatechannel", channel([edited, PACT_POST, latest], before=49))
    _, shown = await cycle(folder, Clock(hours_ago(-10.8)))
    assert shown.edition.stories == ()
    async with open_app(load_config(folder), Clock(), Silent()) as app:
        with app.store.read() as db:
            assert list(db.scalars(sa.select(schema.changes.c.kind))) == ["gone", "back"] * 2

    many = [Post(number, f"A line of the harbour desk on the ship number {number}", 1) for number in range(61, 64)]
    newsroom.put("/s/gatechannel", channel(many, before=61))
    newsroom.put("/s/gatechannel?before=61", channel([Post(60, "What was posted in between"), latest], before=51))
    newsroom.asked.clear()
    summary, _ = await cycle(folder, Clock(hours_ago(-11)))
    assert summary.entries["new"] == 4
    assert set(newsroom.asked) == {"/s/gatechannel", "/s/gatechannel?before=61"}


def test_a_quotation_is_a_line_of_its_own() -> None:
    quoted = "<blockquote>The minister's words on the second gate</blockquote>And what we say of these words"
    assert [entry.title for entry in read(channel([Post(7, quoted)])).entries] == [
        "The minister's words on the second gate"
    ]
