"""`monitor learn --refit`: the weights of a configured watch, fitted anew to articles that a person labelled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from monitor.config import Config
from monitor.match import Matcher
from monitor.match.fit import FitError, Labelled, Refit, refit
from monitor.match.load import load_matchers
from monitor.match.weights import find_weights
from monitor.model import Document
from monitor.topic.data_files import config_folders


def refit_watch(
    config: Config, watch: str, labelled: Sequence[tuple[Document, bool]], matcher: Matcher | None = None
) -> Refit:
    """A watch's weights moved toward (article, whether it is relevant); nothing is written.

    matcher: of a profile that is not in force yet, in place of the one that is. Raises FitError for too few labels,
    ConfigError, SeedError.
    """
    if config.watches[watch].query_decides:
        raise FitError(f"{watch}: its query decides alone, so there is nothing to fit; edit the query")
    topic = (matcher or load_matchers(config, [watch])[watch]).topic
    # The weights as fitted, without the lines of the watch file, which stay laid over them.
    weights = find_weights(watch, topic.weights.model, *config_folders(config), families=topic.families)
    matcher = Matcher(topic, every_feature=True)
    rows = [Labelled(matcher.features(document), relevant, document.id) for document, relevant in labelled]
    return refit(rows, replace(weights, families=topic.families))
