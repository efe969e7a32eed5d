"""Publishes alerts: a story that reached its watch's alert threshold, once, as an edition of its own.

`alert` decides whether a story is urgent; this module reads the candidates, stores the edition and has it delivered.
What a source changes later in an article of an alert goes, once, to whoever was sent that alert.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from monitor.digest.affairs import around, with_affairs
from monitor.digest.akin import SOON, abouts, named
from monitor.digest.alert import (
    AlertSettings,
    alert_name,
    compose_alert,
    compose_bundle,
    compose_correction,
    compose_joined,
    is_urgent,
    reaches,
)
from monitor.digest.alert_holds import Hold, hold_of, told_elsewhere
from monitor.digest.corrections import as_it_reads_now, with_changes
from monitor.digest.delivery import Dispatcher
from monitor.digest.enrich import Context, enrich
from monitor.digest.shown import story_rows
from monitor.model import Edition, PageChange, RenderedEdition, Story
from monitor.render.catalogue import catalogue_of
from monitor.store import Store, alerts, deliveries, editions, held_alerts, page_edits, stories
from monitor.store.subjects import Subject, editions_of, stories_of
from monitor.stories.about import About, apart

log = logging.getLogger(__name__)

STALE = timedelta(days=14)  # since a change was found; an installation that has only now learnt to correct stays quiet
BUNDLED = "not sent by itself: it was held, and one message has all that was held"
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

    async def publish_due(self, *, send: bool) -> None:
        """Sends each story that reached its watch's alert threshold, once, and what was changed in one that was sent.

        Several at a time are one message. In quiet hours all is owed for their end, and then is one message.
        send: False where a job sends them.
        """
        await asyncio.to_thread(self.keep_quiet)
        for settings in self._settings:
            await asyncio.to_thread(self._record_due, settings)
        if not send:
            return
        await self._dispatcher.deliver_due(digests=[alert_name(settings.watch) for settings in self._settings])

    def keep_quiet(self) -> None:
        """Makes what was held wait for the end of the present quiet hours, whichever end it was held for: they may have
        been edited since, or no service was there at that end.
        """
        for settings in self._settings:
            if quiet := self._quiet(settings):
                with self._store.write(*_about(settings)) as db:
                    alerts.release(db, alert_name(settings.watch), quiet, quiet=True)

    def _record_due(self, settings: AlertSettings) -> None:
        name, quiet = alert_name(settings.watch), self._quiet(settings)
        with self._store.read() as db:
            found = self._found(db, self._candidates(db, settings))
            waiting = any(is_urgent(*each, settings) for each in found)
            joined = alerts.joined(db, *self._wanted(settings))
            held = {} if quiet else alerts.held(db, name)
            changed = list(dict.fromkeys(change.story for change in self._changes(db, settings)))
        if waiting or held:
            self._record(settings)
        for story_id in joined:
            self._record_joined(settings, story_id)
        for story_id in changed:
            self._record_correction(settings, story_id)

    def _quiet(self, settings: AlertSettings) -> datetime | None:
        """When the present quiet hours end, None outside of them."""
        return settings.quiet.until(self._clock()) if settings.quiet else None

    def _candidates(self, db: Connection, settings: AlertSettings) -> list[int]:
        return alerts.candidates(db, *self._wanted(settings))

    def _wanted(self, settings: AlertSettings) -> tuple[str, str, float, datetime]:
        """The name, watch, score and time by which reports are looked for that may be an alert."""
        since = self._clock() - settings.max_age
        return alert_name(settings.watch), settings.watch, settings.threshold, since

    def _record(self, settings: AlertSettings) -> None:
        """Stores what is urgent as one edition, with the deliveries it owes, in one transaction.

        What was held until now becomes part of it, unless that is a single message anyway.
        """
        now, name, quiet = self._clock(), alert_name(settings.watch), self._quiet(settings)
        with self._store.write(*_about(settings), busy=True) as db:
            held = {} if quiet else alerts.held(db, name)
            if not quiet:
                alerts.release(db, name, now)
            # Looked up here, because another service may have published some of it a moment ago.
            fresh = [each for each in self._found(db, self._candidates(db, settings)) if is_urgent(*each, settings)]
            holds = self._holds(db, name, [story for story, _ in fresh])
            for hold in holds.values():
                self._hold(db, settings, hold)
            fresh = [each for each in fresh if each[0].id not in holds]
            if not fresh and len(held) < 2:
                return
            kept = self._found(db, [story for each in held.values() for story in each], held)
            found = [*fresh, *kept]
            whole = compose_bundle(found, settings, now) if len(found) > 1 else compose_alert(*found[0], settings, now)
            edition = self._complete(db, whole, settings)
            added = editions.add(db, edition, self._render(edition), now)
            if added is None:
                return
            alerts.bundle(db, held, added, now, BUNDLED)
            editions.record_shown(db, name, added, story_rows((*edition.stories, *edition.more)), "story")
            deliveries.add(db, added, self._dispatcher.owed(edition), now, not_before=quiet)
        until = f", held until {quiet:%H:%M} UTC" if quiet else ""
        for story, _ in found:
            log.info("alert %s story %d: %s%s", settings.watch, story.id, story.headline, until)

    def _holds(self, db: Connection, name: str, found: Sequence[Story]) -> dict[int, Hold]:
        """story id → why it is no alert, of those of which an alert has told."""
        near = around(db, found, name)
        told = self._told(db, name) if found else {}
        made = (hold_of(story, near, told, self._context) for story in found)
        return {hold.story.id: hold for hold in made if hold}

    def _told(self, db: Connection, name: str) -> dict[int, About]:
        """What the alerts of the last days were about, by story."""
        return abouts(stories.load(db, editions.shown_since(db, name, self._clock() - SOON)), self._context)

    def _hold(self, db: Connection, settings: AlertSettings, hold: Hold) -> None:
        """Records what is no alert, so that it is counted and the next digest can say so."""
        entries = editions.entries_of(db, alert_name(settings.watch), [hold.told])
        if hold.told in entries:
            alert, articles = entries[hold.told].edition, {report.article.id for report in hold.story.reports}
            held_alerts.hold(db, settings.watch, articles, alert, hold.reason, self._clock())
            told = (settings.watch, hold.story.id, alert, hold.reason, hold.story.headline)
            log.info("alert %s story %d: held, edition %d has told of it (%s): %s", *told)

    def _record_joined(self, settings: AlertSettings, story_id: int) -> None:
        """Looks at what has joined a story of which an alert was sent: what differs from it is an alert by itself.

        The rest is recorded as held. One transaction, as in `_record`.
        """
        now, name = self._clock(), alert_name(settings.watch)
        with self._store.write(*_about(settings), busy=True) as db:
            for story, shown in self._found(db, [story_id]):
                # What is too old to be news waits, too: else it would be looked at in every round.
                strong = {r.article.id for r in story.reports if r.match.score >= settings.threshold}
                fresh = strong - shown - held_alerts.among(db, settings.watch, strong)
                differing = tuple(r for r in apart(story, fresh, named(self._context)) if reaches(r, settings))
                elsewhere = told_elsewhere(story, differing, self._told(db, name), self._context) if differing else {}
                for report in differing:
                    if other := elsewhere.get(report.article.id):
                        self._hold(db, settings, Hold(replace(story, reports=(report,)), "akin", other))
                rest = tuple(r for r in story.reports if r.article.id in fresh and r not in differing)
                if rest:
                    self._hold(db, settings, Hold(replace(story, reports=rest), "joined", story.id))
                differing = tuple(r for r in differing if r.article.id not in elsewhere)
                if not differing:
                    continue
                edition = self._complete(db, compose_joined(story, differing, settings, now), settings)
                added = editions.add(db, edition, self._render(edition), now)
                if added is not None:
                    editions.record_shown(db, name, added, story_rows(edition.stories), "story")
                    deliveries.add(db, added, self._dispatcher.owed(edition), now, not_before=self._quiet(settings))
                    log.info(
                        "alert %s story %d, of which one was sent: %s",
                        settings.watch,
                        story.id,
                        edition.stories[0].story.headline,
                    )

    def _found(
        self, db: Connection, ids: Sequence[int], held: Collection[int] = ()
    ) -> list[tuple[Story, frozenset[int]]]:
        """Each story with the ids of its articles that editions have shown, those in ``held`` aside."""
        loaded = stories.load(db, list(dict.fromkeys(ids)))
        return [(story, alerts.shown_articles(db, story.id, held)) for story in loaded]

    def _changes(self, db: Connection, settings: AlertSettings) -> list[PageChange]:
        """What was found changed in articles of this watch's alerts, and was not sent yet."""
        found = page_edits.not_shown(db, alert_name(settings.watch), [settings.watch])
        return [change for change in found if change.found > self._clock() - STALE]

    def _record_correction(self, settings: AlertSettings, story_id: int) -> None:
        """Stores the correction and owes it to whoever was sent the alert, in one transaction."""
        now, name = self._clock(), alert_name(settings.watch)
        with self._store.write(*_about(settings), busy=True) as db:
            changes = [change for change in self._changes(db, settings) if change.story == story_id]
            if not changes:  # another service has just stored it
                return
            [story] = stories.load(db, [story_id])
            shown = editions.seen(db, name, [story_id])[story_id]
            story = replace(story, reports=tuple(r for r in story.reports if r.article.id in shown))
            newest = max(change.id for change in changes)
            corrected = compose_correction(story, settings, now, newest)
            corrected = with_changes(corrected, changes, {}, catalogue_of(settings.locale))
            edition = self._complete(db, corrected, settings)
            added = editions.add(db, edition, self._render(edition), now)
            if added is None:
                return
            page_edits.record_shown(db, name, added, [change.id for change in changes])
            articles = sorted({change.article for change in changes})
            receivers = deliveries.receivers(db, name, articles)
            deliveries.replace_unsent(db, name, articles, now, REPLACED)
            owed = [(c, r, self._dispatcher.message_id(edition, r)) for c, r in receivers]
            deliveries.add(db, added, owed, now, not_before=self._quiet(settings))
        log.info("alert %s story %d was corrected: %s", settings.watch, story_id, story.headline)

    def _complete(self, db: Connection, edition: Edition, settings: AlertSettings) -> Edition:
        """The edition as its sources have it now, with its story described."""
        ids = [report.article.id for each in edition.stories for report in each.story.reports]
        current = as_it_reads_now(edition, page_edits.of_articles(db, ids))
        near = around(db, [each.story for each in edition.stories], edition.digest)
        context = self._context.in_locale(settings.locale)
        return enrich(with_affairs(current, near, context), context)


def _about(settings: AlertSettings) -> tuple[Subject, Subject]:
    """What an alert is decided on: what its watch's alerts have told of, and the stories as they are now."""
    return editions_of(alert_name(settings.watch)), stories_of(settings.watch)
