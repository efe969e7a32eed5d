"""The files of `monitor evidence --output`: pages as they were fetched, texts as they were judged, WARC, time stamp."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence

from monitor.cli.evidence_output import WARC
from monitor.errors import ExportError, FetchError, StampError
from monitor.exports import warc
from monitor.exports.picture import without_blank_foot
from monitor.exports.style_sheets import style_sheets, with_style_sheets
from monitor.fetch import Fetcher
from monitor.fetch.timestamp import stamped
from monitor.model import Article, Story
from monitor.store.kept_pages import KeptPage
from monitor.text.charset import decode_body
from monitor.workers.browser import browser_at, draw


def files_of(story: Story, pages: Mapping[int, Sequence[KeptPage]]) -> dict[str, bytes]:
    """name → the pages byte for byte as they came, and the texts that were judged.

    `KeptPage.content` checks each page against its hash.
    """
    found: dict[str, bytes] = {}
    for report in story.reports:
        article = report.article
        found[f"{article.id}.txt"] = text_of(article)
        found |= {file_of(article, page): page.content() for page in pages.get(article.id, []) if page.body}
    return found


def file_of(article: Article, page: KeptPage) -> str:
    """The name of a page's file. The hash is in it, so two looks at one page never overwrite each other."""
    suffix = ".html" if "html" in page.content_type or not page.content_type else ".bin"
    return f"{article.id}-{page.look}-{page.sha256[:12]}{suffix}"


def text_of(article: Article) -> bytes:
    """Title and text as they are judged; `--output` writes the same bytes, so anybody can check the hash."""
    return f"{article.title}\n\n{article.text}\n".encode()


def warc_of(pages: Mapping[int, Sequence[KeptPage]]) -> bytes:
    """The pages as a WARC file. Raises ExportError where warcio is missing."""
    captures = [
        warc.Capture(page.url, page.fetched, page.content_type, page.content(), page.exchanges)
        for kept in pages.values()
        for page in kept
        if page.body
    ]
    return warc.write(captures, WARC)


def drawn_pages(
    story: Story, pages: Mapping[int, Sequence[KeptPage]], browser: str, fetcher: Fetcher
) -> tuple[dict[str, bytes], dict[str, str]]:
    """(name → picture of a page, name of a page's file → why there is no picture). Raises ExportError without browser.

    It is drawn from the bytes that were kept, with the style sheets that they name as these are now.
    """
    program = browser_at(browser)
    texts: dict[str, tuple[str, str]] = {}  # name → markup, address
    undrawn: dict[str, str] = {}
    for report in story.reports:
        for page in pages.get(report.article.id, []):
            name = file_of(report.article, page)
            if not page.body or not name.endswith(".html"):
                undrawn[name] = "its body is gone" if not page.body else f"it is no page ({page.content_type})"
            else:
                texts[name] = decode_body(page.content(), page.charset)[0], page.url
    named = {each for html, url in texts.values() for each in style_sheets(html, url)}
    sheets = asyncio.run(_style_sheets(named, fetcher))
    drawn: dict[str, bytes] = {}
    for name, (html, url) in texts.items():
        try:
            drawn[f"{name}.png"] = without_blank_foot(draw(with_style_sheets(html, url, sheets), program))
        except ExportError as error:
            undrawn[name] = str(error)
    return drawn, undrawn


async def _style_sheets(named: Collection[str], fetcher: Fetcher) -> dict[str, str]:
    """address → text of style sheets, read as pages are; what cannot be read is left out."""

    async def read(address: str) -> tuple[str, str] | None:
        try:
            result = await fetcher.page(address)
        except FetchError:
            return None
        return address, decode_body(result.body, result.charset)[0]

    async with fetcher:
        return dict(filter(None, await asyncio.gather(*map(read, sorted(named)))))


def add_stamp(files: dict[str, bytes], name: str, authority: str) -> str:
    """Adds the authority's time stamp on one of the files beside it; why there is none, "" where there is."""
    try:
        request, answer = asyncio.run(stamped(files[name], authority))
    except StampError as error:
        return str(error)
    files |= {f"{name}.tsq": request, f"{name}.tsr": answer}
    return ""
