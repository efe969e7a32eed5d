"""From stored stories and editions to what `monitor.exports` writes."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from monitor.config import Config
from monitor.digest.corrections import story_as_it_reads_now
from monitor.errors import ConfigError
from monitor.exports.records import EditionExport, Export, Named, Source, StoryExport
from monitor.exports.tlp import Tlp
from monitor.model import Edition, PageChange, Report, Story
from monitor.model.articles import is_edited, is_taken_down
from monitor.render.build_views import Place as Links
from monitor.render.words import CHANGED, TAKEN_DOWN
from monitor.store import corrections, decisions, kept_pages, page_edits, stories
from monitor.store.identity import store_id
from monitor.stories.gloss import names_in_front
from monitor.stories.group.tables import load_tables
from monitor.stories.provenance import provenance
from monitor.text.plural import plural
from monitor.text.redact import shown_address
from monitor.text.sanitize import one_line
from monitor.text.urls import percent_encoded
from monitor.topic.places import Place, load_places
from monitor.topic.records import EntityName
from monitor.topic.vocabulary import load_vocabulary

log = logging.getLogger(__name__)

_KINDS = frozenset({"person", "body", "group", "place", "country"})  # a title or a product is no actor
_QUOTES = 3  # of a report
_FALLBACK = "en"  # the language of names for display, where they have one in it


@dataclass(frozen=True, slots=True)
class Known:
    """What exporting needs of a configuration. watches: id → name. links: to the page, where others can reach it."""

    entities: Mapping[str, EntityName]
    places: Mapping[str, Place]
    watches: Mapping[str, str]
    links: Links
    producer: str
    tlp: Tlp


def known(config: Config, tlp: Tlp | None = None) -> Known:
    """What exports need of a configuration; names that cannot be read are told and left out.

    tlp: in place of the configured marking.
    """
    entities: Mapping[str, EntityName] = {}
    places: Mapping[str, Place] = {}
    try:
        entities = {each.id: each for each in load_vocabulary(config).entities if each.kind in _KINDS}
        places = load_places(config)
    except ConfigError as error:
        log.warning("left out of the export, because it is broken: %s", error)
    web, settings = config.service.web, config.service.exports
    return Known(
        entities,
        places,
        {watch: each.name for watch, each in config.watches.items()},
        Links((web and web.public_url) or ""),
        settings.producer,
        tlp or settings.tlp,
    )


def export(db: Connection, chosen: Sequence[Story], known: Known, edition: EditionExport | None = None) -> Export:
    """These stories as their sources have them now. edition: that they are exported as."""
    ids = {report.article.id for story in chosen for report in story.reports}
    changes, hashes, decided = page_edits.of_articles(db, ids), kept_pages.hashes(db, ids), decisions.last_changes(db)
    made = tuple(_story(story, known, changes, hashes, decided.get(story.id)) for story in chosen)
    return Export(made, store_id(db), known.tlp, known.producer, edition)


def export_edition(db: Connection, edition: Edition, subject: str, known: Known) -> Export:
    """An edition's stories and the headlines beyond its limit, as they are now: with later reports, and merged."""
    ids: dict[int, None] = {}
    for each in (*edition.stories, *edition.more):
        with suppress(LookupError):
            ids[corrections.resolve(db, each.story.id)] = None
    found = {story.id: story for story in stories.load(db, list(ids))}
    if missing := len(edition.stories) + len(edition.more) - len(found):
        log.warning("%s of the edition stand in others by now, or hold nothing", plural(missing, "story", "stories"))
    links, name = known.links, one_line(subject, 300)
    of = EditionExport(
        edition.id, edition.digest, edition.period, name, edition.composed, links.edition(edition) if edition.id else ""
    )
    return export(db, [found[id] for id in ids if id in found], known, of)


def _story(
    story: Story,
    known: Known,
    changes: Mapping[int, Sequence[PageChange]],
    hashes: Mapping[int, str],
    decided: datetime | None,
) -> StoryExport:
    shown = story_as_it_reads_now(story, changes)
    own = [change.found for report in shown.reports for change in changes.get(report.article.id, ())]
    moments = [moment for report in shown.reports for moment in (report.matched, report.judged, report.article.fetched)]
    best = max(shown.reports, key=lambda report: report.match.score)
    return StoryExport(
        id=story.id,
        watch=story.watch,
        watch_name=one_line(known.watches.get(story.watch, story.watch), 200),
        headline=one_line(shown.headline, 300),
        language=next((r.article.language for r in shown.reports if r.article.title == shown.headline), None),
        score=shown.score,
        threshold=best.match.receipt.threshold,
        first_seen=shown.first_seen,
        last_seen=shown.last_seen,
        changed=max(moment for moment in (*moments, *own, decided, shown.last_seen) if moment),
        voices=provenance(story.reports, tables=load_tables()).voices,
        sources=tuple(
            _source(report, hashes.get(report.article.id, ""), changes.get(report.article.id, ()))
            for report in shown.reports
        ),
        named=named_in(shown.reports, known),
        address=known.links.page(f"stories/{story.id}"),
    )


def _source(report: Report, sha256: str, changes: Sequence[PageChange]) -> Source:
    article, match = report.article, report.match
    return Source(
        id=article.id,
        url=percent_encoded(shown_address(article.url)),
        title=one_line(article.title, 300),
        publisher=one_line(article.publisher or article.source, 100),
        author=one_line(article.author, 200),
        language=article.language,
        published=article.published,
        fetched=article.fetched,
        score=match.score,
        reason=one_line(match.receipt.line, 300),
        quotes=tuple(one_line(passage.text, 600) for passage in match.receipt.passages[:_QUOTES]),
        sha256=sha256,
        day=article.day,
        standing=TAKEN_DOWN if is_taken_down(changes) else CHANGED if is_edited(changes) else "",
    )


def named_in(reports: Sequence[Report], known: Known) -> tuple[Named, ...]:
    """Who and what headlines and openings of these reports name, the one first that most of them do.

    What stands further down in a text is its background, and makes no story of a place.
    """
    found = Counter(id for report in reports for id in set(names_in_front(report, known.entities)))
    return tuple(_named(known.entities[id], count, known.places.get(id)) for id, count in found.most_common())


def _named(entity: EntityName, reports: int, place: Place | None) -> Named:
    called = dict(entity.called)
    language = _FALLBACK if _FALLBACK in called else next(iter(called))
    first, where = called.pop(language), place or Place()
    return Named(
        id=entity.id,
        kind=entity.kind,
        names=((language, first), *called.items()),
        reports=reports,
        role=entity.role,
        country=where.country,
        at=where.at,
        within=where.within,
    )
