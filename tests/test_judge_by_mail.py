"""Judging by the links of a mail: a mail that was really sent, and the page that its links open."""

# ruff: noqa: F811 - fixtures of other files are named again where they are used

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.app import App
from monitor.cli.progress import Silent
from monitor.config import load_config
from monitor.deliver.judging_links import GOOD_FOR, BadKeyError, JudgingKey, JudgingLinks, seal, unseal
from monitor.model import RenderedEdition
from monitor.pipeline.decide import NAME
from monitor.store import Store, decisions, marks
from monitor.web.access import Access
from monitor.workers.pool import WorkerPool
from tests.channels.email import Post, served
from tests.test_web import NOW, TOKEN, Answer, Place, filled, own, read  # noqa: F401

BASE = "https://desk.example/monitor/"
SENT = NOW + timedelta(minutes=1)


@pytest.fixture
def place(own: Place) -> Iterator[Place]:
    """The page, with an edition that was mailed to Ann. The mail lies in ``place.__dict__["mail"]``."""
    folder, post = own.app.config.folder, Post()
    own.app.store.close()

    async def send() -> Place:
        async with served(post) as smtp:
            text = (folder / "monitor.yaml").read_text(encoding="utf-8")
            text = text.replace("deliver: [", "deliver: [{email: {to: [ann@desk.example]}}, ")
            text += f"smtp: {{host: {smtp.host}, port: {smtp.port}, starttls: never, from: monitor@desk.example}}\n"
            (folder / "monitor.yaml").write_text(text, encoding="utf-8")
            config = load_config(folder)
            app = App(config, Store(config.store_url()), WorkerPool(), lambda: SENT, Silent())
            app._matching = own.app._matching
            due = app.publisher.by_hand(config.service.digests[0])
            await app.publisher.publish(due, SENT - timedelta(days=2), SENT)
            return Place(app, own.pulse, SENT)

    made = asyncio.run(send())
    made.__dict__["mail"] = post.arrived[0][2]
    yield made
    made.app.store.close()


def links(place: Place, kind: str = "html") -> list[str]:
    """The addresses in the mail where a story is judged, as paths of the page."""
    mail = message_from_bytes(place.__dict__["mail"], policy=default)
    body = mail.get_body((kind,))
    assert body
    return [f"/{found}" for found in re.findall(re.escape(BASE) + r'(judge/\d+\?key=[^\s"<]+)', body.get_content())]


def form(page: Answer, act: str) -> dict[str, str]:
    [button] = page.tree.xpath(f"//main//button[@name='act'][@value='{act}']")
    fields = button.xpath("ancestor::form//input")
    return {each.get("name"): each.get("value", "") for each in fields} | {"act": act}


def press(place: Place, path: str, act: str) -> Answer:
    """Presses a button of the page that a link opens; the page after it. Nobody has logged in."""
    answer = place.post(path.partition("?")[0], form(open_(place, path), act))
    assert answer.status == 303, answer.text
    return open_(place, "/judge/" + answer.headers["location"].rpartition("judge/")[2])


def open_(place: Place, path: str) -> Answer:
    return place.get(path, host="127.0.0.1")


def decided(place: Place) -> list[decisions.Decision]:
    with place.app.store.read() as db:
        return decisions.newest(db, limit=9)


@pytest.mark.slow
def test_a_link_asks_once_and_what_was_said_can_be_taken_back(place: Place) -> None:
    found = links(place)
    assert found
    assert links(place, "plain") == found
    link = found[0]
    story = int(link.removeprefix("/judge/").partition("?")[0])
    page = open_(place, link)
    assert "Right or wrong?" in page.text
    assert not decided(place)  # the programs of mail servers open every link
    page = press(place, link, "wrong")
    assert "You have judged it" in page.text
    [made] = decided(place)
    assert (made.act, made.stories) == ("wrong", (story,))
    assert re.fullmatch(r"ann [0-9a-f]{4}, by mail", made.who)
    with place.app.store.read() as db:
        assert set(marks.verdicts(db, "border").values()) == {False}
    # Once more, and from a form that was loaded before: what was said stands.
    old = {"key": parse_qs(urlsplit(link).query)["key"][0], "act": "right"}
    assert place.post(f"/judge/{story}", old).status == 303
    assert [each.id for each in decided(place)] == [made.id]
    page = press(place, link, "undo")
    assert "Right or wrong?" in page.text
    assert decided(place)[0].undone_by == made.who
    assert "You have judged it" in press(place, link, "right").text


@pytest.mark.slow
def test_people_of_one_name_at_two_hosts_judge_each_for_themselves(place: Place) -> None:
    story = int(links(place)[0].removeprefix("/judge/").partition("?")[0])
    people = ["ann@desk.example", "ann@other.example", "a" * 60 + "1@desk.example", "a" * 60 + "2@desk.example"]
    for recipient in people:
        link = f"/judge/{story}?key={seal(JudgingKey(story, recipient, SENT + GOOD_FOR), TOKEN)}"
        assert "Right or wrong?" in open_(place, link).text
        assert "You have judged it" in press(place, link, "right").text
    names = {each.who for each in decided(place)}
    assert len(names) == len(people)
    assert not [name for name in names if "@" in name or "example" in name or len(name) > NAME]


@pytest.mark.slow
def test_a_story_can_be_muted(place: Place) -> None:
    assert "muted" in press(place, links(place)[0], "mute").text
    assert decided(place)[0].act == "mute"


@pytest.mark.slow
def test_links_that_are_not_good_say_why(place: Place) -> None:
    link = links(place)[0]
    path, _, key = link.partition("?key=")
    other = re.sub(r"\d+", lambda number: str(int(number[0]) + 1), path)
    sealed = "not whole"
    until, name, signature = key.split(".")
    tampered = {
        f"{path}?key={int(until) + 9}.{name}.{signature}", f"{path}?key={until}.Ym9i.{signature}",
        f"{path}?key={key[:-2]}", f"{other}?key={key}", f"{path}?key=x", f"{path}?key=..", f"{path}?key=%00é",
    }  # fmt: skip
    for each in tampered:
        refused = open_(place, each)
        assert (refused.status, sealed in refused.text) == (403, True), each
        assert place.post(each.partition("?")[0], {"key": each.partition("key=")[2], "act": "wrong"}).status == 403
    unknown = seal(JudgingKey(77_777, "ann@desk.example", SENT + GOOD_FOR), TOKEN)  # of a store that was put back
    assert open_(place, f"/judge/77777?key={unknown}").status == 404
    for act in ("right", "wrong", "mute", "undo"):
        answer = place.post("/judge/77777", {"key": unknown, "act": act}, host="127.0.0.1")
        assert answer.status == 404
        assert "This story is gone" in answer.text
    place.now = SENT + GOOD_FOR
    assert "good for 14 days" in open_(place, link).text
    place.now = SENT
    web = place.app.config.service.web
    assert web
    place.access = Access.of(web, "another token of the page")
    assert open_(place, link).status == 403
    place.access = None
    assert place.post(path, {"key": key, "act": "sell"}).status == 400
    assert place.post(path, {"key": key, "act": "wrong"}, origin="https://foreign.example").status == 400
    assert place.post(path, {"act": "wrong"}).status == 403
    assert not decided(place)


@pytest.mark.slow
def test_a_key_opens_nothing_else(place: Place) -> None:
    link = links(place)[0]
    key = link.partition("?")[2]
    assert open_(place, f"/?{key}").status == 303
    assert open_(place, f"/stories/1?{key}").status == 303
    assert place.post("/judge", {"key": key, "act": "wrong", "story": "1"}).status == 401
    assert open_(place, link.partition("?")[0]).headers["location"].startswith("../login?next=")
    assert place.get(link.partition("?")[0]).headers["location"].startswith("../stories/")


@pytest.mark.slow
def test_only_a_mail_has_keys(place: Place) -> None:
    with place.app.store.read() as db:
        edition = db.exec_driver_sql("select max(id) from editions").scalar_one()
    for shown in (f"/digests/{edition}", f"/digests/{edition}?as=mail", f"/digests/{edition}?as=text"):
        answer = place.get(shown)
        assert f"{BASE}judge/" in answer.text
        assert "key=" not in answer.text
    folder = place.app.config.folder.parent / "var" / "digests"
    written = [each.read_text(encoding="utf-8") for each in folder.rglob("*.*") if each.suffix in (".html", ".txt")]
    assert written
    assert not [each for each in written if "?key=" in each]


def test_only_addresses_of_the_page_get_a_key() -> None:
    text = "https://desk.example/judge/12 https://desk.example/judge/12x https://evil.example/judge/12"
    made = JudgingLinks("https://desk.example", TOKEN).in_mail(RenderedEdition("", text, text), "a@b.example", NOW)
    assert made.html == made.text
    assert made.html.count("?key=") == 1
    assert made.html.startswith("https://desk.example/judge/12?key=")
    again = JudgingLinks("https://desk.example", TOKEN).in_mail(RenderedEdition("", text, text), "a@b.example", NOW)
    assert again == made  # a retry is the same mail to the last byte


@given(
    st.integers(1, 2**31), st.emails() | st.text(max_size=80).filter(lambda text: text.isprintable()),
    st.text(max_size=200),
)  # fmt: skip
def test_a_key_is_good_for_what_it_was_made_for_alone(story: int, recipient: str, junk: str) -> None:
    key = JudgingKey(story, recipient, NOW + GOOD_FOR)
    text = seal(key, TOKEN)
    assert unseal(text, story, TOKEN, NOW) == key
    assert replace(key, until=NOW).sent == NOW - GOOD_FOR
    for given_key, number, token in ((text, story + 1, TOKEN), (text, story, TOKEN + "x"), (text, story, ""),
                                     (junk, story, TOKEN), (text + junk, story + 1, TOKEN)):  # fmt: skip
        with pytest.raises(BadKeyError):
            unseal(given_key, number, token, NOW)
