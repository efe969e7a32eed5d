"""The names and words that every watch of a configuration draws on: the shipped ones with the user's laid over them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from monitor.config import Config
from monitor.topic.data_files import config_folders
from monitor.topic.entities import load_entities
from monitor.topic.families import load_families
from monitor.topic.lexicon import load_lexicon
from monitor.topic.records import EntityName, Family, Lexicon
from monitor.topic.world import World, load_world


class Vocabulary(NamedTuple):
    """People, bodies and places; words of acts and contexts; the families of acts; the countries of the world."""

    entities: Sequence[EntityName]
    lexicon: Lexicon
    families: Sequence[Family]
    world: World


def load_vocabulary(config: Config) -> Vocabulary:
    """The vocabulary of a configuration. Raises ConfigError with file and line."""
    folders = config_folders(config)
    named = [
        heading
        for watch in config.watches.values()
        for heading in (*(watch.acts.facets or ()), *(watch.context.kinds or ()))
    ]
    lexicon = load_lexicon(*(folder / "lexicon" for folder in folders), named=named)
    return Vocabulary(
        load_entities(*(folder / "entities" for folder in folders)),
        lexicon,
        load_families(*(folder / "families" for folder in folders), lexicon=lexicon),
        load_world(),
    )
