"""The page in a real browser: nothing that axe finds serious, nothing wider than the window, a story beside the list.

They need Chromium. Pages are looked at wide, on a phone and dark.
"""

# ruff: noqa: F811 - fixtures of other files are named again where they are used

from __future__ import annotations

import asyncio
import shutil
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from monitor.config import load_config
from monitor.store import articles, decisions
from monitor.web.access import Access
from monitor.web.request import Desk
from monitor.web.server import WebServer
from tests.test_web import NOW, TOKEN, Place, article, filled, own, pages, read  # noqa: F401

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
axe = pytest.importorskip("axe_playwright_python", reason="axe is not installed")
CHROMIUM = shutil.which("chromium") or ""
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not CHROMIUM, reason="chromium is not installed")]

PAGES = (
    "/", "/stories/1", "/articles/1", "/articles/3", "/near-misses", "/audit", "/volume", "/calendar?month=2026-11",
    "/calendar?day=2026-11-20", "/entities", "/entities/nasirzadeh", "/digests", "/digests/settings", "/feeds",
    "/edits", "/search?q=Iraq", "/judged", "/watches/border", "/watches/border/settings", "/new-watch", "/stories/99",
    "/login",
)  # fmt: skip
LOOKS: dict[str, dict[str, Any]] = {
    "wide": {"viewport": {"width": 1280, "height": 900}},
    "phone": {"viewport": {"width": 390, "height": 844}},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
}


@contextmanager
def served(place: Place) -> Iterator[str]:
    """The page on loopback, its address; an edit of a file takes effect at once, as in the service."""
    web, ended, started = place.app.config.service.web, threading.Event(), threading.Event()
    address: list[str] = []
    assert web

    async def serve() -> None:
        desk = Desk(lambda: _reread(place), place.pulse, Access.of(web, TOKEN), lambda: place.now, pages(),
                    refits=place.refits, drafts=place.drafts)  # fmt: skip
        async with WebServer(web, desk) as server:
            address.append(server.address)
            started.set()
            await asyncio.to_thread(ended.wait)

    thread = threading.Thread(target=asyncio.run, args=(serve(),), daemon=True)
    thread.start()
    assert started.wait(30)
    yield address[0]
    ended.set()
    thread.join(10)


def _reread(place: Place) -> Any:
    text = "".join(path.read_text(encoding="utf-8") for path in sorted(place.app.config.folder.rglob("*.yaml")))
    if text != place.__dict__.get("text"):
        place.__dict__["text"] = text
        place.app.config = load_config(place.app.config.folder)
    return place.app


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with sync_api.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def logged_in(chromium: Any, address: str, **look: Any) -> Any:
    """A tab of somebody who has logged in."""
    tab = chromium.new_context(bypass_csp=True, **look).new_page()
    tab.goto(f"{address}/login")
    tab.fill("input[name=token]", TOKEN)
    tab.fill("input[name=name]", "Ann")
    tab.click("main button")
    return tab


def shows(tab: Any, words: str) -> None:
    """Waits until the page has these words: one that has just come may still be empty. Raises TimeoutError."""
    tab.locator("main", has_text=words).wait_for()


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_serious_and_nothing_is_wider_than_the_window(own: Place, chromium: Any, look: str) -> None:
    source = (Path(axe.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
    with served(own) as address:
        tab = logged_in(chromium, address, **LOOKS[look])
        found = []
        for path in PAGES:
            tab.goto(address + path)
            tab.evaluate(source)
            faults = tab.evaluate("axe.run()")["violations"]
            found += [(path, each["id"], each["nodes"][0]["html"]) for each in faults if each["impact"] != "minor"]
            wide = tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            found += [(path, "wider than the window", wide)] if wide > 0 else []
        tab.context.close()
    assert not found


def test_without_a_script_everything_works_by_forms(own: Place, chromium: Any) -> None:
    with served(own) as address:
        tab = logged_in(chromium, address, java_script_enabled=False)
        tab.goto(f"{address}/stories/1")
        tab.click("#report-3 button[value=wrong]")
        shows(tab, "marked wrong")
        tab.click("form.undo button")
        tab.goto(f"{address}/feeds")
        tab.click("button[value=pause]")
        shows(tab, "Paused the feed News")
        tab.click(".notice button")
        shows(tab, "taken back")
        tab.context.close()


def test_a_wide_window_shows_the_chosen_story_beside_the_list(read: Place, chromium: Any) -> None:
    with served(read) as address:
        tab = logged_in(chromium, address, **LOOKS["wide"])
        tab.goto(address)
        tab.keyboard.press("j")
        tab.wait_for_selector("#pane h1")
        assert tab.url.rstrip("/") == address
        assert tab.evaluate("new Set([...document.querySelectorAll('[id]')].map((each) => each.id)).size") == (
            tab.evaluate("document.querySelectorAll('[id]').length")
        )
        tab.keyboard.press("o")
        tab.wait_for_url("**/stories/*")
        tab.context.close()


class Analyst:
    """At the page. Whatever is done with a key or the mouse is counted, and typing a word counts as one action."""

    def __init__(self, tab: Any, address: str) -> None:
        self.tab, self.address, self.actions = tab, address, 0

    def goes(self, path: str) -> None:
        self.actions += 1
        self.tab.goto(self.address + path)

    def presses(self, keys: str) -> None:
        """Keys one after another; after one that judges, the page has answered."""
        for key in keys:
            self.actions += 1
            if key not in "rwnu":
                self.tab.keyboard.press(key)
                continue
            with self.tab.expect_response(lambda answer: answer.request.method == "GET" and answer.status == 200):
                self.tab.keyboard.press(key)
            self.tab.wait_for_selector("body:not([aria-busy])")

    def clicks(self, what: str) -> None:
        self.actions += 1
        self.tab.click(what)

    def types(self, where: str, text: str) -> None:
        self.actions += 2
        self.tab.click(where)
        self.tab.keyboard.press("Control+End")
        self.tab.keyboard.type(text)

    def takes(self, link: str) -> bytes:
        self.actions += 1
        with self.tab.expect_download() as download:
            self.tab.click(f"text={link}")
        return Path(download.value.path()).read_bytes()


EVENTS = (
    (
        "Iran, Iraq navies begin drill off Faw",
        "Iranian and Iraqi corvettes began a joint drill off Faw. The crews will board a freighter, put out a fire and "
        "tow it to Umm Qasr, a captain of the Third Naval District said.",
    ),
    (
        "Iraq buys Iranian radars",
        "Iraq's defence ministry bought four air-defence radars from Iran for 210 million dollars. The contract was "
        "signed in Mosul, and the first set comes by lorry in spring, a procurement officer said.",
    ),
    (
        "Iranian instructors teach Iraqi pilots",
        "Sixteen Iraqi air force pilots learn to fly Iranian trainers at a base near Hamadan. Their course lasts five "
        "months, and the instructors come from the Shahid Sattari university, state television reported.",
    ),
    (
        "Iran and Iraq open border post",
        "Border guards of Iran and Iraq opened a shared post at Shalamcheh. Thirty men of either side will check "
        "pilgrims' buses there and share what their cameras see, the governor of Khuzestan told reporters.",
    ),
)


def test_a_key_after_undo_judges_the_item_that_was_chosen(own: Place, chromium: Any) -> None:
    with served(own) as address:
        tab = logged_in(chromium, address, viewport={"width": 1100, "height": 900})
        analyst = Analyst(tab, address)
        analyst.goes("/search?q=Iraq&watch=border")
        analyst.presses("jw")
        chosen = tab.locator("[data-item].chosen").get_attribute("id")
        analyst.presses("ur")
        assert tab.locator(f"#{chosen} button[value=right]").get_attribute("aria-pressed") == "true"
        tab.context.close()


def test_a_morning_of_an_analyst_takes_few_actions(own: Place, chromium: Any) -> None:
    """Opens, sees what is new, judges ten, corrects a story, adds a term with its preview, takes three stories away."""
    more = [article(40 + n, title, text, n + 1) for n, (title, text) in enumerate(EVENTS)]
    more += [
        article(50 + n, f"Iraq notes {n}", f"In Iraq bread was baked in oven {n} all night.", 20) for n in range(6)
    ]
    with own.app.store.write() as db:
        articles.add(db, [(each, f"morning-{number}", None) for number, each in enumerate(more)])
    with ThreadPoolExecutor() as apart:  # the browser's driver has a loop running in this thread
        apart.submit(own.settle).result()
    with served(own) as address:
        tab = logged_in(chromium, address, viewport={"width": 1100, "height": 900})
        analyst = Analyst(tab, address)
        analyst.goes("/")
        assert {title for title, _ in EVENTS} <= set(tab.locator("main h2").all_inner_texts())
        analyst.goes("/search?q=Iraq&watch=border")
        for _ in range(10):
            analyst.presses("j")
            item = tab.locator("[data-item].chosen")
            analyst.presses("w" if "notes" in item.inner_text() else "r")
        assert tab.locator("main [aria-pressed=true]").count() == 10
        analyst.goes("/")
        story = tab.locator("main li", has_text="memorandum").first.locator("h2 a").get_attribute("href")
        analyst.goes(f"/{story.removeprefix('./')}")
        reports = tab.locator("[data-item]").count()
        analyst.presses("jjn")
        shows(tab, "taken out of story")
        assert tab.locator("[data-item]").count() == reports - 1
        analyst.goes("/watches/border")
        analyst.types("textarea[name=add]", "\nborder radar")
        analyst.clicks("button[value=preview]")
        shows(tab, "stored article")  # what the term would change
        analyst.clicks("button[value=save]")
        shows(tab, "Changed the terms")
        analyst.goes("/")
        taken = set()
        for title, _ in EVENTS[:3]:
            analyst.clicks(f"main h2 a:has-text('{title}')")
            taken.add(analyst.takes("STIX 2.1"))
            analyst.clicks("nav >> text=Stories")
        tab.context.close()
    assert len(taken) == 3
    assert all(b'"type": "bundle"' in each for each in taken)
    assert "border radar" in (own.app.config.folder / "watches" / "border.yaml").read_text(encoding="utf-8")
    with own.app.store.read() as db:
        assert len([each for each in decisions.newest(db, limit=50, offset=0) if each.act in ("right", "wrong")]) == 10
    assert analyst.actions < 60


def test_escape_in_a_field_gives_the_keys_back_to_the_item(read: Place, chromium: Any) -> None:
    with served(read) as address:
        tab = logged_in(chromium, address)
        tab.goto(f"{address}/stories/1")
        tab.keyboard.press("j")
        tab.keyboard.press("s")
        tab.keyboard.type("12jk")
        assert tab.evaluate("document.activeElement.name") == "other"
        tab.keyboard.press("Escape")
        assert tab.evaluate("document.activeElement.matches('[data-item].chosen')")
        assert not tab.evaluate("document.querySelector('[data-item].chosen details.same').open")
        tab.context.close()
