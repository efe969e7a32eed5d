"""Asks a person about articles, fits a watch's weights to the answers, and saves them once that was seen and wanted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from monitor.cli.articles_to_try import ArticlesToTry, GivenArticles, StoredArticles
from monitor.cli.diff import show_changes
from monitor.cli.keep_answers import add_to_file, mark_all
from monitor.cli.refit import NEWEST, show_refit
from monitor.match import Matcher
from monitor.match.compare import compare
from monitor.match.feedback import Refit
from monitor.match.fit import FitError
from monitor.match.load import matcher_with
from monitor.match.refit import refit_watch
from monitor.match.weights import write_weights
from monitor.model import Document
from monitor.render.plain import one_line
from monitor.text.plural import plural

if TYPE_CHECKING:
    from monitor.cli.try_learn import TriedWatch

_SHOWN = 600  # characters of an article
_ANSWERS = {"r": True, "right": True, "w": False, "wrong": False}
Answers = list[tuple[Document, bool]]


def label_articles(tried: TriedWatch, asked: Sequence[Document], source: ArticlesToTry) -> None:
    """Nothing is written before the person has seen what would change and has said yes."""
    answers = list(ask(tried.matcher, asked))
    if not answers:
        click.echo("no answers, so nothing was changed")
        return
    try:
        labelled = source.answers(tried.watch) + answers
        found = refit_watch(tried.config, tried.watch, labelled, source.newest(NEWEST), tried.matcher, seen=False)
    except FitError as error:
        click.echo(str(error))
        found = None
    if found is not None:
        show_refit(tried.watch, found)
        _show_effect(tried, found, source)
    _save(tried, found, answers, source)


def ask(matcher: Matcher | None, asked: Sequence[Document]) -> Iterator[tuple[Document, bool]]:
    """What a person at the terminal says of articles, one by one; ends where they quit.

    matcher: shows its score and reason; None where they would sway the answer.
    """
    for number, document in enumerate(asked, 1):
        match = matcher.match(document) if matcher else None
        score = f", score {match.score:.2f}" if match else ""
        click.echo(f"\n{number} of {len(asked)}{score}: {one_line(document.title, 200)}")
        if document.url:
            click.echo(one_line(document.url, 300))
        click.echo(one_line(document.text, _SHOWN))
        if match:
            click.echo(f"({one_line(match.receipt.line, 300)})")
        said = click.prompt(
            "right, wrong, skip or quit",
            type=click.Choice(["r", "w", "s", "q", "right", "wrong", "skip", "quit"], case_sensitive=False),
            show_choices=False,
        )
        if said in ("q", "quit"):
            return
        if said in _ANSWERS:
            yield document, _ANSWERS[said]


def _show_effect(tried: TriedWatch, found: Refit, source: ArticlesToTry) -> None:
    """What the new weights would gain and lose among the articles that were tried."""
    if not found.better:
        return
    moved = matcher_with(tried.config, tried.watch, tried.profile, found.weights)
    # What scored nothing holds nothing that weights could count.
    documents = source.documents([one.id for one in tried.outlook.tried])
    click.echo(f"over the {plural(tried.outlook.articles, 'article')}, with the new weights:")
    show_changes(compare(tried.matcher, moved, documents))


def _save(tried: TriedWatch, found: Refit | None, answers: Answers, source: ArticlesToTry) -> None:
    better = found is not None and found.better
    kept = _where_kept(source, tried.watch)
    if not better and not kept:
        click.echo("nothing was changed")
        return
    what = " and ".join(part for part in ("the new weights" if better else "", kept) if part)
    if tried.config.packaged:
        click.echo("the shipped configuration is not changed; run `monitor init .` and label with the copy")
    elif click.confirm(f"save {what}?"):
        if found is not None and found.better:
            path = write_weights(tried.config, tried.watch, found)
            click.echo(f"written to {path}; delete it to go back")
        if isinstance(source, StoredArticles):
            mark_all(source.store, tried.watch, answers)
            click.echo(f"{plural(len(answers), 'article')} marked; the next poll judges them again")
        elif isinstance(source, GivenArticles) and (beside := source.answers_file(tried.watch)):
            add_to_file(beside, answers)
        if not tried.same:
            click.echo(
                f"the profile in force is still another; `monitor learn --watch {tried.watch}` puts this in force"
            )
    else:
        click.echo("nothing was changed")


def _where_kept(source: ArticlesToTry, watch: str) -> str:
    """What is kept of the answers, in words, "" for nothing."""
    if isinstance(source, StoredArticles):
        return "your answers as marks"
    path = source.answers_file(watch) if isinstance(source, GivenArticles) else None
    return f"your answers in {path}" if path else ""
