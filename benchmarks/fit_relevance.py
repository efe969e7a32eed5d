"""Refit the weights of the shipped watch:  python -m benchmarks.fit_relevance

Learns from the development sets and the project's own articles, cross-validates by quarter (by outlet and id where
an article has no date), and rewrites its weights file with the figures of the fit. Weights of topics that have no
labelled articles are those of benchmarks/topics.py.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from statistics import median_low

from benchmarks.articles import CONFIG, HEADLINES, KINDS, WATCH, Row, development_rows, own_rows, shipped_matcher
from monitor.match.fit import Figures, Labelled, best_threshold, cross_validated, figures, fit, score
from monitor.match.weights import weights_text
from monitor.topic.records import Weights

LANGUAGES = ("en", "fa", "ar")
ALIKE = 0.005  # of F1, between the weights of what is short
SHORT: tuple[tuple[str, int, Callable[[Sequence[float]], float]], ...] = (
    ("short: lead alone", 300, median_low),  # the characters that many feeds give of a text; which of those alike
    ("short: headline alone", 0, max),
)
FOLDINGS = ("", "a", "b", "c")  # the threshold is chosen over several, the figures are those of the first
RIDGE = 15.0  # of the shipped watch, chosen over the foldings and the outlets left out (results/relevance.md)
KIND = 0.5  # what an article of hard kinds counts beside another: they are sought, and a third of those of the project
MOST_FALSE = 2.5  # false hits in a thousand articles of news: a digest that cries wolf is not read


def labelled(rows: Sequence[Row], by: str = "quarter") -> list[Labelled]:
    """Rows as the fit wants them; ``by``: "quarter" or "outlet", what never stands on both sides of a fold."""
    matcher = shipped_matcher(every_feature=True)
    return [
        Labelled(
            matcher.features(row.document),
            row.relevant,
            _group(row, by),
            weight=KIND if row.outlet == "kinds" else 1.0,
            picked=row.own,
        )
        for row in rows
    ]


def _group(row: Row, by: str) -> str:
    if row.own:
        return row.document.id
    place = hashlib.sha256(row.document.id.encode()).digest()[0] % 8
    if by == "outlet":
        return row.outlet
    return f"{row.document.language} {row.quarter or f'{row.outlet} {place}'}"


def all_rows() -> list[Row]:
    rows = [row for language in LANGUAGES for row in development_rows(language) if not row.edge]
    return rows + own_rows() + own_rows(HEADLINES) + own_rows(KINDS)


def sets(rows: Sequence[Row]) -> dict[str, list[int]]:
    """Which rows belong to which set: the development sets by language, the project's articles, its headlines."""
    found: dict[str, list[int]] = {name: [] for name in (*LANGUAGES, "own", "headlines", "kinds")}
    for index, row in enumerate(rows):
        name = row.document.language or "" if not row.own else row.outlet if row.outlet in found else "own"
        found[name].append(index)
    return {name: chosen for name, chosen in found.items() if chosen}


def news_threshold(rows: Sequence[Row], data: Sequence[Labelled]) -> float:
    """The threshold that does best on news, over several foldings; on all rows where there is no news."""
    news = [i for i, row in enumerate(rows) if not row.own] or list(range(len(rows)))
    scores = [cross_validated(data, RIDGE, folding=folding) for folding in FOLDINGS]
    return best_threshold(
        [one[i] for one in scores for i in news], [rows[i].relevant for _ in scores for i in news], MOST_FALSE
    )


def weights_of_short(rows: Sequence[Row], weights: Weights) -> Weights:
    """The weights of "short: lead alone" and "short: headline alone" under which articles cut so are told apart best at
    the threshold: news and the project's own, each kind counting alike; of bare headlines the project's alone, since
    many of news do not say what their articles are labelled for. News cut so may have no more false hits than whole
    articles. The least of those that do about as well as the best.

    A lead says less than its article, and a headline less than a lead: at the threshold of whole articles half of what
    is missed stands just below it. Hardly any whole article is so short that these change its score.
    """
    for name, length, one_of in SHORT:
        cut = [replace(row, document=replace(row.document, text=row.document.text[:length])) for row in rows]
        own, news = (labelled([row for row in cut if row.own is wanted]) for wanted in (True, False))
        found: dict[float, float] = {}
        for step in range(31):
            value = round(step / 10, 1)
            values = replace(weights, values={**weights.values, name: value})
            of_news = _figures(news, values)
            if of_news.false_per_1000 <= MOST_FALSE or not found:
                f1 = _figures(own, values).f1
                found[value] = (f1 + of_news.f1) / 2 if length and news else f1
        best = max(found.values())
        chosen = one_of([value for value, f1 in found.items() if f1 >= best - ALIKE])
        print(f"weight of {name}: {chosen}, F1 {found[0.0]:.3f} → {found[chosen]:.3f}")
        weights = replace(weights, values={**weights.values, name: chosen})
    return weights


def _figures(data: Sequence[Labelled], weights: Weights) -> Figures:
    scores = [score(row.features, weights.intercept, weights.values) if row.features else 0.0 for row in data]
    return figures(scores, [row.relevant for row in data], weights.threshold)


def main() -> None:
    rows = all_rows()
    data = labelled(rows)
    weights, found = fit(data, "sides", RIDGE)
    weights = replace(
        weights,
        families=shipped_matcher().topic.families,
        # What the seeds teach weighs next to nothing here, and looking for it takes time.
        values={n: v for n, v in weights.values.items() if not n.startswith("likeness") and "key words" not in n},
    )
    scores = cross_validated(data, RIDGE)
    if any(not row.own for row in rows):  # the share that is relevant is that of news only there
        threshold = news_threshold(rows, data)
        weights = replace(weights, threshold=threshold, near_miss=round(0.4 * threshold, 3))
    weights = weights_of_short(rows, weights)
    note: dict[str, object] = {"articles": found.articles, "relevant": found.positives, "folds": "by quarter"}
    for name, chosen in sets(rows).items():
        part = figures([scores[i] for i in chosen], [rows[i].relevant for i in chosen], weights.threshold)
        note[f"{name}_precision"] = round(part.precision, 3)
        note[f"{name}_recall"] = round(part.recall, 3)
        note[f"{name}_f1"] = round(part.f1, 3)
        print(name, part)
    text = weights_text(weights, note)
    path = CONFIG / "watches" / WATCH / "weights.yaml"
    path.write_text(text, encoding="utf-8")
    print(f"wrote {path.relative_to(CONFIG.parent)}: threshold {weights.threshold}")


if __name__ == "__main__":
    main()
