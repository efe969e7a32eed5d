"""`monitor evidence`: lists or exports what was fetched for a story, with times and hashes, as proof for others."""

from __future__ import annotations

import hashlib
import importlib
import json
from contextlib import closing
from io import BytesIO
from pathlib import Path
from typing import Any

import click

from monitor.cli.common import as_json, dates_json, now, print_json, readable_config_of, stamp
from monitor.cli.correct import story_of
from monitor.model import Article, PageChange, Report, Story
from monitor.store import Store, kept_pages, page_edits
from monitor.store.kept_pages import KeptPage
from monitor.text.redact import shown_address, shown_document


@click.command("evidence", epilog="Example: monitor evidence 12 --output evidence-12")
@click.argument("story", type=int)
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write the pages, texts and manifest.json to this folder.",
)
@click.option("--warc", is_flag=True, help="Also write the pages as evidence.warc.gz (needs the warc extra).")
@as_json
@click.pass_context
def evidence_command(ctx: click.Context, story: int, output: Path | None, warc: bool, as_json: bool) -> None:
    """List the pages fetched for a story: when, from which address, with their SHA-256.

    A page is listed as it was judged, and again if it had changed when it was checked later.
    """
    if warc and not output:
        raise click.UsageError("--warc needs --output DIR")
    writer = _warcio() if warc else None  # before anything is written: a missing package must not leave half an export
    config = readable_config_of(ctx)
    with closing(Store(config.store_url(), reading=True)) as store, store.read() as db:
        found = story_of(db, story)
        pages = kept_pages.of_articles(db, [report.article.id for report in found.reports])
        changed = page_edits.of_story(db, found.id)
    manifest = _manifest(found, pages, changed)
    if output:
        _export(output, manifest, found, pages)
        if writer:
            _write_warc(writer, output / "evidence.warc.gz", pages)
    if as_json:
        print_json(manifest)
    else:
        click.echo("\n".join(_lines(found, pages, changed)))
        if output:
            click.echo(f"written to {output}", err=True)


def _manifest(story: Story, pages: dict[int, list[KeptPage]], changed: list[PageChange]) -> dict[str, Any]:
    return {
        "story": story.id,
        "title": story.headline,
        "watch": story.watch,
        "made": stamp(now()),
        "articles": [_article(report, pages.get(report.article.id, []), changed) for report in story.reports],
    }


def _article(report: Report, pages: list[KeptPage], changed: list[PageChange]) -> dict[str, Any]:
    article = report.article
    return {
        "id": article.id,
        "url": article.url,
        "title": article.title,
        "source": article.source,
        "published": stamp(article.published),
        "published_from": article.published_from,
        "dates": dates_json(article),
        "first_seen": stamp(article.fetched),
        "score": round(report.match.score, 4),
        "text_file": f"{article.id}.txt",
        "text_sha256": _text_hash(article),
        "text_from": "feed" if article.partial else "page",
        "text": article.text,
        "why_no_page": "" if pages else _why_no_page(article),
        "pages": [
            {
                "what": _what(page),
                "file": _file(article, page) if page.body else "",
                "requested": page.requested,
                "url": page.url,
                "fetched": stamp(page.fetched),
                "status": page.status,
                "content_type": page.content_type,
                "sha256": page.sha256,
                "size": page.size,
            }
            for page in pages
        ],
        "changes": [
            {"found": stamp(c.found), "kind": c.kind, "before": c.before, "after": c.after}
            for c in changed
            if c.article == article.id
        ],
    }


def _what(page: KeptPage) -> str:
    return "looked at again" if page.look else "judged"


def _file(article: Article, page: KeptPage) -> str:
    # The hash is in the name, so two looks at one page never overwrite each other.
    suffix = ".html" if "html" in page.content_type or not page.content_type else ".bin"
    return f"{article.id}-{page.look}-{page.sha256[:12]}{suffix}"


def _export(folder: Path, manifest: dict[str, Any], story: Story, pages: dict[int, list[KeptPage]]) -> None:
    """Writes the pages byte for byte as they came, the texts that were judged, and the manifest.

    `KeptPage.content` checks each page against its hash. Raises click.ClickException when the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for report in story.reports:
            article = report.article
            (folder / f"{article.id}.txt").write_bytes(_text_of(article))
            for page in pages.get(article.id, []):
                if page.body:
                    (folder / _file(article, page)).write_bytes(page.content())
        text = json.dumps(shown_document(manifest), ensure_ascii=False, indent=1) + "\n"
        (folder / "manifest.json").write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"cannot write to {folder}: {error.strerror}; choose another --output") from error


def _lines(story: Story, pages: dict[int, list[KeptPage]], changed: list[PageChange]) -> list[str]:
    lines = [f"story {story.id}: {story.headline}"]
    for report in story.reports:
        article = report.article
        lines.append(f"  article {article.id}  {article.source}: {article.title}")
        for page in pages.get(article.id, []):
            facts = f"{stamp(page.fetched)}  {page.status}  {page.size} bytes  sha256 {page.sha256}"
            facts += "" if page.body else "  (deleted by retention:)"
            lines.append(f"      {_what(page)} {facts}  {shown_address(page.url)}")
        if article.id not in pages:
            lines.append(f"      no page kept: {_why_no_page(article)}; kept is its text, read "
                         f"{stamp(article.fetched)}  sha256 {_text_hash(article)}  "
                         f"{shown_address(article.url)}")  # fmt: skip
        lines += [f"      changed {stamp(c.found)}: {c.kind} {c.before!r} → {c.after!r}"
                  for c in changed if c.article == article.id]  # fmt: skip
    return lines


def _text_of(article: Article) -> bytes:
    """Title and text as they are judged; `--output` writes the same bytes, so anybody can check the hash."""
    return f"{article.title}\n\n{article.text}\n".encode()


def _text_hash(article: Article) -> str:
    return hashlib.sha256(_text_of(article)).hexdigest()


def _why_no_page(article: Article) -> str:
    if article.partial:
        return "it could not be read, the text is the feed's own"
    return "it was not fetched, or matched only after a later edit of the watch or a mark"


def _warcio() -> Any:
    try:
        return importlib.import_module("warcio.warcwriter")
    except ModuleNotFoundError as error:
        text = "--warc needs warcio, which is not installed; install it: pip install warcio"
        raise click.UsageError(text) from error


def _write_warc(warcio: Any, path: Path, pages: dict[int, list[KeptPage]]) -> None:
    """The pages as `resource` records (ISO 28500): the headers of the answers were not kept, so no `response` ones."""
    with path.open("wb") as file:
        writer = warcio.WARCWriter(file, gzip=True, warc_version="1.1")
        writer.write_record(
            writer.create_warcinfo_record(path.name, {"software": "feed-monitor", "format": "WARC/1.1"})
        )
        for page in (page for kept in pages.values() for page in kept if page.body):
            record = writer.create_warc_record(
                shown_address(page.url),
                "resource",
                payload=BytesIO(page.content()),
                warc_content_type=page.content_type or "application/octet-stream",
                warc_headers_dict={"WARC-Date": f"{page.fetched:%Y-%m-%dT%H:%M:%SZ}"},
            )
            writer.write_record(record)
