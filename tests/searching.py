"""The plainest search there is, word by word through a text, to hold the index and the page against."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.text.fold import fold, variants
from monitor.text.search_terms import READ, places, words_of


def terms_of(query: str) -> list[tuple[str, ...]]:
    """The folded spellings of each word and phrase of a query. A word that folds to nothing is left out."""
    return [forms for forms in map(variants, (word for word, _ in words_of(query))) if forms]


def holds(title: str, text: str, language: str | None, terms: Sequence[tuple[str, ...]]) -> bool:
    """Whether title and text together hold every term as a word."""
    folded = fold(f"{title}\n{text[:READ]}")
    return all(next(places(folded, forms, language), None) for forms in terms)
