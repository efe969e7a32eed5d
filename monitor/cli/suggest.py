"""`monitor suggest`: words of the watch's own stories that are worth adding to it. Nothing is added by itself."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from typing import Any

import click

from monitor.cli.articles_to_try import stored
from monitor.cli.common import Moment, as_json, config_of, print_json
from monitor.languages import language
from monitor.match.compare import Change
from monitor.pipeline.suggest import Suggestion, Suggestions, suggest
from monitor.render.plain import one_line
from monitor.text.plural import plural

_EXAMPLES = 2  # reports shown of each kind


@click.command("suggest", epilog="Example: monitor suggest --watch iran-iraq-defense")
@click.option("--watch", help="Only this watch (default: all).")
@click.option("--since", type=Moment(), default="30d", show_default=True, help="How far back to look in the archive.")
@as_json
@click.pass_context
def suggest_command(ctx: click.Context, watch: str | None, since: datetime, as_json: bool) -> None:
    """Propose words and names to add to a watch, with what each would gain and lose over the archive.

    They come from reports that tell of the watch's stories in words, or in a language, that it does not score. Nothing
    is added by itself.
    """
    config = config_of(ctx)
    if watch is not None and watch not in config.watches:
        raise click.UsageError(f"no watch {watch!r}; there are: {', '.join(config.watches)}")
    names = [watch] if watch else [name for name, each in config.watches.items() if not each.query_decides]
    store = stored(config)
    found: dict[str, Suggestions] = {}
    if store is not None:
        with closing(store):
            found = {name: suggest(store, config, name, since) for name in names}
    if as_json:
        print_json([_json(name, each) for name, each in found.items()])
        return
    if not found:
        click.echo("nothing is stored yet; run `monitor poll` first", err=True)
    for name, each in found.items():
        _show(name, each)


def _show(name: str, found: Suggestions) -> None:
    click.echo(
        f"{name}: {plural(found.stories, 'story', 'stories')} and {plural(found.articles, 'stored article')}; "
        f"{plural(len(found.unmatched), 'article')} that {'tells' if len(found.unmatched) == 1 else 'tell'} of these "
        "stories and do not match"
    )
    for code, count, gain in found.languages:
        name_of = language(code).name if code else "language unknown"
        click.echo(f"    {name_of}: {count}{f'; {gain}' if gain else ''}")
    if not found.found:
        click.echo(f"{name}: nothing to suggest: no word that two of its stories share would find another article")
        return
    for each in found.found:
        _show_one(each)
    click.echo(f"to add one, write it on the page of the watch, or under `terms: add:` in watches/{name}.yaml")


def _show_one(each: Suggestion) -> None:
    candidate, gained = each.candidate, each.comparison.gained
    code = language(candidate.language).name if candidate.language else "any language"
    weight = "" if each.weight == 1 else f" = {each.weight:g}"
    click.echo(f"  {candidate.term}{weight}  ({code}, in {plural(len(candidate.stories), 'story', 'stories')}, "
               f"{plural(candidate.reports, 'report')})")  # fmt: skip
    others = len(gained) - each.inside
    what = f"{plural(len(gained), 'article')}, {each.inside} of these stories and {others} of others"
    click.echo(f"      would gain {what}; would lose {len(each.comparison.lost)}")
    for change in gained[:_EXAMPLES]:
        title = one_line(change.document.title, 120)
        click.echo(f"      + {change.before.score:.2f} → {change.after.score:.2f}  {title}")


def _json(name: str, found: Suggestions) -> dict[str, Any]:
    return {
        "watch": name,
        "articles": found.articles,
        "stories": found.stories,
        "languages": [{"code": code, "articles": count, "gain": gain} for code, count, gain in found.languages],
        "unmatched": [
            {"id": each.id, "title": each.title, "url": each.url, "language": each.language} for each in found.unmatched
        ],
        "suggestions": [
            {
                "term": each.candidate.term,
                "weight": each.weight,
                "language": each.candidate.language,
                "stories": list(each.candidate.stories),
                "reports": each.candidate.reports,
                "rarity": round(each.candidate.rarity, 2),
                "gained": [_change(change) for change in each.comparison.gained],
                "of_these_stories": each.inside,
                "lost": [_change(change) for change in each.comparison.lost],
            }
            for each in found.found
        ],
    }


def _change(change: Change) -> dict[str, Any]:
    return {"id": change.document.id, "title": change.document.title, "url": change.document.url,
            "before": round(change.before.score, 4), "after": round(change.after.score, 4)}  # fmt: skip
