"""What a receipt shows a reader: the passages that say most with their words marked, and the one line of the digest.

Pure; it judges nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence, Set

from monitor.match.scan import Sentence, held_in
from monitor.match.senses import senses_of, taken_away
from monitor.match.unit import Unit, passages
from monitor.match.units import unit_of
from monitor.model import Highlight, Passage, Reason, Verdict
from monitor.text.fold_offsets import Folded
from monitor.text.visual_order import has_right_to_left
from monitor.topic.records import Concept, Topic

TELLING = 0.1  # weight of a learned word from which it is shown to a reader
_SHOWN_PASSAGES = 3
_OWN, _OWN_AND_LEARNED = frozenset({"term"}), frozenset({"term", "learned"})  # kinds of words that show a match
_REST_OF_WORD = re.compile(
    r"(?:[^\W_]|[\u0300-\u036f\u064b-\u065f\u0670]|\u200c(?=\w))+"
)  # ZWNJ joins within Persian words


def senses(sentences: Sequence[Sentence], topic: Topic) -> Iterator[Reason]:
    """The phrases in which a word means something else, as what is read otherwise: "food security"."""
    found = Counter(
        (sentence.folded[sense.start : sense.end], sense.heading)
        for sentence in sentences
        for sense in senses_of(sentence.hits, topic.concepts)
    )
    for (phrase, heading), count in sorted(found.items()):
        yield Reason("sense", f"«{phrase}» means something else ({heading.replace('_', ' ')})", 0.0, count)


def quoted_passages(
    sentences: Sequence[Sentence], topic: Topic, units: Sequence[Unit] = (), joined: Sequence[Unit] = ()
) -> tuple[Passage, ...]:
    """The title and the passages that say most: all sides with an act first, then all sides, then learned terms.

    units: what the sentences hold, and joined: each with its next one, where that is known.
    """
    units = units or [unit_of(sentence, topic) for sentence in sentences]
    joined = joined or passages(units, sentences, "passage")
    kinds, concepts = _OWN if topic.sides else _OWN_AND_LEARNED, topic.concepts
    terms = frozenset(number for number in held_in(sentences) if concepts[number].kind in kinds)
    worth = [_worth(index, units, joined, sentences, topic, terms) for index in range(len(sentences))]
    ranked = sorted((index for index, value in enumerate(worth) if value), key=lambda index: (-worth[index], index))
    chosen: list[int] = []
    for index in ranked:
        if len(chosen) < _SHOWN_PASSAGES and not {index - 1, index + 1} & set(chosen):
            chosen.append(index)
    return tuple(_passage(index, units, joined, sentences, topic) for index in sorted(chosen))


def marked_text(sentences: Sequence[Sentence], topic: Topic) -> tuple[Passage, ...]:
    """The paragraphs of the text, without its title, with all that was found in them marked."""
    found: list[Passage] = []
    line = -1
    for sentence in sentences:
        if sentence.where == "title":
            continue
        before = found.pop() if found and sentence.line == line else Passage("", sentence.where)
        line = sentence.line
        text = f"{before.text} " if before.text else ""
        marks = _highlights(sentence, unit_of(sentence, topic), len(text), topic)
        found.append(Passage(text + sentence.text, before.where, (*before.highlights, *marks)))
    return tuple(found)


def _worth(
    index: int,
    units: Sequence[Unit],
    joined: Sequence[Unit],
    sentences: Sequence[Sentence],
    topic: Topic,
    words: Set[int],
) -> float:
    """How well a passage shows the match: best all sides and an act in one sentence, then in two, then sides alone.
    words: the concepts of terms that show it, too."""
    sides = len(topic.sides)
    alone, both = (bool(sides) and len(some[index].sides) >= sides for some in (units, joined))
    terms = {hit.concept for hit in sentences[index].hits if hit.concept in words} if words else ()
    weight = sum(abs(topic.concepts[number].weight) for number in terms) if terms else 0.0
    acts = joined[index].acts
    value = 4.0 * (both and bool(acts)) + 2.0 * both + 0.3 * len(acts) + min(weight, 3.0)
    value += 2.0 * (alone and bool(units[index].acts))
    front = 0.5 if sentences[index].where != "body" else 0.0
    return value + front if value else 0.0


def _passage(
    index: int, units: Sequence[Unit], joined: Sequence[Unit], sentences: Sequence[Sentence], topic: Topic
) -> Passage:
    """One sentence, with its next where only the two together name all sides and an act."""
    wanted = set(range(len(topic.sides)))
    chosen = [index]
    if wanted and sentences[index].where != "title" and index + 1 < len(sentences):
        alone, both = units[index], joined[index]
        if both.sides >= wanted and (not alone.sides >= wanted or (both.acts and not alone.acts)):
            chosen.append(index + 1)
    text = ""
    highlights: list[Highlight] = []
    for number in chosen:
        text += " " if text else ""
        highlights.extend(_highlights(sentences[number], units[number], len(text), topic))
        text += sentences[number].text
    return Passage(text, sentences[index].where, tuple(highlights))


def _highlights(sentence: Sentence, unit: Unit, offset: int, topic: Topic) -> list[Highlight]:
    """Sides, acts (and the words that together make one) and terms, each to the end of its word; of overlapping ones
    the longest."""
    concepts = topic.concepts
    elsewhere = senses_of(sentence.hits, concepts)
    marks = [
        (hit.start, hit.end, _label(concepts[hit.concept], topic))
        for hit in sentence.hits
        if not (elsewhere and taken_away(hit, concepts[hit.concept], elsewhere))
    ]
    folded = Folded(sentence.folded, sentence.text)
    taken: list[Highlight] = []
    last = reached = 0  # where the last one taken ends: as written with the rest of its word, and folded
    named = [mark for mark in (*marks, *unit.wordings) if mark[2]]
    for first, end, label in sorted(named, key=lambda mark: (mark[0], -mark[1])):
        if first < reached:
            continue  # it lies in that one, so there is no need to know where it begins as written
        begin, stop = folded.original_span(first, end)
        if begin >= last:
            rest = _REST_OF_WORD.match(sentence.text, stop)
            last, reached = rest.end() if rest else stop, end
            taken.append(Highlight(offset + begin, offset + last, label))
    return taken


def _label(concept: Concept, topic: Topic) -> str:
    if concept.side >= 0:
        return topic.sides[concept.side]
    if concept.kind in ("term", "required") or (
        concept.kind == "learned" and not topic.sides and concept.weight >= TELLING
    ):
        return "term"
    return concept.key if concept.kind == "act" else ""


def line_of(score: float, verdict: Verdict, reasons: Sequence[Reason], quoted: Sequence[Passage], topic: Topic) -> str:
    """The sides and acts of the best passage with its longest word, and the score against the threshold."""
    threshold = topic.weights.threshold
    relation = "≥" if verdict == "match" else "<"
    if not quoted:
        why = reasons[0].text if len(reasons) == 1 else reasons[-1].text
        return f"{why}; {score:.2f} {relation} {threshold:.2f}"
    order = {"title": 0, "lead": 1, "body": 2}
    sides = set(topic.sides)

    def rank(passage: Passage) -> tuple[bool, bool, int, int]:
        found = {mark.label for mark in passage.highlights}
        return (not found >= sides, not found - sides, order[passage.where], -len(found))

    best = min(quoted, key=rank)
    labels = list(dict.fromkeys(h.label for h in best.highlights))
    acts = [label.replace("_", " ") for label in labels if label not in topic.sides and label != "term"]
    words = sorted((best.text[h.start : h.end] for h in best.highlights if h.label not in topic.sides), key=len)
    words_of = "words of the query" if reasons[0].kind == "query" else "learned terms"
    named = " + ".join([*topic.labels, *acts[:2]]) or words_of
    # The marks (left-to-right, U+200E) keep what follows a right-to-left word from being set before it.
    own = max((r for r in reasons if r.kind == "term"), key=lambda r: abs(r.amount), default=None)
    word = own.text if own else words[-1] if words else ""
    mark = "\u200e" if has_right_to_left(word) else ""
    quote = f"; {'your term ' if own else ''}{mark}«{word}»{mark}" if word else ""
    return f"{named} in {best.where}{quote}; {score:.2f} {relation} {threshold:.2f}"
