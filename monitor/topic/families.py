"""Reads config/families: the fields in which parties may have dealings, one file a family, named for it.

A family takes over headings of the lexicon where that has words of its field, and adds what is missing. A word that
another family lists itself is that family's: the heading "trade" holds "railway", which transport lists, so it speaks
for transport alone. It also takes over sections of the table of meanings, which has words in more languages; a word
there that any family or any of their headings has already, or that means something else as well, is left to them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field

from monitor.config.yaml import Path_, YamlFile
from monitor.errors import ConfigError, Problem
from monitor.fields import Strict
from monitor.languages import language, languages
from monitor.text.marked_terms import bare
from monitor.topic.data_files import checked, did_you_mean, read_layers
from monitor.topic.meanings import load_meanings
from monitor.topic.records import Family, Headings, Lexicon

Names = Annotated[tuple[str, ...], BeforeValidator(lambda v: (v,) if isinstance(v, str) else v)]

PARTS = tuple(part.name for part in fields(Headings))  # of the lexicon
_ID = re.compile(r"[a-z][a-z0-9_]*")


class _Lexicon(Strict):
    """Headings of config/lexicon whose terms are of the family."""

    acts: Names = ()
    signals: Names = ()
    context: Names = ()


class _FamilyFile(Strict):
    """A file of config/families. meanings: sections of the table of meanings, or one of it ("war/ceasefire"), whose
    words are of the field. leave_out: terms of its headings that say too little of the field.
    """

    label: str = Field(default="", min_length=1)
    lexicon: _Lexicon = _Lexicon()
    meanings: Names = ()
    leave_out: dict[str, Names] = Field(default={})
    words: dict[str, Names] = Field(default={})
    acts: dict[str, Names] = Field(default={})


@dataclass(slots=True)
class _Draft:
    """What the files of one family say together."""

    file: YamlFile
    label: str = ""
    headings: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    meanings: list[str] = field(default_factory=list)
    leave_out: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    words: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    acts: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


def load_families(*folders: Path, lexicon: Lexicon) -> tuple[Family, ...]:
    """The families of the YAML files of ``folders``, the shipped folder first; files of one name add up.

    Raises ConfigError with file and line, also for a heading the lexicon has not and a language nobody knows.
    """
    drafts: dict[str, _Draft] = {}
    problems: list[Problem] = []
    held = {bare(term) for part in PARTS for languages_ in getattr(lexicon, part).values()
            for terms in languages_.values() for term in terms}  # fmt: skip
    for file in read_layers(*folders):
        content = checked(file, _FamilyFile)
        mistakes = (*_mistakes(file, content, lexicon), *_left_out_in_vain(content, held))
        problems += (file.problem(where, text) for where, text in mistakes)
        _add(drafts.setdefault(file.path.stem, _Draft(file)), content)
    no_label = "'label' is missing; add a line 'label: ...', by which a reader knows the family"
    problems += (draft.file.problem((), no_label) for draft in drafts.values() if not draft.label)
    if problems:
        raise ConfigError(tuple(problems))
    owners = _owners(drafts)
    known = tuple(_family(name, draft, lexicon, owners) for name, draft in drafts.items())
    taken = {(code, bare(term)) for each in known for part in (each.words, each.acts) for code in part
             for term in part[code]}  # fmt: skip
    return tuple(_with_meanings(each, drafts[each.id].meanings, taken) for each in known)


def _with_meanings(family: Family, names: Sequence[str], taken: set[tuple[str, str]]) -> Family:
    """The family with the words of these meanings that nobody has. taken: (language, bare term), added to."""
    words = {code: list(terms) for code, terms in family.words.items()}
    for meaning in (each for name in names for each in load_meanings().named(name)):
        for code, terms in meaning.words.items():
            for term in terms:
                if term not in meaning.doubtful and (code, bare(term)) not in taken:
                    taken.add((code, bare(term)))
                    words.setdefault(code, []).append(term)
    return replace(family, words={code: tuple(terms) for code, terms in words.items()})


def _add(draft: _Draft, content: _FamilyFile) -> None:
    draft.label = content.label or draft.label
    for part in PARTS:
        draft.headings[part] += getattr(content.lexicon, part)
    draft.meanings += content.meanings
    for kind in ("leave_out", "words", "acts"):
        for code, terms in getattr(content, kind).items():
            getattr(draft, kind)[_counts_in(code)] += terms


def _mistakes(file: YamlFile, content: _FamilyFile, lexicon: Lexicon) -> Iterator[tuple[Path_, str]]:
    """(place in the file, what to write instead) of what the form of the file does not show."""
    if not _ID.fullmatch(file.path.stem):
        yield (), f"'{file.path.stem}' is no name for a family; call the file with lower-case letters, digits and '_'"
    for part in PARTS:
        there = getattr(lexicon, part)
        for index, heading in enumerate(getattr(content.lexicon, part)):
            if heading not in there:
                near = did_you_mean(heading, there) or f"; there are: {', '.join(sorted(there))}"
                yield ("lexicon", part, index), f"no heading of config/lexicon/{part}.yaml is called '{heading}'{near}"
    table = load_meanings()
    for index, name in enumerate(content.meanings):
        if not table.named(name):
            near = did_you_mean(name, table.names()) or f"; there are: {', '.join(sorted(table.names()))}"
            yield ("meanings", index), f"the table of meanings has no section '{name}'{near}"
    known = {code for each in languages() for code in (each.code, *each.aliases)}
    for kind in ("leave_out", "words", "acts"):
        for code in getattr(content, kind):
            if code not in known:
                yield (kind, code), f"no language is called '{code}'{did_you_mean(code, known)}"


def _left_out_in_vain(content: _FamilyFile, held: Set[str]) -> Iterator[tuple[Path_, str]]:
    for code, terms in content.leave_out.items():
        for index, term in enumerate(terms):
            if bare(term) not in held:
                near = did_you_mean(bare(term), held)
                yield ("leave_out", code, index), f"no heading of config/lexicon has the term '{term}'{near}"


def _counts_in(code: str) -> str:
    """The language in whose texts terms in ``code`` are looked for: where it has none of its own, its relative."""
    found = language(code)
    return found.code if found.lexicon or found.script != "latin" else found.relative or found.code


def _owners(drafts: Mapping[str, _Draft]) -> dict[tuple[str, str], set[str]]:
    """(language, bare term) → the families that list it themselves."""
    owners: dict[tuple[str, str], set[str]] = defaultdict(set)
    for name, draft in drafts.items():
        for kind in (draft.words, draft.acts):
            for code, terms in kind.items():
                for term in terms:
                    owners[code, bare(term)].add(name)
    return dict(owners)


def _family(name: str, draft: _Draft, lexicon: Lexicon, owners: Mapping[tuple[str, str], set[str]]) -> Family:
    headings = Headings(**{part: tuple(dict.fromkeys(draft.headings[part])) for part in PARTS})

    def taken_over(part: str) -> Iterator[tuple[str, str]]:
        """(language, term) of the headings, but those left out and those another family lists itself."""
        for heading in getattr(headings, part):
            for code, terms in getattr(lexicon, part)[heading].items():
                left_out = {bare(term) for term in draft.leave_out.get(code, ())}
                for term in terms:
                    if bare(term) not in left_out and name in owners.get((code, bare(term)), {name}):
                        yield code, term

    acts = _joined(draft.acts, taken_over("acts"))
    words = _joined(draft.words, [*taken_over("signals"), *taken_over("context")])
    for code, terms in acts.items():  # a phrase that is an act is not counted as a word as well
        words[code] = {key: term for key, term in words.get(code, {}).items() if key not in terms}
    return Family(name, draft.label, _plain(words), _plain(acts), headings)


def _joined(own: Mapping[str, list[str]], more: Iterable[tuple[str, str]]) -> dict[str, dict[str, str]]:
    """language → bare term → term: a family's own terms, then those it takes over, each once."""
    found = {code: {bare(term): term for term in terms} for code, terms in own.items()}
    for code, term in more:
        found.setdefault(code, {}).setdefault(bare(term), term)
    return found


def _plain(terms: Mapping[str, Mapping[str, str]]) -> dict[str, tuple[str, ...]]:
    return {code: tuple(of_language.values()) for code, of_language in terms.items() if of_language}
