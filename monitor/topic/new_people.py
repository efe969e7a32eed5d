"""People who recur beside an office of a side in articles, and whom no table has: new office-holders. Pure.

"Iraqi border guard commander Karim al-Example" in three reports is a name worth adding: with it, a report is
understood that has only the name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from monitor.model import Document
from monitor.text.fold import fold
from monitor.text.marked_terms import bare, without_article
from monitor.text.scripts import script
from monitor.topic.mentions import NameBook, reading
from monitor.topic.office_holders import holders_named
from monitor.topic.records import EntityName, SeedArticle
from monitor.topic.world import World

LEAST = 3  # articles in which a name recurs
_NEARLY = 0.6  # share of the articles with the shorter form that a longer one needs to be the name


@dataclass(frozen=True, slots=True)
class NewPerson:
    """A name of one side that no entity has. said: article id → the first sentence in it that names the office."""

    name: str
    side: str
    said: Mapping[str, str]


def new_people(
    articles: Iterable[Document], sides: Iterable[str], entities: Sequence[EntityName], world: World
) -> list[NewPerson]:
    """Who recurs in the articles beside an office of one of ``sides`` (of config/entities), the most frequent first."""
    book = NameBook(world, entities)
    codes = {book.speaks_for(entity): entity.side for entity in entities if entity.kind == "country"}
    wanted = {code: side for code, side in codes.items() if code and side in set(sides)}
    known = _known(entities)
    found: defaultdict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    written: dict[str, str] = {}
    for article in articles:
        seed = SeedArticle(article.id, article.title, article.text, language=article.language)
        for code, name, sentence in holders_named(reading(seed), book):
            key = bare(name)
            if code in wanted and not _is_known(key, wanted[code], known):
                found[wanted[code], key].setdefault(article.id, sentence)
                written.setdefault(key, name)
    people = [
        NewPerson(written[key], side, said)
        for (side, key), said in found.items()
        if len(said) >= LEAST and not _of_longer(side, key, found) and not _is_longer(side, key, found)
    ]
    return sorted(people, key=lambda person: (-len(person.said), person.name))


def _known(entities: Iterable[EntityName]) -> dict[str, set[str]]:
    """Side → the folded names of its people and bodies, and the last words of people's names."""
    names: defaultdict[str, set[str]] = defaultdict(set)
    for entity in entities:
        for name in entity.names:
            names[entity.side].add(bare(name))
            if entity.kind == "person":
                names[entity.side].add(without_article(bare(name).split()[-1]))
    return names


def _is_known(key: str, side: str, known: Mapping[str, set[str]]) -> bool:
    """Whether a name is, holds or ends with one that a table has: another spelling of a first name is no new person."""
    words = key.split()
    spans = {" ".join(words[i:j]) for i in range(len(words)) for j in range(i + 1, len(words) + 1) if j - i > 1}
    return not known[side].isdisjoint(spans | {without_article(words[-1])})


def _of_longer(side: str, key: str, found: Mapping[tuple[str, str], Mapping[str, str]]) -> bool:
    """Whether a name is nearly always the beginning of a longer one, as a person's has three words in Arabic."""
    return any(
        other_side == side and other.startswith(f"{key} ") and len(said) >= _NEARLY * len(found[side, key])
        for (other_side, other), said in found.items()
    )


def _is_longer(side: str, key: str, found: Mapping[tuple[str, str], Mapping[str, str]]) -> bool:
    """Whether a name is a shorter one with what now and then follows it, in a script without capitals."""
    if script(fold(key)) != "arabic":
        return False
    return any(
        other_side == side and key.startswith(f"{other} ") and len(found[side, key]) < _NEARLY * len(said)
        for (other_side, other), said in found.items()
    )
