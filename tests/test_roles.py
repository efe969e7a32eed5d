"""Who may read and who may change: a token of each kind, and what each of them opens."""

# ruff: noqa: F811 - fixtures of other files are named again where they are used

from __future__ import annotations

import base64
from dataclasses import replace

import pytest

from monitor.config import load_config
from monitor.config.secrets import reading_token
from monitor.config.service import WebConfig
from monitor.errors import ConfigError
from monitor.web.access import Access
from tests.test_web import TOKEN, Place, filled, own, read  # noqa: F401

READING = "a token for those who read"


@pytest.fixture
def place(own: Place) -> Place:
    web = own.app.config.service.web
    assert web
    return replace(own, access=Access.of(web, TOKEN, READING))


def logged_in(place: Place, token: str) -> dict[str, str]:
    answer = place.post("/login", {"token": token, "name": "Rana"})
    assert answer.status == 303
    return {"cookie": answer.headers["set-cookie"].split(";")[0]}


def basic(token: str) -> str:
    return "Basic " + base64.b64encode(f"reader:{token}".encode()).decode()


def test_a_reader_sees_every_page_and_no_form_but_the_one_to_leave(place: Place) -> None:
    reader, editor = logged_in(place, READING), logged_in(place, TOKEN)
    for path in ("/", "/stories/1", "/articles/1", "/near-misses", "/judged", "/audit", "/watches/border", "/feeds"):
        page = place.get(path, **reader)
        assert page.status == 200, path
        assert [form.get("action", "").rpartition("/")[2] for form in page.tree.xpath("//form[@method='post']")] == [
            "logout"
        ], path
    for path in ("/watches/border/settings", "/digests/settings"):
        free = "//main//form[not(fieldset[@disabled])]"
        assert (place.get(path, **reader).tree.xpath(free), path) == ([], path)
        assert place.get(path, **editor).tree.xpath(free), path
    assert place.get("/", **editor).tree.xpath("//form[contains(@action, 'judge')]")
    for header in (f"Bearer {READING}", basic(READING)):
        assert place.get("/feed.atom", authorization=header).status == 200
        assert place.get("/?as=json", authorization=header).status == 200
    assert place.get("/feed.atom", authorization=f"Bearer {READING}x").status == 401


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/judge", {"act": "right", "watch": "border", "article": "1", "back": "/"}),
        ("/audit", {"watch": "border"}),
        ("/watches/border", {"action": "save", "add": "x"}),
        ("/watches/border", {"action": "preview", "add": "x"}),
        ("/watches/border/learn", {"action": "try"}),
    ],
)
def test_a_reader_changes_nothing(place: Place, path: str, form: dict[str, str]) -> None:
    reader, editor = logged_in(place, READING), logged_in(place, TOKEN)
    own_csrf, other = (
        place.get("/", **who).tree.xpath("string(//input[@name='csrf']/@value)") for who in (reader, editor)
    )
    for csrf in ("", own_csrf, other):
        answer = place.post(path, form | {"csrf": csrf}, **reader)
        assert answer.status == 403, csrf
    assert "to read" in answer.text
    for header in (f"Bearer {READING}", basic(READING), basic(TOKEN)):
        assert place.post(path, form, authorization=header).status == 403
    assert "Nothing was judged" in place.get("/judged", **reader).text


def test_the_session_of_a_reader_is_no_other_and_ends_with_its_token(place: Place) -> None:
    reader, editor = logged_in(place, READING), logged_in(place, TOKEN)
    assert place.access
    anew = replace(place, access=replace(place.access, reading="another token for those"))
    assert anew.get("/", **reader).status == 303
    assert anew.get("/", **editor).status == 200
    without = replace(place, access=replace(place.access, reading=""))
    assert without.get("/", **reader).status == 303
    assert without.get("/", authorization="Bearer ").status == 303
    csrf = place.get("/", **reader).tree.xpath("string(//input[@name='csrf']/@value)")
    assert place.post("/logout", {"csrf": csrf + "0"}, **reader).status == 403
    assert place.post("/logout", {"csrf": csrf}, **reader).status == 303


def test_a_reading_token_needs_the_other_and_is_another(place: Place) -> None:
    with pytest.raises(ValueError, match="guards nothing"):
        WebConfig(reading_token_file="reading")
    folder = place.app.config.folder
    service = (folder / "monitor.yaml").read_text(encoding="utf-8")
    assert "token_file: token" in service
    changed = service.replace("token_file: token", "token_file: token, reading_token_file: reading")
    (folder / "monitor.yaml").write_text(changed, encoding="utf-8")
    for text, told in ((TOKEN, "is the token that changes"), ("short", "too few")):
        (folder / "reading").write_text(text, encoding="utf-8")
        with pytest.raises(ConfigError, match=told):
            reading_token(load_config(folder))
    (folder / "reading").write_text(READING, encoding="utf-8")
    assert reading_token(load_config(folder)) == READING
