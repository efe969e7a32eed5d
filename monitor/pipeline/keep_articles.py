"""Stores articles: under their address while it names one thing, else apart; an edited one in its own place."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import Connection

from monitor.model import Article
from monitor.pages.versions import Outcome, outcome, text_key
from monitor.store import articles
from monitor.text.likeness import title_likeness
from monitor.text.urls import is_front_page, normalise_url

REPUBLISHED = timedelta(days=1)  # between two dates of one text at two addresses; a notice may be repeated later


@dataclass(frozen=True, slots=True)
class Made:
    """An article that was made of an entry. link: the entry's own; article_id: the article it has so far."""

    entry_id: int
    link: str
    article: Article
    article_id: int | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """Where the article is stored. outcome: against what was stored there, None for one that met nothing."""

    article_id: int
    outcome: Outcome | None = None


def keep(db: Connection, made: Sequence[Made]) -> list[Kept]:
    """Stores articles; where each one is, in the same order."""
    keeper = _Keeper(db, made)
    kept = [keeper.keep(each) for each in made]
    keeper.store()
    return kept


class _Keeper:
    """One batch: what is stored under the same addresses and texts, and what the batch adds to that."""

    def __init__(self, db: Connection, made: Sequence[Made]) -> None:
        self._db = db
        self._texts = {each.entry_id: text_key(each.article) for each in made}
        own = [each.article_id for each in made if each.article_id]
        self._by_id = {article.id: article for article in articles.get(db, own)} if own else {}
        self._by_key = articles.at_keys(db, [key for each in made for key in (*_addresses(each), _own_key(each))])
        self._by_text = articles.with_text(db, [key for key in self._texts.values() if key])
        known = {article.id for found in (self._by_id, self._by_key, self._by_text) for article in found.values()}
        self._cited = articles.cited(db, sorted(known))
        self._spare = iter(articles.spare_ids(db, len(made)))
        self._new: dict[int, tuple[Article, str, str | None]] = {}

    def keep(self, made: Made) -> Kept:
        """Decides for one article; what is new is stored by `store`."""
        found: Outcome | None = None
        for stored, same_entry in self._candidates(made):
            found = outcome(made.article, stored, cited=stored.id in self._cited, same_entry=same_entry)
            if found == "replace":
                self._replace(stored, made.article, self._texts[made.entry_id])
            if found in ("same", "replace"):
                return Kept(stored.id, found)
            if found == "version":
                return Kept(self._add(made, _own_key(made)), found)
        free = next((key for key in _addresses(made) if key not in self._by_key), _own_key(made))
        return Kept(self._add(made, free), found)

    def _candidates(self, made: Made) -> Iterator[tuple[Article, bool]]:
        """Stored articles that this one may be, and whether its entry says so."""
        if made.article_id and (own := self._by_id.get(made.article_id)):
            yield own, True
        if twin := self._republished(made.article, self._texts[made.entry_id]):
            yield twin, False
        for key in (*_addresses(made), _own_key(made)):
            if stored := self._by_key.get(key):
                yield stored, False

    def store(self) -> None:
        """Stores what the batch adds."""
        articles.add(self._db, [(replace(a, id=number), key, text) for number, (a, key, text) in self._new.items()])

    def _replace(self, stored: Article, article: Article, text: str | None) -> None:
        if stored.id in self._new:
            _, key, _ = self._new[stored.id]
            self._new[stored.id] = (article, key, text)
        else:
            articles.replace_text(self._db, stored.id, article, text)
        self._remember(replace(article, id=stored.id), text)

    def _add(self, made: Made, key: str) -> int:
        number, text = next(self._spare), self._texts[made.entry_id]
        article = replace(made.article, id=number)
        if key != normalise_url(article.url) and made.link:  # the page's own address is another report's
            article = replace(article, url=made.link)
        self._new[number] = (article, key, text)
        self._by_key[key] = article
        self._remember(article, text)
        return number

    def _remember(self, article: Article, text: str | None) -> None:
        self._by_id[article.id] = article
        for key, known in self._by_key.items():
            if known.id == article.id:
                self._by_key[key] = article
        if text:
            self._by_text[text] = article

    def _republished(self, article: Article, text: str | None) -> Article | None:
        """The report that this publisher has put at another address since: the same text, headline and day."""
        twin = self._by_text.get(text) if text else None
        if twin is None or title_likeness(article.title, twin.title) == "different":
            return None
        if article.published and twin.published and abs(article.published - twin.published) > REPUBLISHED:
            return None
        return twin


def _addresses(made: Made) -> list[str]:
    """The keys under which the article may be stored, the page's own address first."""
    keys = [normalise_url(url) for url in (made.article.url, made.link) if url]
    return list(dict.fromkeys(key for key in keys if not is_front_page(key)))


def _own_key(made: Made) -> str:
    """A key of the entry alone, another for each text it has had."""
    text = f"{made.article.title}\0{made.article.text}".encode("utf-8", "surrogatepass")
    return f"entry:{made.entry_id}:{hashlib.blake2b(text, digest_size=8).hexdigest()}"
