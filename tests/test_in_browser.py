"""The page in a real browser: nothing that axe finds serious, nothing wider than the window, a story beside the list.

They need Chromium. Pages are looked at wide, on a phone and dark.
"""

# ruff: noqa: F811 - fixtures of other files are named again where they are used

from __future__ import annotations

import asyncio
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from monitor.config import load_config
from monitor.web.access import Access
from monitor.web.request import Desk
from monitor.web.server import WebServer
from tests.test_web import TOKEN, Place, filled, own, pages, read  # noqa: F401

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
        assert "marked wrong" in tab.content().lower()
        tab.click("form.undo button")
        tab.goto(f"{address}/feeds")
        tab.click("button[value=pause]")
        assert "Paused the feed News" in tab.content()
        tab.click(".notice button")
        assert "taken back" in tab.content()
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
