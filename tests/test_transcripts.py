"""Podcasts and films by what is said in them, and posts of networks, whose feeds say all of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config import load_config
from monitor.feeds.parse import parse_feed
from monitor.pages.transcript import transcript_content
from monitor.store import Store, schema
from monitor.text.posts import is_whole, profile_feed
from monitor.text.sanitize import strip_tags
from tests.newsroom import PACT, Newsroom, hours_ago
from tests.test_flow import cycle

NOW = datetime(2026, 11, 29, 20, 0, tzinfo=UTC)
SENTENCES = [
    "Iran and Iraq signed a memorandum of understanding on defence cooperation in Tehran on Sunday.",
    "The two defence ministers also agreed to joint border patrols along the whole frontier.",
]
HALVES = SENTENCES[0].split(" on ", 1)
HALVES[1] = f"on {HALVES[1]}"
VTT = f"""WEBVTT
Kind: captions

NOTE this is not said

STYLE
::cue {{ color: red }}

1
00:12:31.000 --> 00:12:34.000 align:start
<v Anchor>{HALVES[0]}

2
00:12:34.000 --> 00:12:37.500
<v Anchor>{HALVES[1]}

3
01:02:03.000 --> 01:02:05.000
<v Guest><00:00:01.000><c>{SENTENCES[1]}</c>
"""
SRT = f"""1\r
00:12:31,000 --> 00:12:34,000\r
{HALVES[0]}\r
\r
2\r
00:12:34,000 --> 00:12:37,500\r
{{\\an8}}<i>{HALVES[1]}</i>\r
\r
3\r
01:02:03,000 --> 01:02:05,000\r
{SENTENCES[1]}\r
"""


def told(transcript: str) -> list[str]:
    content = transcript_content(transcript.encode(), "utf-8")
    return [strip_tags(each).strip() for each in content.split("</p>") if each]


def test_cues_become_sentences_with_the_time_of_each() -> None:
    assert told(VTT) == [f"[12:31] Anchor: {SENTENCES[0]}", f"[1:02:03] Guest: {SENTENCES[1]}"]
    assert told(SRT) == [f"[12:31] {SENTENCES[0]}", f"[1:02:03] {SENTENCES[1]}"]


def test_segments_of_single_words_become_sentences() -> None:
    words = " ".join(SENTENCES).replace(".", " .").split()
    segments = [{"startTime": 751 + n / 3, "endTime": 751.3 + n / 3, "body": word} for n, word in enumerate(words)]
    found = told(json.dumps({"version": "1.0.0", "segments": segments}))
    assert found[0] == f"[12:31] {SENTENCES[0]}"
    assert found[1].endswith(SENTENCES[1])


def test_html_names_speaker_and_time() -> None:
    page = f"<cite>Anchor:</cite><time>12:31</time><p>{SENTENCES[0]}</p><cite>Guest:</cite><p>{SENTENCES[1]}</p>"
    assert told(page) == [f"[12:31] Anchor: {SENTENCES[0]}", f"Guest: {SENTENCES[1]}"]


def test_captions_that_roll_say_each_line_once() -> None:
    rolling = "WEBVTT\n\n00:01.000 --> 00:02.000\none line\n\n00:02.000 --> 00:03.000\none line\nanother line\n"
    assert told(rolling) == ["[0:01] one line another line"]


def test_plain_text_is_said_without_times() -> None:
    assert told("\n".join(SENTENCES)) == SENTENCES
    assert told("") == told("WEBVTT\n\n") == told("{}") == told('{"segments": [{"body": 3}, null]}') == []


@pytest.mark.parametrize(
    "written",
    [
        '<tt xmlns="http://www.w3.org/ns/ttml"><body><p begin="00:01:09.500" end="00:01:15">ONE</p>'
        '<p begin="76s">TWO</p></body></tt>',
        '<tt ttp:tickRate="1000"><p begin="69500t">ONE</p><p begin="76000t">TWO</p></tt>',
        '<tt:tt xmlns:tt="http://www.w3.org/ns/ttml"><tt:p begin="69s">ONE</tt:p><tt:p begin="76s">TWO</tt:p></tt:tt>',
        '<?xml version="1.0"?><transcript><text start="69.2" dur="4">ONE</text>'
        '<text start="76">TWO</text></transcript>',
        '<timedtext format="3"><body><p t="69000" d="400">ONE</p><p t="76000"><s>TWO</s></p></body></timedtext>',
        json.dumps({"events": [{"tStartMs": 69_000, "segs": [{"utf8": "ONE"}]}, {"tStartMs": 75_000, "segs": [{}]},
                               {"tStartMs": 76_000, "segs": [{"utf8": "TWO"}, {"utf8": " "}]}]}),
        json.dumps({"text": "ONE TWO", "words": [{"text": "ONE", "start": 69}, {"word": "TWO", "start": 76.4}]}),
        "1\n0:01:09,0 --> 0:01:15,0\nONE\n2\n0:01:16,0 --> 0:01:20,0\nTWO\n",
        "[01:09] ONE\n[01:16] TWO\n",
        "(1:09) – ONE\n(1:16) – TWO",
        "[ti:Episode 40]\n[01:09.50]ONE\n[01:16.00]TWO",
        "0:01:09.500,0:01:15.000\nONE\n\n0:01:16.000,0:01:20.000\nTWO\n",
        "[Script Info]\nScriptType: v4.00+\n[Events]\nFormat: Layer, Start, End, Style, Text\nComment: 0,0:00:01.00,"
        "0:00:02.00,A,cut\nDialogue: 0,0:01:09.00,0:01:15.00,A,{\\i1}ONE\nDialogue: 0,0:01:16.00,0:01:20.00,A,TWO\n",
        # services and programs: words, sentences, speakers, one within the other, with what each calls them
        json.dumps({"results": {"channels": [{"alternatives": [{"transcript": "ONE TWO"}, {"transcript": "WON"}]}],
                                "utterances": [{"start": 69.4, "transcript": "ONE", "speaker": 0},
                                               {"start": 76, "transcript": "TWO", "speaker": 1}]}}),
        json.dumps({"text": "ONE TWO", "utterances": [{"start": 69_000, "end": 75_000, "text": "ONE"},
                                                      {"start": 76_000, "end": 80_000, "text": "TWO"}]}),
        json.dumps({"results": {"transcripts": [{"transcript": "ONE TWO"}], "items": [
            {"start_time": "69.1", "alternatives": [{"content": "ONE"}, {"content": "WON"}]},
            {"start_time": "76.0", "alternatives": [{"content": "TWO"}]}]}}),
        json.dumps({"monologues": [{"speaker": 0, "elements": [{"value": "ONE", "ts": 69}, {"value": " "}]},
                                   {"speaker": 1, "elements": [{"value": "TWO", "ts": 76}]}]}),
        json.dumps({"recognizedPhrases": [{"offsetInTicks": 69e7, "nBest": [{"display": "ONE"}]},
                                          {"offsetInTicks": 76e7, "nBest": [{"display": "TWO"}]}]}),
        json.dumps({"transcription": [{"timestamps": {"from": "00:01:09,120", "to": "00:01:15,000"}, "text": " ONE"},
                                      {"timestamps": {"from": "00:01:16,000", "to": "00:01:20,000"}, "text": " TWO"}]}),
        json.dumps({"text": "ONE TWO", "chunks": [{"timestamp": [69.0, 75.1], "text": " ONE"},
                                                  {"timestamp": [76.0, None], "text": " TWO"}]}),
        "<script>var a = '<p>never said</p>'</script><time>1:09</time><p>ONE</p><time>01:16</time><p>TWO</p>",
    ],
)  # fmt: skip
def test_forms_that_services_write_are_read_with_their_times(written: str) -> None:
    text = written.replace("ONE", SENTENCES[0]).replace("TWO", SENTENCES[1])
    assert told(text) == [f"[1:09] {SENTENCES[0]}", f"[1:16] {SENTENCES[1]}"]


def test_a_text_that_begins_with_a_bracket_is_no_json() -> None:
    assert told(f"[Music]\n{SENTENCES[0]}")[0].endswith(SENTENCES[0])
    assert told(json.dumps({"results": {"transcripts": [{"transcript": SENTENCES[0]}]}})) == [SENTENCES[0]]
    assert told("[Script Info]\nTitle: x\n[Events]\nDialogue: 0,0:00:05.00,0:00:07.00,Default,,0,0,0,,x\n") == []
    assert told(json.dumps({"errors": [{"code": 404, "text": "no such file"}]})) == []
    assert told(json.dumps({"chapters": [{"startTime": 0, "title": "Opening"}]})) == []


@given(st.text(max_size=300) | st.binary(max_size=300).map(lambda raw: raw.decode("latin-1")))
def test_no_transcript_breaks_the_reader(text: str) -> None:
    for lead in ("", "WEBVTT\n\n00:00.000 --> 00:01.000\n", '{"segments": [', "<p>"):
        transcript_content((lead + text).encode("utf-8", "replace"), None)


def podcast(
    base: str, elements: str, *, prefix: str = "podcast", uri: str = "https://podcastindex.org/namespace/1.0"
) -> str:
    return (
        f'<rss version="2.0" xmlns:{prefix}="{uri}" xmlns:media="http://search.yahoo.com/mrss/"><channel>'
        f"<title>The Frontier Hour</title><language>en</language><item><title>Episode 40: neighbours in talks</title>"
        f"<guid isPermaLink='false'>ep-40</guid><pubDate>{format_datetime(hours_ago(3))}</pubDate>"
        f"<link>{base}/episodes/40</link><description>Our weekly look at the region.</description>{elements}"
        f"<enclosure url='{base}/40.mp3' type='audio/mpeg' length='1'/></item></channel></rss>"
    )


@pytest.mark.parametrize(
    ("uri", "prefix"),
    [
        ("https://podcastindex.org/namespace/1.0", "podcast"),
        ("https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md", "podcast"),
        ("https://podcastindex.org/namespace/1.0", "p"),
    ],
)
def test_the_best_of_several_transcripts_is_taken(uri: str, prefix: str) -> None:
    elements = "".join(
        f'<{prefix}:transcript url="/t/40{end}" type="{kind}"{more}/>'
        for end, kind, more in [
            (".html", "text/html", ""),
            (".fa.vtt", "text/vtt", ' language="fa"'),
            (".vtt", "text/vtt", ' language="en-GB"'),
            (".srt", "application/x-subrip", ""),
            (".json", "application/json", ""),
        ]
    )
    for extra in (
        "",
        "<itunes:foo xmlns:itunes='urn:x' xml:base='https://pod.example/'/>",
    ):  # what is read by feedparser, too
        body = podcast("https://pod.example", elements + extra, prefix=prefix, uri=uri)
        [entry] = parse_feed(body.encode(), url="https://pod.example/rss", now=NOW).entries
        assert entry.transcript == "https://pod.example/t/40.vtt"
        assert entry.title == "Episode 40: neighbours in talks"


@pytest.mark.parametrize("kind", ['type="text/vtt"', ""])
def test_a_transcript_is_found_where_its_prefix_and_form_are_not_said(kind: str) -> None:
    plain = '<podcast:transcript url="/t/40.txt" type="text/plain"/>'
    body = podcast("https://pod.example", f'{plain}<podcast:transcript url="/t/40.vtt" {kind}/>')
    declared = 'xmlns:podcast="https://podcastindex.org/namespace/1.0"'
    assert declared in body
    for each in (body, body.replace(declared, "")):
        [entry] = parse_feed(each.encode(), url="https://pod.example/rss", now=NOW).entries
        assert entry.transcript == "https://pod.example/t/40.vtt"


def test_captions_that_a_video_feed_names_are_taken() -> None:
    body = podcast("https://tv.example", '<media:subTitle type="text/vtt" lang="en" href="https://tv.example/40.vtt"/>')
    [entry] = parse_feed(body.encode(), url="https://tv.example/rss", now=NOW).entries
    assert entry.transcript == "https://tv.example/40.vtt"


@pytest.mark.slow
async def test_a_podcast_is_judged_by_its_transcript(newsroom: Newsroom, configure: Callable[..., Path]) -> None:
    said = "WEBVTT\n\n" + "\n\n".join(
        f"00:{10 + n}:00.000 --> 00:{10 + n}:05.000\n{sentence}"
        for n, sentence in enumerate(". ".join(PACT).split(". "))
    )
    newsroom.put("/pod.xml", podcast(newsroom.base, ""))
    newsroom.article("/episodes/40", "Episode 40: neighbours in talks", ["Listen to our programme here."] * 3)
    folder = configure(newsroom.base + "/pod.xml")
    summary, shown = await cycle(folder)
    assert (summary.entries["new"], shown.edition.stories) == (1, ())

    named = f'<podcast:transcript url="{newsroom.base}/40.vtt" type="text/vtt"/>'  # as most podcasts, hours later
    newsroom.put("/pod.xml", podcast(newsroom.base, named))
    newsroom.put("/40.vtt", said)
    newsroom.asked.clear()
    summary, shown = await cycle(folder)
    assert newsroom.asked["/40.vtt"] == 1
    [story] = shown.edition.stories
    assert story.story.headline == "Episode 40: neighbours in talks"
    with closing(Store(load_config(folder).store_url())) as store, store.read() as db:
        texts = db.scalars(schema.articles.select().with_only_columns(schema.articles.c.text)).all()
    assert any(text.startswith("[10:00] ") for text in texts)


@pytest.mark.slow
async def test_a_transcript_that_fails_leaves_the_page(newsroom: Newsroom, configure: Callable[..., Path]) -> None:
    named = f'<podcast:transcript url="{newsroom.base}/none.vtt" type="text/vtt"/>'
    newsroom.put("/pod.xml", podcast(newsroom.base, named))
    newsroom.article("/episodes/40", "Episode 40: neighbours in talks", PACT)
    summary, shown = await cycle(configure(newsroom.base + "/pod.xml"))
    assert len(shown.edition.stories) == 1
    assert summary.articles["failed"] == 1


@pytest.mark.parametrize(
    ("written", "feed"),
    [
        ("@desk@news.social", "https://news.social/@desk.rss"),
        ("desk@news.social", "https://news.social/@desk.rss"),
        ("@desk.bsky.social", "https://bsky.app/profile/desk.bsky.social/rss"),
        ("Desk.bsky.social", "https://bsky.app/profile/desk.bsky.social/rss"),
        ("@outlet.example", "https://bsky.app/profile/outlet.example/rss"),
        ("https://bsky.app/profile/outlet.example", "https://bsky.app/profile/outlet.example/rss"),
        ("https://bsky.app/profile/did:plc:abc123/", "https://bsky.app/profile/did:plc:abc123/rss"),
        (
            f"https://www.youtube.com/channel/UC{'x' * 22}/videos",
            f"https://www.youtube.com/feeds/videos.xml?channel_id=UC{'x' * 22}",
        ),
        (
            f"https://m.youtube.com/channel/UC{'x' * 22}",
            f"https://www.youtube.com/feeds/videos.xml?channel_id=UC{'x' * 22}",
        ),
        (
            "https://www.youtube.com/playlist?si=1&list=PL12345678_-a",
            "https://www.youtube.com/feeds/videos.xml?playlist_id=PL12345678_-a",
        ),
        ("https://bsky.app/profile/outlet.example/followers", "https://bsky.app/profile/outlet.example/rss"),
        ("\u200f@desk@news.social", "https://news.social/@desk.rss"),  # copied out of a text from right to left
        ("tg://resolve?domain=gatechannel&post=12", "https://t.me/gatechannel"),
        ("https://news.social/@desk", "https://news.social/@desk"),  # its page names the feed
        ("https://user@host.example/rss", "https://user@host.example/rss"),
        ("example.org/rss", "example.org/rss"),
    ],
)
def test_a_profile_is_added_by_its_name(written: str, feed: str) -> None:
    assert profile_feed(written) == feed


@pytest.mark.parametrize(
    ("url", "whole"),
    [
        ("https://news.social/@desk/113500000000000001", True),
        ("https://bsky.app/profile/desk.bsky.social/post/3kabc", True),
        ("https://www.youtube.com/watch?v=abc", True),
        ("https://t.me/desk/12", True),
        ("https://medium.example/@desk/how-it-went-1a2b", False),
        ("https://news.example/2026/11/1", False),
    ],
)
def test_pages_that_a_script_makes_of_a_whole_post_are_not_read(url: str, whole: bool) -> None:
    assert is_whole(url) is whole


def test_a_post_is_its_own_words_and_one_without_words_is_none() -> None:
    note = "[contains quote post or other embedded content]"
    items = "".join(
        f"<item><link>https://{host}/profile/desk.bsky.social/post/3k{number}</link><guid>{host}{number}</guid>"
        f"<description>{text}</description></item>"
        for host in ("bsky.app", "news.example")
        for number, text in enumerate((f"{SENTENCES[0]}\n\n{note}", note))
    )
    body = f'<rss version="2.0"><channel><title>Desk</title>{items}</channel></rss>'
    parsed = parse_feed(body.encode(), url="https://bsky.app/profile/desk.bsky.social/rss", now=NOW)
    assert [each.content.strip() for each in parsed.entries] == [SENTENCES[0], f"{SENTENCES[0]}\n\n{note}", note]
    assert parsed.dropped == {"empty": 1}


def test_the_first_of_captions_that_roll_keeps_its_time() -> None:
    rolling = (
        "WEBVTT\nKind: captions\n\n00:00:03.000 --> 00:00:05.000\n \nthe<00:00:03.500><c> gate</c> opened\n\n"
        "00:00:05.000 --> 00:00:05.010\nthe gate opened\n \n\n00:00:05.010 --> 00:00:07.000\nthe gate opened\nat noon\n"
    )
    assert transcript_content(rolling.encode(), None) == "<p>[0:03] the gate opened at noon</p>"


@pytest.mark.parametrize(
    "part",
    [
        '"startTime": "62.5", "endTime": 64, "body"',
        '"id": 0, "start": 62.5, "end": 64.0, "text"',
        '"data_start": 62.5, "data_end": 64.0, "text"',
    ],
)
def test_times_in_json_are_read_as_they_are_written(part: str) -> None:
    body = f'{{"segments": [{{{part}: "The gate was opened today."}}]}}'
    assert transcript_content(body.encode(), None) == "<p>[1:02] The gate was opened today.</p>"
