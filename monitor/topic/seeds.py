"""One seed article on disk: what a watch is learned from, in whatever form it was saved.

A seed is a text, prepared (``key: value`` lines, a blank line, the article) or just as it was copied from the web, a
saved web page, a saved mail, a PDF or an office document. What of it is the article is decided by the pure
``topic.seedtext`` and ``pages.extract``.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from monitor.errors import SeedError
from monitor.pages.extract import extract_page
from monitor.pages.feed_text import feed_text
from monitor.pages.flaws import text_flaw
from monitor.text.charset import decode_body
from monitor.text.language import detect_language
from monitor.text.mail import read_mail, subject_sent_on, without_forwarding
from monitor.text.timestamps import believable
from monitor.topic.office_text import OfficeError, office_text
from monitor.topic.pdf_text import PdfError, pdf_text
from monitor.topic.records import SeedArticle
from monitor.topic.seedtext import clean_seed, date_in, words

FEW = 40  # words below which a seed teaches little
LARGEST = 5_000_000  # bytes
_PAGES = (".html", ".htm", ".xhtml")
_TEXTS = (".txt", ".text", ".md", ".eml", ".mht", ".mhtml")
DOCUMENTS = (".pdf", ".docx", ".odt")
_PDF = b"%PDF"
_ZIP = b"PK\x03\x04"
_OTHERS = {
    b"{\\rtf": "a rich text file (RTF)",
    b"\xd0\xcf\x11\xe0": "an old office document",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\x1f\x8b": "compressed",
}


def read_seed(path: Path) -> SeedArticle:
    """One seed article. Raises SeedError, which names the file and says what to do, where it cannot be used."""
    body = _read(path)
    try:
        seed = _from_document(path, body)
    except (PdfError, OfficeError) as error:
        raise SeedError(f"{path}: {error}") from error
    if seed is None:
        seed = _from_page(path, body) if _is_page(path, body) else _from_text(path, body)
    flaw = text_flaw(seed.text)
    if flaw or not words(seed.text):
        read = f"it reads like a wall before an article ({flaw})" if flaw else "no sentence of it reads like an article"
        raise SeedError(f"{path}: {read}; paste the article's own text into the file, or remove it")
    return seed


def _read(path: Path) -> bytes:
    if path.suffix.lower() not in _PAGES + _TEXTS + DOCUMENTS:
        raise SeedError(
            f"{path}: {path.suffix or 'no ending'} is not read; save the article as .txt, .html, .pdf or .docx"
        )
    try:
        if path.stat().st_size > LARGEST:
            raise SeedError(f"{path}: larger than {LARGEST // 1_000_000} MB; keep only the article in it")
        body = path.read_bytes()
    except OSError as error:
        raise SeedError(
            f"{path}: cannot be read ({error.strerror}); check that it exists and its permissions"
        ) from error
    if not body.strip():
        raise SeedError(f"{path}: is empty; paste the article into it, or remove it")
    return body


def _from_document(path: Path, body: bytes) -> SeedArticle | None:
    """A PDF or an office document, whatever its name says. Raises PdfError, OfficeError, SeedError."""
    if body[:1024].lstrip().startswith(_PDF):
        text, left_out = pdf_text(body)
        return seed_of_text(path, text, left_out)
    if body.startswith(_ZIP):
        return seed_of_text(path, office_text(body, LARGEST))
    kind = next((name for magic, name in _OTHERS.items() if body.startswith(magic)), None)
    if kind:
        raise SeedError(f"{path}: is {kind} whatever its name says; copy the article's text into a .txt file")
    if path.suffix.lower() in DOCUMENTS:
        raise SeedError(f"{path}: is no {path.suffix[1:]} file whatever its name says; save it again, or as .txt")
    return None


def _is_page(path: Path, body: bytes) -> bool:
    start = body[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return path.suffix.lower() in _PAGES or start.startswith((b"<!doctype html", b"<html"))


def _from_page(path: Path, body: bytes) -> SeedArticle:
    page = extract_page(body, url="", charset=None, now=datetime.now(UTC))
    if page.flaw == "empty":  # a paragraph or two is less than any page of an article has
        seed = seed_of_text(path, feed_text(decode_body(body)[0]))
        if words(seed.text):
            return seed
    if page.flaw:
        raise SeedError(f"{path}: no article was found in this page ({page.flaw}); paste its text into a .txt file")
    return SeedArticle(path.name, page.title, page.text, published=page.published, url=page.canonical_url,
                       language=page.language)  # fmt: skip


def _from_text(path: Path, body: bytes) -> SeedArticle:
    if mail := read_mail(body):
        if mail.page:
            return _from_page(path, mail.text.encode())
        subject = subject_sent_on(mail.subject)
        return seed_of_text(path, f"subject: {subject}\ndate: {mail.date}\n\n{without_forwarding(mail.text)}")
    text, flaw = decode_body(body)
    strange = sum(char == "\ufffd" or (char < " " and char not in "\t\n\r\f") for char in text)
    if strange * 50 > len(text):
        raise SeedError(f"{path}: is not text in a known encoding{f' ({flaw})' if flaw else ''}; "
                        "save it again as UTF-8")  # fmt: skip
    return seed_of_text(path, text)


def seed_of_text(path: Path, text: str, left_out: tuple[tuple[str, str], ...] = ()) -> SeedArticle:
    """The seed in the text of a file; ``left_out``: what is not the article and was found before."""
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
        left_out=left_out + seed.left_out,
    )
