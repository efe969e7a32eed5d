"""The API over loopback: what it answers, to whom, in which pages, and that nothing odd makes it fail."""

# ruff: noqa: F811 - fixtures of other files are named again where they are used

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.api.base import AskedWronglyError, Doc, of_cursor, to_cursor
from monitor.store import Store, articles, browse, deliveries, judged_articles, marks, schema
from monitor.store.judged_articles import Wanted
from monitor.web.api.endpoints import TABLE
from tests.api_desk import READING, Client, served
from tests.desk import START, Desk
from tests.documents import ROOT, blocks, section
from tests.test_web import Place, article, filled, own, read  # noqa: F401

pytestmark = pytest.mark.slow
REFERENCE = ROOT / "docs" / "reference"
LISTS_OF = ("stories", "articles", "near-misses", "editions", "deliveries", "feeds", "marks", "decisions")


@pytest.fixture(scope="module")
def client(read: Place) -> Iterator[Client]:
    with served(read) as client:
        yield client


@pytest.fixture
def desk(own: Place) -> Iterator[Client]:
    with served(own) as client:
        yield client


# What it answers


def test_a_story_is_the_same_in_the_list_and_alone_and_leads_to_its_articles(client: Client) -> None:
    [listed] = client.get("stories")["items"]
    alone = client.get(f"stories/{listed['id']}")
    assert {name: alone[name] for name in listed} == listed
    assert alone["first"]["article"] in {each["id"] for each in listed["articles"]}
    assert [each["article"] for each in alone["why"]] == [each["id"] for each in listed["articles"]]
    assert set(alone["accounts"]) == {"agreed", "differ", "one_sided"}
    [edition] = alone["editions"]
    contents = client.get(f"editions/{edition['id']}")["contents"]
    assert [each["story"] for each in contents] == [listed["id"]]
    for report in listed["articles"]:
        told = client.get(f"articles/{report['id']}")
        assert told["title"] == report["title"]
        assert told["text"]
        assert told["watches"][0]["story"] == listed["id"]


def test_a_receipt_names_its_watch_and_the_words_behind_it(client: Client) -> None:
    [told] = client.get("articles/1/receipts")
    assert (told["watch"], told["verdict"]) == ("border", "match")
    assert told["grounds"]["words"]
    assert [each for each in told["receipt"]["reasons"] if each["amount"] > 0]
    assert client.ask("/api/v1/articles/1/receipts?watch=none").status == 404


def test_a_search_finds_names_in_every_script_and_pages_on(client: Client) -> None:
    every = client.get("search?" + urlencode({"q": "iraq"}))["items"]
    assert every
    assert all(each["snippet"] for each in every)
    found, cursor = [], ""
    while cursor is not None:
        page = client.get("search?" + urlencode({"q": "iraq", "limit": 1, "cursor": cursor}))
        found += page["items"]
        cursor = page["next"]
    assert [each["id"] for each in found] == [each["id"] for each in every]
    assert client.ask("/api/v1/search?q=%28iraq").status == 400
    assert client.ask("/api/v1/search").status == 400
    assert {each["language"] for each in client.get("search?language=fa")["items"]} == {"fa"}


def test_a_watch_says_what_it_looks_for_and_what_it_learned(client: Client) -> None:
    [line] = client.get("watches")
    told = client.get(f"watches/{line['watch']}")
    assert {name: told[name] for name in line} == line
    assert {"term": "joint patrol", "weight": 1.0} in told["terms"]["add"]
    assert len(told["sides"]) == 2
    assert told["learned"][0]["weight"] > 0
    assert client.get("watches/border/audit") == {"watch": "border", "open": None, "waiting": 0, "estimate": None}


def test_a_trial_says_what_an_edit_would_change_and_stores_nothing(client: Client) -> None:
    before = client.get("articles")
    told = client.ask("/api/v1/watches/border/trial", "POST", {"exclude": ["memorandum"], "drop": ["joint patrol"]})
    assert told.status == 200
    assert told.body["lost"]
    assert told.body["totals"]["lost"] == len(told.body["lost"])
    assert client.get("articles") == before
    both = client.ask("/api/v1/watches/border/trial", "POST", {"exclude": ["x"], "require": ["x"]})
    assert (both.status, "both wanted and excluded" in both.body["detail"]) == (400, True)
    nobody = client.ask("/api/v1/watches/border/trial", "POST", {"exclude": ["country:Nowhere"]})
    assert nobody.status == 400
    assert nobody.body["detail"].startswith("no country is called 'Nowhere'"), "and not where the file lies"


def test_a_merged_number_gives_the_story_it_is_part_of(desk: Client, own: Place) -> None:
    with own.app.store.write() as db:
        gone = db.execute(
            schema.stories.insert().values(watch="border", first_seen=START, last_seen=START, merged_into=1)
        ).inserted_primary_key
    assert gone
    assert desk.get(f"stories/{gone[0]}")["id"] == 1


# Pages of a list


def walked(client: Client, path: str, limit: int) -> list[Any]:
    found, cursor = [], ""
    while cursor is not None:
        page = client.get(f"{path}{'&' if '?' in path else '?'}limit={limit}&cursor={cursor}")
        assert len(page["items"]) <= limit
        found += page["items"]
        cursor = page["next"]
    return found


@pytest.mark.parametrize("path", LISTS_OF)
def test_pages_of_a_list_hold_each_of_it_once_and_in_order(desk: Client, own: Place, path: str) -> None:
    with own.app.store.write() as db:
        db.execute(schema.matches.update().where(schema.matches.c.article_id > 3).values(verdict="near", score=0.4))
    for number, verdict in ((1, "right"), (2, "wrong"), (4, "wrong")):
        mark = {"article": number, "watch": "border", "verdict": verdict}
        assert desk.ask("/api/v1/marks", "POST", mark).status == 201
    whole = desk.get(f"{path}?limit=100")
    assert whole["items"]
    assert whole["next"] is None
    assert walked(desk, path, 1) == whole["items"]
    other = to_cursor("another", 1)
    assert desk.ask(f"/api/v1/{path}?cursor={other}").status == 400


def test_every_list_pages_by_its_place_on_both_databases(store: Store) -> None:
    desk = Desk(store, START)
    for number in range(6):
        desk.arrive(f"event {number}", verdict="match" if number % 2 else "near", age=timedelta(hours=number % 3))
    desk.group()
    with store.write() as db:
        for number in range(1, 5):
            marks.put(db, number, "w", bool(number % 2), START)
    with store.read() as db:
        stories = browse.story_places(db, "w", limit=9)
        near = browse.near_miss_places(db, ["w"], limit=9)
        marked = marks.listed(db)
        assert [number for _, number in stories] == browse.story_ids(db, "w", limit=9, offset=0)
        for number, place in enumerate(stories):
            assert browse.story_places(db, "w", limit=9, after=place) == stories[number + 1 :]
        for number, near_place in enumerate(near):
            assert browse.near_miss_places(db, ["w"], limit=9, after=near_place) == near[number + 1 :]
        for number, mark in enumerate(marked):
            assert marks.listed(db, after=(mark.marked, mark.article, mark.watch)) == marked[number + 1 :]
        ids = [each.article.id for each in judged_articles.listed(db, Wanted(verdict="near", below=6))]
        assert ids == [5, 3, 1]
        assert [each.article.id for each in judged_articles.with_ids(db, [3, 99, 1])] == [1, 3]
        assert deliveries.recent(db, 9, edition=1, below=5) == []
        assert browse.story_places(db, None, limit=9, muted=True) == []


@given(st.one_of(st.text(), st.binary().map(lambda b: b.decode("latin-1")), st.from_regex(r"\A[\w-]{0,40}\Z")))
def test_no_text_is_taken_for_a_cursor(text: str) -> None:
    for kinds in ((int,), (datetime, int), (Doc, int, str)):
        try:
            assert of_cursor("stories", text, *kinds) is None
            assert not text
        except AskedWronglyError:
            pass


@given(
    st.integers(10**5, 7 * 10**9).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    st.integers(0, 2**31 - 1),
    st.integers(0, 2**62),
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
)
def test_a_cursor_leads_back_to_its_place(moment: datetime, number: int, doc: int, text: str) -> None:
    place = (moment, number, doc, text)
    assert of_cursor("list", to_cursor("list", *place), datetime, int, Doc, str) == place


# Who may ask


def test_a_token_is_needed_and_the_reading_one_changes_nothing(desk: Client) -> None:
    mark = {"article": 1, "watch": "border", "verdict": "wrong"}
    for path in ("stories", "version", "openapi.json", "nothing"):
        told = Client(desk.address, "").ask(f"/api/v1/{path}")
        assert (told.status, told.headers["content-type"]) == (401, "application/problem+json")
        assert "Bearer" in told.headers["www-authenticate"]
        wrong = Client(desk.address, "wrong").ask(f"/api/v1/{path}")
        assert (wrong.status, "that was sent" in wrong.body["detail"]) == (401, True)
    reader = Client(desk.address, READING)
    assert reader.get("stories")["items"]
    for method, path, sent in (
        ("POST", "marks", mark),
        ("DELETE", "marks/border/1", None),
        ("DELETE", "decisions/1", None),
    ):
        told = reader.ask(f"/api/v1/{path}", method, sent)
        assert (told.status, "editing token" in told.body["detail"]) == (403, True)
    assert desk.get("marks") == {"items": [], "next": None}


def test_recipients_are_named_to_who_may_change_things(desk: Client) -> None:
    reader = Client(desk.address, READING)
    [owed] = desk.get("deliveries")["items"]
    [seen] = reader.get("deliveries")["items"]
    assert owed["recipient"]
    assert seen == owed | {"recipient": ""}
    assert reader.get("editions/1")["deliveries"][0]["recipient"] == ""
    assert desk.get("editions/1")["deliveries"][0]["recipient"] == owed["recipient"]


def test_a_foreign_page_and_a_foreign_name_get_nothing(desk: Client) -> None:
    assert desk.ask("/api/v1/stories", host="evil.example").status == 421
    mark = {"article": 1, "watch": "border", "verdict": "wrong"}
    assert desk.ask("/api/v1/marks", "POST", mark, origin="https://evil.example").status == 403
    told = desk.ask("/api/v1/stories", "OPTIONS", origin="https://evil.example")
    assert (told.status, told.headers["allow"]) == (405, "GET, HEAD")
    assert not [name for name in told.headers if name.lower().startswith("access-control")]


def test_without_a_token_everything_is_read_and_nothing_changed(own: Place) -> None:
    with served(own, token="", reading="") as client:
        assert client.get("stories")["items"]
        told = client.ask("/api/v1/marks", "POST", {"article": 1, "watch": "border", "verdict": "wrong"})
        assert (told.status, "token_file" in told.body["detail"]) == (403, True)


def test_a_session_of_the_page_marks_with_the_token_of_its_forms(own: Place) -> None:
    session = own.session()
    mark = {"article": 1, "watch": "border", "verdict": "right"}
    with served(own) as client:
        visitor = Client(client.address, "")
        assert visitor.ask("/api/v1/stories", **session).status == 200
        assert visitor.ask("/api/v1/marks", "POST", mark, **session).status == 403
        told = visitor.ask("/api/v1/marks", "POST", mark, x_csrf_token=own.csrf(session), **session)
        assert told.status == 201


# Marks


def test_a_mark_is_set_seen_and_taken_back(desk: Client) -> None:
    mark = {"article": 2, "watch": "border", "verdict": "wrong", "who": "Rana"}
    made = desk.ask("/api/v1/marks", "POST", mark)
    assert (made.status, made.body["who"], made.body["act"]) == (201, "Rana", "wrong")
    assert [each["verdict"] for each in desk.get("articles/2")["marks"]] == ["wrong"]
    assert desk.get("search?judgement=wrong")["items"][0]["id"] == 2
    back = desk.ask("/api/v1/marks/border/2", "DELETE")
    assert (back.status, back.body["id"], back.body["undone"] is not None) == (200, made.body["id"], True)
    assert desk.get("articles/2")["marks"] == []
    assert desk.ask("/api/v1/marks/border/2", "DELETE").status == 404
    assert desk.ask("/api/v1/decisions/1", "DELETE").status == 409
    assert desk.ask("/api/v1/decisions/77", "DELETE").status == 404
    for wrong in ({"article": 999}, {"watch": "none"}, {"watch": ""}):
        assert desk.ask("/api/v1/marks", "POST", mark | wrong).status == 404


# Errors and what is odd


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("nothing", 404),
        ("stories/", 404),
        ("stories/9999", 404),
        ("stories/0", 422),
        ("stories/-1", 422),
        ("stories/99999999999999999999", 422),
        ("stories/" + quote("۱"), 422),
        ("stories/" + quote("x' OR 1=1 --"), 422),
        ("articles/" + quote("🦊"), 422),
        ("watches/" + quote("مرز"), 404),
        ("watches/" + "w" * 400, 422),
        ("editions/77", 404),
        ("stories?limit=0", 422),
        ("stories?limit=101", 422),
        ("stories?limit=1e3", 422),
        ("stories?watch=border&watch=none", 422),
        ("stories?nothing=1", 422),
        ("stories?watch=none", 404),
        ("stories?since=yesterday", 422),
        ("stories?since=2026-11-21T07:00", 422),
        ("stories?since=0001-01-01T00:00:00%2B14:00", 200),
        ("stories?since=9999-12-31T23:59:59-14:00", 200),
        ("articles?verdict=perhaps", 422),
        ("articles?feed=%00", 422),
        ("articles?feed=" + "x" * 301, 422),
        ("search?score=nan&q=x", 422),
        ("search?score=2&q=x", 422),
        ("stories?cursor=" + "A" * 601, 422),
        ("stories?cursor=%ED%A0%80", 422),
    ],
)
def test_what_is_asked_oddly_gets_a_status_and_a_sentence(client: Client, path: str, status: int) -> None:
    told = client.ask(f"/api/v1/{path}")
    assert told.status == status, told.body
    if status != 200:
        assert told.headers["content-type"] == "application/problem+json"
        assert told.body["status"] == status
        assert told.body["detail"]
        assert "Traceback" not in told.body["detail"]


@pytest.mark.parametrize(
    ("path", "sent", "said"),
    [
        ("stories?limit=0", None, "query.limit: send a number greater than or equal to 1"),
        ("stories?limit=ten", None, "query.limit: send a whole number"),
        ("stories?limit=1&limit=2", None, "query.limit: this is given more than once; send it once"),
        ("stories?muted=perhaps", None, "query.muted: send true or false"),
        ("stories?cursor=a%20b", None, "query.cursor: this is blank, or holds a character that cannot be taken"),
        ("articles?verdict=perhaps", None, "query.verdict: send 'match', 'near' or 'no'"),
        ("articles?feed=" + "x" * 301, None, "query.feed: send at most 300 characters"),
        ("articles/none", None, "path.article: send a whole number"),
        ("marks", {"article": 1, "watch": "border"}, "body.verdict: this is missing; send it"),
        ("marks", [], "body: send an object"),
        ("watches/border/trial", {"exclude": "ferry"}, "body.exclude: send a list"),
        ("watches/border/trial", {"exclude": [""]}, "body.exclude.0: send at least 1 character"),
        ("watches/border/trial", {"exclude": ["x"] * 51}, "body.exclude: send at most 50 items"),
        ("watches/border/trial", {"add": [{"term": "ferry", "weight": "much"}]}, "body.add.0.weight: send a number"),
    ],
)
def test_what_is_wrong_with_a_value_is_said_as_what_to_send(client: Client, path: str, sent: Any, said: str) -> None:
    told = client.ask(f"/api/v1/{path}", "GET" if sent is None else "POST", sent)
    assert told.status == 422
    assert told.body["detail"].startswith(said)


def test_what_is_sent_oddly_gets_a_status_and_a_sentence(client: Client) -> None:
    whole = {"article": 1, "watch": "border", "verdict": "right"}
    cases: list[tuple[Any, dict[str, str], int]] = [
        (b"{", {}, 400),
        (b"", {"content_type": "application/json"}, 422),
        (b"[]", {}, 422),
        (b"\xff\xfe", {}, 400),
        (whole | {"more": 1}, {}, 422),
        (whole | {"article": "1; DROP"}, {}, 422),
        (whole | {"verdict": None}, {}, 422),
        *((whole | {"article": odd}, {}, 422) for odd in (True, "1", 1.5, [1], {"article": 1}, None)),
        *((whole | {"watch": odd}, {}, 422) for odd in (True, 1, ["border"])),
        *((whole | {"who": odd}, {}, 422) for odd in (False, 1, None)),
        (json.dumps(whole).replace("1", "NaN").encode(), {}, 422),
        (json.dumps(whole).encode(), {"content_type": "text/plain"}, 415),
        (urlencode(whole).encode(), {"content_type": "application/x-www-form-urlencoded"}, 415),
        (b" " * 200_001, {}, 413),
        (b'{"article": 1' + b"[" * 100_000, {}, 400),
    ]
    for sent, headers, status in cases:
        told = client.ask("/api/v1/marks", "POST", sent, **headers)
        assert (told.status, told.headers["content-type"]) == (status, "application/problem+json"), (sent[:40], told)
        assert (told.body["detail"] == "what was sent is no JSON") is (status == 400)
    for method, path, allowed in (
        ("PUT", "marks", "GET, HEAD, POST"),
        ("PATCH", "stories/1", "GET, HEAD"),
        ("GET", "decisions/1", "DELETE"),
        ("TRACE", "version", "GET, HEAD"),
    ):
        told = client.ask(f"/api/v1/{path}", method)
        assert (told.status, told.headers["allow"]) == (405, allowed)
        if method != "TRACE":  # its answer is read as no JSON
            assert told.body["detail"] == f"this address takes {allowed}"


@pytest.mark.parametrize(
    "edit",
    [
        {"add": [{"term": "treaty", "weight": True}]}, {"add": [{"term": "treaty", "weight": "2"}]},
        {"add": [{"term": True}]}, {"add": {"term": "treaty"}}, {"add": ["treaty"]}, {"remove": "treaty"},
        {"exclude": [1980]}, {"drop": [False]}, {"require": {"0": "treaty"}},
    ],
)  # fmt: skip
def test_a_value_of_a_trial_stands_for_no_other(client: Client, edit: dict[str, Any]) -> None:
    assert client.ask("/api/v1/watches/border/trial", "POST", edit).status == 422


def test_who_has_an_answer_already_gets_no_body(client: Client) -> None:
    first = client.ask("/api/v1/stories")
    tag = first.headers["etag"]
    assert client.ask("/api/v1/stories", if_none_match=tag).status == 304
    assert client.ask("/api/v1/stories", if_none_match=f'"other", W/{tag}').status == 304
    assert client.ask("/api/v1/stories", if_none_match='"other"').status == 200
    assert client.ask("/api/v1/stories?limit=0", if_none_match="*").status == 422


def test_head_has_the_headers_of_get_and_no_body(client: Client) -> None:
    place = urlsplit(client.address)
    connection = http.client.HTTPConnection(place.hostname or "", place.port or 0, timeout=30)
    got = []
    for method in ("GET", "HEAD", "GET"):  # on one connection: a body too many would spoil the next answer
        connection.request(method, "/api/v1/stories", headers={"Authorization": f"Bearer {client.token}"})
        answer = connection.getresponse()
        got.append((answer.status, answer.headers["etag"], answer.headers["content-length"], len(answer.read())))
    assert got[0] == got[2]
    assert got[1] == (*got[0][:3], 0)


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=60), st.text(max_size=60))
def test_no_name_or_value_of_a_parameter_breaks_it(client: Client, name: str, value: str) -> None:
    query = f"{quote(name, safe='', errors='surrogatepass')}={quote(value, safe='', errors='surrogatepass')}"
    assert client.ask(f"/api/v1/articles?{query}").status in (200, 400, 404, 422)
    path = quote(value, safe="", errors="surrogatepass")
    assert client.ask(f"/api/v1/watches/{path}").status in (200, 404, 422)


def test_secrets_of_feeds_are_shown_to_nobody(desk: Client, own: Place) -> None:
    with own.app.store.write() as db:
        made = article(
            77, "Iran, Iraq sign", "A text of Iran and Iraq.", 1, feed_url="https://u:secret@news.example/rss"
        )
        articles.add(db, [(made, "secret", None)])
    assert "secret@" not in json.dumps(desk.get("articles"))


def test_reads_stay_whole_while_articles_are_written(desk: Client, own: Place) -> None:
    stop, wrong = threading.Event(), list[Any]()

    def reads() -> None:
        while not stop.is_set():
            for path in ("articles?limit=5", "stories", "search?q=zagros", "near-misses"):
                told = desk.ask(f"/api/v1/{path}")
                if told.status != 200:
                    wrong.append((path, told))

    threads = [threading.Thread(target=reads) for _ in range(3)]
    for each in threads:
        each.start()
    for number in range(100, 130):
        with own.app.store.write() as db:
            articles.add(db, [(article(number, f"Zagros {number}", "Zagros text.", 1), f"w{number}", None)])
    stop.set()
    for each in threads:
        each.join()
    assert wrong == []
    ids = [each["id"] for each in walked(desk, "articles", 7)]
    with own.app.store.read() as db:
        assert ids == sorted(db.scalars(sa.select(schema.articles.c.id)), reverse=True)


# The document and the documentation


def test_the_document_names_every_address_and_where_it_was_asked_for(client: Client) -> None:
    told = client.get("openapi.json")
    assert told["openapi"].startswith("3.1")
    assert told["servers"] == [{"url": "https://desk.example/monitor/api/v1"}]
    assert told["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    names = {operation["operationId"] for path in told["paths"].values() for operation in path.values()}
    assert len(names) == sum(len(path) for path in told["paths"].values()) == len(TABLE) + 1


def test_the_reference_has_every_address_parameter_and_field(client: Client) -> None:
    told = client.get("openapi.json")
    about = "".join(each.read_text(encoding="utf-8") for each in (REFERENCE / "api.md", REFERENCE / "json.md"))
    addresses = section(REFERENCE / "api.md", "Addresses")
    for path, operations in told["paths"].items():
        shown = path.replace("{watch}", "NAME")
        shown = re.sub(r"\{\w+\}", "ID", shown)
        for method, operation in operations.items():
            rows = [row for row in addresses.splitlines() if row.startswith(f"| `{method.upper()} {shown}` |")]
            assert len(rows) == 1, (method, path)
            given = {each["name"] for each in operation.get("parameters", ()) if each["in"] == "query"} - {
                "cursor",
                "limit",
            }
            assert [name for name in given if not re.search(rf"`{name}(=true)?`", rows[0])] == [], path
    fields = {name for schema in told["components"]["schemas"].values() for name in schema.get("properties", ())}
    assert [name for name in sorted(fields) if not re.search(rf"`[\w.]*\b{name}`", about)] == []


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_examples_of_the_reference_run(desk: Client) -> None:
    [example] = [block for block in blocks(REFERENCE / "api.md") if block.run]
    environment = os.environ | {"TOKEN": desk.token, "DESK": desk.address}
    commands = example.commands()
    assert len(commands) > 5
    for command in commands:
        done = subprocess.run(["sh", "-c", command], env=environment, capture_output=True, check=True, timeout=60)
        assert json.loads(done.stdout).get("status") is None if done.stdout[:1] == b"{" else json.loads(done.stdout)


def test_the_script_of_the_guide_prints_each_story_once(desk: Client, tmp_path: Path) -> None:
    [script] = [block for block in blocks(ROOT / "docs" / "how-to" / "use-the-api.md") if block.file]
    (tmp_path / script.file).write_text(script.text, encoding="utf-8")

    def printed(token: str) -> subprocess.CompletedProcess[str]:
        environment = os.environ | {"TOKEN": token, "DESK": desk.address}
        command = [sys.executable, script.file, "border"]
        return subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False
        )

    [story] = desk.get("stories")["items"]
    refused = printed("wrong")
    assert (refused.returncode, refused.stderr) == (1, "The token that was sent is none of this page's.\n")
    assert story["title"] in printed(READING).stdout
    assert printed(READING).stdout == ""
