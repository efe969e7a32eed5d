"""A person's word can only do what it says: an added term never lowers a score, and a removed one never raises it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from benchmarks.articles import CONFIG, WATCH
from monitor.config import load_config
from monitor.config.watch import WatchConfig
from monitor.match import Matcher
from monitor.match.weights import find_weights
from monitor.model import Document
from monitor.text.fold import fold, variants
from monitor.text.marked_terms import bare
from monitor.topic.baseline import load_profile
from monitor.topic.build import build_topic, model_kind
from monitor.topic.records import Family
from monitor.topic.vocabulary import Vocabulary, load_vocabulary
from tests.shipped import ROWS

Terms = Mapping[str, Mapping[str, tuple[str, ...]]]

PROFILE = load_profile(CONFIG / "watches" / WATCH / "profile.yaml") or pytest.fail("the shipped profile is outdated")
LONG_NAMES = (  # of some names here the longest holds a shorter one
    Document(
        "long",
        "Islamic Republic of Iran, Iraq sign military agreement",
        "The Islamic Republic of Iran and the Republic of Iraq agreed on military cooperation. Iraq's Popular "
        "Mobilization Forces and the Islamic Revolutionary Guard Corps hold a joint drill near Basra, Iraq.",
        "en",
    ),
    Document(
        "inflected",
        "توقيع مذكرة تعاون عسكري بين ضباط عراقيين وإيرانيين",
        "وقع ضباط عراقيين مذكرة تعاون عسكري مع وزارة الدفاع الإيرانية.",
        "ar",
    ),
)
ARTICLES = (
    *[row.document for row in ROWS if row.relevant][::9],
    *[row.document for row in ROWS if not row.relevant][::25],
    *LONG_NAMES,
)
TEXT = fold("\n".join(f"{article.title}\n{article.text}" for article in ARTICLES))


def stands(term: str) -> bool:
    return any(form in TEXT for form in variants(term.strip("^*=~ ")))


def standing(terms: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    return {code: tuple(filter(stands, of_language)) for code, of_language in terms.items()}


def cut_down(vocabulary: Vocabulary) -> Vocabulary:
    """What stands in the articles. The rest cannot count in them, and takes half a second to look for."""
    entities, lexicon, families, world, meanings = vocabulary
    parts = {
        part: {heading: standing(terms) for heading, terms in getattr(lexicon, part).items()}
        for part in ("acts", "signals", "context")
    }
    parties = {
        code: replace(
            party,
            names=tuple(
                row._replace(names=tuple(filter(stands, row.names)))
                for row in party.names
                if any(map(stands, row.names))
            ),
        )
        for code, party in world.parties.items()
    }
    return Vocabulary(
        [replace(entity, names=tuple(filter(stands, entity.names))) for entity in entities],
        replace(lexicon, **parts),
        [replace(family, words=standing(family.words), acts=standing(family.acts)) for family in families],
        replace(world, parties=parties),
        meanings,
    )


VOCABULARY = cut_down(load_vocabulary(load_config(CONFIG)))
SIDES = {"iran": {"entities": "iran", "terms": ["Tehran"]}, "iraq": {"entities": "iraq", "terms": ["Baghdad"]}}
WATCHES: dict[str, dict[str, Any]] = {
    "learned sides": {},
    "written sides": {"sides": SIDES},
    "a subject": {"sides": {}},
    "a subject, its likeness held against it": {"sides": {}, "weights": {"likeness to the seeds": -9}},
    "both sides in front": {"about": "front"},
}


def of_family(family: Family) -> list[str]:
    return [term for part in (family.words, family.acts) for terms in part.values() for term in terms]


def words() -> list[str]:
    """Every word of the articles that means something to a watch, and some that mean nothing."""
    entities, lexicon, families, world, _ = VOCABULARY
    found = [term.term for term in PROFILE.terms] + [name.name for name in PROFILE.entities]
    found += [name for entity in entities for name in entity.names]
    found += [name for party in world.parties.values() for row in party.names for name in row.names]
    parts: tuple[Terms, ...] = (lexicon.acts, lexicon.signals, lexicon.context)
    found += [t for part in parts for of_heading in part.values() for terms in of_heading.values() for t in terms]
    found += [term for family in families for term in of_family(family)]
    headings = (
        "third",
        "allies",
        "countries",
        "cooperation",
        "contact",
    )  # of the lexicon: a person may write them, too
    return list(dict.fromkeys((*found, *headings, "Tehran", "radar crews", "the", "football")))


def typed(word: str) -> st.SearchStrategy[str]:
    """As a person may write it: in capitals, with the marks of the data or without, from another keyboard."""
    plain = word.strip("^*=~ ")
    return st.sampled_from([word, word, plain, plain.upper(), plain.title(), f"{plain}*", plain.replace("ی", "ي")])


EDITS = st.lists(st.sampled_from(words()).flatmap(typed).filter(bare), min_size=1, max_size=8, unique=True)


def scores(watch: str, **terms: Any) -> list[float]:
    config = WatchConfig.model_validate({"name": "w", "seeds": "s", **WATCHES[watch], "terms": terms})
    weights = find_weights("w", model_kind(config, PROFILE), CONFIG)
    matcher = Matcher(build_topic("w", config, PROFILE, VOCABULARY, weights))
    return [matcher.match(article).score for article in ARTICLES]


untouched = cache(scores)


@pytest.mark.slow
@pytest.mark.parametrize("watch", WATCHES)
@given(EDITS, st.lists(st.sampled_from([0.1, 1.0, 3.0]), min_size=8, max_size=8))
@settings(max_examples=25)
def test_what_is_added_never_lowers_a_score(watch: str, added: list[str], weights: list[float]) -> None:
    terms = [{"term": term, "weight": weight} for term, weight in zip(added, weights, strict=False)]
    after = scores(watch, add=terms)
    assert all(new >= old for new, old in zip(after, untouched(watch), strict=True))


@pytest.mark.slow
@pytest.mark.parametrize("watch", WATCHES)
@given(EDITS, EDITS)
@example(["Islamic Republic of Iran"], ["football"])
@example(["ايرانيين"], ["football"])
@settings(max_examples=10)
def test_what_is_removed_never_raises_a_score(watch: str, removed: list[str], added: list[str]) -> None:
    after = scores(watch, remove=removed)
    assert all(new <= old for new, old in zip(after, untouched(watch), strict=True))
    in_between = scores(watch, remove=removed[: len(removed) // 2])  # nor does an edit after another
    assert all(new <= old for new, old in zip(after, in_between, strict=True))
    with_own = scores(watch, remove=removed, add=added)  # a person's own terms stay
    assert all(new <= old for new, old in zip(with_own, scores(watch, add=added), strict=True))


@pytest.mark.slow
@pytest.mark.parametrize("watch", ["learned sides", "a subject"])
@given(EDITS, EDITS)
@settings(max_examples=10)
def test_what_counts_against_never_raises_a_score(watch: str, against: list[str], added: list[str]) -> None:
    lowering = [{"term": term, "weight": -1} for term in against]
    after = scores(watch, add=lowering)
    assert all(new <= old for new, old in zip(after, untouched(watch), strict=True))
    with_own = scores(watch, add=[*lowering, *added])
    assert all(new >= old for new, old in zip(with_own, after, strict=True))


@pytest.mark.slow
def test_an_added_word_that_is_a_heading_of_the_lexicon_is_a_word_like_others() -> None:
    """What is found under such a heading is another state, beside which an armed group stands for no side."""

    def matcher(*added: str) -> Matcher:
        watch = WatchConfig.model_validate({"name": "w", "seeds": "s", "terms": {"add": added}})
        weights = find_weights(WATCH, model_kind(watch, PROFILE), CONFIG)
        return Matcher(build_topic("w", watch, PROFILE, load_vocabulary(load_config(CONFIG)), weights))

    headings = ("third", "allies", "countries")
    before, after = matcher(), matcher(*headings)
    for heading in headings:
        told = Document(heading, f"Iraq disarms Komala fighters near Erbil, {heading} say", "", "en")
        assert after.match(told).score >= before.match(told).score > 0.5


@pytest.mark.parametrize("written", ["military", "MILITARY", "military*", "=military", "~military"])
def test_a_word_is_removed_however_its_end_is_marked(written: str) -> None:
    """The data files mark endings, and a person copies a term from there."""
    assert scores("learned sides", remove=[written]) == scores("learned sides", remove=["military"])
    assert scores("learned sides", remove=[written]) != untouched("learned sides")
