"""Whose officer a bare surname is by who appoints him: "Baghdad names General Rezaei police chief". Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from monitor.match.places import says_where
from monitor.match.scan import Hit, Sentence
from monitor.topic.records import STATES, Concept

_APPOINTING = "appointing"  # of config/lexicon/signals.yaml
_NEAR = 40  # folded characters between the word and the surname, and to the name of whose office it is


def appointed_by_another(at: Hit, sentence: Sentence, concepts: Sequence[Concept], bare: Collection[int]) -> str:
    """The name of another side or state whose office somebody takes, beside the word for that; "" for none.

    bare: the concepts that are names of one word, which say nothing of each other.
    """
    own = concepts[at.concept].side
    words = [hit for hit in sentence.hits if concepts[hit.concept].key == _APPOINTING and _gap(hit, at) <= _NEAR]
    for word in words:
        names = [
            (_gap(hit, word), hit)
            for hit in sentence.hits
            if hit.concept not in bare and _is_name(concepts[hit.concept])
        ]
        gap, nearest = min(names, default=(_NEAR + 1, at))
        away = says_where(nearest.start, nearest.end, sentence.folded)  # "since he took office, Larijani in Iraq"
        if gap <= _NEAR and not away and concepts[nearest.concept].side != own:
            return sentence.folded[nearest.start : nearest.end]
    return ""


def _is_name(concept: Concept) -> bool:
    return concept.side >= 0 or concept.key in STATES


def _gap(hit: Hit, other: Hit) -> int:
    return max(other.start - hit.end, hit.start - other.end)
