"""`monitor learn --refit`: the weights of a configured watch, fitted anew to articles that a person labelled."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from monitor.config import Config
from monitor.match import Matcher
from monitor.match.feedback import Archive, Refit, refit
from monitor.match.fit import FitError, Labelled
from monitor.match.load import load_matchers
from monitor.match.weights import find_weights
from monitor.model import Document
from monitor.text.fold import fold
from monitor.topic.data_files import config_folders
from monitor.topic.ordinary import ordinary_news

_FEW = 150  # articles; of fewer a threshold cannot be judged


def refit_watch(
    config: Config,
    watch: str,
    labelled: Sequence[tuple[Document, bool]],
    archive: Iterable[Document],
    matcher: Matcher | None = None,
    *,
    seen: bool = True,
) -> Refit:
    """A watch's weights moved toward (article, whether it is relevant); nothing is written.

    archive: articles of the feeds, on which the weights are judged as well; those that are labelled are left out.
    matcher: of a profile that is not in force yet, in place of the one that is. seen: whether the person could mark any
    of the archive, not only what they were asked about. Raises FitError for too few labels,
    ConfigError, SeedError.
    """
    if config.watches[watch].query_decides:
        raise FitError(f"{watch}: its query decides alone, so there is nothing to fit; edit the query")
    in_force = matcher or load_matchers(config, [watch])[watch]
    topic = in_force.topic
    # The weights as fitted, without the lines of the watch file, which stay laid over them; but a threshold that a
    # person wrote is the one that decides, so what is found is judged by it and leaves it alone.
    fitted = find_weights(watch, topic.weights.model, *config_folders(config), families=topic.families)
    written = config.watches[watch].threshold is not None
    weights = replace(fitted, families=topic.families, threshold=topic.weights.threshold)
    every = Matcher(topic, every_feature=True)
    clear, contradicted = _without_contradictions(labelled)
    rows = [Labelled(every.features(document), relevant, document.id) for document, relevant in clear]
    said = {(document.title, document.text) for document, _ in labelled}
    articles = _archive((each for each in archive if (each.title, each.text) not in said), in_force, every)
    few = articles.articles < _FEW
    if few:
        articles = _archive(ordinary_news(), in_force, every)
    articles = replace(articles, seen=seen and not few)
    found = refit(rows, weights, articles, keep_threshold=written or few)
    if written:
        found = replace(found, weights=replace(found.weights, threshold=fitted.threshold, near_miss=fitted.near_miss))
    return replace(found, ordinary=few, contradicted=contradicted)


def _without_contradictions(
    labelled: Sequence[tuple[Document, bool]],
) -> tuple[list[tuple[Document, bool]], tuple[str, ...]]:
    """Those of which no copy was marked the other way, each text once, and the titles of the others."""
    marks: dict[str, set[bool]] = {}
    first: dict[str, tuple[Document, bool]] = {}
    for document, relevant in labelled:
        text = fold(f"{document.title}\n{document.text}")
        marks.setdefault(text, set()).add(relevant)
        first.setdefault(text, (document, relevant))
    return (
        [row for text, row in first.items() if len(marks[text]) == 1],
        tuple(row[0].title for text, row in first.items() if len(marks[text]) > 1),
    )


def _archive(documents: Iterable[Document], in_force: Matcher, every: Matcher) -> Archive:
    """Articles to judge weights on. What scores nothing, or is stopped by a term, does so under any weights."""
    count, features = 0, []
    for document in documents:
        count += 1
        if in_force.match(document).score > 0:
            features.append(every.features(document))
    return Archive(features, count)
