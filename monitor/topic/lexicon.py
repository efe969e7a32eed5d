"""Reads config/lexicon: acts by facet, signal words, contexts that speak against, and other senses, by language.

A file acts*.yaml, signals*.yaml, context*.yaml or senses*.yaml holds heading → language → terms.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, RootModel

from monitor.config.yaml import YamlFile
from monitor.errors import ConfigError, Problem
from monitor.topic.data_files import checked, did_you_mean, read_layers
from monitor.topic.records import Lexicon

Names = Annotated[tuple[str, ...], BeforeValidator(lambda v: (v,) if isinstance(v, str) else v)]

# The headings that something uses. Signals are looked for by name (match/side_features.py), acts and contexts have
# weights (config/weights). A heading of another name would be read and never count.
HEADINGS = {
    "acts": frozenset({
        "agreement", "air_defence", "armed_groups", "arms", "border_security", "cooperation", "counter_terrorism",
        "defence_industry", "intelligence", "joint_drill", "joint_operation", "law_enforcement", "support",
        "training_advisers",
    }),
    "signals": frozenset({
        "against", "against_behind", "agreeing", "appointing", "between", "border", "care", "contact", "cooperation",
        "counterpart", "enemy", "exercise", "faction", "faction_kind",
        "firing", "force", "help", "knowledge", "materiel", "mentioned", "militia", "military", "of_make", "onlooking",
        "pledge", "relations", "removing", "roles_political", "roles_security", "security", "seizing", "sharing",
        "soil", "stability", "teaching", "terror", "transfer", "two_forces", "wanted", "warship",
    }),
    "context": frozenset({
        "allies", "attack", "ceremony", "crime", "domestic", "energy", "mediation", "nuclear", "pilgrims", "sport",
        "strike", "third", "threat", "trade", "war_1980s",
    }),
    "senses": frozenset({
        "council", "defence", "joint_body", "joint_fight", "lookalike", "other_state", "place", "relations", "security",
        "shrine", "strike", "threat", "war",
    }),
}  # fmt: skip
_NAMED_BY = {"acts": "acts.facets", "context": "context.kinds"}


class _Headings(RootModel[dict[str, dict[str, Names]]]):
    """heading → language → terms."""


def load_lexicon(*folders: Path, named: Collection[str] = ()) -> Lexicon:
    """The lexicon of the YAML files of ``folders``, the shipped folder first; terms of one heading add up.

    named: headings of acts and contexts that watches name, which are used, too. Raises ConfigError with file and
    line, also for a heading that nothing uses.
    """
    parts: dict[str, dict[str, dict[str, tuple[str, ...]]]] = {part: {} for part in HEADINGS}
    problems: list[Problem] = []
    for file in read_layers(*folders):
        part = _part(file.path)
        headings = checked(file, _Headings).root
        problems += _unused(file, part, headings, named)
        for heading, languages in headings.items():
            known = parts[part].setdefault(heading, {})
            for language, terms in languages.items():
                known[language] = tuple(dict.fromkeys((*known.get(language, ()), *terms)))
    if problems:
        raise ConfigError(tuple(problems))
    return Lexicon(**parts)


def _part(path: Path) -> str:
    """ "acts", "signals", "context" or "senses", by the name of the file. Raises ConfigError."""
    part = next((name for name in HEADINGS if path.stem.startswith(name)), None)
    if part is None:
        text = "unknown kind of lexicon; call the file acts*.yaml, signals*.yaml, context*.yaml or senses*.yaml"
        raise ConfigError((Problem(str(path), 0, text),))
    return part


def _unused(file: YamlFile, part: str, headings: Collection[str], named: Collection[str]) -> Iterator[Problem]:
    where = _NAMED_BY.get(part)
    used = HEADINGS[part] | (set(named) if where else set())
    for heading in headings:
        if heading not in used:
            there = did_you_mean(heading, used) or f"; there are: {', '.join(sorted(used))}"
            other = f"; one of your own counts once a watch names it under {where}" if where else ""
            yield file.problem((heading,), f"nothing uses the heading '{heading}'{there}{other}")
