"""`monitor evidence`: lists or exports what was fetched for a story, with times and hashes, as proof for others."""

from __future__ import annotations

import hashlib
import json
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from monitor.cli.common import as_json, dates_json, now, print_json, readable_config_of, stamp
from monitor.cli.correct import story_of
from monitor.cli.evidence_files import add_stamp, drawn_pages, file_of, files_of, text_of, warc_of
from monitor.cli.evidence_output import MANIFEST, WARC, write_files
from monitor.model import Article, PageChange, Report, Story
from monitor.store import Store, kept_pages, looks, page_edits
from monitor.store.kept_pages import KeptPage
from monitor.store.looks import Look
from monitor.text.redact import shown_address, shown_document, shown_text


@click.command("evidence", epilog="Example: monitor evidence 12 --output evidence-12.zip --warc")
@click.argument("story", type=int)
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    help="Write the pages, texts and manifest.json to this folder, or to this file where its name ends in .zip.",
)
@click.option("--warc", is_flag=True, help="Also write the pages as evidence.warc.gz (needs the warc extra).")
@click.option(
    "--stamp", is_flag=True, help="Also get a time stamp on manifest.json, from `evidence: timestamp_url:` (RFC 3161)."
)
@click.option(
    "--screenshots",
    is_flag=True,
    help="Also write a picture of each page, drawn by the Chromium of `evidence: browser:`.",
)
@as_json
@click.pass_context
def evidence_command(
    ctx: click.Context, story: int, output: Path | None, warc: bool, stamp: bool, screenshots: bool, as_json: bool
) -> None:
    """List the pages fetched for a story: when, from which address, with their SHA-256.

    A page is listed as it was judged, and as it came when it was looked at after an edition showed its article.
    """
    if (warc or stamp or screenshots) and not output:
        raise click.UsageError("--warc, --stamp and --screenshots need --output")
    config = readable_config_of(ctx)
    authority, browser = config.service.evidence.timestamp_url, config.service.evidence.browser
    if screenshots and not browser:
        raise click.UsageError("--screenshots needs a Chromium; write evidence: {browser: chromium} in monitor.yaml")
    if stamp and not authority:
        raise click.UsageError("--stamp needs an authority; write evidence: {timestamp_url: ...} in monitor.yaml")
    with closing(Store(config.store_url(), reading=True)) as store, store.read() as db:
        found = story_of(db, story)
        ids = [report.article.id for report in found.reports]
        pages, looked = kept_pages.of_articles(db, ids), looks.of_articles(db, ids)
        changed = page_edits.of_story(db, found.id)
    manifest = _manifest(found, pages, looked, changed)
    problems: list[str] = []
    moved = ""
    if output:
        files = files_of(found, pages)
        if warc:  # before anything is written: a missing package must not leave half an export
            files[WARC] = warc_of(pages)
        if screenshots:
            from monitor.app import fetcher_of  # noqa: PLC0415 - 230 ms, for pictures alone

            drawn, undrawn = drawn_pages(found, pages, browser, fetcher_of(config))
            files |= drawn
            manifest["undrawn"] = undrawn
            problems += [f"no picture of {name}: {why}" for name, why in undrawn.items()]
        manifest["files"] = [
            {"file": name, "sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
            for name, content in files.items()
        ]
        files[MANIFEST] = _document(manifest)
        if stamp:
            problems += filter(None, [add_stamp(files, MANIFEST, authority)])
        moved = write_files(output, files, "".join(f"{each}; " for each in problems))
    if as_json:
        print_json(manifest)
    else:
        click.echo("\n".join(_lines(found, pages, looked, changed)))
    if output:
        click.echo(f"written to {output}", err=True)
    if moved:
        click.echo(f"the export that was stamped before stands whole in {moved}/ there", err=True)
    for problem in problems:
        click.echo(f"monitor: {problem}; all else is written, and the same command tries again", err=True)
    ctx.exit(1 if problems else 0)


def _document(manifest: dict[str, Any]) -> bytes:
    return (json.dumps(shown_document(manifest), ensure_ascii=False, indent=1) + "\n").encode()


Pages = dict[int, list[KeptPage]]
Looked = dict[int, list[Look]]


def _manifest(story: Story, pages: Pages, looked: Looked, changed: list[PageChange]) -> dict[str, Any]:
    return {
        "story": story.id,
        "title": story.headline,
        "watch": story.watch,
        "made": stamp(now()),
        "articles": [
            _article(report, pages.get(report.article.id, []), looked.get(report.article.id, []), changed)
            for report in story.reports
        ],
    }


def _article(report: Report, pages: list[KeptPage], looked: list[Look], changed: list[PageChange]) -> dict[str, Any]:
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
                "file": file_of(article, page) if page.body else "",
                "requested": page.requested,
                "url": page.url,
                "fetched": stamp(page.fetched),
                "status": page.status,
                "content_type": page.content_type,
                "sha256": page.sha256,
                "size": page.size,
                "requests": [
                    {"url": each.url, "status": each.status, "headers": len(each.answered)} for each in page.exchanges
                ],
            }
            for page in pages
        ],
        "looks": [{**asdict(look), "at": stamp(look.at)} for look in looked],
        "changes": [
            {"found": stamp(c.found), "kind": c.kind, "before": c.before, "after": c.after}
            for c in changed
            if c.article == article.id
        ],
    }


def _what(page: KeptPage) -> str:
    return "looked at again" if page.look else "judged"


def _lines(story: Story, pages: Pages, looked: Looked, changed: list[PageChange]) -> list[str]:
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
        lines += [_look_line(look) for look in looked.get(article.id, [])]
        lines += [f"      changed {stamp(c.found)}: {c.kind} {c.before!r} → {c.after!r}"
                  for c in changed if c.article == article.id]  # fmt: skip
    return lines


def _look_line(look: Look) -> str:
    found = f"      looked {stamp(look.at)}  {look.outcome}"
    return (
        found + (f"  sha256 {look.sha256}" if look.sha256 else "") + (f"  {shown_text(look.why)}" if look.why else "")
    )


def _text_hash(article: Article) -> str:
    return hashlib.sha256(text_of(article)).hexdigest()


def _why_no_page(article: Article) -> str:
    if article.partial:
        return "it could not be read, the text is the feed's own"
    return "it was not fetched, or matched only after a later edit of the watch or a mark"
