"""MISP: an event for each story, with links, quotes, publishers, people, bodies and places, through pymisp.

The UUIDs are the same each time, so MISP updates the event that an earlier export made. Events are not published, and
are for the organisation that imports them: whom they go to is decided in MISP.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from types import ModuleType
from typing import Any
from uuid import UUID

from monitor.exports.ids import own_id, shared_id
from monitor.exports.records import Export, Named, Source, StoryExport
from monitor.exports.registry import Format, library
from monitor.exports.tlp import tag

_UNDEFINED, _COMPLETE, _OWN_ORGANISATION = 4, 2, 0  # MISP: threat level, analysis, distribution
_TEMPLATES = {"person": "person", "place": "geolocation", "country": "geolocation"}
# The levels of MISP's taxonomy, each with the least confidence for it, in the hundredths that STIX has.
_CONFIDENCE = ((90, "completely"), (65, "usually"), (40, "fairly"), (15, "rarely"))


def write(export: Export) -> bytes:
    """One event as MISP itself exports it, several in a list. Raises ExportError where pymisp is missing."""
    pymisp = library("pymisp")
    events = [{"Event": json.loads(_event(pymisp, export, story).to_json())} for story in export.stories]
    document = events[0] if len(events) == 1 and not export.edition else {"response": events}
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"


def _event(pymisp: ModuleType, export: Export, story: StoryExport) -> Any:
    event = pymisp.MISPEvent()
    event.uuid = str(own_id(export.store, "story", story.id))
    event.info = story.headline
    event.date = story.first_seen.date()
    event.timestamp = int(story.changed.timestamp())
    event.threat_level_id, event.analysis, event.distribution = _UNDEFINED, _COMPLETE, _OWN_ORGANISATION
    event.published = False
    event.Orgc = {"name": export.producer, "uuid": str(shared_id("producer", export.producer))}
    for name in _tags(export, story):
        event.add_tag(name)
    if story.address:
        _attribute(event, story, "page", "link", story.address, "the story on the page of feed-monitor")
    for source in story.sources:
        _add_source(pymisp, event, story, source)
    for each in story.named:
        _add_named(pymisp, event, story, each)
    return event


def _tags(export: Export, story: StoryExport) -> Iterator[str]:
    yield tag(export.tlp)
    level = next((name for least, name in _CONFIDENCE if 100 * story.score >= least), "un")
    yield f'misp:confidence-level="{level}{"" if level == "un" else "-"}confident"'
    yield f'feed-monitor:watch="{story.watch}"'
    if export.edition:
        yield f'feed-monitor:edition="{export.edition.digest} {export.edition.period}"'


def _add_source(pymisp: ModuleType, event: Any, story: StoryExport, source: Source) -> None:
    """What MISP calls a text of a news medium: where, when and what it says, and why it is here."""
    found = _object(pymisp, "news-media", own_id(event.uuid, "source", source.id), story)
    when = f"{source.published:%Y-%m-%d %H:%M} UTC" if source.published else "no date"
    when = source.day.isoformat() if source.day else when
    # The hash is no attribute: MISP has those for malware alone, and would look for this one elsewhere.
    kept = f"SHA-256 of the page as it was fetched: {source.sha256}" if source.sha256 else ""
    found.comment = " · ".join(filter(None, (source.author, when, source.standing, source.reason, kept)))
    for relation, value in (
        ("title", source.title),
        ("source", source.publisher),
        ("link", source.url),
        ("content", "\n".join(source.quotes)),
    ):
        _add(found, relation, value)
    event.add_object(found)


def _add_named(pymisp: ModuleType, event: Any, story: StoryExport, each: Named) -> None:
    template = _TEMPLATES.get(each.kind, "organization")
    if template == "geolocation" and not (each.at or each.country):  # MISP takes no such object by its name alone
        _attribute(event, story, f"named/{each.id}", "text", each.name, "a place; it is not known where it lies")
        return
    found = _object(pymisp, template, own_id(event.uuid, "named", each.id), story)
    found.comment = f"named in the headline or opening of {each.reports} of {len(story.sources)} reports"
    if template == "geolocation":
        _add(found, "text", " / ".join(dict.fromkeys(name for _, name in each.names)))
        _add(found, "countrycode", each.country)
        if each.at:
            _add(found, "latitude", each.at[0])
            _add(found, "longitude", each.at[1])
            _add(found, "accuracy-radius", 1000 * each.within)
    else:
        _add(found, "full-name" if template == "person" else "name", each.name)
        for name in dict.fromkeys(name for _, name in each.names[1:] if name != each.name):
            _add(found, "alias", name)
        _add(found, "role", each.role)
    event.add_object(found)


def _object(pymisp: ModuleType, template: str, id: UUID, story: StoryExport) -> Any:
    found = pymisp.MISPObject(template, strict=True)
    found.uuid, found.timestamp = str(id), int(story.changed.timestamp())
    return found


def _add(found: Any, relation: str, value: str | float) -> None:
    """An attribute with a UUID of its own. ``to_ids`` is off: nobody is to be alarmed by a news site."""
    if value == "":
        return
    id = own_id(found.uuid, relation, value)
    found.add_attribute(relation, value=value, uuid=str(id), to_ids=False, timestamp=found.timestamp, distribution=5)


def _attribute(event: Any, story: StoryExport, key: str, kind: str, value: str, comment: str) -> None:
    id, changed = own_id(event.uuid, "attribute", key), int(story.changed.timestamp())
    event.add_attribute(kind, value, uuid=str(id), comment=comment, to_ids=False, timestamp=changed)


FORMAT = Format("misp", "MISP", "misp.json", "application/json", write)
