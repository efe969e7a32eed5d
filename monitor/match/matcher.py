"""articles → matches: how one article stands against one watch, with the receipt. Pure and deterministic.

score = 1 / (1 + exp(−(intercept + Σ weight·feature + a person's own terms))): logistic regression over named features
(side_features.py, term_features.py). Its fitted value is the share of such articles that are relevant. Four things
decide before any score: an excluded term, a missing required term, a side that is never named, a query that fails.
Where there is nothing but a query (query.py), it decides alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from math import exp, fsum, inf

from monitor.match.found import NOTHING, Found, LearnedWord, counted, names_in
from monitor.match.grounds import Grounds, grounds_of
from monitor.match.home import Home
from monitor.match.implied import Implied
from monitor.match.names import NameReader
from monitor.match.own_words import OwnWords, with_own
from monitor.match.pairs import with_pairs
from monitor.match.parts import split
from monitor.match.query import QueryJudge
from monitor.match.quoted import TELLING, line_of, marked_text, quoted_passages, senses
from monitor.match.reading import Level, Voices, language_reason, level_of, voices_of, with_language
from monitor.match.removed import features_left, left_of, unit_left
from monitor.match.scan import Scanner, Sentence
from monitor.match.side_features import is_against, side_features, unused_contexts
from monitor.match.stems import LearnedTerms
from monitor.match.term_features import LEARNED, term_features
from monitor.match.unit import Unit, passages
from monitor.match.units import unit_of
from monitor.model import Document, Match, Passage, Reason, Receipt, Verdict
from monitor.text.even import even
from monitor.text.language import Guess
from monitor.topic.records import PERSONAL, Concept, Topic

JUDGED = 50_000  # characters of a text; of one-word lines, the costliest, 0.7 s. Few real articles have a third of it
LEAD = 350  # characters of text that are its lead
_PERSONAL_BODY = 0.5  # a person's term counts half outside title and lead


class Matcher:
    """Judges articles against one topic. Building one takes 0.3 s, the first ``match`` half as long, others a
    millisecond.

    every_feature: also looks for what no weight counts, which only fitting needs.
    """

    def __init__(self, topic: Topic, *, every_feature: bool = False) -> None:
        self.topic = topic
        unused = () if every_feature else unused_contexts(topic)
        self._takes_all = topic.weights.threshold <= 0  # whatever it holds, an article scores 0 at least
        self._has_required = topic.has_required
        self._rejections: dict[str, Match] = {}  # by what they say, and by their whole line
        self._levels: dict[str, Level] = {}  # how well it reads languages, as articles in them come
        self._told: dict[tuple[str, Guess], Match] = {}  # rejections with what there is to say of a language
        self._query = QueryJudge(topic) if topic.query else None
        self._removed = topic.removed()
        self._senses = {number for number, concept in enumerate(topic.concepts) if concept.kind == "sense"}
        self._entities = frozenset(number for number, concept in enumerate(topic.concepts) if concept.kind == "entity")
        self._scanner = Scanner([p for p in topic.patterns if p.concept not in unused], self._removed)
        self._learned = LearnedTerms(topic, self._removed)
        self._learned_counts = every_feature or not LEARNED.isdisjoint(topic.weights.values)
        read = topic.as_written() if self._removed else topic
        self._reader, self._own_words = NameReader(read), OwnWords(topic)
        self._home, self._implied = Home(read), Implied(read)
        naming = {number for number, concept in enumerate(topic.concepts) if max(concept.side, concept.implies) >= 0}
        self._names = Scanner([pattern for pattern in topic.patterns if pattern.concept in naming])

    def __getstate__(self) -> dict[str, object]:
        """Without what it remembers of articles: a copy meets others."""
        return {**self.__dict__, "_rejections": {}, "_levels": {}, "_told": {}}

    @property
    def version(self) -> str:
        """Changes with anything that can change a score; stored with each match."""
        return self.topic.version

    @property
    def grew(self) -> bool:
        """Whether it has worked out more than when it was built or read."""
        return self._scanner.grew or self._names.grew

    def forget_texts(self) -> None:
        """Lets go of what it has worked out for the languages of texts so far, where others come next."""
        self._scanner.forget()
        self._names.forget()

    def with_language(self, match: Match, guess: Guess) -> Match:
        """The match of an article in this language; where it is none and the watch cannot read it, that is said.

        What is shared by most articles stays shared, so that it is not made anew for each.
        """
        line = match.receipt.line
        if match is not self._rejections.get(line):
            return self._with_language(match, guess)
        if (told := self._told.get((line, guess))) is None:
            self._told[line, guess] = told = self._with_language(match, guess)
        return told

    def _with_language(self, match: Match, guess: Guess) -> Match:
        if guess.code is not None and guess.code not in self._levels:
            self._levels[guess.code] = level_of(self.topic, self._voices, guess.code)
        return with_language(match, language_reason(self._levels.get(guess.code or ""), guess))

    @cached_property
    def _voices(self) -> Voices:
        return voices_of(self.topic)

    def features(self, document: Document) -> dict[str, float]:
        """The named features of an article, for fitting; empty where it could never match."""
        if self._missing(document):
            return {}
        found = self._scan(document)
        return self._features(found, self._units(found))

    def own_terms(self, document: Document) -> frozenset[tuple[str, str]]:
        """(kind, term) of the person's own terms that stand in an article."""
        if not self._own.concepts(document.title, document.text, document.language):  # a look that finds none too few
            return frozenset()
        concepts = (self.topic.concepts[number] for number in self._scan(document).counts)
        return frozenset((concept.kind, concept.key) for concept in concepts if concept.kind in PERSONAL)

    @cached_property
    def _own(self) -> Scanner:
        own = {number for number, concept in enumerate(self.topic.concepts) if concept.kind in PERSONAL}
        return Scanner([pattern for pattern in self.topic.patterns if pattern.concept in own])

    def knows(self, text: str, language: str | None) -> bool:
        """Whether anything that the watch looks for stands in a few words of a language."""
        return bool(self._scan(Document("", text, "", language)).counts)

    def acts_in_field(self, text: str, language: str | None) -> frozenset[int]:
        """The sides of which somebody is named in a few words whose office is of the topic's field."""
        read = self._scan(Document("", "", text, language)).sentences
        return frozenset(side for sentence in read for side in self._unit(sentence).field_actors)

    def learned_words(self, document: Document) -> tuple[LearnedWord, ...]:
        """The learned words and names of an article, heaviest first."""
        found, concepts = self._scan(document, learned=True), self.topic.concepts
        words = [
            LearnedWord(_shown(concepts[number]), concepts[number].weight, count, number in found.front)
            for number, count in found.counts.items()
            if concepts[number].kind == "learned" and concepts[number].weight >= TELLING
        ]
        return tuple(sorted(words, key=lambda word: (-word.weight, word.text)))

    def grounds(self, document: Document) -> Grounds | None:
        """The words behind what an article scores; None for a topic without sides, and where a side is never named."""
        found = self._scan(document) if self.topic.sides and not self._missing(document) else NOTHING
        parts = [found.sentences, *split(found.sentences, found.text, LEAD, self._entities)]
        read = [self._read(part, found.language) for part in parts]
        best = max(range(len(parts)), key=lambda number: self._total(read[number]))
        if not read[best]:
            return None
        units = self._each(parts[best])
        grounds = grounds_of(read[best], parts[best], units, self.topic, parts[best][0].text if best else "")
        return replace(grounds, text=marked_text(found.shown, self.topic))

    def match(self, document: Document) -> Match:
        """The score, verdict and receipt of one article. Never raises.

        Of a text beyond `JUDGED` characters the rest is not read, and the receipt says so: the time for it grows with
        the text, and a stranger chooses that.
        """
        whole = len(document.text)
        if whole <= JUDGED:
            return self._judged(document)
        found = self._judged(replace(document, text=document.text[:JUDGED]))
        cut = Reason("cut", f"only the first {JUDGED:,} of its {whole:,} characters were judged", 0.0)
        return replace(found, receipt=replace(found.receipt, reasons=(*found.receipt.reasons, cut)))

    def _judged(self, document: Document) -> Match:
        if not self._takes_all and (missing := self._missing(document)):
            return self._never_named(missing)
        if self._query is not None and (failing := self._query.ruled_out(document)) is not None:
            return self._match(0.0, "no", NOTHING, (failing,), ())
        found = self._scan(document)
        if (stopped := self._stopped(found)) is not None:
            return self._match(0.0, "no", found, (stopped,), ())
        if self._query is None:
            return self._scored(found, ())
        answer = self._query.answer(document, LEAD)
        if not answer.holds:
            return self._match(0.0, "no", found, (answer.reason,), ())
        if self._query.decides:
            quoted = quoted_passages(answer.sentences, self._query.topic)
            return self._match(1.0, "match", found, (answer.reason,), quoted)
        return self._scored(found, (answer.reason,))

    def _scored(self, found: Found, holding: tuple[Reason, ...]) -> Match:
        """The match of an article that nothing stopped. holding: what it had to hold besides, and does."""
        units = self._units(found)  # for the score and for what is quoted
        joined = passages(units, found.sentences, self.topic.near)
        reasons = self._reasons(self._features(found, units, joined), found)
        if not reasons:
            verdict: Verdict = "match" if self._takes_all else "no"
            never = _never(self._unnamed(found.counts))
            return self._match(0.0, verdict, found, (never, *self._reader.reasons(found.readings)), ())
        weights = self.topic.weights
        score = 1 / (1 + exp(-max(-35.0, min(35.0, fsum(reason.amount for reason in reasons)))))
        otherwise = (
            *self._reader.reasons(found.readings),
            *(senses(found.sentences, self.topic) if self._senses & found.counts.keys() else ()),
        )
        reasons = (reasons[0], *holding, *reasons[1:], *otherwise)
        if self.topic.about == "front" and not self._sides_in_front(found):
            reasons = (*reasons, Reason("required", "all sides in title and lead (about: front)", 0.0, 0))
            return self._match(min(score, weights.near_miss), "no", found, reasons, ())
        quoted = quoted_passages(found.shown, self.topic, units, joined if self.topic.near == "passage" else ())
        return self._match(score, self._verdict(score), found, reasons, quoted)

    def dismissed(self, document: Document) -> Match | None:
        """The "no" that `match` gives in whatever language the article is, None where it may depend on that.

        Detecting the language costs more than this look. A side that none of its writings in any language names is
        never named, whatever the language turns out to be.
        """
        if not self.topic.sides or self._takes_all:
            return None
        missing = self._unnamed(self._names.concepts_in_any_language(document.title, document.text), perhaps=True)
        return self._never_named(missing) if missing and not self._home.may_be(missing, document) else None

    def _missing(self, document: Document) -> list[str]:
        """The sides that are never named. Most news names none, which is seen without taking its text apart."""
        if not self.topic.sides:
            return []
        found = self._names.each_concept(document.title, document.text, document.language)
        missing = self._unnamed(found, perhaps=True)
        return [] if self._home.is_all(missing, document) else missing

    def _unnamed(self, found: Iterable[int], *, perhaps: bool = False) -> list[str]:
        """The sides that none of the concepts names; they are read until all are named.

        perhaps: also those for which something stands, as far as the sentence bears that out (match/implied.py).
        """
        named = {-1}
        for number in found:
            concept = self.topic.concepts[number]
            named |= {concept.side, concept.implies} if perhaps else {concept.side}
            if len(named) > len(self.topic.sides):
                return []
        return [name for side, name in enumerate(self.topic.sides) if side not in named]

    def _scan(self, document: Document, *, learned: bool = False) -> Found:
        text = even(document.text)
        sentences = self._scanner.scan(even(document.title), text, document.language, LEAD)
        if learned or self._learned_counts:
            sentences = self._learned.beside(sentences, document.language)
        year = document.published.year if document.published else None
        scanned = self._own_words.without(sentences)
        read, readings = self._reader.resolve(scanned, document.language, year)
        own = self._own_words.of(sentences, read)
        counts, front = counted(read)
        missing = self._unnamed(counts) if self.topic.sides else []
        if len(missing) == 1:
            read = self._implied.named(read, missing[0])
            counts, front = counted(read)
            if self._unnamed(counts) and self._home.is_all(missing, document):
                read = self._home.named(read, missing[0])
                counts, front = counted(read)
        left = left_of(read, scanned) if self._removed else read
        if own or self._removed:
            counts, front = counted(with_own(left, own))
        return Found(left, counts, front, document.language, text, readings, own)

    def _units(self, found: Found) -> tuple[Unit, ...]:
        """What each sentence holds, in a topic of several sides; empty where one of them is never named."""
        if len(self.topic.sides) < 2 or self._unnamed(found.counts):
            return ()
        return tuple(self._each(found.sentences))

    def _each(self, sentences: Sequence[Sentence]) -> Sequence[Unit]:
        return with_pairs(list(map(self._unit, sentences)), len(self.topic.sides))

    def _unit(self, sentence: Sentence) -> Unit:
        return unit_left(sentence, self.topic) if sentence.removed else unit_of(sentence, self.topic)

    def _features(self, found: Found, units: Sequence[Unit], joined: Sequence[Unit] = ()) -> dict[str, float]:
        """The features of the whole article or, in a roundup, of the part that scores higher by itself."""
        parts = split(found.sentences, found.text, LEAD, self._entities)
        of_parts = [self._read(part, found.language) for part in parts]
        each = [each for each in of_parts if not self._is_empty(each)]
        return max([self._read(found.sentences, found.language, units, joined), *each], key=self._total)

    def _read(
        self,
        sentences: Sequence[Sentence],
        language: str | None,
        units: Sequence[Unit] = (),
        joined: Sequence[Unit] = (),
    ) -> dict[str, float]:
        if not self._removed or not any(sentence.removed for sentence in sentences):
            return self._counted(sentences, language, units, joined)
        left = list(units) or self._each(sentences) if self.topic.sides else []
        return features_left(sentences, left, self.topic, lambda some, units: self._counted(some, language, units, ()))

    def _counted(
        self,
        sentences: Sequence[Sentence],
        language: str | None,
        units: Sequence[Unit],
        joined: Sequence[Unit],
    ) -> dict[str, float]:
        counted = self._learned_counts or self.topic.weights.model == "terms"
        learned = term_features(sentences, self.topic, language) if counted else {}
        if self.topic.weights.model == "terms":
            return learned
        of_sides = side_features(sentences, self.topic, units, joined)
        return of_sides | learned if of_sides else {}

    def _total(self, features: Mapping[str, float]) -> float:
        """What features add to the log-odds."""
        if not features:
            return -inf
        return sum(self.topic.weights.values.get(name, 0.0) * value for name, value in features.items())

    def _is_empty(self, features: Mapping[str, float]) -> bool:
        """Whether nothing stands there that the topic is about: of what the seeds taught, all was removed."""
        return not features or (self.topic.weights.model == "terms" and all(map(is_against, features)))

    def _stopped(self, found: Found) -> Reason | None:
        for number, count in found.counts.items():
            concept = self.topic.concepts[number]
            if concept.kind == "excluded":
                return Reason("excluded", concept.key, 0.0, count)
        if self._has_required and not any(self.topic.concepts[n].kind == "required" for n in found.counts):
            wanted = ", ".join(c.key for c in self.topic.concepts if c.kind == "required")
            return Reason("required", f"none of: {wanted}", 0.0, 0)
        return None

    def _reasons(self, features: Mapping[str, float], found: Found) -> tuple[Reason, ...]:
        own = list(self._own_terms(found))
        stated = not self.topic.sides and any(reason.amount > 0 for reason in own)
        if self._is_empty(features) and not stated:
            return ()
        weights = self.topic.weights
        reasons = [Reason("prior", "before anything is read", weights.intercept)]
        for name, value in features.items():
            if amount := weights.values.get(name, 0.0) * value:
                reasons.append(Reason("feature", name, amount))
        reasons.extend(own)
        head, *rest = reasons
        return (head, *sorted(rest, key=lambda reason: (-abs(reason.amount), reason.text)))

    def _own_terms(self, found: Found) -> Iterable[Reason]:
        for number, count in found.counts.items():
            concept = self.topic.concepts[number]
            if concept.kind == "term":
                part = 1.0 if number in found.front else _PERSONAL_BODY
                yield Reason("term", concept.key, concept.weight * part, count)

    def _sides_in_front(self, found: Found) -> bool:
        sides = {self.topic.concepts[number].side for number in found.front}
        return sides >= set(range(len(self.topic.sides)))

    def _verdict(self, score: float) -> Verdict:
        weights = self.topic.weights
        return "match" if score >= weights.threshold else "near" if score >= weights.near_miss else "no"

    def _never_named(self, missing: Sequence[str]) -> Match:
        """Most articles have one of few such matches; they share it."""
        never = _never(missing)
        if (match := self._rejections.get(never.text)) is None:
            match = self._match(0.0, "no", NOTHING, (never,), ())
            self._rejections[never.text] = self._rejections[match.receipt.line] = match
        return match

    def _match(
        self,
        score: float,
        verdict: Verdict,
        found: Found,
        reasons: tuple[Reason, ...],
        quoted: tuple[Passage, ...],
    ) -> Match:
        weights = self.topic.weights
        entities, acts = names_in(found, self.topic)
        told = [each for each in reasons if each.kind not in ("name", "sense")]
        line = line_of(score, verdict, told, quoted, self.topic)
        receipt = Receipt(weights.threshold, weights.near_miss, self.version, reasons, quoted, line)
        return Match(self.topic.watch, round(score, 4), verdict, receipt, entities, acts)


def _shown(concept: Concept) -> str:
    """A learned word for a reader, with what it is a translation of."""
    return f"{concept.key} ({concept.of})" if concept.of else concept.key


def _never(missing: Sequence[str]) -> Reason:
    return Reason("required", f"never named: {', '.join(missing)}" if missing else "no learned term", 0.0, 0)
