"""`monitor score`, `explain`, `group` and `learn`: the judgement itself, with nothing stored."""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from monitor.cli.common import as_json, config_of, now, print_json
from monitor.cli.refit import refit_command
from monitor.config import Config
from monitor.errors import ConfigError, MonitorError, Problem, SeedError
from monitor.model import Document, Match
from monitor.text.plural import plural
from monitor.topic.records import Profile, SeedArticle

watch_option = click.option("--watch", help="Only this watch (file name without .yaml; default: all).")


@click.command("score", epilog="Example: monitor score < articles.jsonl > scored.jsonl")
@watch_option
@click.pass_context
def score_command(ctx: click.Context, watch: str | None) -> None:
    """Score articles from standard input: JSON lines {"id","title","text",...} in, {"id","score","relevant",...} out.

    Without --watch each article is scored by the watch that it fits best.
    """
    from monitor.match.load import load_matchers

    config = config_of(ctx)
    matchers = load_matchers(config, [watch] if watch else None)
    for document in _documents(sys.stdin):
        match = max((matcher.match(document) for matcher in matchers.values()), key=_strength)
        click.echo(json.dumps(_scored(document, match), ensure_ascii=False))


def _strength(match: Match) -> tuple[bool, float]:
    """Which of several watches speaks for an article: one it matches before one that only scores higher."""
    return (match.verdict == "match", match.score)


def _scored(document: Document, match: Match) -> dict[str, Any]:
    return {
        "id": document.id,
        "score": round(match.score, 4),
        "relevant": match.verdict == "match",
        "watch": match.watch,
        "verdict": match.verdict,
        "receipt": asdict(match.receipt),
    }


@click.command("group", epilog="Example: monitor group < articles.jsonl > grouped.jsonl")
@click.pass_context
def group_command(ctx: click.Context) -> None:
    """Group articles from standard input into stories: JSON lines {"id","title","text",...} in, {"id","story"} out."""
    from monitor.stories.group import group_stream

    for document_id, story in group_stream(_documents(sys.stdin)):
        click.echo(json.dumps({"id": document_id, "story": story}, ensure_ascii=False))


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
    from monitor.cli.receipts import receipt_page, show_receipt
    from monitor.match.load import load_matchers

    config = config_of(ctx)
    document = _article(config, source)
    if not (document.title or document.text).strip():
        raise MonitorError(f"{source}: no article text was found in it; try a file with the text itself")
    matchers = load_matchers(config, [watch] if watch else None)
    found = [matcher.match(document) for matcher in matchers.values()]
    learned = {name: matcher.learned_words(document) for name, matcher in matchers.items()}
    if html_file:
        html_file.write_text(receipt_page(document, found, learned), encoding="utf-8")
    if as_json:
        told = {"title": document.title, "url": document.url}
        print_json([
            _scored(document, match) | told | {"learned": [asdict(word) for word in learned[match.watch]]}
            for match in found
        ])  # fmt: skip
        return
    for match in found:
        show_receipt(document, match, learned[match.watch])


def _article(config: Config, source: str) -> Document:
    """The article at an address or in a file (HTML, or text as a seed may be)."""
    if source.startswith(("http://", "https://")):
        return asyncio.run(_fetched(config, source))
    path = Path(source)
    if not path.is_file():
        raise click.UsageError(f"{source} is neither an http(s) address nor a file")
    from monitor.topic.seeds import read_seed

    try:
        seed = read_seed(path)
    except SeedError:
        return _short(path)
    return Document(source, seed.title, seed.text, seed.language, seed.published, seed.source, seed.url)


def _short(path: Path) -> Document:
    """A file too short to learn from: a page, or a headline (its first line is the title). Raises MonitorError."""
    from monitor.pages.extract import extract_page
    from monitor.pages.flaws import is_html

    try:
        body = path.read_bytes()
        written = "" if is_html(body) else body.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise MonitorError(f"{path} cannot be read as text: {error}") from error
    if is_html(body):
        page = extract_page(body, url="", charset=None, now=now())
        if not page.text:
            raise MonitorError(f"{path}: no article was found in this page; try a file with the text itself")
        return Document(str(path), page.title, page.text, page.language, page.published, "", page.canonical_url)
    title, _, text = written.strip().partition("\n")
    return Document(str(path), title.strip(), text.strip())


async def _fetched(config: Config, url: str) -> Document:
    from monitor.app import fetcher_of
    from monitor.pages.extract import extract_page

    async with fetcher_of(config) as fetcher:
        answer = await fetcher.page(url)
    page = extract_page(answer.body, url=answer.url, charset=answer.charset, now=now())
    if page.flaw:
        raise MonitorError(f"{url}: what the server sent is not an article ({page.flaw})")
    return Document(url, page.title, page.text, page.language, page.published, "", answer.url)


@click.command("learn", epilog="Example: monitor learn --watch iran-iraq-defense")
@click.option("--watch", help="Only this watch (default: all).")
@click.option(
    "--refit",
    is_flag=False,
    flag_value="",
    metavar="[LABELLED.jsonl]",
    help="Fit the watch's weights to marked articles (and those of the file) instead.",
)
@as_json
@click.pass_context
def learn_command(ctx: click.Context, watch: str | None, refit: str | None, as_json: bool) -> None:
    """Rebuild the learned profile of a watch from its seed articles. What a person wrote stays as it is.

    With --refit the profile stays too. The weights are fitted to articles marked with `monitor mark` and to JSON lines
    {"id","title","text","language","label"}. They are saved only if they do better.
    """
    from monitor.match.load import learn_profile, load_matcher
    from monitor.topic.fingerprint import profile_path
    from monitor.topic.seeds import read_seeds, write_profile

    config = config_of(ctx)
    if config.packaged:
        raise ConfigError(
            (
                Problem(
                    str(config.folder),
                    0,
                    "the shipped profile cannot be rebuilt; run `monitor init .` and rebuild the copy",
                ),
            )
        )
    if watch is not None and watch not in config.watches:
        raise click.UsageError(f"no watch {watch!r}; there are: {', '.join(config.watches)}")
    if refit is not None:
        if watch is None and len(config.watches) > 1:
            raise click.UsageError(f"use --watch to name the watch to refit: {', '.join(config.watches)}")
        refit_command(config, watch or next(iter(config.watches)), Path(refit) if refit else None, as_json)
        return
    told = []
    for name in [watch] if watch else config.watches:
        seeds = read_seeds(config.seeds(name))
        profile = learn_profile(config, name, seeds)
        path = profile_path(config, name)
        write_profile(path, profile)
        version = load_matcher(config, name, config.watches[name]).version
        told.append({"watch": name, "version": version, "terms": len(profile.terms), "file": str(path),
                     "entities": len(profile.entities), "seeds": [asdict(seed) for seed in seeds]})  # fmt: skip
        if not as_json:
            _tell_learned(name, seeds, profile, path, version)
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, default=str))


def _tell_learned(name: str, seeds: Sequence[SeedArticle], profile: Profile, path: Path, version: str) -> None:
    for seed in seeds:
        click.echo(
            f"{seed.name}\n    title: {seed.title}\n    article: {len(seed.text.split())} words, which are learned from"
        )
        if seed.left_out:
            click.echo(f"    not the article: {plural(len(seed.left_out), 'line')}, not learned from")
        for reason, lines in _by_reason(seed.left_out).items():
            click.echo(f"      - {reason}: {' | '.join(lines)}")
    best = ", ".join(term.term for term in profile.terms[:8])
    learned = f"{plural(len(profile.terms), 'term')} and {plural(len(profile.entities), 'name')}"
    click.echo(f"{name}: learned {learned} from {plural(len(seeds), 'article')}, the strongest: {best}")
    click.echo(f"written to {path}; put words of your own in the watch file, which `learn` never changes")
    click.echo(f"from now on receipts name version {version}")


def _by_reason(left_out: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    """Reason → the lines it was said of, each once and shortened, with how often where it is more."""
    counted: dict[str, Counter[str]] = {}
    for line, reason in left_out:
        counted.setdefault(reason, Counter())[line if len(line) <= 70 else f"{line[:69]}…"] += 1
    return {
        reason: [f"{line} ({count}×)" if count > 1 else line for line, count in lines.items()]
        for reason, lines in counted.items()
    }


def _documents(lines: Any) -> Iterator[Document]:
    """JSON lines as documents. Raises MonitorError with the line for what is none."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            document = Document(
                id=str(row["id"]),
                title=str(row.get("title") or ""),
                text=str(row.get("text") or ""),
                language=row.get("language") or None,
                published=_moment(row.get("published")),
                source=str(row.get("source") or ""),
                url=str(row.get("url") or ""),
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            what = f"{type(error).__name__}: {error}"
            raise MonitorError(
                f'line {number} is not an article ({what}); write {{"id","title","text"}} a line'
            ) from error
        yield document


def _moment(value: Any) -> datetime | None:
    if not value:
        return None
    found = datetime.fromisoformat(str(value))
    return found if found.tzinfo else found.replace(tzinfo=UTC)
