"""New office-holders: who recurs in the reports of a watch beside an office of a side, and what their name would do."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence

from monitor.config import Config
from monitor.match import Matcher
from monitor.match.compare import Change, compare
from monitor.match.load import load_with_people
from monitor.model import Document, MovedArticle, SaidOf, SuggestedPerson
from monitor.text.fold import fold
from monitor.topic.new_people import NewPerson, new_people
from monitor.topic.records import WEAK, EntityName, Topic
from monitor.topic.vocabulary import load_vocabulary

READ = 300  # the newest reports that are read for names, at some 15 ms each
MOST = 8  # people suggested
_QUOTED = 3  # articles quoted for each


def suggest_people(
    config: Config, watch: str, now: Matcher, reports: Sequence[Document], others: Sequence[Document]
) -> tuple[SuggestedPerson, ...]:
    """The people whom no file of entities has, the one most often named first. Raises ConfigError, SeedError.

    reports: of the watch's stories, the newest first. others: the rest of the archive, for what each name would change.
    """
    if not now.topic.sides:
        return ()
    entities, _, _, world, _ = load_vocabulary(config)
    sides = _sides(now.topic, entities)
    by_id = {document.id: document for document in reports[:READ]}
    people = new_people(by_id.values(), sides, entities, world)[:MOST]
    drafts = load_with_people(config, watch, (entity_of(person, _sector(person, by_id, now)) for person in people))
    return tuple(
        _suggested(person, _sector(person, by_id, now), by_id, now, draft, [*reports, *others])
        for person, draft in zip(people, drafts, strict=True)
    )


def entity_of(person: NewPerson, sector: str) -> EntityName:
    """The person as an entity: the full name, and the last word of it where the article says whose it is."""
    names = (person.name, _surname(person.name))
    return EntityName(f"new_{person.side}", "person", person.side, names, sector=sector)


def entity_lines(person: SuggestedPerson) -> tuple[str, ...]:
    """The person as a file of config/entities would have it, for somebody to complete."""
    number = re.sub(r"[^a-z0-9]+", "_", fold(person.name)).strip("_") or "new_person"
    code = person.language or "en"
    names = ", ".join(json.dumps(name, ensure_ascii=False) for name in (person.name, _surname(person.name)))
    return (
        f"- id: {number}",
        "  kind: person",
        f"  side: {person.side}",
        f"  sector: {person.sector}",
        f"  names: {{{code}: [{names}]}}",
    )


def _surname(name: str) -> str:
    return f"{WEAK}{name.split()[-1]}"


def moved(change: Change) -> MovedArticle:
    """An article that an edit gains or loses, with both scores."""
    document = change.document
    scores = (round(change.before.score, 4), round(change.after.score, 4))
    return MovedArticle(document.id, document.title, document.url, *scores)


def _sides(topic: Topic, entities: Iterable[EntityName]) -> set[str]:
    """The sides of config/entities that the topic's sides are."""
    known = {concept.key for concept in topic.concepts if concept.kind == "entity" and concept.side >= 0}
    return {entity.side for entity in entities if entity.kind == "country" and entity.id in known}


def _sector(person: NewPerson, by_id: dict[str, Document], now: Matcher) -> str:
    """Security where one of the sentences gives an office of the watch's field."""
    said = ((sentence, by_id[number].language) for number, sentence in person.said.items())
    return "security" if any(now.acts_in_field(sentence, language) for sentence, language in said) else "politics"


def _suggested(
    person: NewPerson, sector: str, by_id: dict[str, Document], now: Matcher, draft: Matcher, every: Iterable[Document]
) -> SuggestedPerson:
    changes = compare(now, draft, _holding(person.name, every))
    said = [(by_id[number], sentence) for number, sentence in person.said.items()]
    return SuggestedPerson(
        name=person.name,
        side=person.side,
        sector=sector,
        language=said[0][0].language or "",
        articles=len(said),
        said=tuple(SaidOf(each.id, each.title, each.url, sentence) for each, sentence in said[:_QUOTED]),
        gained=tuple(map(moved, changes.gained)),
        lost=tuple(map(moved, changes.lost)),
    )


def _holding(name: str, documents: Iterable[Document]) -> Iterator[Document]:
    """The articles that hold the last word of a name."""
    last = fold(name.split()[-1])
    return (document for document in documents if last in fold(f"{document.title}\n{document.text}"))
