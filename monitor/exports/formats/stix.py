"""STIX 2.1 (OASIS): stories as reports, with notes, identities, locations and references, through the stix2 library.

A story is a ``report``. Each of its sources is an external reference and a ``note`` that quotes it. Publishers, persons
and bodies are identities; places and countries are locations. ``confidence`` is the score of the story times 100: how
sure the service is that it is about the topic. It says nothing of whether what outlets report is true.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

from monitor.exports.ids import own_id, shared_id
from monitor.exports.records import Export, Named, Source, StoryExport
from monitor.exports.registry import Format, library
from monitor.exports.tlp import STIX_EXTENSION, STIX_MARKINGS, label

# Identities and places have no history of their own: they are as new as the export that names them.
_CREATED = datetime(2026, 1, 1, tzinfo=UTC)
_CLASSES = {"person": "individual", "body": "organization", "group": "group"}
_LOCATED = ("place", "country")
# Validators check against a list of RFC 5646 from 2012, which has no Kurdish and no Serbian; of others it has these.
_LANGUAGES = frozenset(
    re.findall(
        r"\w+",
        "ar az be bg ca cs cy da de el en es et eu fa fi fr gl gu he hi hr hu hy id is it ja ka kk ko ky lt lv mk "
        "mn ms nb nl pa pl ps pt ro ru sk sl sq sv sw ta te th tl tr tt uk ur uz vi zh",
    )
)


def write(export: Export) -> bytes:
    """A bundle. Raises ExportError where stix2 is missing."""
    stix = library("stix2.v21")
    maker = _Maker(stix, export)
    reports = [maker.story(story) for story in export.stories]
    if export.edition and reports:
        maker.edition(reports)
    bundle = stix.Bundle(
        objects=list(maker.made.values()), id=f"bundle--{own_id(export.store, 'bundle', _content(export))}"
    )
    text: str = bundle.serialize(pretty=True, ensure_ascii=False)
    return text.encode() + b"\n"


def _content(export: Export) -> str:
    """What is in the bundle: its id is that of its content, since a bundle is only the parcel."""
    parts = [f"{story.id}@{story.changed.isoformat()}" for story in export.stories]
    return " ".join([str(export.edition.id if export.edition else ""), export.tlp, *parts])


@dataclass
class _Maker:
    """Makes the objects of one bundle, each once."""

    stix: ModuleType
    export: Export
    made: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.marking = self._keep(self._marking())
        self.producer = ""
        self.producer = self._identity("producer", self.export.producer, "system", "wrote this export")

    def story(self, story: StoryExport) -> str:
        """The report of a story, with all that it refers to; its id."""
        # STIX has no location that is a name alone; such a place is named in the description.
        named = [self._named(each) for each in story.named if not _is_nowhere(each)]
        publishers = {source.publisher: self._publisher(source.publisher) for source in story.sources}
        id = f"report--{own_id(self.export.store, 'story', story.id)}"
        notes = [self._note(story, source, publishers[source.publisher]) for source in story.sources]
        report = self.stix.Report(
            id=id,
            **self._common(story.first_seen, story.changed),
            name=story.headline,
            description=_description(story),
            published=story.first_seen,
            object_refs=_once([*publishers.values(), *named, *notes]),
            confidence=round(100 * story.score),
            labels=[f"watch:{story.watch}", f"voices:{story.voices}"],
            external_references=[
                *([_reference("feed-monitor", story.address, f"story {story.id}")] if story.address else []),
                *(_reference_to(source) for source in story.sources),
            ],
            **_language(story.language),
        )
        return self._keep(report)

    def edition(self, reports: Sequence[str]) -> None:
        """The report that an edition is, of the reports of its stories."""
        edition = self.export.edition
        assert edition is not None
        shown = {"external_references": [_reference("feed-monitor", edition.address, "edition")]}
        report = self.stix.Report(
            id=f"report--{own_id(self.export.store, 'edition', edition.id or edition.period)}",
            **self._common(edition.composed, max(edition.composed, self.export.changed or edition.composed)),
            name=edition.subject,
            published=edition.composed,
            object_refs=_once(reports),
            labels=[f"digest:{edition.digest}", f"period:{edition.period}"],
            **(shown if edition.address else {}),
        )
        self._keep(report)

    def _note(self, story: StoryExport, source: Source, publisher: str) -> str:
        quoted = [f"“{quote}”" for quote in source.quotes]
        standing = [f"This report was {source.standing}."] if source.standing else []
        note = self.stix.Note(
            id=f"note--{own_id(self.export.store, 'report', f'{story.id}/{source.id}')}",
            **self._common(source.fetched, max(source.fetched, story.changed)),
            abstract=source.title,
            content="\n".join([*standing, *quoted, f"Why it is here: {source.reason}"]),
            object_refs=[publisher],
            confidence=round(100 * source.score),
            external_references=[_reference_to(source)],
            **({"authors": [source.author]} if source.author else {}),
            **({"labels": [f"language:{source.language}"]} if source.language else {}),
            **_language(source.language),
        )
        return self._keep(note)

    def _publisher(self, name: str) -> str:
        return self._identity("publisher", name, "organization", "publisher")

    def _named(self, each: Named) -> str:
        if each.kind in _LOCATED:
            return self._keep(self._location(each))
        return self._identity("entity", each.id, _CLASSES.get(each.kind, "unknown"), each.role, each)

    def _identity(self, kind: str, key: str, identity_class: str, role: str, named: Named | None = None) -> str:
        identity = self.stix.Identity(
            id=f"identity--{shared_id(kind, key)}",
            **self._common(_CREATED, self._newest()),
            name=named.name if named else key,
            identity_class=identity_class,
            **({"description": _other_names(named)} if named and _other_names(named) else {}),
            **({"roles": [role]} if role else {}),
        )
        return self._keep(identity)

    def _location(self, each: Named) -> Any:
        place: dict[str, Any] = {"country": each.country} if each.country else {}
        if each.at:
            place |= {"latitude": each.at[0], "longitude": each.at[1], "precision": 1000 * each.within}
        return self.stix.Location(
            id=f"location--{shared_id('entity', each.id)}",
            **self._common(_CREATED, self._newest()),
            name=each.name,
            **place,
            **({"description": text} if (text := "; ".join(filter(None, (each.role, _other_names(each))))) else {}),
        )

    def _marking(self) -> Any:
        tlp = self.export.tlp
        return self.stix.MarkingDefinition(
            id=STIX_MARKINGS[tlp],
            created="2022-10-01T00:00:00.000Z",
            name=label(tlp),
            extensions={STIX_EXTENSION: {"extension_type": "property-extension", "tlp_2_0": tlp}},
        )

    def _common(self, created: datetime, modified: datetime) -> dict[str, Any]:
        own = {"created_by_ref": self.producer} if self.producer else {}
        times = {"created": created, "modified": max(created, modified)}
        return own | times | {"object_marking_refs": [self.marking]}

    def _newest(self) -> datetime:
        return max(_CREATED, self.export.changed or _CREATED)

    def _keep(self, made: Any) -> str:
        id: str = self.made.setdefault(made.id, made).id
        return id


def _is_nowhere(each: Named) -> bool:
    return each.kind in _LOCATED and not (each.at or each.country)


def _description(story: StoryExport) -> str:
    places = [each.name for each in story.named if _is_nowhere(each)]
    named = f" Places of which it is not known where they lie: {', '.join(places)}." if places else ""
    sure = "how sure it is that this is of the topic, not that what is reported is true"
    return (
        f"Story {story.id} of the watch {story.watch_name!r}: {len(story.sources)} reports of "
        f"{story.voices} independent publishers, first seen {story.first_seen:%Y-%m-%d %H:%M} UTC. Score "
        f"{story.score:.2f} (a match from {story.threshold:.2f}): {sure}.{named}"
    )


def _other_names(each: Named) -> str:
    others = [f"{name} ({language})" for language, name in each.names[1:] if name != each.name]
    return f"also: {', '.join(others)}" if others else ""


def _reference_to(source: Source) -> dict[str, Any]:
    day = f", {source.dated.isoformat()}" if source.dated else ""
    standing = f"; {source.standing}" if source.standing else ""
    reference = _reference(source.publisher, source.url, f"{source.title} ({source.language or '?'}{day}{standing})")
    return reference | ({"hashes": {"SHA-256": source.sha256}} if source.sha256 else {})


def _reference(name: str, url: str, description: str) -> dict[str, Any]:
    return {"source_name": name, "description": description} | ({"url": url} if url else {})


def _language(code: str | None) -> dict[str, str]:
    base = (code or "").split("-")[0].lower()
    return {"lang": base} if base in _LANGUAGES else {}


def _once(ids: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(ids))


FORMAT = Format("stix", "STIX 2.1", "stix.json", "application/stix+json;version=2.1", write)
