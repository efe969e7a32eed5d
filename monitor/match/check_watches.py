"""What `monitor check` says of watch files beyond their form: names in them that no data file holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from monitor.config import Config
from monitor.config.watch import WatchConfig
from monitor.config.yaml import read_yaml
from monitor.errors import Problem
from monitor.match.load import load_vocabulary
from monitor.match.weights import find_weights
from monitor.topic.build import model_kind
from monitor.topic.data_files import config_folders, did_you_mean
from monitor.topic.records import EntityName, Lexicon, Weights


def unknown_in_watches(config: Config) -> Iterator[Problem]:
    """Entities, headings and weights that a watch file names and no data file holds, by file and line.

    Raises ConfigError for a data file that cannot be read.
    """
    entities, lexicon = load_vocabulary(config)
    for name, watch in config.watches.items():
        weights = find_weights(name, model_kind(watch), *config_folders(config))
        problems = list(unknown_names(watch, entities, lexicon, weights))
        if problems:
            file = read_yaml(config.folder / "watches" / f"{name}.yaml")
            for where, message in problems:
                yield file.problem(where, message)


def unknown_names(
    watch: WatchConfig, entities: Sequence[EntityName], lexicon: Lexicon, weights: Weights
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """(keys and indexes of the place in the watch file, what to write instead) of each unknown name."""
    known = {entity.side for entity in entities if entity.side} | {entity.id for entity in entities}
    for name, side in watch.sides.items():
        for index, wanted in enumerate(side.entities):
            if wanted not in known:
                yield ("sides", name, "entities", index), _unknown("entity or side of config/entities", wanted, known)
    headings = (
        ("acts", "facets", watch.acts.facets, lexicon.acts),
        ("context", "kinds", watch.context.kinds, lexicon.context),
    )
    for block, key, chosen, there in headings:
        for index, wanted in enumerate(chosen or ()):
            if wanted not in there:
                yield (block, key, index), _unknown(f"heading of config/lexicon/{block}.yaml", wanted, there)
    for wanted in watch.weights:
        if wanted not in weights.values:
            yield ("weights", wanted), _unknown("weight of the fit", wanted, weights.values)


def _unknown(what: str, wanted: str, known: Iterable[str]) -> str:
    return f"no {what} is called '{wanted}'{did_you_mean(wanted, known)}"
