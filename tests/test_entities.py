"""The shipped names: one id is one person, body or place, and a name has one owner."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from monitor.stories.group.names import codes
from monitor.text.fold import fold, tokens

SHIPPED = Path(__file__).parents[1] / "config" / "entities"
SEEDS = SHIPPED.parents[1] / "seed_corpus"
DATA = Path(__file__).parent / "data"
MIXED_UP = ("Basra", "Samarra", "Kirkuk", "Najaf", "Urmia", "Khuzestan", "Tabriz", "Iraqi Navy", "Iranian Air Force")


def shipped() -> list[dict[str, Any]]:
    paths = sorted(SHIPPED.glob("*.yaml"))
    return [entity for path in paths for entity in yaml.safe_load(path.read_text(encoding="utf-8"))["entities"]]


def names_of(entity: dict[str, Any], language: str) -> list[str]:
    names = entity["names"].get(language, [])
    return [names] if isinstance(names, str) else names


def consonants(name: str) -> set[str]:
    """The codes of a name's words, and of the words run together."""
    words = tokens(fold(name))
    return {code for word in (*words, "".join(words)) for code in codes(word)}


def alike(one: str, other: str) -> bool:
    """Whether two writings may be of one name: a code of one begins like a code of the other.

    Longer codes may differ in one class, since چزابه and چذابه do. A name of so few consonants that it has no code is
    known by its first two letters.
    """
    if not consonants(one) or not consonants(other):
        return fold(one)[:2] == fold(other)[:2]
    for first in consonants(one):
        for second in consonants(other):
            length = min(len(first), len(second))
            differing = sum(a != b for a, b in zip(first, second, strict=False))
            if differing <= (length > 2):
                return True
    return False


def strangers(entity: dict[str, Any]) -> list[str]:
    """Names of a place that resemble no other name it has in the same language; an acronym resembles nothing."""
    found = []
    for language in entity["names"]:
        names = [name for name in names_of(entity, language) if not (name.isupper() and name.isascii())]
        found += [
            name for name in names if len(names) > 1 and not any(alike(name, other) for other in names if other != name)
        ]
    return found


@pytest.mark.parametrize("entity", [each for each in shipped() if each["kind"] == "place"], ids=lambda e: e["id"])
def test_a_place_has_the_names_of_one_place(entity: dict[str, Any]) -> None:
    assert strangers(entity) == []


def test_the_guard_sees_a_collection_of_places() -> None:
    lumped = {
        "en": ["Samarra", "Najaf", "Kirkuk", "Anbar"],
        "fa": ["سامرا", "نجف", "خوزستان", "ارومیه"],
        "tr": ["Basra"],
    }
    assert len(strangers({"names": lumped})) == 8
    assert strangers({"names": {"en": ["Basra", "Basrah"], "fa": ["چذابه", "چزابه"]}}) == []


def test_no_name_is_of_two_of_one_kind_unless_the_article_says_whose_it_is() -> None:
    """Not even in two languages, since a name is looked for in all of its script."""
    owners: dict[tuple[str, str], set[str]] = {}
    for entity in shipped():
        for language in entity["names"]:
            for name in names_of(entity, language):
                if not name.startswith("~"):
                    owners.setdefault((entity["kind"], fold(name.strip("=*"))), set()).add(entity["id"])
    assert {key: ids for key, ids in owners.items() if len(ids) > 1} == {}


@pytest.mark.slow
@pytest.mark.parametrize("name", MIXED_UP)
def test_a_name_leads_to_an_entity_that_is_called_so(name: str) -> None:
    [owner] = [entity for entity in shipped() if name in names_of(entity, "en")]
    assert names_of(owner, "en")[0] == name


@pytest.mark.parametrize(
    ("place", "writings"),
    [
        ("pl_basra", {"Basra", "بصره", "البصرة", "بەسرە", "Басра"}),
        ("pl_kirkuk", {"Kirkuk", "Kerkük", "کرکوک", "كركوك", "کەرکووک", "Киркук"}),
        ("pl_ahvaz", {"Ahvaz", "اهواز", "الأهواز"}),
    ],
)
def test_the_writings_of_one_place_stand_together(place: str, writings: set[str]) -> None:
    [entity] = [each for each in shipped() if each["id"] == place]
    assert writings <= {name for language in entity["names"] for name in names_of(entity, language)}


def test_no_name_of_a_place_is_an_ordinary_word_of_english() -> None:
    """Without its marks, "Reşt" is "rest": an Iraqi brigade that takes a rest would be at a town of Iran."""
    words = {"pave", "sell", "main", "most", "best", "bale", "sale", "mile", "deli", "kale", "sari", "rest"}
    for path in (*SEEDS.glob("*.txt"), DATA / "relevance.jsonl"):
        words.update(re.findall(r"\b[a-z]{3,}\b", path.read_text(encoding="utf-8")))
    places = (entity for entity in shipped() if entity["kind"] == "place")
    names = [(each["id"], name) for each in places for code in each["names"] for name in names_of(each, code)]
    assert [(id_, name) for id_, name in names if not name.startswith("~") and fold(name.strip("*")) in words] == []
