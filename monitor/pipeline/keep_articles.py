"""Stores articles: under their address while it names one thing, else apart; an edited one in its own place."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from sqlalchemy import Connection

from monitor.model import Article
from monitor.model.frozen import frozen
from monitor.pages.as_edited import as_edited
from monitor.pages.edits import differences, share_kept
from monitor.pages.versions import (
    REPUBLISHED,
    Outcome,
    headline_key,
    is_dated_by_a_search,
    is_dated_finer,
    is_issued_anew,
    is_moved_report,
    is_one_report,
    is_read_later,
    is_taken_back,
    is_year_corrected,
    outcome,
    text_key,
)
from monitor.store import articles, kept_pages, looks, page_edits, persons_word
from monitor.store.subjects import EDITS, Subject, articles_at
from monitor.text.likeness import title_likeness, words_of
from monitor.text.urls import is_front_page, normalise_url

MOSTLY = 0.5  # share of a text that its feed gives again, from which it was its feed's before, too


@frozen
class Made:
    """An article that was made of an entry. link: the entry's own; article_id: the article it has so far.

    is_news: False for an entry of a feed's archive, which nobody puts at another address any more.
    is_shared: its address stands for several entries, so that only the same words make two of them one.
    is_named_by_address: its feed gives it no other id. is_found: a search found it. is_bare: its text is what the feed
    gives, not a page's. feeds: of a headline without a text, where else its outlet's report may have come from.
    """

    entry_id: int
    link: str
    article: Article
    article_id: int | None = None
    is_news: bool = True
    is_shared: bool = False
    is_named_by_address: bool = False
    is_found: bool = False
    is_bare: bool = False
    feeds: Sequence[str] = ()


def subjects_of(made: Iterable[Made]) -> Sequence[Subject]:
    """What `keep` decides on: what is at their addresses, and what their sources have changed."""
    every = list(made)
    addresses = [url for each in every for url in (each.link, each.article.url)]
    here = articles_at(addresses, {each.article.publisher for each in every})
    return (here, EDITS) if any(each.article_id for each in every) else (here,)


@frozen
class Kept:
    """Where the article is stored. outcome: against what was stored there, None for one that met nothing.

    left: the version that the source has taken back before any edition showed it.
    """

    article_id: int
    outcome: Outcome | None = None
    left: int | None = None


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
        self._texts = {each.entry_id: _text_key(each) if each.is_news else None for each in made}
        self._headlines = {each.entry_id: _headline_key(each) if each.is_news else None for each in made}
        self._keys = {each.entry_id: _addresses(each) for each in made}
        own = [each.article_id for each in made if each.article_id]
        by_key = articles.at_keys(db, [key for keys in self._keys.values() for key in keys])
        by_text = articles.with_text(
            db, [key for keys in (self._texts, self._headlines) for key in keys.values() if key]
        )
        listed = self._listed(made)
        known = [*articles.to_change(db, [*own, *listed.values()]), *by_key.values(), *by_text.values()]
        self._articles = {article.id: article for article in known}
        self._ids = listed | {key: article.id for key, article in (by_key | by_text).items()}  # by address or text
        self._cited = articles.cited(db, list(self._articles))
        blank = [article.id for article in known if not article.text]
        self._pruned = articles.pruned(db, blank) if blank else set[int]()
        self._spare = iter(articles.spare_ids(db, len(made)))
        self._new: dict[int, tuple[str, str | None]] = {}  # id → key and text key
        self._edited: dict[int, Made] = {}  # articles that an edition cited → what is read of them now
        self._versions: list[tuple[int, int]] = []  # (article, its version)

    def _listed(self, made: Iterable[Made]) -> dict[str, int]:
        """headline key → id of the report of an outlet, for what is no more than its headline."""
        hits = [each for each in made if each.feeds]
        feeds = sorted({feed for each in hits for feed in each.feeds})
        lately = [row for feed in feeds for row in articles.latest_headlines(self._db, feed)]
        wanted = {self._headlines[each.entry_id] for each in hits}
        return {key: number for number, *said in lately if (key := headline_key(*said)) in wanted and key}

    def keep(self, made: Made) -> Kept:
        """Decides for one article; what is new is stored by `store`."""
        if again := self._said_again(made):
            return again
        found: Outcome | None = None
        for number, same_entry in self._candidates(made):
            stored, cited = self._articles[number], number in self._cited
            if made.is_shared and not same_entry and not _says_the_same(made.article, stored):
                continue
            if number in self._pruned and not same_entry:
                found = self._against_pruned(number, made)
            else:
                found = outcome(made.article, stored, cited=cited, same_entry=same_entry, found=made.is_found)
            if found == "replace":
                self._replace(number, made)
            if found in ("same", "replace"):
                if found == "same" and cited and (number == made.article_id or not made.is_bare):
                    self._edited[number] = made  # what another feed gives is a summary of its own
                return Kept(number, found)
            if found == "version":
                version = self._add(made, _own_key(made))
                self._versions.append((number, version))
                return Kept(version, found)
        free = next((key for key in self._keys[made.entry_id] if key not in self._ids), None)
        return Kept(self._add(made, free or _own_key(made)), found)

    def _against_pruned(self, number: int, made: Made) -> Outcome:
        """Against a text that was deleted: only its key can say that it is the same one."""
        text = self._texts[made.entry_id]
        return "same" if text and self._ids.get(text) == number else "apart"

    def store(self) -> None:
        """Stores what the batch adds."""
        self._note_edits()
        added = [(self._articles[number], key, text) for number, (key, text) in self._new.items()]
        articles.add(self._db, added, list(self._new))
        for number, version in self._versions:
            persons_word.carry(self._db, number, version)

    def _note_edits(self) -> None:
        """What sources changed in cited articles. A page is looked at again soon, with the one that was kept; what the
        feed gives is compared here, also where its page is kept but holds less.
        """
        if not self._edited:
            return
        with_page = kept_pages.hashes(self._db, self._edited)
        known = page_edits.of_articles(self._db, self._edited)
        for number, made in self._edited.items():
            stored, article = self._articles[number], made.article
            if stored.partial != article.partial:
                continue
            if number in with_page and not made.is_bare:
                if _is_edited(stored, article):
                    looks.look_now(self._db, [number], article.fetched)
                continue
            before = as_edited(stored, known.get(number, ()))
            if number in with_page and share_kept(before.text, article.text) < MOSTLY:
                continue  # then it was the page that was read before
            texts = (before.title, before.text), (article.title, article.text)
            page_edits.add(self._db, number, differences(*texts, bare=made.is_bare), article.fetched)

    def _said_again(self, made: Made) -> Kept | None:
        """Where the source went back to what this very entry said before, or to what an edition has shown."""
        own = self._articles.get(made.article_id) if made.article_id else None
        if own is None:
            return None
        for number, own_text in self._earlier(made):
            stored, cited = self._articles[number], number in self._cited
            if number == own.id or (made.is_shared and not _says_the_same(made.article, stored)):
                continue
            repeats = own_text and _says_the_same(made.article, stored)
            if repeats or (cited and is_taken_back(made.article, own, stored)):
                self._edited |= {each: made for each in (own.id, number) if each in self._cited}
                if own.id in self._cited:
                    return Kept(number, "same")
                left = own.id if is_one_report(own, stored, same_entry=True) else None
                if left:
                    persons_word.carry_back(self._db, number, left)
                return Kept(number, "same", left)
        return None

    def _earlier(self, made: Made) -> Iterator[tuple[int, bool]]:
        """Ids of the articles at the entry's address, and whether one was made of what this very entry says now."""
        for article in articles.at_keys(self._db, [key := _own_key(made)]).values():
            self._articles.setdefault(article.id, article)
            self._ids[key] = article.id
            self._cited |= articles.cited(self._db, [article.id])
        if key in self._ids:
            yield self._ids[key], True
        yield from ((self._ids[key], False) for key in self._keys[made.entry_id] if key in self._ids)

    def _candidates(self, made: Made) -> Iterator[tuple[int, bool]]:
        """Ids of articles that this one may be, and whether its entry says so."""
        if made.article_id and made.article_id in self._articles:
            own = self._articles[made.article_id]
            moved = _has_moved(made, own)
            if not moved or is_moved_report(made.article, own):
                yield made.article_id, True
            elif made.article.published == own.published:  # of another moment it is a bulletin's next edition
                yield made.article_id, False
        if twin := self._republished(made) or self._known_by_headline(made):
            yield twin, False
        taken = [self._ids[key] for key in self._keys[made.entry_id] if key in self._ids]
        yield from ((number, False) for number in taken)
        if made.article_id or taken or not self._keys[made.entry_id]:
            # This entry's very text may have been kept apart before.
            yield from ((number, False) for number, own_text in self._earlier(made) if own_text)

    def _replace(self, number: int, made: Made) -> None:
        text, stored = self._texts[made.entry_id], self._articles[number]
        if made.article.partial and stored.text and not stored.partial:
            # The outlet's feed lists what a search had found, and its page fails by now.
            article = replace(made.article, text=stored.text, language=stored.language, partial=False)
            made, text = replace(made, article=article), text_key(article)
        if stored.feed_url != made.article.feed_url and bool(stored.text) is not bool(made.article.text):
            # The outlet's feed says where the report is, and the search's first words of it are all that there is.
            made = replace(made, article=_joined(made, stored))
            text = text_key(made.article)
        if number in self._new:
            self._new[number] = (self._new[number][0], text)
        else:
            signs = is_issued_anew, is_year_corrected, is_read_later, is_dated_finer
            later = any(each(made.article, stored) for each in signs)
            redated = not made.is_found and (is_dated_by_a_search(stored) or later)
            articles.replace_text(self._db, number, made.article, text, redated=redated)
        self._articles[number] = replace(made.article, id=number)
        if text:
            self._ids[text] = number

    def _add(self, made: Made, key: str) -> int:
        number, text, article = next(self._spare), self._texts[made.entry_id], made.article
        if made.link and made.link != article.url and key != normalise_url(article.url):
            article = replace(article, url=made.link)  # the page's own address is another report's
        key = f"{key}:{number}" if key in self._ids else key  # what was stored under it says something else by now
        self._new[number] = (key, text)
        self._articles[number] = article
        self._ids |= {known: number for known in (key, text, self._headlines[made.entry_id]) if known}
        return number

    def _known_by_headline(self, made: Made) -> int | None:
        """The outlet's report of which a search knows no more than the headline, or the other way round."""
        number = self._ids.get(self._headlines[made.entry_id] or "")
        if number is None:
            return None
        stored = self._articles[number]
        is_hit = stored.kind == "search" or is_dated_by_a_search(stored) or stored.feed_url in made.feeds
        if not (made.is_found or is_hit) or (stored.text and made.article.text):
            return None  # two of an outlet's feeds under one headline are two
        return number if self._are_close(made.article, stored) else None

    def _republished(self, made: Made) -> int | None:
        """The report that this publisher has put at another address since: the same text, headline and day."""
        text, article = self._texts[made.entry_id], made.article
        if not text or text not in self._ids or not (article.text or made.is_found):
            return None
        twin = self._articles[self._ids[text]]
        if title_likeness(article.title, twin.title) == "different":
            return None
        return self._ids[text] if self._are_close(article, twin) else None

    @staticmethod
    def _are_close(one: Article, other: Article) -> bool:
        return not one.published or not other.published or abs(one.published - other.published) <= REPUBLISHED


def _joined(made: Made, stored: Article) -> Article:
    """What an outlet's own feed and a search say of one report, of which one has the text."""
    source, words = (stored, made.article) if made.is_found and stored.kind != "search" else (made.article, stored)
    words = words if words.text else source
    return replace(source, text=words.text, language=words.language, partial=words.partial)


def _is_edited(stored: Article, article: Article) -> bool:
    """Whether what was read now is another text than the one an edition cited, both read from the page."""
    both = not stored.partial and not article.partial and stored.kind == article.kind
    return both and (stored.title, stored.text) != (article.title, article.text)


def _text_key(made: Made) -> str | None:
    return text_key(made.article) if made.article.text else _headline_key(made)


def _headline_key(made: Made) -> str | None:
    return headline_key(made.article.publisher, made.article.title)


def _addresses(made: Made) -> list[str]:
    """The keys under which the article may be stored, the page's own address first."""
    urls = (made.article.url,) if made.link in ("", made.article.url) else (made.article.url, made.link)
    keys = [normalise_url(url) for url in urls if url]
    return [key for key in dict.fromkeys(keys) if not is_front_page(key)]


def _has_moved(made: Made, own: Article) -> bool:
    """Whether an entry that is named by its address has another than when ``own`` was made of it."""
    if not made.is_named_by_address or not made.link:
        return False
    return normalise_url(own.url) not in map(normalise_url, (made.link, made.article.url))


def _says_the_same(one: Article, other: Article) -> bool:
    return words_of(f"{one.title} {one.text}") == words_of(f"{other.title} {other.text}")


def _own_key(made: Made) -> str:
    """A key of the entry alone, another for each text it has had."""
    text = f"{made.article.title}\0{made.article.text}".encode("utf-8", "surrogatepass")
    return f"entry:{made.entry_id}:{hashlib.blake2b(text, digest_size=8).hexdigest()}"
