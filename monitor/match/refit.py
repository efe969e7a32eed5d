"""`monitor learn --refit`: the weights of a configured watch, fitted anew to articles that a person labelled."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.config import Config
from monitor.match import Matcher
from monitor.match.fit import FitError, Labelled, Refit, refit
from monitor.match.load import load_matchers
from monitor.match.weights import find_weights
from monitor.model import Document
from monitor.topic.baseline import profile_of
from monitor.topic.build import model_kind
from monitor.topic.data_files import config_folders


def refit_watch(config: Config, watch: str, labelled: Sequence[tuple[Document, bool]]) -> Refit:
    """A watch's weights moved toward (article, whether it is relevant); nothing is written.

    Raises FitError for too few labels, ConfigError, SeedError.
    """
    if config.watches[watch].query_decides:
        raise FitError(f"{watch}: its query decides alone, so there is nothing to fit; edit the query")
    # The weights as fitted, without the lines of the watch file, which stay laid over them.
    kind = model_kind(config.watches[watch], profile_of(config, watch))
    weights = find_weights(watch, kind, *config_folders(config))
    matcher = Matcher(load_matchers(config, [watch])[watch].topic, every_feature=True)
    rows = [Labelled(matcher.features(document), relevant, document.id) for document, relevant in labelled]
    return refit(rows, weights)
