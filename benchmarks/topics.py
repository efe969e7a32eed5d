"""Any topic from five articles: cross-validated figures, and the weights of topics nobody fitted:

    python -m benchmarks.topics          # the figures, each topic judged by weights that never saw it
    python -m benchmarks.topics --write  # also refits config/weights/sides.yaml and terms.yaml

A topic is a watch of two lines (name, seeds) with all else learned. The development topics lie beside the project
(shared/eval/topics): relations between two parties, and subjects. The shipped topic's articles are a tenth of the
relations' training, so that one topic does not decide for all. Nothing of a topic, seeds included, is on both sides.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.articles import CONFIG, EVAL, seeds_in
from benchmarks.fit_relevance import all_rows, labelled
from benchmarks.relevance import average_precision
from monitor.config import load_config
from monitor.config.watch import WatchConfig
from monitor.match import Matcher
from monitor.match.fit import Labelled, figures, score, train
from monitor.match.side_features import PAIR
from monitor.match.term_features import NAME_ALONE, NOT_THERE, WORD_ALONE
from monitor.match.weights import find_weights, weights_text
from monitor.model import Document
from monitor.topic.baseline import learn_profile
from monitor.topic.build import build_topic, model_kind
from monitor.topic.ordinary import ordinary_news
from monitor.topic.records import ModelKind, Weights
from monitor.topic.vocabulary import load_vocabulary

TOPICS = EVAL / "topics"
KINDS: dict[ModelKind, str] = {"sides": "relations", "terms": "reuters"}
LEAD, LEAD_ALONE = 300, "short: lead alone"  # characters of a text that many feeds give; what they add
NO_SUBJECT = -3.0  # what "against: one name alone" adds: no subject of the development topics is a name
ELSEWHERE = -2.0  # what "against: the country of the seeds is never named" adds: none of them is of one country
NO_COMPANY = -2.0  # what "against: one key word alone" adds: it is for leads, and the development topics are articles
OF_ITSELF = 2.6  # what "title: all sides, a pair that no field ties" adds: the development relations are of states
PRECISE = 0.8  # share of what is found by its lead alone that must be relevant, the mean of the relations
SHIPPED = 0.1  # how much an article of the shipped topic counts beside one of the development topics
RIDGE = 50.0
ALIKE = 0.02  # of the mean F1: the highest threshold within it is taken, since real news holds less of any topic


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic with its gold: the matcher learned from its seeds, and each article's features and label.

    leads: the same of the first characters of each article, which are all that many feeds give.
    """

    name: str
    matcher: Matcher
    rows: tuple[Labelled, ...]
    leads: tuple[Labelled, ...] = ()


def load_topics(folder: Path) -> list[Topic]:
    """The topics of a folder: NAME/seeds/*, and NAME/gold.jsonl or one gold.jsonl for all (by "topics")."""
    config = load_config(CONFIG)
    vocabulary = load_vocabulary(config)
    found = []
    for seeds in sorted(folder.glob("*/seeds")):
        name = seeds.parent.name
        watch = WatchConfig(name=name, seeds=(str(seeds),))
        profile = learn_profile(config, name, seeds_in(seeds))
        weights = find_weights("", model_kind(watch, profile), CONFIG)
        matcher = Matcher(build_topic(name, watch, profile, vocabulary, weights), every_feature=True)
        articles = gold(seeds.parent)
        leads = [(replace(each, text=each.text[:LEAD]), relevant) for each, relevant in articles]
        whole, cut = (
            tuple(Labelled(matcher.features(each), relevant, f"{name} {each.id}") for each, relevant in some)
            for some in (articles, leads if weights.model == "sides" else ())
        )
        found.append(Topic(name, matcher, whole, cut))
    return found


def gold(folder: Path) -> list[tuple[Document, bool]]:
    """The articles of a topic, and whether each is relevant."""
    path = folder / "gold.jsonl"
    own = path.exists()
    lines = (path if own else folder.parent / "gold.jsonl").read_text(encoding="utf-8").splitlines()
    return [
        (
            Document(row["id"], row["title"] or "", row["text"], row.get("language") or "en"),
            (row["label"] or 0) >= 1 if own else folder.name in row["topics"],
        )
        for row in map(json.loads, filter(None, lines))
    ]


def ordinary(topic: Topic) -> list[Labelled]:
    """The project's own ordinary news, none of which is on a development topic."""
    return [Labelled(topic.matcher.features(report), False, f"{topic.name} {report.id}") for report in ordinary_news()]


def scores_left_out(topics: Sequence[Topic], more: Sequence[Labelled]) -> dict[str, list[float]]:
    """topic → the scores of its articles by weights that were fitted without it. more: rows of no topic's gold."""
    fitted = fits_left_out(topics, more)
    return {topic.name: _scores(topic.rows, *fitted[topic.name]) for topic in topics}


def fits_left_out(topics: Sequence[Topic], more: Sequence[Labelled]) -> dict[str, tuple[float, dict[str, float]]]:
    """topic → intercept and weights fitted without it."""
    found = {}
    for topic in topics:
        others = [row for other in topics if other is not topic for row in other.rows]
        others += [row for row in more if not row.group.startswith(f"{topic.name} ")]
        found[topic.name] = train([row for row in others if row.features], RIDGE)
    return found


def _scores(rows: Sequence[Labelled], intercept: float, values: Mapping[str, float]) -> list[float]:
    return [score(row.features, intercept, values) if row.features else 0.0 for row in rows]


def amount_of_leads(topics: Sequence[Topic], more: Sequence[Labelled], threshold: float) -> float:
    """What "short: lead alone" adds, beside what it has, where leads are told apart best at the threshold.

    A lead says less than its article. On average four of five found by their leads must be relevant (``PRECISE``).
    """
    fitted = fits_left_out(topics, more)
    found: dict[float, tuple[float, float]] = {}
    for step in range(21):
        added = step / 10
        each = []
        for topic in topics:
            intercept, values = fitted[topic.name]
            scores = _scores(topic.leads, intercept, {**values, LEAD_ALONE: values.get(LEAD_ALONE, 0.0) + added})
            each.append(figures(scores, [row.relevant for row in topic.leads], threshold))
        precision = sum(of_topic.precision for of_topic in each) / len(each)
        if precision >= PRECISE or not found:
            found[added] = sum(of_topic.f1 for of_topic in each) / len(each), precision
    best = max(found, key=lambda added: (found[added][0], -added))
    print(f"leads alone: {best:+.1f}, mean F1 {found[0.0][0]:.3f} → {found[best][0]:.3f}, P {found[best][1]:.2f}")
    return best


def threshold_of(topics: Sequence[Topic], scores: Mapping[str, Sequence[float]]) -> float:
    """The highest threshold whose mean F1 over the topics is as good as the best."""
    grid = [step / 100 for step in range(10, 71)]
    means = {at: sum(_f1(topic, scores[topic.name], at) for topic in topics) / len(topics) for at in grid}
    return max(at for at in grid if means[at] >= max(means.values()) - ALIKE)


def _f1(topic: Topic, scores: Sequence[float], threshold: float) -> float:
    return figures(scores, [row.relevant for row in topic.rows], threshold).f1


def fit_weights(kind: ModelKind, topics: Sequence[Topic], more: Sequence[Labelled], threshold: float) -> Weights:
    """The weights of all topics together."""
    rows = [row for row in (*(row for topic in topics for row in topic.rows), *more) if row.features]
    intercept, values = train(rows, RIDGE)
    if kind == "terms":
        values |= {NAME_ALONE: NO_SUBJECT, NOT_THERE: ELSEWHERE, WORD_ALONE: NO_COMPANY}
    else:
        values |= {PAIR: OF_ITSELF}
    return Weights(kind, threshold, round(0.4 * threshold, 3), intercept, values)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write the weights of all topics together")
    options = parser.parse_args()
    for kind, folder in KINDS.items():
        topics = [topic for topic in load_topics(TOPICS / folder) if topic.matcher.topic.weights.model == kind]
        more = [replace(row, weight=SHIPPED, picked=False) for row in labelled(all_rows())] if kind == "sides" else []
        more += [row for topic in topics for row in ordinary(topic)]
        scores = scores_left_out(topics, more)
        threshold = threshold_of(topics, scores)
        note: dict[str, object] = {"topics": len(topics), "articles": sum(len(topic.rows) for topic in topics)}
        for topic in topics:
            relevant = [row.relevant for row in topic.rows]
            found = figures(scores[topic.name], relevant, threshold)
            precision = average_precision(scores[topic.name], relevant)
            note[topic.name] = (
                f"{{ap: {precision:.3f}, precision: {found.precision:.3f}, recall: {found.recall:.3f}, "
                f"f1: {found.f1:.3f}}}"
            )
            print(
                f"{topic.name:20} AP {precision:.3f}  P {found.precision:.3f}  R {found.recall:.3f}  F1 {found.f1:.3f}"
            )
        mean = sum(_f1(topic, scores[topic.name], threshold) for topic in topics) / len(topics)
        every = sum(average_precision(scores[t.name], [row.relevant for row in t.rows]) for t in topics) / len(topics)
        print(f"{folder}: mean AP {every:.3f}, mean F1 {mean:.3f} at {threshold}, each topic left out in turn")
        added = amount_of_leads(topics, more, threshold) if kind == "sides" else 0.0
        if options.write:
            path = CONFIG / "weights" / f"{kind}.yaml"
            note |= {"mean_ap": round(every, 3), "mean_f1": round(mean, 3)}
            weights = fit_weights(kind, topics, more, threshold)
            if added:
                lead_alone = round(weights.values.get(LEAD_ALONE, 0.0) + added, 4)
                weights = replace(weights, values={**weights.values, LEAD_ALONE: lead_alone})
            path.write_text(weights_text(weights, note), encoding="utf-8")
            print(f"wrote {path.relative_to(CONFIG.parent)}")


if __name__ == "__main__":
    main()
