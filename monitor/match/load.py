"""From a configuration to its matchers, step by step: config → vocabulary → topic → matcher.

The vocabulary (config/entities, config/lexicon) is the same for all watches. A topic is what one watch looks for: its
learned profile, its own lines, the vocabulary and its weights together. A matcher judges articles against it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from monitor.config import Config
from monitor.config.watch import WatchConfig
from monitor.errors import ConfigError, Problem
from monitor.match import Matcher
from monitor.match.check_watches import unknown_aims
from monitor.match.query import with_query
from monitor.match.weights import find_weights
from monitor.text.fold import variants
from monitor.text.marked_terms import bare
from monitor.topic.baseline import forget_learned, profile_of
from monitor.topic.build import build_topic, chosen_families, model_kind
from monitor.topic.data_files import config_folders
from monitor.topic.namesakes import namesakes_of
from monitor.topic.records import EntityName, Profile, Weights
from monitor.topic.vocabulary import Vocabulary, forget_vocabulary, load_vocabulary


def load_matchers(config: Config, names: Sequence[str] | None = None) -> dict[str, Matcher]:
    """watch → its matcher, for every watch or those named. Raises ConfigError or SeedError."""
    for name in names or ():
        if name not in config.watches:
            text = f"no watch {name!r}; there are: {', '.join(config.watches)}"
            raise ConfigError((Problem(str(config.folder / "watches"), 0, text),))
    vocabulary = load_vocabulary(config)
    return {name: _matcher(config, name, config.watches[name], vocabulary) for name in names or config.watches}


def forget_terms() -> None:
    """Lets go of what is kept for the next matcher, where none is built soon: of the writings of terms some 15 MB, of
    names, words and the world 11, and of how common words are, where anything was learned, 3.
    """
    bare.cache_clear()
    variants.cache_clear()
    forget_learned()
    forget_vocabulary()


def load_matcher(config: Config, name: str, watch: WatchConfig) -> Matcher:
    """A matcher for ``watch``, an edit of the watch called ``name``.

    Raises ConfigError, also for a term aimed at what nothing holds, or SeedError.
    """
    vocabulary = load_vocabulary(config)
    if unknown := list(unknown_aims(watch, vocabulary)):
        place = str(config.folder / "watches" / f"{name}.yaml")
        raise ConfigError(tuple(Problem(place, 0, message) for _, message in unknown))
    return _matcher(config, name, watch, vocabulary)


def load_drafts(config: Config, name: str, watches: Iterable[WatchConfig]) -> Iterator[Matcher]:
    """A matcher for each of several edits of the watch called ``name``, one after another, because each is large.

    Raises ConfigError or SeedError.
    """
    vocabulary, profile = load_vocabulary(config), profile_of(config, name)
    for watch in watches:
        yield _matcher(config, name, watch, vocabulary, profile)


def load_with_people(config: Config, name: str, people: Iterable[EntityName]) -> Iterator[Matcher]:
    """A matcher for a watch with each of several people added to config/entities, one after another.

    Raises ConfigError or SeedError.
    """
    vocabulary, profile = load_vocabulary(config), profile_of(config, name)
    for person in people:
        wider = vocabulary._replace(entities=(*vocabulary.entities, person))
        yield _matcher(config, name, config.watches[name], wider, profile)


def matcher_with(config: Config, name: str, profile: Profile, weights: Weights | None = None) -> Matcher:
    """A matcher for the watch called ``name`` with a profile, and perhaps fitted weights, that are not in force.

    Raises ConfigError.
    """
    return _matcher(config, name, config.watches[name], load_vocabulary(config), profile, weights)


def _matcher(
    config: Config,
    name: str,
    watch: WatchConfig,
    vocabulary: Vocabulary,
    learned: Profile | None = None,
    fitted: Weights | None = None,
) -> Matcher:
    profile = learned or profile_of(config, name)
    kind = model_kind(watch, profile)
    about = chosen_families(watch, profile) if kind == "sides" else ()
    weights = fitted or find_weights(name, kind, *config_folders(config), families=about)
    topic = build_topic(name, watch, profile, vocabulary, weights)
    if watch.query is not None:
        topic = with_query(topic, watch.query, alone=watch.query_decides)
    return Matcher(replace(topic, namesakes=namesakes_of(vocabulary.entities)))
