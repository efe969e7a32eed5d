"""What the formats of reference managers have in common: each source of an export once, and its key."""

from __future__ import annotations

from collections.abc import Iterator

from monitor.exports.records import Export, Source


def cited(export: Export) -> Iterator[tuple[str, Source, list[int]]]:
    """(key, source, the stories it reports), each source once, in the order of the stories."""
    stories: dict[int, list[int]] = {}
    sources: dict[int, Source] = {}
    for story in export.stories:
        for source in story.sources:
            stories.setdefault(source.id, []).append(story.id)
            sources.setdefault(source.id, source)
    for id, source in sources.items():
        yield key_of(source), source, stories[id]


def key_of(source: Source) -> str:
    """The key by which a text cites the source: "irna-2026-11-21-431". ASCII, as BibTeX wants it."""
    name = "".join(letter if letter.isascii() and letter.isalnum() else " " for letter in source.publisher.lower())
    day = (source.published or source.fetched).date().isoformat()
    return "-".join([*name.split()[:3], day, str(source.id)])


def note_of(source: Source, stories: list[int]) -> str:
    """What a reference says of where it is from."""
    numbers = ", ".join(map(str, stories))
    kept = f"; SHA-256 of the page as fetched: {source.sha256}" if source.sha256 else ""
    standing = f"; {source.standing}" if source.standing else ""
    return f"feed-monitor: article {source.id}, story {numbers}{standing}{kept}"
