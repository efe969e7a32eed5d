"""Seed articles on disk: what a watch is learned from.

A seed is a text file, prepared (``key: value`` lines, a blank line, the article) or just as it was copied from the
web, or a saved web page. What of it is the article is decided by the pure ``topic.seedtext`` and ``pages.extract``.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from monitor.errors import SeedError
from monitor.pages.extract import extract_page
from monitor.text.charset import decode_body
from monitor.text.language import detect_language
from monitor.text.timestamps import believable
from monitor.topic.records import SeedArticle
from monitor.topic.seedtext import clean_seed, date_in, words

SHORTEST = 40  # words below which there is nothing to learn from
LARGEST = 5_000_000  # bytes
_PAGES = (".html", ".htm", ".xhtml")
_TEXTS = (".txt", ".text", ".md")
_KINDS = {
    b"%PDF": "a PDF",
    b"PK\x03\x04": "an office document or archive",
    b"\xd0\xcf\x11\xe0": "an office document",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\x1f\x8b": "compressed",
}


def read_seeds(folder: Path) -> tuple[SeedArticle, ...]:
    """The seeds of a folder in the order of their names; hidden files and README files are passed over.

    Raises SeedError for a folder that is missing or holds no seed, and for the first seed that cannot be used.
    """
    if not folder.is_dir():
        raise SeedError(
            f"{folder}: no such folder; make it and put about five articles in it, one a file (.txt or .html)"
        )
    paths = sorted(path for path in folder.iterdir() if path.is_file() and _is_seed(path))
    if not paths:
        raise SeedError(f"{folder}: holds no article; put about five in it, one a file (.txt or .html)")
    return tuple(map(read_seed, paths))


def _is_seed(path: Path) -> bool:
    return not path.name.startswith((".", "~")) and path.stem.upper() != "README"


def read_seed(path: Path) -> SeedArticle:
    """One seed article. Raises SeedError, which names the file and says what to do, where it cannot be used."""
    body = _read(path)
    seed = _from_page(path, body) if _is_page(path, body) else _from_text(path, body)
    if (count := words(seed.text)) < SHORTEST:
        found = f"only {count} words of it read" if count else "no sentence of it reads"
        raise SeedError(
            f"{path}: {found} like an article (at least {SHORTEST} words are needed); paste the article's "
            "own text into the file, or remove the file"
        )
    return seed


def _read(path: Path) -> bytes:
    if path.suffix.lower() == ".pdf":
        raise SeedError(f"{path}: is a PDF; copy its text into a .txt file")
    if path.suffix.lower() not in _PAGES + _TEXTS:
        raise SeedError(f"{path}: {path.suffix or 'no ending'} is not read; save the article as .txt or .html")
    try:
        if path.stat().st_size > LARGEST:
            raise SeedError(f"{path}: larger than {LARGEST // 1_000_000} MB; keep only the article in it")
        body = path.read_bytes()
    except OSError as error:
        raise SeedError(
            f"{path}: cannot be read ({error.strerror}); check that it exists and its permissions"
        ) from error
    kind = next((name for magic, name in _KINDS.items() if body.startswith(magic)), None)
    if kind:
        raise SeedError(f"{path}: is {kind} whatever its name says; copy the article's text into a .txt file")
    if not body.strip():
        raise SeedError(f"{path}: is empty; paste the article into it, or remove it")
    return body


def _is_page(path: Path, body: bytes) -> bool:
    start = body[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return path.suffix.lower() in _PAGES or start.startswith((b"<!doctype html", b"<html"))


def _from_page(path: Path, body: bytes) -> SeedArticle:
    page = extract_page(body, url="", charset=None, now=datetime.now(UTC))
    if page.flaw:
        raise SeedError(f"{path}: no article was found in this page ({page.flaw}); paste its text into a .txt file")
    return SeedArticle(path.name, page.title, page.text, published=page.published, url=page.canonical_url,
                       language=page.language)  # fmt: skip


def _from_text(path: Path, body: bytes) -> SeedArticle:
    text, flaw = decode_body(body)
    strange = sum(char == "\ufffd" or (char < " " and char not in "\t\n\r\f") for char in text)
    if strange * 50 > len(text):
        raise SeedError(f"{path}: is not text in a known encoding{f' ({flaw})' if flaw else ''}; "
                        "save it again as UTF-8")  # fmt: skip
    seed = clean_seed(text)
    headers = seed.headers
    moment = date_in(headers.get("date", "")) or seed.published
    return SeedArticle(
        name=path.name,
        title=seed.title,
        text=seed.text,
        source=headers.get("source", ""),
        published=believable(moment, datetime.now(UTC)),
        url=headers.get("url", ""),
        language=detect_language(seed.text, headers.get("language")),
        left_out=seed.left_out,
    )
