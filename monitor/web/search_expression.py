"""A query of the search page: what an article must hold, and by which words the index may find it. Pure.

Words stand beside one another for AND. Where a query has operators, brackets or fields it is read as that of a watch is
(`monitor.config.query`). Words without quotes that name somebody of the entity lists stand for all of their names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from monitor.config import query as language
from monitor.model import Article
from monitor.text.fold import fold, variants
from monitor.text.language import primary
from monitor.text.marked_terms import unmarked
from monitor.text.name_parts import Compound, Heard, compound, goes_on
from monitor.text.search_terms import READ, places, words_of
from monitor.text.sound_key import without_joined_article
from monitor.web.names_beside import Beside, NamePart, beside
from monitor.web.search_names import MOST_WORDS, Names

Forms = tuple[str, ...]
# A field that there is not, and a sign for NOT of other tools, are told by the reading of a query, too.
_OPERATORS = re.compile(
    r"(?<!\S)(?:AND|OR|NOT|NEAR/\d+)(?!\S)|[()]|(?<!\S)(?:title|text|source|feed|language):"
    r"|(?<!\S)[^\W\d_]+[:：](?![/\s])|(?<!\S)[-!+]\w"
)
_NEAR = 6  # words
_ARTICLE = re.compile("^[AaEe]l-(?=\\w{3})")
_OPEN = re.compile(r"\w{2,}\*")  # a word with any ending


@dataclass(frozen=True, slots=True)
class Texts:
    """An article, folded, for `Expression.holds`."""

    article: Article
    title: str
    whole: str
    text: str

    @classmethod
    def of(cls, article: Article) -> Texts:
        """Folds it once for all terms."""
        title, text = fold(article.title), fold(article.text[:READ])
        return cls(article, title, fold(f"{article.title}\n{article.text[:READ]}"), text)


Test = Callable[[Texts, str], bool]  # given the texts, and the folded one that is looked at


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a query. clauses: of each, one of the spellings must stand in an article; () where it says nothing.

    shown: spellings that are marked in what is found.
    """

    test: Test
    clauses: tuple[Forms, ...] = ()
    shown: Forms = ()


@dataclass(frozen=True, slots=True)
class Expression:
    """A whole query. also: the names that words of it stand for, as (words, names)."""

    part: Part
    also: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def terms(self) -> tuple[Forms, ...]:
        """Of each of these, an article that holds the query holds one spelling."""
        return self.part.clauses

    def holds(self, article: Article) -> bool:
        """Whether an article is what is looked for."""
        texts = Texts.of(article)
        return self.part.test(texts, texts.whole)


def expression(query: str, names: Names, heard: Heard | None = None, *, exact: bool = False) -> Expression | None:
    """The query; None where it has no word to look for. exact: names stand for themselves. heard: the words of the
    archive that one may be in other letters, where no list has it.

    Raises `monitor.config.query.QueryError`, whose text says what to write instead.
    """
    reading = _Reading(names, heard or _unheard, exact)
    part = reading.of(language.parse_query(query)) if _OPERATORS.search(query) else reading.plain(query)
    return Expression(part, tuple(reading.also.items())) if part else None


def _unheard(_word: str, /, *, surely: bool = False, beside: bool = False) -> Forms:
    return ()


class _Reading:
    def __init__(self, names: Names, heard: Heard, exact: bool) -> None:
        self._names = names
        self._heard = heard
        self._exact = exact
        self.also: dict[str, tuple[str, ...]] = {}

    def plain(self, query: str) -> Part | None:
        """Words and phrases, all of which must stand there."""
        return self._all_words([_checked(*each) for each in words_of(query)])

    def of(self, node: language.Node) -> Part | None:
        """A part of a tree; None where it says nothing."""
        match node:
            case language.Term(text):
                return self._all_words([_said(text)])
            case language.All(nodes):
                return self._together(nodes)
            case language.AnyOf(nodes):
                return _any([part for part in map(self.of, nodes) if part])
            case language.Not(inner):
                return _not(self.of(inner))
            case language.In(zone, inner):
                return _in(zone, self.of(inner))
            case language.From(field, value):
                return Part(lambda texts, _: _is_from(texts.article, field, value))
            case language.Near(left, right, within):
                return self._near(left, right, within)

    def _together(self, nodes: Sequence[language.Node]) -> Part | None:
        """Neighbouring words are looked at together, because they may be a name."""
        words: list[tuple[str, bool]] = []
        parts: list[Part | None] = []
        for node in nodes:
            if isinstance(node, language.Term):
                words.append(_said(node.text))
                continue
            parts += [self._all_words(words), self.of(node)]
            words = []
        return _all([part for part in (*parts, self._all_words(words)) if part])

    def _all_words(self, words: Sequence[tuple[str, bool]]) -> Part | None:
        """(word, whether it was quoted): longest names first, then single words."""
        parts: list[Part | None] = []
        row: list[tuple[NamePart, Part]] = []  # what stands beside one another and may be parts of a name
        at = 0
        while at < len(words):
            if words[at][1] or self._exact or _is_open(words[at]):
                parts += [self._row(row), _as_written(words[at])]
                row, at = [], at + 1
                continue
            length, part = self._name(words[at:])
            if isinstance(part, tuple):
                row.append(part)
            elif part:
                parts += [self._row(row), part]
                row = []
            at += length
        return _all([part for part in (*parts, self._row(row)) if part])

    def _name(self, words: Sequence[tuple[str, bool]]) -> tuple[int, Part | tuple[NamePart, Part] | None]:
        """How many of the first words are looked for as one name, or else the first alone; and the part for it, with
        what it may be a part of.
        """
        unquoted = next((n for n, each in enumerate(words) if each[1] or _is_open(each)), len(words))
        said = [word for word, _ in words[:unquoted]]
        for length in range(min(MOST_WORDS, len(said)), 1, -1):
            if length < len(said) and goes_on(said[length]):
                continue
            if part := self._listed(" ".join(said[:length])):
                return length, _any([part, *self._with_more_words(said[:length])])
        listed = self._listed(said[0])
        made = compound(said)
        if made and (made.words > 1 or not listed):
            return made.words, self._compound(said[: made.words], made)
        part = listed or self._word(said[0])
        heard = not listed and said[0] in self.also
        return 1, (NamePart(said[0], part.shown, listed is not None, heard), part) if part else None

    def _row(self, row: Sequence[tuple[NamePart, Part]]) -> Part | None:
        """Each of the words, wherever it stands, or what sounds like them side by side."""
        names, parts = [name for name, _ in row], [part for _, part in row]
        plain, ways = _all(parts), beside(names, self._heard)
        if not plain or not ways:
            return plain

        alone = [(variants(name.said), part) for name, part in row if name.heard]

        def test(texts: Texts, at: str) -> bool:
            if plain.test(texts, at) and _stand_near(alone, at, texts.article.language):
                return True
            return any(_holds(way, parts, texts, at) for way in ways)

        wider = [dict.fromkeys(form for way in ways for form in way.wider.get(n, ())) for n in range(len(parts))]
        # What is found either way has a word of each clause of each part, or what else that part may be.
        clauses = tuple((*clause, *wider[n]) for n, part in enumerate(parts) for clause in part.clauses)
        for name, forms in zip(names, wider, strict=True):
            if new := [form for form in forms if form not in name.forms]:
                self.also[name.said] = tuple(dict.fromkeys((*self.also.get(name.said, ()), *new)))
        return Part(test, clauses, tuple(dict.fromkeys((*plain.shown, *(form for forms in wider for form in forms)))))

    def _with_more_words(self, said: Sequence[str]) -> list[Part]:
        """The words of a listed name side by side: an article may have a further name between them."""
        bare = [_ARTICLE.sub("", word) for word in said]
        ways = beside([NamePart(word, variants(word)) for word in bare], self._heard)
        return [_of_way(way) for way in ways]

    def _tell(self, names: Sequence[NamePart], found: Beside) -> None:
        for number, forms in found.wider.items():
            new = [form for form in forms if form not in names[number].forms]
            if new:
                said = names[number].said
                self.also[said] = tuple(dict.fromkeys((*self.also.get(said, ()), *new)))

    def _compound(self, said: Sequence[str], made: Compound) -> Part | tuple[NamePart, Part] | None:
        """A name of several words that others write as one, or the reverse; else each of the words."""
        each_word = _all([part for word in said if (part := self._word(word))])
        found = made.writings(self._heard)
        together = " ".join(said)
        forms = tuple(dict.fromkeys(form for each in (together, *found) for form in variants(each)))
        if found:
            self.also[together] = found
        part = _any([part for part in (_holding(forms) if found else None, each_word) if part])
        return (NamePart(together, forms, listed=False, heard=bool(found)), part) if part else None

    def _listed(self, said: str) -> Part | None:
        """All names of whoever of the lists the words name."""
        names = self._names.of(said)
        if not names:
            return None
        self.also[said] = names
        return _holding(tuple(dict.fromkeys(form for name in (said, *names) for form in variants(name))))

    def _word(self, word: str) -> Part | None:
        """A word, as the archive writes it in other letters, too."""
        heard, bare = self._heard(word), without_joined_article(word)
        if heard:
            self.also[word] = heard
        forms = tuple(dict.fromkeys((*variants(word), *variants(bare), *heard)))
        return _holding(forms) if forms else None

    def _near(self, left: language.Node, right: language.Node, within: int) -> Part | None:
        one, other = self.of(left), self.of(right)
        for each in (*language.parts_of(left), *language.parts_of(right)):
            if isinstance(each, language.Term) and _is_open((each.text, False)):
                text = f"{each.text} beside NEAR is not looked for here; write its endings out: (trade OR trader)"
                raise language.QueryError(text)
        if not one or not other:
            return one or other

        def test(texts: Texts, at: str) -> bool:
            ends = [list(places(at, part.shown, texts.article.language)) for part in (one, other)]
            return any(_between(at, a, b) <= within for a in ends[0] for b in ends[1])

        return Part(test, (*one.clauses, *other.clauses), (*one.shown, *other.shown))


def _said(term: str) -> tuple[str, bool]:
    """A term of a query as (word, whether it is a phrase); a word with any ending keeps its mark."""
    if _is_open(_checked(term, " " in term)):
        return term, False
    return unmarked(term), " " in term


def _checked(word: str, quoted: bool) -> tuple[str, bool]:
    """The same again. Raises QueryError for a * that stands for letters elsewhere than at the end of a word."""
    if "*" in word and not quoted and not _is_open((word, quoted)):
        text = f"{word}: a * stands at the end of a word of two letters or more: smuggl*; in quotes it is a sign"
        raise language.QueryError(text)
    return word, quoted


def _is_open(word: tuple[str, bool]) -> bool:
    """Whether a (word, whether it was quoted) stands for all words that begin so."""
    return not word[1] and _OPEN.fullmatch(word[0]) is not None


def _holds(way: Beside, parts: Sequence[Part], texts: Texts, at: str) -> bool:
    """Whether a text has the parts of a name in this way, and the other words anywhere."""
    others = (part.test(texts, at) for number, part in enumerate(parts) if number not in way.wider)
    return way.holds(at, texts.article.language) and all(others)


def _stand_near(alone: Sequence[tuple[Forms, Part]], text: str, language: str | None) -> bool:
    """Whether those of the words that stand there in other letters alone are near one another: else each is any word
    that sounds like it. alone: (the word as it is asked for, its part).
    """
    other = [part.shown for said, part in alone if next(places(text, said, language), None) is None]
    if len(other) < 2:
        return True
    spots = [list(places(text, forms, language)) for forms in other]
    return any(all(any(_between(text, spot, each) <= _NEAR for each in its) for its in spots[1:]) for spot in spots[0])


def _of_way(way: Beside) -> Part:
    clauses = tuple(way.wider.values())
    shown = tuple(form for clause in clauses for form in clause)
    return Part(lambda texts, at: way.holds(at, texts.article.language), clauses, shown)


def _as_written(word: tuple[str, bool]) -> Part | None:
    """A phrase, a word that stands for itself alone, or the beginning of words."""
    forms = variants(word[0].rstrip("*") if _is_open(word) else word[0])
    if not forms:
        return None
    return _beginning(forms) if _is_open(word) else _holding(forms)


def _beginning(forms: Forms) -> Part:
    """A word with any ending. The index knows whole words, so it cannot help."""
    begun = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, forms))})\w*")
    return Part(lambda _, at: begun.search(at) is not None)


def _holding(forms: Forms) -> Part:
    return Part(lambda texts, at: next(places(at, forms, texts.article.language), None) is not None, (forms,), forms)


def _between(text: str, one: tuple[int, int], other: tuple[int, int]) -> int:
    """Words from one place to the other."""
    first, second = sorted((one, other))
    return len(text[first[1] : second[0]].split()) + 1


def _all(parts: Sequence[Part]) -> Part | None:
    if len(parts) < 2:
        return parts[0] if parts else None
    clauses = tuple(clause for part in parts for clause in part.clauses)
    shown = tuple(form for part in parts for form in part.shown)
    return Part(lambda texts, at: all(part.test(texts, at) for part in parts), clauses, shown)


def _any(parts: Sequence[Part]) -> Part | None:
    if len(parts) < 2:
        return parts[0] if parts else None
    # One clause of each: what holds none of them holds none of the parts. The longest word is the rarest, mostly.
    chosen = [max(part.clauses, key=lambda clause: len(clause[0])) for part in parts if part.clauses]
    clauses = (tuple(form for clause in chosen for form in clause),) if len(chosen) == len(parts) else ()
    shown = tuple(form for part in parts for form in part.shown)
    return Part(lambda texts, at: any(part.test(texts, at) for part in parts), clauses, shown)


def _not(part: Part | None) -> Part | None:
    return Part(lambda texts, at: not part.test(texts, at)) if part else None


def _in(zone: language.Zone, part: Part | None) -> Part | None:
    if part is None:
        return None
    test = part.test
    return Part(lambda texts, _: test(texts, texts.title if zone == "title" else texts.text), part.clauses, part.shown)


def _is_from(article: Article, field: language.About, value: str) -> bool:
    if field == "language":
        return primary(article.language) == primary(value)
    where = (article.feed_url,) if field == "feed" else (article.source, article.publisher)
    return any(fold(value) in fold(each) for each in where)
