"""One representation of a topic: what the seeds taught, under what a person wrote, ready to be looked for.

How the two combine, the person always winning:
1. ``terms.remove`` takes out every learned, lexicon or entity writing that folds to the same.
2. ``terms.add`` replaces a learned term of the same folded writing; its weight stands as written.
3. ``sides``, ``acts.facets`` and ``context.kinds`` choose from the data files; own ``terms`` there are added to them.
4. A name of a side never counts as a third party or as another context.
5. ``weights``, ``threshold`` and ``near_miss`` replace the fitted ones by name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from monitor.config.watch import Side, WatchConfig
from monitor.text.fold import fold
from monitor.topic.records import (
    PERSONAL,
    WEAK,
    Concept,
    EntityName,
    Kind,
    Lexicon,
    ModelKind,
    Pattern,
    Profile,
    Topic,
    Weights,
)


class _Builder:
    """Collects concepts and patterns, each concept once."""

    def __init__(self, removed: Iterable[str]) -> None:
        self._removed = {fold(term) for term in removed}
        self.concepts: dict[Concept, int] = {}
        self.patterns: dict[Pattern, None] = {}
        self.side_names: set[str] = set()

    def add(self, concept: Concept, terms: Iterable[str], language: str = "") -> None:
        number = self.concepts.setdefault(concept, len(self.concepts))
        for term in terms:
            bare = fold(term.strip("*= "))
            if bare and (bare not in self._removed or concept.kind in PERSONAL):
                self.patterns[Pattern(term, number, language)] = None
                if concept.side >= 0:
                    self.side_names.add(bare)

    def headings(self, kind: Kind, chosen: Mapping[str, Mapping[str, tuple[str, ...]]]) -> None:
        for heading, languages in chosen.items():
            for language, terms in languages.items():
                if kind == "context":
                    terms = tuple(term for term in terms if fold(term.strip("*= ")) not in self.side_names)
                self.add(Concept(kind, heading), terms, language)


def build_topic(
    watch_id: str,
    watch: WatchConfig,
    profile: Profile | None,
    entities: Sequence[EntityName],
    lexicon: Lexicon,
    weights: Weights,
) -> Topic:
    """Lays a person's lines over the learned baseline by the rules above. Pure; the same input gives the same topic."""
    builder = _Builder(watch.terms.remove)
    sides = tuple(watch.sides)
    for number, side in enumerate(watch.sides.values()):
        _add_side(builder, number, side, entities)
    for entity in entities:
        if not any(_belongs(entity, side) for side in watch.sides.values()):
            names = (name.removeprefix(WEAK) for name in entity.names)
            builder.add(Concept("entity", entity.id, actor=_is_actor(entity)), names)
    if sides:
        _add_lexicon(builder, watch, lexicon)
    _add_own_terms(builder, watch)
    if profile is not None:
        _add_learned(builder, watch, profile, entities)
    merged = replace(
        weights,
        values={**weights.values, **watch.weights},
        threshold=weights.threshold if watch.threshold is None else watch.threshold,
        near_miss=_near_miss(watch, weights),
    )
    concepts, patterns = tuple(builder.concepts), tuple(builder.patterns)
    version = _version(concepts, patterns, merged, watch)
    return Topic(watch_id, watch.name, sides, concepts, patterns, merged, watch.near, watch.about, version)


def model_kind(watch: WatchConfig) -> ModelKind:
    """Which fitted weights a watch needs."""
    return "sides" if watch.sides else "terms"


def _near_miss(watch: WatchConfig, weights: Weights) -> float:
    if watch.near_miss is not None:
        return watch.near_miss
    if watch.threshold is None or not weights.threshold:
        return weights.near_miss
    return weights.near_miss * watch.threshold / weights.threshold  # the band keeps its share of the threshold


def _belongs(entity: EntityName, side: Side) -> bool:
    return entity.id in side.entities or (entity.side in side.entities and entity.side != "")


def _is_actor(entity: EntityName) -> bool:
    return entity.kind in ("person", "body", "group", "title")


def _add_side(builder: _Builder, number: int, side: Side, entities: Sequence[EntityName]) -> None:
    for entity in entities:
        if _belongs(entity, side):
            actor = _is_actor(entity)
            concept = Concept("entity", entity.id, number, actor, actor and entity.sector == "security")
            builder.add(concept, (name for name in entity.names if not name.startswith(WEAK)))
            shared = [name.removeprefix(WEAK) for name in entity.names if name.startswith(WEAK)]
            if shared:
                builder.add(replace(concept, weak=True), shared)
    for term in side.terms:
        builder.add(Concept("entity", term, number), (term,))


def _add_lexicon(builder: _Builder, watch: WatchConfig, lexicon: Lexicon) -> None:
    builder.headings("signal", lexicon.signals)
    builder.headings("act", _chosen(lexicon.acts, watch.acts.facets))
    if watch.acts.terms:
        builder.add(Concept("act", "own"), watch.acts.terms)
    builder.headings("context", _chosen(lexicon.context, watch.context.kinds))


def _chosen(
    headings: Mapping[str, Mapping[str, tuple[str, ...]]], names: Sequence[str] | None
) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    return headings if names is None else {name: headings[name] for name in names if name in headings}


def _add_own_terms(builder: _Builder, watch: WatchConfig) -> None:
    for item in watch.terms.add:
        builder.add(Concept("term", item.term, weight=item.weight), (item.term,))
    for item in watch.context.terms:
        builder.add(Concept("term", item.term, weight=-abs(item.weight)), (item.term,))
    for term in watch.terms.require:
        builder.add(Concept("required", term), (term,))
    for term in watch.terms.exclude:
        builder.add(Concept("excluded", term), (term,))


def _add_learned(builder: _Builder, watch: WatchConfig, profile: Profile, entities: Sequence[EntityName]) -> None:
    """Learned terms as written; a learned name the gazetteer knows counts in every script it is written in."""
    own = {fold(item.term) for item in watch.terms.add}
    writings = {entity.id: entity.names for entity in entities}
    for term in profile.terms:
        if fold(term.term) not in own:
            builder.add(Concept("learned", term.term, weight=term.weight), (term.term,))
    known = {fold(term.term) for term in profile.terms} | own
    for entity in profile.entities:
        if fold(entity.name) not in known:
            others = (name for name in writings.get(entity.entity, ()) if not name.startswith(WEAK))
            names = dict.fromkeys((entity.name, *others))
            builder.add(Concept("learned", entity.name, weight=entity.weight), names)


def _version(concepts: tuple[Concept, ...], patterns: tuple[Pattern, ...], weights: Weights, watch: WatchConfig) -> str:
    parts = (concepts, patterns, sorted(weights.values.items()), weights.intercept, weights.threshold)
    text = repr((*parts, weights.near_miss, watch.near, watch.about))
    return hashlib.sha256(text.encode()).hexdigest()[:12]
