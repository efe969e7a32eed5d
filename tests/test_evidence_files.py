"""Evidence that others check: WARC files that pywb replays, hashes of all files, time stamps that openssl verifies."""

# ruff: noqa: F811 - fixtures of other files are named again where they are used

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from monitor.exports import warc
from monitor.model import Exchange
from monitor.store import Store, kept_pages, schema
from tests.authority import Authority, authority, openssl
from tests.newsroom import PACT, Newsroom, hours_ago
from tests.test_cli import Monitor, monitor  # noqa: F401

Configure = Callable[..., Path]
AT = datetime(2026, 11, 21, 6, 30, tzinfo=UTC)
TITLE = "Iran, Iraq sign defence memorandum in Tehran"
ARABIC = "<html><body><p>وقّع العراق وإيران مذكرة تفاهم</p></body></html>".encode("windows-1256", "replace")


@pytest.fixture
def told(monitor: Monitor, newsroom: Newsroom, configure: Configure) -> Path:
    """A store with one story, whose page was read through a redirect and came compressed."""
    newsroom.article("/pact.html", TITLE, PACT)
    body = newsroom.pages["/pact.html"]()[2]
    newsroom.put("/pact.html", gzip.compress(body), Content_Encoding="gzip", X_Odd="na\xefve")
    newsroom.put("/go", "moved", status=302, Location="/pact.html")
    folder = configure(newsroom.feed("/feed.xml", [(TITLE, newsroom.base + "/go", hours_ago(2))]))
    assert monitor("--config", folder, "poll").code == 0
    return folder


def records(path: Path) -> list[tuple[str, str, Any, bytes]]:
    with path.open("rb") as file:
        return [
            (each.rec_type, each.rec_headers.get_header("WARC-Target-URI") or "", each.http_headers,
             each.content_stream().read())
            for each in ArchiveIterator(file)
        ]  # fmt: skip


def test_requests_and_answers_are_recorded_as_they_were(
    monitor: Monitor, told: Path, newsroom: Newsroom, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    assert monitor("--config", told, "evidence", 1, "--output", out, "--warc").code == 0
    found = records(out / "evidence.warc.gz")
    assert [each[0] for each in found] == ["warcinfo", "response", "request", "response", "request"]
    _, (_, first, led, _), (_, _, asked, _), (_, second, answered, body), _ = found
    assert (first, second) == (newsroom.base + "/go", newsroom.base + "/pact.html")
    assert (led.get_statuscode(), led.get_header("Location")) == ("302", "/pact.html")
    assert asked.protocol == "GET"
    assert asked.get_header("Host") == newsroom.base.removeprefix("http://")
    assert "feed-monitor" in asked.get_header("User-Agent")
    assert answered.get_header("X-Odd") == "na\xefve"
    assert answered.get_header("X-Archive-Orig-Content-Encoding") == "gzip"
    assert answered.get_header("Content-Length") == str(len(body))
    assert body == gzip.decompress(newsroom.pages["/pact.html"]()[2])
    checker = Checker(type("Arguments", (), {"inputs": [str(out / "evidence.warc.gz")], "verbose": False})())
    checker.process_all()
    assert checker.exit_value == 0


def test_a_login_of_ours_is_not_in_what_is_passed_on(
    monitor: Monitor, newsroom: Newsroom, configure: Configure, tmp_path: Path
) -> None:
    newsroom.article("/pact.html", TITLE, PACT)
    feed = newsroom.feed("/feed.xml", [(TITLE, newsroom.base + "/pact.html", hours_ago(2))])
    folder = configure(feed.replace("http://", "http://desk:s3cret-pass@"))
    assert monitor("--config", folder, "poll").code == 0
    out = tmp_path / "out"
    assert monitor("--config", folder, "evidence", 1, "--output", out, "--warc").code == 0
    [asked] = [each[2] for each in records(out / "evidence.warc.gz") if each[0] == "request"]
    assert asked.get_header("Authorization") == "***"
    for path in out.iterdir():
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        assert b"s3cret-pass" not in content
        assert b"ZGVzazpzM2NyZXQtcGFzcw" not in content


def test_the_manifest_has_the_hash_of_every_file_and_a_zip_is_the_same(
    monitor: Monitor, told: Path, tmp_path: Path
) -> None:
    folder, packed = tmp_path / "out", tmp_path / "out.zip"
    for place in (folder, packed):
        assert monitor("--config", told, "evidence", 1, "--output", place).code == 0
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    listed = {each["file"]: each for each in manifest["files"]}
    assert set(listed) == {path.name for path in folder.iterdir()} - {"manifest.json"}
    for name, each in listed.items():
        content = (folder / name).read_bytes()
        assert (each["sha256"], each["size"]) == (hashlib.sha256(content).hexdigest(), len(content))
    with zipfile.ZipFile(packed) as archive:
        assert {name: archive.read(name) for name in archive.namelist() if name != "manifest.json"} == {
            name: (folder / name).read_bytes() for name in listed
        }
    [page] = manifest["articles"][0]["pages"]
    assert [(each["url"].rpartition("/")[2], each["status"]) for each in page["requests"]] == [
        ("go", 302),
        ("pact.html", 200),
    ]


def test_pages_of_an_earlier_version_are_resource_records(monitor: Monitor, told: Path, tmp_path: Path) -> None:
    store = Store(f"sqlite:///{told.parent / 'var' / 'monitor.db'}")
    with store.write() as db:
        db.execute(schema.evidence.update().values(exchanges=()))
        assert kept_pages.of_articles(db, [1])[1][0].exchanges == ()
    store.close()
    assert monitor("--config", told, "evidence", 1, "--output", tmp_path / "out", "--warc").code == 0
    assert [each[0] for each in records(tmp_path / "out" / "evidence.warc.gz")] == ["warcinfo", "resource"]


# ---- replay -------------------------------------------------------------------------------------------------------


def _program(name: str) -> str:
    """A program of pywb, which needs an environment of its own: it is pinned to older packages."""
    place = os.environ.get("PYWB_BIN")
    found = shutil.which(name, path=place) if place else shutil.which(name)
    if not found:
        pytest.skip(f"{name} of pywb is not installed (pip install pywb elsewhere, and set PYWB_BIN to its bin folder)")
    return found


@contextmanager
def replaying(folder: Path, file: Path) -> Iterator[str]:
    """Where pywb replays the file: the address of its collection."""
    manager, wayback = _program("wb-manager"), _program("wayback")
    for words in (("init", "evidence"), ("add", "evidence", str(file))):
        subprocess.run([manager, *words], cwd=folder, check=True, capture_output=True, timeout=120)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [wayback, "-b", "127.0.0.1", "-p", str(port)], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        until = time.monotonic() + 60
        while time.monotonic() < until and server.poll() is None:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            threading.Event().wait(0.1)
        yield f"http://127.0.0.1:{port}/evidence"
    finally:
        server.kill()
        server.wait()


@pytest.mark.slow
def test_pywb_replays_what_was_fetched(monitor: Monitor, told: Path, newsroom: Newsroom, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert monitor("--config", told, "evidence", 1, "--output", out, "--warc").code == 0
    old = Exchange("http://صحيفة.example/خبر?id=1", (("Host", "x"),), "1.1", 200, "OK",
                   (("Content-Type", "text/html; charset=windows-1256"), ("Content-Length", "9")))  # fmt: skip
    extra = warc.write([warc.Capture(old.url, AT, "text/html", ARABIC, (old,))], "old.warc.gz")
    (tmp_path / "all.warc.gz").write_bytes((out / "evidence.warc.gz").read_bytes() + extra)
    (tmp_path / "pywb").mkdir()
    with replaying(tmp_path / "pywb", tmp_path / "all.warc.gz") as place:

        def replay(url: str) -> tuple[int, Any, bytes]:
            opener = urllib.request.build_opener(_NoRedirect)
            try:
                with opener.open(f"{place}/2026id_/{url}", timeout=60) as answer:
                    return answer.status, answer.headers, answer.read()
            except urllib.error.HTTPError as error:
                return error.code, error.headers, error.read()

        status, headers, body = replay(newsroom.base + "/pact.html")
        assert (status, body) == (200, gzip.decompress(newsroom.pages["/pact.html"]()[2]))
        assert headers["Content-Type"] == "text/html; charset=utf-8"
        status, headers, _ = replay(newsroom.base + "/go")
        assert (status, headers["Location"].endswith("/pact.html")) == (302, True)
        status, headers, body = replay(warc._address(old.url))
        assert (status, body) == (200, ARABIC)
        assert headers["Content-Type"] == "text/html; charset=windows-1256"


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


# ---- time stamps --------------------------------------------------------------------------------------------------


@pytest.fixture
def tsa(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Authority]:
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed")
    monkeypatch.setattr("monitor.fetch.timestamp.WAITS", (0.0, 0.0))
    with authority(tmp_path / "tsa") as found:
        yield found


def with_authority(folder: Path, url: str) -> None:
    service = folder / "monitor.yaml"
    service.write_text(
        service.read_text(encoding="utf-8") + f"evidence: {{timestamp_url: '{url}'}}\n", encoding="utf-8"
    )


def test_a_stamp_on_the_manifest_is_verified_by_openssl(
    monitor: Monitor, told: Path, tsa: Authority, tmp_path: Path
) -> None:
    with_authority(told, tsa.url)
    tsa.answers += [503, b"no stamp at all"]
    out = tmp_path / "out"
    made = monitor("--config", told, "evidence", 1, "--output", out, "--stamp")
    assert (made.code, tsa.asked) == (0, 3), made.err
    check = ("ts", "-verify", "-in", "manifest.json.tsr", "-CAfile", tsa.root)
    assert "Verification: OK" in openssl(*check, "-data", "manifest.json", folder=out)
    assert "Verification: OK" in openssl(*check, "-queryfile", "manifest.json.tsq", folder=out)
    (out / "manifest.json").write_bytes((out / "manifest.json").read_bytes().replace(b"sha256", b"sha257", 1))
    with pytest.raises(AssertionError):
        openssl(*check, "-data", "manifest.json", folder=out)


@pytest.mark.parametrize("answers", [[503] * 3, [b"\x30\x03\x02\x01\x02"] * 3, [b"x" * 300_000] * 3])
def test_an_authority_that_is_down_stops_nothing_else(
    monitor: Monitor, told: Path, tsa: Authority, tmp_path: Path, answers: list[int | bytes]
) -> None:
    with_authority(told, tsa.url)
    tsa.answers += answers
    out = tmp_path / "out.zip"
    made = monitor("--config", told, "evidence", 1, "--output", out, "--stamp")
    assert (made.code, tsa.asked) == (1, 3)
    assert "no time stamp after 3 tries" in made.err
    assert set(zipfile.ZipFile(out).namelist()) >= {"manifest.json", "1.txt"}
    assert "manifest.json.tsr" not in zipfile.ZipFile(out).namelist()


def test_an_answer_to_another_request_is_no_stamp(monitor: Monitor, told: Path, tsa: Authority, tmp_path: Path) -> None:
    with_authority(told, tsa.url)
    assert monitor("--config", told, "evidence", 1, "--output", tmp_path / "one", "--stamp").code == 0
    tsa.answers += [(tmp_path / "one" / "manifest.json.tsr").read_bytes()] * 3
    made = monitor("--config", told, "evidence", 1, "--output", tmp_path / "two", "--stamp")
    assert (made.code, "is for another request" in made.err) == (1, True)


def test_what_is_missing_is_said_before_anything_is_written(
    monitor: Monitor, told: Path, tsa: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    assert "timestamp_url" in monitor("--config", told, "evidence", 1, "--output", out, "--stamp").err
    assert not out.exists()
    with_authority(told, tsa.url)
    assert monitor("--config", told, "evidence", 1, "--stamp").code == 2
    monkeypatch.setitem(sys.modules, "asn1crypto.tsp", None)
    made = monitor("--config", told, "evidence", 1, "--output", out, "--stamp")
    assert (made.code, "pip install asn1crypto" in made.err) == (1, True)


RUNS: list[list[tuple[str, ...]]] = [
    [(), ()],
    [(), ("--warc",), ("--warc",)],
    [("--warc",), ()],
    [(), ("--stamp",), ("--stamp", "--warc"), ("--stamp", "--warc"), ()],
    [("--stamp",), ()],
    [("--stamp",), ("--warc",), ("--stamp", "--warc")],
]


@pytest.mark.slow
def test_one_folder_holds_one_export(monitor: Monitor, told: Path, tmp_path: Path) -> None:
    """Whatever is asked for in which order: what the manifest lists is there, its stamp is its own, nothing else is."""
    with authority(tmp_path / "tsa") as tsa:
        with (told / "monitor.yaml").open("a", encoding="utf-8") as file:
            file.write(f"evidence: {{timestamp_url: '{tsa.url}'}}\n")
        for number, runs in enumerate(RUNS):
            for place in (tmp_path / f"{number}", tmp_path / f"{number}.zip"):
                held: dict[str, bytes] = {}
                for options in runs:
                    made = monitor("--config", told, "evidence", 1, "--output", place, *options)
                    lost = [
                        name for name in held if "/" not in name and _is_asked_for(name) and not _gives(options, name)
                    ]
                    assert made.code == (2 if lost else 0), made.err
                    assert not lost or (lost[0] in made.err and "another --output" in made.err)
                    found = _held(place)
                    assert not lost or found == held
                    earlier, held = held, found
                    if "manifest.json.tsr" in earlier and not lost:  # it stands in a folder of its own, as it was
                        moved = f"earlier-{hashlib.sha256(earlier['manifest.json']).hexdigest()[:12]}/"
                        assert f"in {moved} " in made.err
                        whole = {f"{'' if '/' in name else moved}{name}": each for name, each in earlier.items()}
                        assert whole == {name: each for name, each in held.items() if "/" in name}
                    manifest = json.loads(held["manifest.json"])
                    listed = {each["file"]: each["sha256"] for each in manifest["files"]}
                    stamps = {"manifest.json", "manifest.json.tsq", "manifest.json.tsr"}
                    files = {n: hashlib.sha256(c).hexdigest() for n, c in held.items() if "/" not in n}
                    assert listed == {n: each for n, each in files.items() if n not in stamps}
                    if "manifest.json.tsr" in held:
                        _unpack(held, tmp_path / "check")
                        check = ("-data", "manifest.json", "-in", "manifest.json.tsr", "-CAfile", tsa.root)
                        for stamp in [name for name in held if name.endswith(".tsr")]:
                            at = (tmp_path / "check" / stamp).parent
                            assert "OK" in openssl("ts", "-verify", *check, folder=at)


def test_what_is_no_export_is_left_alone(monitor: Monitor, told: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "manifest.json").write_text("{}", encoding="utf-8")
    (tmp_path / "mine.zip").write_bytes(b"no archive")
    for place in ("mine", "mine.zip"):
        made = monitor("--config", told, "evidence", 1, "--output", tmp_path / place)
        assert (made.code, "another --output" in made.err) == (2, True)
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["manifest.json"]
    assert (tmp_path / "mine.zip").read_bytes() == b"no archive"


def _is_asked_for(name: str) -> bool:
    return "/" not in name and name.endswith((".gz", ".tsr"))


def _gives(options: tuple[str, ...], name: str) -> bool:
    return ("--warc" if name.endswith(".gz") else "--stamp") in options


def _held(place: Path) -> dict[str, bytes]:
    if place.suffix == ".zip":
        with zipfile.ZipFile(place) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    return {path.relative_to(place).as_posix(): path.read_bytes() for path in place.rglob("*") if path.is_file()}


def _unpack(held: dict[str, bytes], folder: Path) -> None:
    for name, content in held.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
