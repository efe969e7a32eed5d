"""Publishes alerts: a story that reached its watch's alert threshold, once, as an edition of its own.

`alert` decides whether a story is urgent; this module reads the candidates, stores the edition and has it delivered.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Connection

from monitor.digest.alert import AlertSettings, alert_name, compose_alert, is_urgent
from monitor.digest.delivery import Dispatcher
from monitor.digest.enrich import Context, enrich
from monitor.digest.shown import story_rows
from monitor.model import Edition, RenderedEdition, Story
from monitor.store import Store, alerts, deliveries, editions, stories

log = logging.getLogger(__name__)


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
        """Sends each story that reached its watch's alert threshold, once; in quiet hours it is owed for their end."""
        for settings in self._settings:
            with self._store.read() as db:
                waiting = stories.load(db, self._candidates(db, settings))
            for story in waiting:
                self._record(settings, story)
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
            if story.id not in self._candidates(db, settings) or not is_urgent(story, shown, settings):
                return
            edition = enrich(compose_alert(story, shown, settings, now), self._context)
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
