"""What `monitor check` says of watch files beyond their form: names in them that no data file holds."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import get_args

from monitor.config import Config
from monitor.config.watch import WatchConfig
from monitor.config.yaml import read_yaml
from monitor.errors import Problem
from monitor.match.weights import find_weights
from monitor.text.fold import fold
from monitor.topic.data_files import config_folders, did_you_mean
from monitor.topic.records import COUNTRY, ENTITY, ModelKind
from monitor.topic.vocabulary import Vocabulary, load_vocabulary


def unknown_in_watches(config: Config) -> Iterator[Problem]:
    """Entities, families, headings and weights that a watch file names and nothing holds, by file and line.

    Raises ConfigError for a data file that cannot be read.
    """
    vocabulary = load_vocabulary(config)
    for name, watch in config.watches.items():
        found = (find_weights(name, kind, *config_folders(config)).values for kind in get_args(ModelKind))
        problems = list(unknown_names(watch, vocabulary, {weight for values in found for weight in values}))
        if problems:
            file = read_yaml(config.folder / "watches" / f"{name}.yaml")
            for where, message in problems:
                yield file.problem(where, message)


def unknown_names(
    watch: WatchConfig, vocabulary: Vocabulary, weights: Collection[str]
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """(keys and indexes of the place in the watch file, what to write instead) of each unknown name."""
    entities, lexicon, families, *_ = vocabulary
    known = {entity.side for entity in entities if entity.side} | {entity.id for entity in entities}
    countries = _countries(vocabulary)
    for name, side in (watch.sides or {}).items():
        for index, wanted in enumerate(side.entities):
            if wanted not in known and wanted not in countries:
                text = _unknown("country, entity or side of config/entities", wanted, known | countries)
                yield ("sides", name, "entities", index), text
    ids = {family.id for family in families}
    for index, wanted in enumerate(watch.families or ()):
        if wanted not in ids:
            yield ("families", index), _unknown("file of config/families", wanted, ids)
    headings = (
        ("acts", "facets", watch.acts.facets, lexicon.acts),
        ("context", "kinds", watch.context.kinds, lexicon.context),
    )
    for block, key, chosen, there in headings:
        for index, wanted in enumerate(chosen or ()):
            if wanted not in there and wanted not in ids:
                yield (block, key, index), _unknown(f"heading of config/lexicon/{block}.yaml", wanted, {*there, *ids})
    yield from unknown_aims(watch, vocabulary)
    for wanted in watch.weights:
        if wanted not in weights:
            yield ("weights", wanted), _unknown("weight of the fit", wanted, weights)


def _countries(vocabulary: Vocabulary) -> set[str]:
    """What a country may be called, by code or name."""
    parties = vocabulary.world.parties.items()
    return {name for code, party in parties for name in (code, fold(code), party.label, fold(party.label))}


def unknown_aims(watch: WatchConfig, vocabulary: Vocabulary) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """The same of terms aimed at an entity or a country that nothing holds."""
    ids, countries = {entity.id for entity in vocabulary.entities}, _countries(vocabulary)
    terms = watch.terms
    lists = (("add", [item.term for item in terms.add]), ("require", terms.require), ("exclude", terms.exclude))
    for key, some in lists:
        for index, term in enumerate(some):
            head, _, wanted = term.partition(":")
            known = ids if f"{head}:" == ENTITY else countries
            if f"{head}:" in (ENTITY, COUNTRY) and wanted.strip() not in known:
                what = "entity of config/entities" if known is ids else "country"
                yield ("terms", key, index), _unknown(what, wanted.strip(), known)


def _unknown(what: str, wanted: str, known: Iterable[str]) -> str:
    return f"no {what} is called '{wanted}'{did_you_mean(wanted, known)}"
