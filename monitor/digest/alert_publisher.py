"""Publishes alerts: a story that reached its watch's alert threshold, once, as an edition of its own.

`alert` decides whether a story is urgent; this module reads the candidates, stores the edition and has it delivered.
What a source changes later in an article of an alert goes, once, to whoever was sent that alert.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from monitor.digest.alert import AlertSettings, alert_name, compose_alert, compose_correction, is_urgent
from monitor.digest.corrections import as_it_reads_now, with_changes
from monitor.digest.delivery import Dispatcher
from monitor.digest.enrich import Context, enrich
from monitor.digest.shown import story_rows
from monitor.model import Edition, PageChange, RenderedEdition, Story
from monitor.store import Store, alerts, deliveries, editions, page_edits, stories

log = logging.getLogger(__name__)

STALE = timedelta(days=14)  # since a change was found; an installation that has only now learnt to correct stays quiet
REPLACED = "not sent: its source changed what it quotes, and a correction took its place"


class AlertPublisher:
    """Composes, stores and delivers the alerts of one configuration. ``render``: an edition as it is sent."""

    def __init__(
        self,
        store: Store,
        settings: Sequence[AlertSettings],
        context: Context,
        render: Callable[[Edition], RenderedEdition],
        dispatcher: Dispatcher,
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._settings = settings
        self._context = context
        self._render = render
        self._dispatcher = dispatcher
        self._clock = clock

    async def publish_due(self) -> None:
        """Sends each story that reached its watch's alert threshold, once, and what was changed in one that was sent.

        In quiet hours both are owed for their end.
        """
        for settings in self._settings:
            with self._store.read() as db:
                waiting = stories.load(db, self._candidates(db, settings))
                changed = list(dict.fromkeys(change.story for change in self._changes(db, settings)))
            for story in waiting:
                self._record(settings, story)
            for story_id in changed:
                self._record_correction(settings, story_id)
        await self._dispatcher.deliver_due(digests=[alert_name(settings.watch) for settings in self._settings])

    def _candidates(self, db: Connection, settings: AlertSettings) -> list[int]:
        since = self._clock() - settings.max_age
        return alerts.candidates(db, alert_name(settings.watch), settings.watch, settings.threshold, since)

    def _record(self, settings: AlertSettings, story: Story) -> None:
        """Stores the story's alert and the deliveries it owes, if it is urgent still, in one transaction."""
        now, name = self._clock(), alert_name(settings.watch)
        with self._store.write() as db:
            shown = alerts.shown_articles(db, story.id)
            # Looked up once more: another service may have published it since the candidates were read.
            story, *_ = stories.load(db, [story.id]) or [story]
            if story.id not in self._candidates(db, settings) or not is_urgent(story, shown, settings):
                return
            edition = self._complete(db, compose_alert(story, shown, settings, now))
            added = editions.add(db, edition, self._render(edition), now)
            if added is None:
                return
            editions.record_shown(db, name, added, story_rows(edition.stories), "story")
            quiet = settings.quiet.until(now) if settings.quiet else None
            deliveries.add(db, added, self._dispatcher.owed(edition), now, not_before=quiet)
        log.info(
            "alert %s story %d: %s%s",
            settings.watch,
            story.id,
            story.headline,
            f", held until {quiet:%H:%M} UTC" if quiet else "",
        )

    def _changes(self, db: Connection, settings: AlertSettings) -> list[PageChange]:
        """What was found changed in articles of this watch's alerts, and was not sent yet."""
        found = page_edits.not_shown(db, alert_name(settings.watch), [settings.watch])
        return [change for change in found if change.found > self._clock() - STALE]

    def _record_correction(self, settings: AlertSettings, story_id: int) -> None:
        """Stores the correction and owes it to whoever was sent the alert, in one transaction."""
        now, name = self._clock(), alert_name(settings.watch)
        with self._store.write() as db:
            changes = [change for change in self._changes(db, settings) if change.story == story_id]
            if not changes:  # another service has just stored it
                return
            [story] = stories.load(db, [story_id])
            shown = editions.seen(db, name, [story_id])[story_id]
            story = replace(story, reports=tuple(r for r in story.reports if r.article.id in shown))
            newest = max(change.id for change in changes)
            corrected = with_changes(compose_correction(story, settings, now, newest), changes, {})
            edition = self._complete(db, corrected)
            added = editions.add(db, edition, self._render(edition), now)
            if added is None:
                return
            page_edits.record_shown(db, name, added, [change.id for change in changes])
            articles = sorted({change.article for change in changes})
            receivers = deliveries.receivers(db, name, articles)
            deliveries.replace_unsent(db, name, articles, now, REPLACED)
            owed = [(c, r, self._dispatcher.message_id(edition, r)) for c, r in receivers]
            quiet = settings.quiet.until(now) if settings.quiet else None
            deliveries.add(db, added, owed, now, not_before=quiet)
        log.info("alert %s story %d was corrected: %s", settings.watch, story_id, story.headline)

    def _complete(self, db: Connection, edition: Edition) -> Edition:
        """The edition as its sources have it now, with its story described."""
        ids = [report.article.id for each in edition.stories for report in each.story.reports]
        return enrich(as_it_reads_now(edition, page_edits.of_articles(db, ids)), self._context)
