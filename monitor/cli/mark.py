"""`monitor mark`: marks an article as right or wrong for a watch. The mark stays, whatever is judged later."""

from __future__ import annotations

import asyncio

import click
from sqlalchemy import Connection

from monitor.app import open_app
from monitor.cli.common import config_of, now, set_up_log
from monitor.cli.progress import Silent
from monitor.pipeline.summary import PollSummary
from monitor.store import articles, marks, stories


@click.command("mark", epilog="Example: monitor mark 1234 wrong")
@click.argument("article", metavar="ID", type=int)
@click.argument("verdict", metavar="right|wrong", type=click.Choice(["right", "wrong"]))
@click.option("--watch", help="The watch to mark it for (needed when several watches match it).")
@click.pass_context
def mark_command(ctx: click.Context, article: int, verdict: str, watch: str | None) -> None:
    """Mark an article as right or wrong for a watch.

    ID is the article's number: `monitor stories` shows it beside each report, `monitor diff` and the web page beside
    each article. Near misses and search results have one too.

    The mark stays. A right article always matches. A wrong one leaves its story, unless a digest has published it.
    `monitor learn --refit` learns from marks.
    """
    set_up_log(ctx.obj["verbose"])
    config = config_of(ctx)

    async def work() -> tuple[str, int | None]:
        async with open_app(config, now, Silent()) as app:
            with app.store.write() as db:
                chosen = _judged_by(db, [watch] if watch else list(config.watches), article)
                marks.put(db, article, chosen, verdict == "right", now())
                articles.judge_anew(db, article, chosen)
            # Judged and grouped at once, not with the next poll: the person sees what the mark did.
            await app.pipeline.settle(PollSummary())
            with app.store.read() as db:
                return chosen, stories.story_of(db, chosen, article)

    chosen, story = asyncio.run(work())
    stays = (
        f"; a digest has published it, so it stays in story {story}" if verdict == "wrong" and story is not None else ""
    )
    click.echo(f"article {article} is {verdict} for {chosen}{stays}")


def _judged_by(db: Connection, watches: list[str], article: int) -> str:
    """The watch to mark: the only one that judged the article, or the only one it matches or nearly matches.

    Raises click.UsageError when there is none, or more than one.
    """
    found = {watch: articles.verdicts(db, watch, [article]).get(article) for watch in watches}
    judged = [watch for watch, verdict in found.items() if verdict]
    # Most watches judge every article; the one that nearly matched it is almost always the one meant.
    close = [watch for watch in judged if found[watch] != "no"]
    chosen = close if len(close) == 1 else judged
    if not judged and articles.pruned(db, [article]):
        raise click.UsageError(f"the text of article {article} was deleted by retention:, so it cannot be judged")
    if not judged:
        raise click.UsageError(f"no watch has judged article {article}; `monitor stories` shows the numbers")
    if len(chosen) > 1:
        raise click.UsageError(f"article {article} was judged by {', '.join(chosen)}; name one with --watch")
    return chosen[0]
