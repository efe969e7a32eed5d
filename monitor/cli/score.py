"""`monitor score`, `explain` and `group`: judge articles given by the user; nothing is stored."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from monitor.api.receipts import explain_answer, score_answer
from monitor.cli.article_lines import ArticleLine, read_article_lines
from monitor.cli.common import as_json, now, print_json, readable_config_of
from monitor.config import Config
from monitor.errors import MonitorError, SeedError
from monitor.match.check_watches import unknown_in_watches
from monitor.match.in_language import in_its_language, judge
from monitor.match.load import load_matchers
from monitor.model import Document, Match
from monitor.pages.extract import extract_page
from monitor.pages.flaws import is_html
from monitor.stories.group import group_stream
from monitor.stories.group.tables import load_tables
from monitor.text.redact import shown_problem
from monitor.text.unwrap import join_blocks, unwrap
from monitor.topic.seeds import DOCUMENTS, read_seed

watch_option = click.option("--watch", help="Only this watch (file name without .yaml; default: all).")


@click.command("score", epilog="Example: monitor score < articles.jsonl > scored.jsonl")
@watch_option
@click.pass_context
def score_command(ctx: click.Context, watch: str | None) -> None:
    """Score articles from standard input: JSON lines {"id","title","text",...} in, {"id","score","relevant",...} out.

    A line that cannot be read is named, the others are scored, and the exit status is 1.
    Without --watch each article is scored by the watch that it fits best.
    """
    config = readable_config_of(ctx, judges=True, watch=watch)
    matchers = load_matchers(config, [watch] if watch else None)
    _warn(config, matchers)
    answers = _Answers()
    for line in read_article_lines(sys.stdin.buffer, now()):
        if line.document is None:
            answers.refuse(line)
            continue
        document = in_its_language(line.document)
        match = max((judge(document, matcher) for matcher in matchers.values()), key=_strength)
        answers.give(line, score_answer(document, match).document())
    ctx.exit(answers.status)


def _warn(config: Config, watches: Iterable[str]) -> None:
    """Says what these watches name and no data file holds: it counts for nothing, and a typing error is easily made."""
    files = {str(config.folder / "watches" / f"{name}.yaml") for name in watches}
    for problem in unknown_in_watches(config):
        if problem.path in files:
            click.echo(f"{problem} (counts for nothing)", err=True)


class _Answers:
    """One JSON line for each line of the input. status: 1 once a line was named on standard error, else 0."""

    def __init__(self) -> None:
        self.status = 0

    def give(self, line: ArticleLine, answer: dict[str, Any]) -> None:
        """Prints the answer to an article, with what was odd about its line."""
        if line.warnings:
            answer["warning"] = self._named(line, "; ".join(line.warnings))
        self._print(answer)

    def refuse(self, line: ArticleLine) -> None:
        """Prints the error in place of an answer."""
        self._print({"id": line.id, "error": self._named(line, line.error)})

    def _named(self, line: ArticleLine, what: str) -> str:
        self.status = 1
        name = "" if line.id is None else f" (id {_printable(line.id)[:80]})"
        what = shown_problem(what)
        click.echo(f"line {line.number}{shown_problem(name)}: {what}", err=True)
        return f"line {line.number}: {what}"

    def _print(self, answer: dict[str, Any]) -> None:
        click.echo(_printable(json.dumps(answer, ensure_ascii=False)))


def _printable(text: str) -> str:
    """The text, halves of surrogate pairs as JSON writes them."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _strength(match: Match) -> tuple[bool, bool, float]:
    """Sorts the matches of several watches: a match comes before a higher score that is no match.

    A watch whose threshold is 0 takes every article, which says nothing of this one: any other watch comes first.
    """
    return (match.receipt.threshold > 0, match.verdict == "match", match.score)


@click.command("group", epilog="Example: monitor group < articles.jsonl > grouped.jsonl")
@click.pass_context
def group_command(ctx: click.Context) -> None:
    """Group articles from standard input into stories: JSON lines {"id","title","text",...} in, {"id","story"} out."""
    answers = _Answers()
    lines = list(read_article_lines(sys.stdin.buffer, now()))
    stories = group_stream((line.document for line in lines if line.document), load_tables())
    for line in lines:
        if line.document is None:
            answers.refuse(line)
        else:
            document_id, story = next(stories)
            answers.give(line, {"id": document_id, "story": story})
    ctx.exit(answers.status)


@click.command("explain", epilog="Example: monitor explain article.html")
@click.argument("source", metavar="URL|FILE")
@watch_option
@click.option(
    "--html",
    "html_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write the receipt as an HTML page.",
)
@as_json
@click.pass_context
def explain_command(ctx: click.Context, source: str, watch: str | None, html_file: Path | None, as_json: bool) -> None:
    """Fetch (or read) one article and show why it matches or does not."""
    from monitor.cli.receipts import receipt_page, show_receipt  # noqa: PLC0415 - 80 ms, and `score` shows none

    config = readable_config_of(ctx, judges=True, watch=watch)
    document = in_its_language(_article(config, source))
    if not (document.title or document.text).strip():
        raise MonitorError(f"{source}: no article text was found in it; try a file with the text itself")
    matchers = load_matchers(config, [watch] if watch else None)
    _warn(config, matchers)
    found = [judge(document, matcher) for matcher in matchers.values()]
    learned = {name: matcher.learned_words(document) for name, matcher in matchers.items()}
    grounds = {name: matcher.grounds(document) for name, matcher in matchers.items()}
    if html_file:
        html_file.write_text(receipt_page(document, found, learned, grounds), encoding="utf-8")
    if as_json:
        print_json([
            explain_answer(document, match, learned[match.watch], grounds[match.watch]).document() for match in found
        ])  # fmt: skip
        return
    for match in found:
        show_receipt(document, match, learned[match.watch], grounds[match.watch])


def _article(config: Config, source: str) -> Document:
    """The article at an address or in a file (HTML, or text in the form of a seed).

    Raises FetchError, MonitorError or click.UsageError.
    """
    if source.startswith(("http://", "https://")):
        return asyncio.run(_fetched(config, source))
    path = Path(source)
    if not path.is_file():
        raise click.UsageError(f"{source} is neither an http(s) address nor a file")
    # Read as a seed first, so that a saved mail or a forum page is cleaned as it is when it is learned from.
    try:
        seed = read_seed(path)
    except SeedError as error:
        if path.suffix.lower() in DOCUMENTS:  # there is no text to be read in another way
            raise
        return _short(path, error)
    return Document(source, seed.title, seed.text, seed.language, seed.published, seed.source, seed.url)


def _short(path: Path, refused: SeedError) -> Document:
    """A file without a sentence for a seed: a page, or text whose first line is the title. Raises MonitorError, with
    the reason why it is no seed where it is no text at all."""
    try:
        body = path.read_bytes()
        written = "" if is_html(body) else body.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise MonitorError(str(refused)) from error
    if is_html(body):
        page = extract_page(body, url="", charset=None, now=now())
        if not page.text:
            raise MonitorError(f"{path}: no article was found in this page; try a file with the text itself")
        return Document(str(path), page.title, page.text, page.language, page.published, "", page.canonical_url)
    title, _, text = written.strip().partition("\n")
    return Document(str(path), title.strip(), unwrap(join_blocks(text.strip())))


async def _fetched(config: Config, url: str) -> Document:
    from monitor.app import fetcher_of  # noqa: PLC0415 - 370 ms, for an address alone

    async with fetcher_of(config) as fetcher:
        answer = await fetcher.page(url)
    page = extract_page(answer.body, url=answer.url, charset=answer.charset, now=now())
    if page.flaw:
        raise MonitorError(f"{url}: what the server sent is not an article ({page.flaw})")
    return Document(url, page.title, page.text, page.language, page.published, "", answer.url)
