"""The articles that `monitor learn --try` judges: those of the store, or those of a file."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

from monitor.cli.article_lines import read_article_lines
from monitor.cli.common import now
from monitor.cli.labelled import read_labelled
from monitor.config import Config
from monitor.errors import MonitorError
from monitor.match import Matcher
from monitor.model import Document
from monitor.pipeline.documents import document_of
from monitor.pipeline.outlook import Outlook, over_archive, over_documents, stored_documents
from monitor.store import Store, articles, marks

_TOGETHER = 200  # articles whose texts are in memory at a time


class ArticlesToTry(Protocol):
    """Where articles come from."""

    def outlook(self, watch: str, matcher: Matcher) -> Outlook:
        """What the watch would find among them."""
        ...

    def documents(self, ids: Sequence[str]) -> Iterator[Document]:
        """Those with these ids."""
        ...

    def newest(self, most: int) -> Iterator[Document]:
        """The newest of them, of a file its first."""
        ...

    def answers(self, watch: str) -> list[tuple[Document, bool]]:
        """Those that a person has marked before, and how."""
        ...


@dataclass(frozen=True, slots=True)
class StoredArticles:
    """The articles of a store that were fetched since ``since``. Only read: a running service is not held up."""

    store: Store
    since: datetime

    def outlook(self, watch: str, matcher: Matcher) -> Outlook:
        """What the watch would find among them."""
        return over_archive(self.store, watch, matcher, self.since)

    def documents(self, ids: Sequence[str]) -> Iterator[Document]:
        """Those with these ids, some at a time."""
        for start in range(0, len(ids), _TOGETHER):
            yield from stored_documents(self.store, ids[start : start + _TOGETHER])

    def newest(self, most: int) -> Iterator[Document]:
        """The newest of them, some at a time."""
        with self.store.read() as db:
            ids = articles.ids_since(db, self.since)[:most]
        yield from self.documents([str(each) for each in ids])

    def answers(self, watch: str) -> list[tuple[Document, bool]]:
        """Those that a person has marked before."""
        with self.store.read() as db:
            return [(document_of(article), relevant) for article, relevant in marks.of_watch(db, watch)]


@dataclass(frozen=True, slots=True)
class GivenArticles:
    """The articles of a file. refused: lines that are none. path: the file, None for no articles."""

    articles: tuple[Document, ...]
    refused: tuple[str, ...] = field(default=())
    path: Path | None = None

    @classmethod
    def read(cls, path: Path) -> GivenArticles:
        """Raises MonitorError where the file cannot be read."""
        try:
            with path.open("rb") as lines:
                read = list(read_article_lines(lines, now()))
        except OSError as error:
            raise MonitorError(f"{path}: cannot be read ({error.strerror}); give a file of JSON lines") from error
        refused = tuple(f"{path}:{line.number}: {line.error}" for line in read if line.document is None)
        return cls(tuple(line.document for line in read if line.document is not None), refused, path)

    def outlook(self, watch: str, matcher: Matcher) -> Outlook:
        """What the watch would find among them."""
        found = over_documents(matcher, self.articles)
        known = {(document.id, document.title) for document, _ in self.answers(watch)}
        tried = tuple(replace(one, answered=(one.id, one.title) in known) for one in found.tried)
        return replace(found, tried=tried) if known else found

    def documents(self, ids: Sequence[str]) -> Iterator[Document]:
        """Those with these ids."""
        wanted = set(ids)
        return (document for document in self.articles if document.id in wanted)

    def newest(self, most: int) -> Iterator[Document]:
        """The first of them."""
        return iter(self.articles[:most])

    def answers(self, watch: str) -> list[tuple[Document, bool]]:
        """Those of an earlier round, which lie in a file of their own beside it. Raises MonitorError."""
        path = self.answers_file(watch)
        return read_labelled(path) if path and path.is_file() else []

    def answers_file(self, watch: str) -> Path | None:
        """Where the answers are kept: `monitor learn --refit` reads it, too."""
        return self.path.with_name(f"{self.path.stem}-{watch}-answers.jsonl") if self.path else None


def stored(config: Config) -> Store | None:
    """The store of a configuration where there is one yet: reading must not make it. Raises StoreError."""
    url = config.store_url()
    path = Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:///") else None
    return Store(url, reading=True) if path is None or path.is_file() else None


def within(seconds: float) -> Callable[[], bool]:
    """Whether so much time is not up yet."""
    end = time.monotonic() + seconds
    return lambda: time.monotonic() < end


def expected(outlook: Outlook) -> str:
    """ "about 3 a day from your feeds", in words a person would use for few."""
    a_day = outlook.per_day or 0.0
    if a_day >= 1:
        return f"about {a_day:.0f} a day from your feeds"
    if a_day * 7 >= 1:
        return f"about {a_day * 7:.0f} a week from your feeds"
    return "less than one a week from your feeds" if outlook.matches else "none so far from your feeds"
