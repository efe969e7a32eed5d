"""GeoJSON (RFC 7946): where stories are said to have happened, a point for each story and place."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from monitor.exports.records import Export, Named, StoryExport
from monitor.exports.registry import Format


def write(export: Export) -> bytes:
    """A FeatureCollection. A story of which no place is known is a feature without a geometry, so none is missing."""
    features = [feature for story in export.stories for feature in _features(story)]
    document = {"type": "FeatureCollection", "features": features}
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"


def _features(story: StoryExport) -> Iterator[dict[str, Any]]:
    placed = [each for each in story.named if each.at]
    for place in placed:
        yield _feature(story, f"story-{story.id}/{place.id}", place)
    if not placed:
        yield _feature(story, f"story-{story.id}", None)


def _feature(story: StoryExport, id: str, place: Named | None) -> dict[str, Any]:
    geometry = None
    if place and place.at:
        latitude, longitude = place.at
        geometry = {"type": "Point", "coordinates": [longitude, latitude]}  # in this order: RFC 7946, 3.1.1
    return {
        "type": "Feature",
        "id": id,
        "geometry": geometry,
        "properties": {
            "story": story.id,
            "watch": story.watch,
            "headline": story.headline,
            "language": story.language,
            "score": round(story.score, 4),
            "first_seen": story.first_seen.isoformat(timespec="seconds"),
            "last_seen": story.last_seen.isoformat(timespec="seconds"),
            "voices": story.voices,
            "reports": len(story.sources),
            "place": place.name if place else None,
            "place_names": dict(place.names) if place else {},
            "place_within_km": place.within if place else None,
            "reports_naming_place": place.reports if place else 0,
            "countries": [each.country for each in story.named if each.kind == "country"],
            "sources": [each.url for each in story.sources],
            "sources_changed": {each.url: each.standing for each in story.sources if each.standing},
            "url": story.address or None,
        },
    }


FORMAT = Format("geojson", "GeoJSON", "geojson", "application/geo+json", write)
