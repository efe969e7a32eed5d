"""`monitor run` and `worker`: the service, or help for it, until a signal."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import cast

import click

from monitor.app import App
from monitor.cli.common import config_of, set_up_log, time_limit
from monitor.cli.leave import leave_in_time
from monitor.cli.mcp import check_sdk
from monitor.cli.once import once, with_app
from monitor.config import Config, find_folder, load_config
from monitor.config.secrets import reading_token, web_token
from monitor.engine import ALL_QUEUES, CONCURRENCY, WORKER_QUEUES, Engine
from monitor.service import Beats, Service, Worker, settle_in
from monitor.text.plural import plural
from monitor.web.access import Access
from monitor.web.request import Desk, Pages
from monitor.web.server import WebServer

log = logging.getLogger(__name__)


@click.command("run", epilog="Example: monitor --config config run")
@click.option(
    "--once", "single", is_flag=True, help="Do one full cycle (poll every feed, produce every digest), then exit."
)
@time_limit
@click.pass_context
def run_command(ctx: click.Context, single: bool, time_limit: timedelta) -> None:
    """Run the background service: poll, extract, match, group and send digests.

    SIGTERM or Ctrl-C stops it within ten seconds and loses nothing. SIGHUP, or saving a configuration file, reloads
    the configuration.
    """
    set_up_log(ctx.obj["verbose"])
    config = config_of(ctx)
    work = partial(once, time_limit=time_limit) if single else partial(_serve, given=ctx.obj["config"])
    ctx.exit(int(with_app(config, work, staying=not single)))


@click.command("worker", epilog="Example: monitor --config config worker --queues fetch,pages --concurrency 40")
@click.option(
    "--queues",
    default=",".join(WORKER_QUEUES),
    show_default=True,
    help="What it does: fetch (feeds), pages (pages of articles, second looks), judge (judges and groups), prune "
    "(retention), deliver (sends what is due).",
)
@click.option(
    "--concurrency",
    type=click.IntRange(1, 1000),
    default=CONCURRENCY,
    show_default=True,
    help="Jobs at a time; a job reads the feeds or the pages of one host.",
)
@click.pass_context
def worker_command(ctx: click.Context, queues: str, concurrency: int) -> None:
    """Run one more worker on a PostgreSQL store, beside `monitor run` with the same configuration.

    It polls, extracts, matches and groups. Each feed and page is handled once between all of them, and all of them
    together ask a host no more often than one would. Digests, alerts and the web page stay with `monitor run`. Start
    as many workers as there are idle processors, on any machine. A worker stops and reloads as `run` does.
    """
    set_up_log(ctx.obj["verbose"])
    config = config_of(ctx)
    if config.store_url().startswith("sqlite"):
        raise click.UsageError(
            "an SQLite store serves one process, so a worker cannot join it: `monitor run` alone does all the work. "
            "For workers write `store: postgresql://user@host/database` in "
            f"{config.folder / 'monitor.yaml'}, start `monitor run`, then `monitor worker`"
        )
    chosen = [name.strip() for name in queues.split(",")]
    if unknown := sorted(set(chosen) - set(ALL_QUEUES)):
        raise click.UsageError(f"--queues knows no {', '.join(unknown)}; choose from {', '.join(ALL_QUEUES)}")
    engine = partial(Engine, helping=True, queues=chosen, concurrency=concurrency)
    ctx.exit(int(with_app(config, partial(_work, given=ctx.obj["config"], engine=engine), helping=True, staying=True)))


async def _serve(app: App, given: str | None) -> bool:
    """The service until a signal; each re-read configuration becomes a new App on the same store."""
    engine = partial(Engine, app.store, helping=False) if app.store.shared else None
    service = Service(app.build(), _reload(app, given), _beats(app.config), leave_in_time, engine)
    config = app.config
    log.info(
        "watching %s for %s; digests: %s; configuration %s",
        plural(sum(feed.enabled for feed in config.feeds), "feed"),
        ", ".join(watch.name for watch in config.watches.values()),
        ", ".join(f"{d.name} at «{d.schedule}» {d.timezone}" for d in config.service.digests) or "none",
        config.folder,
    )
    settle_in()
    async with _page(app, service):
        await service.run()
    return False


async def _work(app: App, given: str | None, engine: Callable[..., Engine]) -> bool:
    """A worker until a signal."""
    feeds = sum(feed.enabled for feed in app.config.feeds)
    log.info("a worker for %s beside the service; configuration %s", plural(feeds, "feed"), app.config.folder)
    settle_in()
    more = (leave_in_time, partial(engine, app.store))
    await Worker(app.build(), _reload(app, given), _beats(app.config), *more).run()
    return False


def _reload(app: App, given: str | None) -> Callable[[], App]:
    return lambda: app.with_config(load_config(*find_folder(given)))


def _beats(config: Config) -> Beats:
    """The beats of a service; feeds with a shorter interval than its own make it beat as often as they need."""
    return Beats(poll=min(Beats().poll, config.service.poll.min_interval.total_seconds()))


@asynccontextmanager
async def _page(app: App, service: Service) -> AsyncIterator[None]:
    """The web page beside the service, where one is configured."""
    web = app.config.service.web
    if web is None:
        yield
        return
    access = Access.of(web, web_token(app.config), reading_token(app.config))
    desk = Desk(
        site=lambda: cast(App, service.running),
        pulse=service.pulse,
        access=access,
        clock=app.presence.now,
        pages=Pages(app.config.templates),
        stopping=lambda: service.stopping,
    )
    if web.mcp:
        check_sdk()
        from monitor.mcp.over_http import McpOverHttp  # noqa: PLC0415 - two seconds of the SDK, which is an extra

        mcp = McpOverHttp(desk.site, desk.clock, access, desk.lanes, desk.stopping)
        desk = replace(desk, mcp=mcp)
    async with WebServer(web, desk):
        yield
