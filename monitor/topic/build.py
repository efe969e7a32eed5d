"""One representation of a topic: what the seeds taught, under what a person wrote, ready to be looked for.

How the two combine, the person always winning:
1. ``terms.remove`` takes out every learned, lexicon or entity writing that folds to the same and speaks for. An article
   is read as it is written, and what such a word alone bears out is dropped, so that removing never raises a score.
2. ``terms.add`` counts beside what is learned, at the weight written, and is read apart from all else, so that adding
   never lowers a score.
3. ``sides`` and ``families`` replace the learned ones; ``acts.facets`` and ``context.kinds`` choose from the data
   files; own ``terms`` there are added to them.
4. A name of a side never counts as a third party or as another context.
5. ``weights``, ``threshold`` and ``near_miss`` replace the fitted ones by name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain, islice

from monitor.config.watch import WatchConfig
from monitor.languages import languages
from monitor.text.fold import stems_of, tokens
from monitor.text.marked_terms import bare, short_acronym_forms, without_article
from monitor.topic.company import company
from monitor.topic.likeness import CAP, norm
from monitor.topic.meanings import Meanings, not_translated, translated, translated_concepts
from monitor.topic.other_states import adjectives, without_names, writings_of_others
from monitor.topic.profile_families import is_of_all_kinds
from monitor.topic.records import (
    COUNTRY,
    DEALINGS,
    ENTITY,
    OTHER_FIELD,
    PERSONAL,
    SEEDS,
    STATES,
    WEAK,
    Concept,
    EntityName,
    Family,
    Kind,
    Lexicon,
    ModelKind,
    Pattern,
    Profile,
    Topic,
    Weights,
)
from monitor.topic.sides import TopicSide, code_of, implied, is_actor, party_alone, party_writings, topic_sides
from monitor.topic.synonyms import OneWord, as_one
from monitor.topic.tied import FIELD_KEY, are_telling, learned_rows, tied
from monitor.topic.vocabulary import Vocabulary
from monitor.topic.world import World, is_acronym

_KEPT = PERSONAL | {"context", "sense"}  # kinds that ``terms.remove`` leaves: a person's own, and what speaks against
LIKENESS = "likeness to the seeds"  # a feature of weights that count what the seeds teach
_TEACHES = 2  # seeds of a language from which these say which of its words they share
_HASHED = 1000  # concepts or patterns that are hashed together
_AS_HASHED = "Pattern(text=%r, concept=%r, language=%r)"  # what `repr` says, in a third of its time
_PARTY_KEY = 0.2  # of a party that a person wants as no side: how much of a key word it is


class _Builder:
    """Collects concepts and patterns, each concept once."""

    def __init__(self, removed: Iterable[str]) -> None:
        self._removed = set(map(bare, removed))
        self.adjectives: frozenset[str] = frozenset()  # folded, of the states that are no side
        self.concepts: dict[Concept, int] = {}
        self.patterns: dict[Pattern, None] = {}
        self.side_names: set[str] = set()
        self.own_names: set[str] = set()  # of the sides themselves, without those of their people, places and arms
        self.stems: dict[str, dict[tuple[str, ...], int]] = {}

    def add(self, concept: Concept, terms: Iterable[str], language: str = "") -> None:
        usual = -1  # the concept's number, looked up once: that takes longer than all the rest
        for term in terms:
            if name := bare(term):
                removed = name in self._removed  # then it is a concept of its own
                number = usual if usual >= 0 and not removed else self._number(concept, name)
                usual = usual if removed else number
                self.patterns[Pattern(term, number, language)] = None
                if concept.side >= 0:
                    self.side_names.add(name)
                    if not (concept.actor or concept.place or concept.product):
                        self.own_names.add(name)

    def add_names(self, concept: Concept, names: Iterable[str], *, person: bool = False, since: int = 0) -> None:
        """Names of a side. One that others share ("~"), and a person's surname alone, are read from the article.

        since: the person's first year in office, 0 where it is not known.
        """
        for name in names:
            alone = person and _is_one_word(name)
            adjective = alone and without_article(bare(name)) in self.adjectives
            shared = name.startswith(WEAK)
            years = since if alone and shared else 0
            concept = replace(concept, alone=alone, shared=shared, adjective=adjective, since=years)
            self.add(concept, (name.removeprefix(WEAK),))

    def _number(self, concept: Concept, name: str) -> int:
        """A writing that a person removed is a concept of its own, so that it can be told from the others."""
        if not {name, bare(concept.of)}.isdisjoint(self._removed) and concept.kind not in _KEPT:
            concept = replace(concept, removed=True)
        return self.concepts.setdefault(concept, len(self.concepts))

    def add_unwritten(self, concept: Concept) -> None:
        """A concept that is found by what other names mean (match/aimed.py)."""
        self.concepts.setdefault(concept, len(self.concepts))

    def add_stems(self, concept: Concept, written: str) -> None:
        """A learned concept, which is looked for by the stems of one of its writings."""
        if name := bare(written):
            number = self._number(concept, name)
            self.stems.setdefault(concept.language, {}).setdefault(stems_of(tokens(name), concept.language), number)

    def headings(self, kind: Kind, chosen: Mapping[str, Mapping[str, tuple[str, ...]]]) -> None:
        for heading, by_language in chosen.items():
            for language, terms in by_language.items():
                if kind == "context":
                    terms = without_names(terms, self.side_names, self.own_names if heading in STATES else ())
                self.add(Concept(kind, heading), terms, language)


def build_topic(
    watch_id: str,
    watch: WatchConfig,
    profile: Profile | None,
    vocabulary: Vocabulary,
    weights: Weights,
) -> Topic:
    """Lays a person's lines over the learned baseline by the rules above. Pure; the same input gives the same topic."""
    builder = _Builder(watch.terms.remove)
    entities, lexicon, families, world, meanings = vocabulary
    sides = topic_sides(watch, profile, world)
    builder.adjectives = adjectives(sides, world)
    for number in range(len(sides)):
        _add_side(builder, number, sides, entities, world)
    _add_others(builder, sides, entities)
    about = chosen_families(watch, profile) if len(sides) > 1 else ()
    field, pair = frozenset[str](), are_telling(sides, about, profile, world)
    if len(sides) > 1:
        field = _add_fields(builder, watch, _without_dealings(lexicon) if pair else lexicon, families, about)
        field |= _add_seed_words(builder, profile, about, meanings, weights)
        for concept, terms, language in writings_of_others(sides, world):
            builder.add(concept, (term for term in terms if bare(term) not in builder.side_names), language)
    _add_own_terms(builder, watch, world)
    party = party_alone(profile, world) if profile is not None and watch.sides is None else ""
    if profile is not None:
        _add_learned(builder, profile, vocabulary, alone=not sides)
        for row in world.parties[party].names if party else ():
            sure = (name for name in row.names if not name.startswith(WEAK))
            builder.add(Concept("party", party), sure, row.language)
    merged = replace(
        weights,
        values={**weights.values, **watch.weights},
        threshold=weights.threshold if watch.threshold is None else watch.threshold,
        near_miss=_near_miss(watch, weights),
    )
    topic = Topic(
        watch=watch_id,
        name=watch.name,
        sides=tuple(side.name for side in sides),
        concepts=tuple(builder.concepts),
        patterns=tuple(builder.patterns),
        weights=merged,
        near=watch.near,
        party=party,
        about=watch.about,
        version="",
        labels=tuple(side.label for side in sides),
        countries=tuple(side.country for side in sides),
        families=about,
        field=field,
        pair=pair,
        stems=builder.stems,
        likeness={each.code: each.likeness for each in profile.languages} if profile else {},
        company=company(profile, builder.concepts) if profile and not sides else {},
    )
    return replace(topic, version=_version(topic))


def model_kind(watch: WatchConfig, profile: Profile | None) -> ModelKind:
    """Which fitted weights a watch needs: of a relation between sides, or of a subject (of one country, perhaps)."""
    sides = watch.sides if watch.sides is not None else profile.parties if profile else ()
    return "sides" if len(sides) > 1 else "terms"


def _add_others(builder: _Builder, sides: Sequence[TopicSide], entities: Sequence[EntityName]) -> None:
    """The names of whatever is of no side."""
    for entity in entities:
        if not any(side.has(entity) for side in sides):
            loose = entity.kind == "product"  # what is a word like others beside no word of arms, names nothing here
            names = (name.removeprefix(WEAK) for name in entity.names if not (loose and name.startswith(WEAK)))
            concept = Concept("entity", entity.id, actor=is_actor(entity), implies=implied(entity, sides))
            builder.add(replace(concept, place=entity.kind in ("place", "country")), names)


def _near_miss(watch: WatchConfig, weights: Weights) -> float:
    if watch.near_miss is not None:
        return watch.near_miss
    if watch.threshold is None or not weights.threshold:
        return weights.near_miss
    return weights.near_miss * watch.threshold / weights.threshold  # the band keeps its share of the threshold


def _is_one_word(name: str) -> bool:
    return len(without_article(bare(name)).split()) == 1


def _add_side(
    builder: _Builder, number: int, sides: Sequence[TopicSide], entities: Sequence[EntityName], world: World
) -> None:
    """A side's names: of config/entities, of the world's table, and a person's own.

    The name of a city, and one of the table that is another word, too, count only beside another side.
    """
    side = sides[number]
    for entity in entities:
        if side.has(entity):
            actor = is_actor(entity)
            concept = Concept("entity", entity.id, number, actor, actor and entity.sector == "security")
            product, place = entity.kind == "product", entity.kind == "place"
            concept = replace(concept, product=product, place=place, implies=implied(entity, sides))
            builder.add_names(concept, entity.names, person=entity.kind == "person", since=entity.since or 0)
            if entity.security_years:  # which of the two it is the article's date says
                at_times = replace(concept, security=True, years=entity.security_years)
                builder.add_names(at_times, entity.names, person=entity.kind == "person", since=entity.since or 0)
    known = world.parties[side.code].names if side.code in world.parties else ()
    named = {names.language for names in known if names.kind == "name"}
    # Few languages of the table have a name for most organisations; they write the English one. Others write its
    # acronym beside their own name.
    latin = [each.code for each in languages() if each.script == "latin"]
    foreign = [code for code in latin if code not in named]
    for names in known:
        for name in names.names:
            weak = names.kind == "city" or name.startswith(WEAK)
            concept = Concept("entity", side.name, number, weak=weak, place=names.kind == "city")
            builder.add(concept, (name.removeprefix(WEAK),), names.language)
            if names.kind == "name" and names.language == "en" and not weak:
                for language in latin if is_acronym(name) else foreign:
                    builder.add(Concept("entity", side.name, number), (name,), language)
    for term in side.terms:
        builder.add_names(Concept("entity", term, number), (term,))
        for language, form in short_acronym_forms(term):
            builder.add(Concept("entity", term, number), (form,), language)


def _without_dealings(lexicon: Lexicon) -> Lexicon:
    """The lexicon for a pair of whom any dealing is meant: a threat speaks against nothing there."""
    return replace(lexicon, context={name: {} if name in DEALINGS else of for name, of in lexicon.context.items()})


def _add_fields(
    builder: _Builder, watch: WatchConfig, lexicon: Lexicon, families: Sequence[Family], learned: Collection[str]
) -> frozenset[str]:
    """The families of acts that speak for, and those that speak against; returns the signals that are of the field."""
    chosen = [family for family in families if family.id in learned]
    signals = {name for family in chosen for name in family.headings.signals}
    others = {name for family in families for name in family.headings.signals} - signals
    builder.headings("signal", {name: terms for name, terms in lexicon.signals.items() if name not in others})
    # A heading that a person names counts though no family has it.
    named = (name for name in watch.acts.facets or () if name in lexicon.acts)
    acts = {name: lexicon.acts[name] for name in (*(n for family in chosen for n in family.headings.acts), *named)}
    builder.headings("act", _chosen(acts, watch.acts.facets))
    for family in chosen:
        held = [lexicon.signals[name] for name in family.headings.signals]
        builder.headings("signal", {family.id: _without(family.words, held)})
        held = [lexicon.acts[name] for name in family.headings.acts]
        builder.headings("act", _chosen({family.id: _without(family.acts, held)}, watch.acts.facets))
    builder.headings("sense", lexicon.senses)
    if watch.acts.terms:
        builder.add(Concept("act", "own"), watch.acts.terms)
    ours = {name for family in chosen for name in family.headings.context}
    against = {name: terms for name, terms in lexicon.context.items() if name not in ours}
    builder.headings("context", _chosen(against, watch.context.kinds))
    for family in families:
        if family not in chosen and (watch.context.kinds is None or family.id in watch.context.kinds):
            held = [lexicon.context[name] for name in family.headings.context]
            builder.headings("context", {OTHER_FIELD + family.id: _without(_both(family.words, family.acts), held)})
    return frozenset(signals | {family.id for family in chosen})


def _add_seed_words(
    builder: _Builder, profile: Profile | None, about: Collection[str], meanings: Meanings, weights: Weights
) -> frozenset[str]:
    """The words that the seeds share are words of a field that no family knows, in any language; of one that a family
    knows their translations are added: agriculture has few words of fishing."""
    taught = any(name.startswith(LIKENESS) for name in weights.values)  # what the seeds teach counts
    if profile is None or (about and not taught):
        return frozenset()
    words: dict[str, tuple[str, ...]] = {}
    keys = [row for row in learned_rows(profile) if row.key >= FIELD_KEY and not row.is_name]
    for row in () if about and not is_of_all_kinds(profile) else keys:
        if (writing := bare(row.text)) not in builder.side_names:
            words[row.language] = (*words.get(row.language, ()), writing)
    for known in translated(keys, meanings):
        words[known.language] = (*words.get(known.language, ()), *known.writings)
    builder.headings("signal", {SEEDS: words})
    return frozenset({SEEDS})


def chosen_families(watch: WatchConfig, profile: Profile | None) -> tuple[str, ...]:
    """The fields in which sides have dealings, sorted: a person's, or those that the seeds are about."""
    if watch.families is not None:
        return tuple(sorted(watch.families))
    return tuple(sorted(family.id for family in profile.families)) if profile else ()


def _without(
    terms: Mapping[str, tuple[str, ...]], held: Sequence[Mapping[str, tuple[str, ...]]]
) -> dict[str, tuple[str, ...]]:
    """The terms of each language that none of ``held`` has."""
    taken = {language: {term for each in held for term in each.get(language, ())} for language in terms}
    return {language: tuple(term for term in some if term not in taken[language]) for language, some in terms.items()}


def _both(words: Mapping[str, tuple[str, ...]], acts: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    return {code: (*words.get(code, ()), *acts.get(code, ())) for code in {**words, **acts}}


def _chosen(
    headings: Mapping[str, Mapping[str, tuple[str, ...]]], names: Sequence[str] | None
) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    return headings if names is None else {name: headings[name] for name in names if name in headings}


def _add_own_terms(builder: _Builder, watch: WatchConfig, world: World) -> None:
    concepts = [Concept("term", item.term, weight=item.weight) for item in watch.terms.add]
    concepts += [Concept("term", item.term, weight=-abs(item.weight)) for item in watch.context.terms]
    concepts += [Concept("required", term) for term in watch.terms.require]
    concepts += [Concept("excluded", term) for term in watch.terms.exclude]
    for concept in concepts:
        if concept.key.startswith(ENTITY):
            builder.add_unwritten(concept)
        elif concept.key.startswith(COUNTRY):
            builder.add_unwritten(concept)
            code = code_of((concept.key.removeprefix(COUNTRY).strip(),), world)
            for names in world.parties[code].names if code else ():
                if names.kind in ("name", "adjective", "capital"):
                    builder.add(concept, (name for name in names.names if not name.startswith(WEAK)), names.language)
        else:
            builder.add(concept, (concept.key,))


def _add_learned(builder: _Builder, profile: Profile, vocabulary: Vocabulary, *, alone: bool) -> None:
    """Learned terms by their stems, in texts of their language; a name of the gazetteer in every script.

    alone: there are no sides, so that the parties of the seeds are names like others.
    """
    entities, world = vocabulary.entities, vocabulary.world
    rows = tied(learned_rows(profile)) if alone else learned_rows(profile)
    little = {each.code for each in profile.languages if len(each.seeds) < _TEACHES}
    from_others = translated(rows, vocabulary.meanings, little if len(profile.languages) > 1 else ()) if alone else []
    rows = not_translated(rows, from_others)
    each_word = as_one(rows, vocabulary.meanings) if alone else [OneWord(row, (row.text,)) for row in rows]
    sizes = {
        each.code: norm(
            {one.row.text: one.row.weight for one in each_word if one.texts and one.row.language == each.code}
        )
        for each in profile.languages
    }
    for one in each_word:
        row = one.row
        part = row.weight * min(row.rarity, CAP) / sizes.get(row.language, 1.0)
        concept = Concept("learned", row.text, weight=row.weight, part=part, keyness=row.key, language=row.language)
        concept = replace(concept, within=row.within, name=row.name, of=one.of)
        for text in one.texts:
            builder.add_stems(concept, text)
        builder.add(concept, one.writings, row.language)
    for concept, terms in translated_concepts(from_others, max(sizes.values(), default=1.0)):
        builder.add(concept, terms, concept.language)
    writings = {entity.id: entity.names for entity in entities}
    usual = max(sizes.values(), default=1.0)
    if alone and len(profile.parties) > 1:  # then their names are not among the terms
        for party in profile.parties:
            names = [name for name in party_writings(party, entities, world) if not name.startswith(WEAK)]
            concept = Concept(
                "learned", party.label, weight=1.0, part=CAP / usual, keyness=_PARTY_KEY, name=party.label
            )
            builder.add(concept, names)
    for known in profile.entities:
        names = [name for name in writings.get(known.entity, ()) if not name.startswith(WEAK)]
        if names:
            part = known.weight * CAP / usual
            concept = Concept("learned", known.name, weight=known.weight, part=part, name=known.name if alone else "")
            builder.add(concept, dict.fromkeys((known.name, *names)))


def _version(topic: Topic) -> str:
    """Another for any change that can change a score: a hash of all that judges."""
    weights = replace(topic.weights, values=dict(sorted(topic.weights.values.items())))
    judging = replace(topic, watch="", name="", weights=weights, field=frozenset(), concepts=(), patterns=())
    digest = hashlib.sha256(f"{judging} {sorted(topic.field)}".encode())  # a set is written in any order
    judged = chain(map(repr, topic.concepts), map(_AS_HASHED.__mod__, topic.patterns))
    while some := "".join(islice(judged, _HASHED)):  # all of them together take 12 MB as text
        digest.update(some.encode())
    return digest.hexdigest()[:12]
