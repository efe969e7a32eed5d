"""From a configuration to its matchers: the learned baseline, a person's own lines, entities and lexicon together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from monitor.config import Config, packaged_folder
from monitor.config.watch import WatchConfig
from monitor.config.yaml import read_yaml
from monitor.errors import ConfigError, Problem
from monitor.match import Matcher
from monitor.match.fit import Labelled, Refit, refit
from monitor.model import Document
from monitor.topic.background import load_background
from monitor.topic.build import build_topic, model_kind, unknown_names
from monitor.topic.fingerprint import profile_path
from monitor.topic.learn import learn
from monitor.topic.lexicon import find_weights, load_entities, load_lexicon, weights_text
from monitor.topic.records import EntityName, Lexicon, Profile, SeedArticle
from monitor.topic.seeds import load_profile, read_seeds


def load_matchers(config: Config, names: Sequence[str] | None = None) -> dict[str, Matcher]:
    """A matcher for each watch (or those named). Raises ConfigError or SeedError."""
    unknown = [name for name in names or () if name not in config.watches]
    if unknown:
        text = f"no watch {unknown[0]!r}; there are: {', '.join(config.watches)}"
        raise ConfigError((Problem(str(config.folder / "watches"), 0, text),))
    entities, lexicon = load_vocabulary(config)
    return {name: _matcher(config, name, config.watches[name], entities, lexicon) for name in names or config.watches}


def load_matcher(config: Config, name: str, watch: WatchConfig) -> Matcher:
    """A matcher for ``watch`` as an edit of the watch called ``name``. Raises ConfigError or SeedError."""
    return _matcher(config, name, watch, *load_vocabulary(config))


def _matcher(
    config: Config, name: str, watch: WatchConfig, entities: Sequence[EntityName], lexicon: Lexicon
) -> Matcher:
    kind = model_kind(watch)
    weights = find_weights(_weights_folder(config, name, kind), name, kind)
    return Matcher(build_topic(name, watch, profile_of(config, name), entities, lexicon, weights))


def load_vocabulary(config: Config) -> tuple[Sequence[EntityName], Lexicon]:
    """Entities and lexicon: the shipped ones, and a person's own on top."""
    shipped = packaged_folder() / "config"
    folders = [shipped] if config.folder == shipped else [shipped, config.folder]
    return load_entities(*(folder / "entities" for folder in folders)), load_lexicon(
        *(folder / "lexicon" for folder in folders)
    )


def _weights_folder(config: Config, watch: str, kind: str) -> Path:
    """A person's own weights, for the watch or for its kind of topic, before the shipped ones."""
    own = (config.folder / "watches" / watch / "weights.yaml", config.folder / "weights" / f"{kind}.yaml")
    return config.folder if any(path.is_file() for path in own) else packaged_folder() / "config"


def profile_of(config: Config, watch: str) -> Profile:
    """The stored baseline of a watch; learned on the spot, and kept where possible, when there is none yet."""
    path = profile_path(config, watch)
    if path.is_file():
        return load_profile(path)
    return learn_profile(config, watch, read_seeds(config.seeds(watch)))


def learn_profile(config: Config, watch: str, seeds: Sequence[SeedArticle]) -> Profile:
    return learn(watch, seeds, load_background(), load_vocabulary(config)[0])


def weights_path(config: Config, watch: str) -> Path:
    """Where a watch's own fitted weights lie."""
    return config.folder / "watches" / watch / "weights.yaml"


def refit_watch(config: Config, watch: str, labelled: Sequence[tuple[Document, bool]]) -> Refit:
    """A watch's weights moved toward labelled articles; nothing is written. Raises FitError, ConfigError, SeedError."""
    kind = model_kind(config.watches[watch])
    weights = find_weights(_weights_folder(config, watch, kind), watch, kind)
    matcher = load_matchers(config, [watch])[watch]
    rows = [Labelled(matcher.features(document), relevant, document.id) for document, relevant in labelled]
    return refit(rows, weights)


def write_weights(config: Config, watch: str, found: Refit) -> Path:
    """The weights file of a watch, with the figures of its refit."""
    path = weights_path(config, watch)
    note = {
        "refitted_from": found.before.articles,
        "relevant": found.before.positives,
        "f1_before": round(found.before.f1, 3),
        "f1_after_left_out": round(found.after.f1, 3),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(weights_text(found.weights, note), encoding="utf-8")
    return path


def unknown_in_watches(config: Config) -> Iterator[Problem]:
    """Entities, headings and weights a watch file names that no data file holds, by file and line."""
    entities, lexicon = load_vocabulary(config)
    for name, watch in config.watches.items():
        kind = model_kind(watch)
        weights = find_weights(_weights_folder(config, name, kind), name, kind)
        problems = list(unknown_names(watch, entities, lexicon, weights))
        if problems:
            file = read_yaml(config.folder / "watches" / f"{name}.yaml")
            for where, message in problems:
                yield file.problem(where, message)
