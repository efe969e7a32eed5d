"""Names that are one entity's in a language and another's elsewhere: in Kurdish, Soleimani is Sulaymaniyah."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from monitor.text.fold import fold
from monitor.text.marked_terms import unmarked
from monitor.topic.records import EntityName

Namesakes = Mapping[str, Mapping[str, frozenset[str]]]


def namesakes_of(entities: Iterable[EntityName]) -> Namesakes:
    """language → entity → its names, folded, by which a text in that language calls another entity."""
    known = list(entities)
    called: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for each in known:
        for code, name in each.called:
            called[fold(name)][code].add(each.id)
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for each in known:
        for name in {fold(unmarked(name)) for name in each.names}:
            for code, ids in called.get(name, {}).items():
                if each.id not in ids:
                    found[code][each.id].add(name)
    return {code: {id: frozenset(names) for id, names in its.items()} for code, its in found.items()}
