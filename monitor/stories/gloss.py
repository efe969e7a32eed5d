"""What a story is about in a line, for readers of none of its languages: acts, people and bodies, places. Pure.

Nothing is translated: each part is what the matcher resolved in a report, said by the name that it has in the reader's
language. A name counts where a headline or the opening of a text holds it, since the rest of a text is background.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from monitor.model import Gloss, Report
from monitor.stories.group.crossing import Tables
from monitor.stories.group.headline_acts import in_order, without_forms
from monitor.stories.group.signature import acts_in_words
from monitor.stories.said import longest_name, sentences_of
from monitor.text import fold, scripts
from monitor.text.marked_terms import bare, unmarked
from monitor.topic.records import EntityName

OPENING = 3  # sentences of a text that say what it is about
ACTS, ACTORS, PLACES = 2, 4, 2  # named at most
_ACTORS = frozenset({"person", "body", "group"})
_PLACES = frozenset({"place"})


def gloss_of(
    reports: Sequence[Report],
    tables: Tables,
    entities: Sequence[EntityName] = (),
    acts: Mapping[str, str] | None = None,
    script: str = "latin",
) -> Gloss:
    """The gloss of a story's reports, empty where nothing in them was resolved.

    entities: their first names are shown, where these are in ``script``: others say nothing to a reader. acts: id →
    name for display. tables: for the acts that headlines name, where no report has one of a watch's own.
    """
    ids = {entity for report in reports for entity in report.match.entities}
    ours = (entity for entity in entities if entity.id in ids)
    named = {entity.id: entity for entity in ours if scripts.script(bare(entity.names[0])) == script}
    found = Counter(entity for report in reports for entity in names_in_front(report, named))
    return Gloss(
        tuple(_acts(reports, tables, acts or {})),
        _of_kind(_ACTORS, found, named)[:ACTORS],
        _of_kind(_PLACES, found, named)[:PLACES],
    )


def _acts(reports: Sequence[Report], tables: Tables, names: Mapping[str, str]) -> Iterator[str]:
    """The acts that most headlines tell of, then those that most reports have, each named once.

    A report's acts are those of its whole text, and say what a headline is about where it tells of nothing done.
    """
    titles = ((report.article.title, report.article.language) for report in reports)
    said = Counter(act for title, code in titles for act in acts_in_words(title, code, tables))
    own = Counter(act for report in reports for act in report.match.acts)
    first = in_order((act for act, _ in said.most_common(ACTS)), tables.told)
    known = {same for act in first for same in tables.told.same.get(act, ())}
    ranked = [*first, *(act for act, _ in own.most_common() if act not in known)]
    named = (names.get(act, act.replace("_", " ")) for act in without_forms(ranked, tables.told))
    yield from list(dict.fromkeys(named))[:ACTS]


def names_in_front(report: Report, named: Mapping[str, EntityName]) -> Iterator[str]:
    """Ids of a report's entities that its headline or opening names, the one found most often first.

    A surname is that of the person whom the same lines name in full, and of nobody else who bears it. What one is
    called in the report's language is no other's name there: Soleimani in Persian is Sulaymaniyah in Kurdish.
    """
    front = fold.fold("\n".join((report.article.title, *sentences_of(report)[:OPENING])))
    ours = [named[id] for id in report.match.entities if id in named]
    called = {
        fold.fold(name): each.id for each in ours for code, name in each.called if code == report.article.language
    }
    found = {
        each.id: name for each in ours if (name := longest_name(each, front)) and called.get(name, each.id) == each.id
    }
    full = [name for id, name in found.items() if named[id].kind == "person"]
    for entity, name in found.items():
        if named[entity].kind != "person" or not any(f" {name} " in f" {other} " for other in full if other != name):
            yield entity


def _of_kind(kinds: frozenset[str], found: Counter[str], named: Mapping[str, EntityName]) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(unmarked(named[id].names[0]) for id, _ in found.most_common() if named[id].kind in kinds)
    )
