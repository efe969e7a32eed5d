"""Pictures of kept pages: drawn by a real Chromium, which a page can neither leave nor hold up."""

from __future__ import annotations

import os
import select
import shutil
import socketserver
import struct
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from monitor.errors import ExportError
from monitor.exports.picture import without_blank_foot
from monitor.exports.style_sheets import style_sheets, with_style_sheets
from monitor.workers import browser
from tests.conftest import SERVICE
from tests.newsroom import Newsroom
from tests.test_cli import Monitor, monitor  # noqa: F401
from tests.test_flow import two_stories

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or ""
needs_chromium = pytest.mark.skipif(not CHROMIUM, reason="chromium is not installed")
RED, LIME = (255, 0, 0), (0, 255, 0)


def colours(png: bytes, rows: int = 400) -> set[tuple[int, ...]]:
    """The colours of the first ``rows`` rows of a picture of 8 bits a channel (PNG, 2nd edition, clause 9)."""
    at, packed, width, depth = len(browser.PNG), b"", 0, 3
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        chunk = png[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            width, depth = struct.unpack(">I", chunk[:4])[0], {2: 3, 6: 4}[chunk[9]]
        packed += chunk if kind == b"IDAT" else b""
        at += length + 12
    line, raw = width * depth, zlib.decompress(packed)
    before, found = bytearray(line), set()
    for start in range(0, min(rows * (line + 1), len(raw)), line + 1):
        kind, row = raw[start], bytearray(raw[start + 1 : start + 1 + line])
        for i in range(line):
            a, b, c = row[i - depth] if i >= depth else 0, before[i], before[i - depth] if i >= depth else 0
            nearest = min((abs(b - c), 0, a), (abs(a - c), 1, b), (abs(a + b - 2 * c), 2, c))[2]
            row[i] = (row[i] + (0, a, b, (a + b) // 2, nearest)[kind]) & 255
        found |= {tuple(row[i : i + 3]) for i in range(0, line, depth)}
        before = row
    return found


@pytest.fixture
def asked() -> Iterator[tuple[int, list[str]]]:
    """A port of this machine, and what was asked there."""
    heard: list[str] = []

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            heard.append(self.rfile.readline().decode("latin-1"))
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1], heard
        server.shutdown()


@pytest.mark.slow
@needs_chromium
def test_a_hostile_page_reaches_nothing_and_runs_nothing(asked: tuple[int, list[str]], tmp_path: Path) -> None:
    port, heard = asked
    secret = tmp_path / "secret.html"
    secret.write_text("<body style='background:rgb(255,0,0)'>")
    secret.chmod(0o644)
    here = f"http://127.0.0.1:{port}"
    page = f"""<html><head><meta http-equiv="refresh" content="0;url={here}/refresh"><base href="{here}/">
        <link rel="stylesheet" href="{here}/style.css"><link rel="preconnect" href="{here}">
        <link rel="prefetch" href="{here}/p">
        <style>@import url({here}/import.css); body {{ background: url({here}/background.png) }}
        @font-face {{ font-family: f; src: url({here}/font.woff) }} p {{ font-family: f }}</style></head>
        <body style="background-color:rgb(0,255,0)"><p>پیمان words</p></iframe></body></html>"><img src=x>
        <img src="{here}/image.png" srcset="{here}/set.png 2x"><iframe src="file://{secret}"></iframe>
        <iframe src="{here}/frame"></iframe>
        <object data="{here}/object"></object><embed src="{here}/embed"><video src="{here}/film" autoplay></video>
        <script>document.body.style.background = "rgb(255,0,0)"; fetch("{here}/script")</script>
        <svg onload="document.body.style.background='rgb(255,0,0)'"><image href="{here}/svg.png"/></svg>
        <form action="{here}/form"><input autofocus onfocus="this.form.submit()"></form></body></html>"""
    drawn = colours(browser.draw(page, browser.browser_at(CHROMIUM)))
    assert LIME in drawn, "the page was drawn"
    assert RED not in drawn, "a script ran, or a file was shown"
    assert heard == []


def program(folder: Path, script: str) -> str:
    file = folder / "browser"
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    for each in (folder, *folder.parents[:3]):  # the user "nobody" has to find it
        each.chmod(each.stat().st_mode | 0o055)
    return str(file)


def test_a_browser_that_hangs_is_killed_with_its_children(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser, "SECONDS", 0.3)
    tmp_path.chmod(0o777)
    hangs = program(tmp_path, f"sleep 300 & echo $! > {tmp_path}/child; sleep 300")
    begun = time.monotonic()
    with pytest.raises(ExportError, match="took longer"):
        browser.draw("<p>", hangs)
    assert time.monotonic() - begun < 30
    with suppress(ProcessLookupError):  # it is gone already
        child = os.pidfd_open(int((tmp_path / "child").read_text()))
        assert select.select([child], [], [], 10)[0], "it goes on"
        os.close(child)


@pytest.mark.parametrize("script", ["exit 1", "ln -s /etc/passwd page.png", "echo not a picture > page.png"])
def test_what_is_no_picture_is_refused(tmp_path: Path, script: str) -> None:
    with pytest.raises(ExportError, match=r"drew nothing|no picture"):
        browser.draw("<p>", program(tmp_path, script))


def test_a_browser_that_is_not_there_is_said_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="install Chromium"):
        browser.browser_at(str(tmp_path / "none"))


def test_style_sheets_are_put_into_the_page() -> None:
    page = """<LINK rel=stylesheet href='/a.css'><link href="b.css?x=1&amp;y=2" rel="stylesheet preload">
        <link rel=icon href=/i>
        <link rel="stylesheet" media="print" href="/p.css"><link rel="stylesheet" href="data:text/css,x">"""
    url = "https://news.example/n/1"
    assert style_sheets(page, url) == ("https://news.example/a.css", "https://news.example/n/b.css?x=1&y=2")
    put = with_style_sheets(page, url, {"https://news.example/a.css": "p {}</STYLE><script>"})
    assert put.startswith(r"<style>p {}<\/STYLE><script></style><link href=")


def drawn(rows: int, black: int) -> bytes:
    """A picture 8 wide, white but for one row, each row written as the difference from the one above it."""
    lines = (b"\x02" + bytes((255,) * 24 if not at or at in (black, black + 1) else 24) for at in range(rows))
    parts = ((b"IHDR", struct.pack(">IIBBBBB", 8, rows, 8, 2, 0, 0, 0)), (b"tEXt", b"a\0b"),
             (b"IDAT", zlib.compress(b"".join(lines))), (b"IEND", b""))  # fmt: skip
    return browser.PNG + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in parts
    )


def test_what_is_blank_at_the_foot_of_a_picture_is_cut_off() -> None:
    whole = drawn(900, 10)
    cut = without_blank_foot(whole)
    assert struct.unpack(">II", cut[16:24]) == (8, 10 + 3 + 40)
    assert colours(cut) == colours(whole)
    assert b"tEXt" in cut
    assert without_blank_foot(drawn(40, 10)) == drawn(40, 10)
    for odd in (browser.PNG, whole[:60], whole.replace(b"IDAT", b"IDAX"), b""):
        assert without_blank_foot(odd) == odd


@pytest.mark.slow
@needs_chromium
def test_the_command_draws_a_page_with_its_style_sheet(
    monitor: Monitor, newsroom: Newsroom, configure: Callable[..., Path], tmp_path: Path  # noqa: F811
) -> None:  # fmt: skip
    folder = configure(two_stories(newsroom))
    body = newsroom.pages["/pact.html"]()[2].replace(b"</head>", b'<link rel="stylesheet" href="/look.css"></head>')
    newsroom.put("/pact.html", body)
    newsroom.put(
        "/look.css",
        "@import url(/import.css); body { background: rgb(0,255,0) url(/back.png) }",
        Content_Type="text/css",
    )
    (folder / "monitor.yaml").write_text(f"{SERVICE}evidence: {{browser: {CHROMIUM}}}\n")
    assert monitor("--config", folder, "poll").code == 0
    assert monitor("--config", folder, "evidence", 1, "--output", tmp_path / "out", "--screenshots").code == 0
    [picture] = (tmp_path / "out").glob("*.png")
    assert LIME in colours(picture.read_bytes())
    assert (newsroom.asked["/look.css"], newsroom.asked["/import.css"], newsroom.asked["/back.png"]) == (1, 0, 0)


DRAWN = (
    'for each in "$@"; do case "$each" in --screenshot=*) printf "\\211PNG\\r\\n\\032\\n" > "${each#*=}";; esac; done'
)


def test_the_command_writes_a_picture_of_each_page(
    monitor: Monitor, newsroom: Newsroom, configure: Callable[..., Path], tmp_path: Path  # noqa: F811
) -> None:  # fmt: skip
    """By a browser that draws nothing but the signature of a PNG; the real one has the test above."""
    folder = configure(two_stories(newsroom))
    assert monitor("--config", folder, "poll").code == 0
    refused = monitor("--config", folder, "evidence", 1, "--output", tmp_path / "out", "--screenshots")
    assert (refused.code, "evidence: {browser: chromium}" in refused.err) == (2, True)
    (tmp_path / "bin").mkdir()
    path = program(tmp_path / "bin", DRAWN)
    (folder / "monitor.yaml").write_text(f"{SERVICE}evidence: {{browser: {path}}}\n")
    out = tmp_path / "out"
    manifest = monitor("--config", folder, "evidence", 1, "--output", out, "--screenshots", "--json").json()
    [page] = manifest["articles"][0]["pages"]
    assert (out / f"{page['file']}.png").read_bytes() == browser.PNG
    assert f"{page['file']}.png" in [each["file"] for each in manifest["files"]]
    assert manifest["undrawn"] == {}
    program(tmp_path / "bin", "exit 1")
    failed = monitor("--config", folder, "evidence", 1, "--output", tmp_path / "again", "--screenshots")
    assert (failed.code, "no picture of" in failed.err) == (1, True)
    assert (tmp_path / "again" / page["file"]).exists()
