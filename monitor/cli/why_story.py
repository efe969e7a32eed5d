"""`monitor stories --why`: what holds each report in a story, and what speaks against it."""

from __future__ import annotations

from contextlib import closing

import click

from monitor.api.stories import WhyStory, why_answer
from monitor.cli.common import print_json
from monitor.cli.correct import story_of
from monitor.config import Config
from monitor.pipeline.explain_story import explain
from monitor.store import Store

STAYS = "; it stays here, because an edition has shown it or a person put it here"


def say_why(config: Config, number: int, *, as_json: bool) -> None:
    """Prints what holds each report in a story, and what speaks against it."""
    with closing(Store(config.store_url(), reading=True)) as store, store.read() as db:
        story = story_of(db, number)
        explained = explain(db, story)
    if as_json:
        reports = [why_answer(each) for each in explained]
        print_json(WhyStory(story=story.id, title=story.headline, reports=reports).document())
        return
    click.echo(f"{story.id:>5}  {story.headline}")
    for report, each in zip(story.reports, explained, strict=True):
        article, found = report.article, each.why
        click.echo(f"{f'article {article.id}':>23}  {article.source} ({article.language or '?'}): {article.title}")
        click.echo(f"{'':25}decided: {each.reason}{STAYS if each.fixed else ''}")
        if found.nearest:
            click.echo(f"{'':25}now: {found.mean:.2f} with the others, {found.likely:.2f} with article {found.nearest}")
            click.echo(f"{'':25}for: {'; '.join(found.together) or 'nothing in common'}")
            click.echo(f"{'':25}against: {'; '.join(found.against) or 'nothing'}")
