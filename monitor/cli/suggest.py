"""`monitor suggest`: words of the watch's own stories that are worth adding to it. Nothing is added by itself."""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict
from datetime import datetime

import click

from monitor.cli.articles_to_try import stored
from monitor.cli.common import Moment, as_json, print_json, readable_config_of
from monitor.languages import language
from monitor.model import SuggestedPerson, SuggestedSet, SuggestedTerm, Suggestions
from monitor.pipeline.suggest import suggest
from monitor.pipeline.suggest_people import entity_lines
from monitor.pipeline.suggest_sets import set_lines
from monitor.render.plain import one_line
from monitor.text.language_names import language_name
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
    config = readable_config_of(ctx, judges=True, watch=watch)
    if watch is not None and watch not in config.watches:
        raise click.UsageError(f"no watch {watch!r}; there are: {', '.join(config.watches)}")
    names = [watch] if watch else [name for name, each in config.watches.items() if not each.query_decides]
    store = stored(config)
    found: dict[str, Suggestions] = {}
    if store is not None:
        with closing(store):
            found = {name: suggest(store, config, name, since) for name in names}
    if as_json:
        print_json([asdict(each) for each in found.values()])
        return
    if not found:
        click.echo("nothing is stored yet; run `monitor poll` first", err=True)
    for each in found.values():
        _show(each)


def _show(found: Suggestions) -> None:
    name = found.watch
    click.echo(
        f"{name}: {plural(found.stories, 'story', 'stories')} and {plural(found.articles, 'stored article')}; "
        f"{plural(len(found.unmatched), 'article')} "
        f"{'tells' if len(found.unmatched) == 1 else 'tell'} of these stories without matching"
    )
    for unread in found.languages:
        name_of = language_name(unread.code) if unread.code else "language unknown"
        click.echo(f"    {name_of}: {unread.articles}{f'; {unread.gain}' if unread.gain else ''}")
    if any(unread.gain for unread in found.languages):
        click.echo(
            "    for a seed in a language, save such an article as a file beside the seeds; then run "
            f"`monitor learn --watch {name}`"
        )
    for person in found.people:
        _show_person(person)
    if found.people:
        click.echo(
            "to add one, write these lines under `entities:` in a file of config/entities, with its other scripts"
        )
    for set_ in found.sets:
        _show_set(set_, name)
    if not found.suggestions:
        if not found.sets:
            click.echo(f"{name}: nothing to suggest: no word that two of its stories share would find another article")
        return
    for each in found.suggestions:
        _show_one(each)
    click.echo(f"to add one, write it on the page of the watch, or under `terms: add:` in watches/{name}.yaml")


def _show_person(each: SuggestedPerson) -> None:
    told = f"holds an office of {each.side} in {plural(each.articles, 'article')}; no file has the name"
    click.echo(f"  {one_line(each.name, 80)}  ({told})")
    for said in each.said:
        click.echo(f"      {one_line(said.title, 80)}: “{one_line(said.sentence, 160)}”")
    click.echo(f"      would gain {plural(len(each.gained), 'article')}; would lose {len(each.lost)}")
    for article in (*each.gained[:_EXAMPLES], *each.lost[:_EXAMPLES]):
        click.echo(f"      {article.before:.2f} → {article.after:.2f}  {one_line(article.title, 120)}")
    for line in entity_lines(each):
        click.echo(f"      {line}")


def _show_set(each: SuggestedSet, watch: str) -> None:
    """The words are copied into the file as they stand here, so every line of theirs is whole."""
    click.echo(f"  words of {language_name(each.language)} that count together, {each.together} in title or lead:")
    _show_gains(each)
    click.echo(f"      to add them, write these lines under `terms: add:` in watches/{watch}.yaml")
    for line in set_lines(each):
        click.echo(line)


def _show_one(each: SuggestedTerm) -> None:
    code = language(each.language).name if each.language else "any language"
    weight = "" if each.weight == 1 else f" = {each.weight:g}"
    click.echo(f"  {each.term}{weight}  ({code}, in {plural(len(each.stories), 'story', 'stories')}, "
               f"{plural(each.reports, 'report')})")  # fmt: skip
    _show_gains(each)


def _show_gains(each: SuggestedTerm | SuggestedSet) -> None:
    others = len(each.gained) - each.of_these_stories
    what = f"{plural(len(each.gained), 'article')}, {each.of_these_stories} of these stories and {others} of others"
    click.echo(f"      would gain {what}; would lose {len(each.lost)}")
    for article in each.gained[:_EXAMPLES]:
        click.echo(f"      + {article.before:.2f} → {article.after:.2f}  {one_line(article.title, 120)}")
