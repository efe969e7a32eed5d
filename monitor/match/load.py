"""From a configuration to its matchers, step by step: config → vocabulary → topic → matcher.

The vocabulary (config/entities, config/lexicon) is the same for all watches. A topic is what one watch looks for: its
learned profile, its own lines, the vocabulary and its weights together. A matcher judges articles against it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from monitor.config import Config
from monitor.config.watch import WatchConfig
from monitor.errors import ConfigError, Problem
from monitor.match import Matcher
from monitor.match.query import with_query
from monitor.match.weights import find_weights
from monitor.topic.baseline import profile_of
from monitor.topic.build import build_topic, model_kind
from monitor.topic.data_files import config_folders
from monitor.topic.entities import load_entities
from monitor.topic.lexicon import load_lexicon
from monitor.topic.records import EntityName, Lexicon


class Vocabulary(NamedTuple):
    """The names and the words that every watch of a configuration draws on."""

    entities: Sequence[EntityName]
    lexicon: Lexicon


def load_matchers(config: Config, names: Sequence[str] | None = None) -> dict[str, Matcher]:
    """watch → its matcher, for every watch or those named. Raises ConfigError or SeedError."""
    for name in names or ():
        if name not in config.watches:
            text = f"no watch {name!r}; there are: {', '.join(config.watches)}"
            raise ConfigError((Problem(str(config.folder / "watches"), 0, text),))
    vocabulary = load_vocabulary(config)
    return {name: _matcher(config, name, config.watches[name], vocabulary) for name in names or config.watches}


def load_matcher(config: Config, name: str, watch: WatchConfig) -> Matcher:
    """A matcher for ``watch``, an edit of the watch called ``name``. Raises ConfigError or SeedError."""
    return _matcher(config, name, watch, load_vocabulary(config))


def load_vocabulary(config: Config) -> Vocabulary:
    """The shipped entities and lexicon with the user's laid over them. Raises ConfigError."""
    folders = config_folders(config)
    named = [
        heading
        for watch in config.watches.values()
        for heading in (*(watch.acts.facets or ()), *(watch.context.kinds or ()))
    ]
    return Vocabulary(
        load_entities(*(folder / "entities" for folder in folders)),
        load_lexicon(*(folder / "lexicon" for folder in folders), named=named),
    )


def _matcher(config: Config, name: str, watch: WatchConfig, vocabulary: Vocabulary) -> Matcher:
    weights = find_weights(name, model_kind(watch), *config_folders(config))
    topic = build_topic(name, watch, profile_of(config, name), *vocabulary, weights)
    if watch.query is not None:
        topic = with_query(topic, watch.query, alone=watch.query_decides)
    return Matcher(topic)
