"""What the stages read of a stored article."""

from __future__ import annotations

from monitor.model import Article, Document
from monitor.store import stories


def document_of(article: Article) -> Document:
    """What matching and grouping read of an article."""
    return Document(
        id=str(article.id),
        title=article.title,
        text=article.text,
        language=article.language,
        published=stories.seen_at(article),
        source=article.publisher,
        url=article.url,
        feed=f"{article.source} {article.feed_url}",
        country=None if article.kind == "search" else article.country,
    )
