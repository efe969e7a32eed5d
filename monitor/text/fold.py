"""Folding: one spelling for index and query, so that a name typed by hand meets every way the world writes it.

``fold`` maps each character (charfold.py: NFKD, marks dropped, case folded, letters that stand for one another made
one), then resolves apostrophes and white space. Because characters are mapped one at a time and combining marks
dropped, composed and decomposed text fold alike, and because nothing looks beyond white space, a text folds word by
word: that is what lets ``Folded`` find the original of a match without slowing the fold itself.

What is folded away: letter case, diacritics of every script (Hayâlî, الحَشد, й→и, ё→е), tatweel, hamza and
its carriers, alef forms, teh marbuta, Arabic and Persian yeh and kaf, the Sorani letters, presentation forms,
digits of every script (to 0–9), dotted and dotless i, bidi and other invisible marks, apostrophes (Sha'abi =
Shaabi) with the English possessive (Iran's = Iran) and a space for French and Italian elision (l'Irak = l
irak). Hyphens, dashes, underscores, ZWNJ, control characters and lone surrogates are spaces; runs of spaces
are one.

How a matcher is meant to use it (Aho–Corasick over the folded text):

1. put ``variants(term)`` of each term into the automaton: all joined and separated writings of it (تفاهم نامه
/ تفاهمنامه, عبدالمهدی / عبد المهدی), with and without the Arabic article;
2. run it once over ``fold(text)``;
3. keep a hit only where ``term_matches`` says it is a whole word, up to the particles its script attaches.

Letters and measurements behind the choices: light stemming after Larkey, Ballesteros & Connell (SIGIR 2002),
"Improving stemming for Arabic information retrieval", their *light10* without its bare و.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

from monitor.languages import any_of, every, language, languages
from monitor.languages.record import Affixes
from monitor.model.frozen import frozen
from monitor.text.charfold import fold_characters, fold_lines
from monitor.text.joined_endings import joined_endings, without_endings
from monitor.text.scripts import is_unspaced, script, seldom_script

# Elision before a word, the English possessive, any other apostrophe. The apostrophe comes first in the pattern: only
# there is looked at what stands around it.
APOSTROPHE = re.compile(
    r"'(?:((?<=\b[dl]')|(?<=\b(?:qu|un)')|(?<=\ball')|(?<=\b(?:co|da|de|ne|su)ll'))(?=\w)|(?<=\w')s\b|)"
)


def _resolve(found: re.Match[str]) -> str:
    return "" if found[1] is None else " "


def fold(text: str) -> str:
    """The canonical form of ``text`` for index and query alike; folding it again changes nothing. Takes any string."""
    return _evened(fold_characters(text)).strip(" ")


def fold_each(lines: Sequence[str]) -> list[str]:
    """``fold`` of each of several texts, sooner than one by one. A text with a line end in it takes its own time."""
    folded = [line.strip(" ") for line in _evened(fold_lines("\n".join(lines))).split("\n")]
    return folded if len(folded) == len(lines) else list(map(fold, lines))


def _evened(folded: str) -> str:
    """With apostrophes resolved and runs of spaces made one."""
    if "'" in folded:
        folded = APOSTROPHE.sub(_resolve, folded)
    while "  " in folded:
        folded = folded.replace("  ", " ")
    return folded


# WORDS
# \w lacks the vowel signs of South and South-East Asian scripts; the danda is left out.
_WORD = r"[\w\u0900-\u0963\u0966-\u109f\u1780-\u17ff]"
TOKEN = re.compile(f"{_WORD}+")
_WORD_BEFORE = re.compile(rf"{_WORD}*\Z")


def tokens(folded: str) -> list[str]:
    """The words of a folded text, in order, any script; numbers are words."""
    return TOKEN.findall(folded)


def squeeze(folded: str) -> str:
    """A folded text without its spaces: a key that the joined and the separated writing of a name share."""
    return folded.replace(" ", "")


KANA = "\u3041"  # from here on scripts that put no space before or after a word of another

# AFFIXES, from the files of the languages. In Arabic and Cyrillic script all languages count together: a name in a
# Persian text may carry an Arabic ending.


@frozen
class _Affixes:
    """What the languages of one script attach to a word: patterns for folded text (see languages.record.Affixes)."""

    before: re.Pattern[str]
    after: re.Pattern[str]
    after_short: re.Pattern[str]
    stem_before: re.Pattern[str]
    stem_plurals: re.Pattern[str]
    stem_endings: re.Pattern[str]
    stem_long_endings: re.Pattern[str]


@lru_cache(maxsize=16)
def _affixes(of_script: str) -> _Affixes:
    def pattern(part: Callable[[Affixes], Iterable[str]], then: str) -> re.Pattern[str]:
        return re.compile(any_of(lambda language: part(language.affixes), of_script) + then)

    return _Affixes(
        before=pattern(lambda affixes: affixes.before, ""),
        after=pattern(lambda affixes: affixes.after, "?"),
        after_short=pattern(lambda affixes: affixes.after_short, "?"),
        stem_before=pattern(lambda affixes: affixes.stem_before, ""),
        stem_plurals=pattern(lambda affixes: affixes.stem_plurals, "$"),
        stem_endings=pattern(lambda affixes: affixes.stem_endings, "$"),
        stem_long_endings=pattern(lambda affixes: affixes.stem_long_endings, "$"),
    )


@lru_cache(maxsize=64)
def _latin_after(code: str) -> re.Pattern[str]:
    """What a Latin word may end with in a text in the language ``code``; the English plural where that has nothing."""
    own = language(code)
    own = language(own.relative) if own.relative else own
    after = own.affixes.after if own.script == "latin" else ()
    return re.compile(f"(?:{'|'.join(after or language('en').affixes.after)})?")


# LIGHT STEMMING
_BRITISH = re.compile(r"^(def|off|lic|pret)enc$")


def _cut(token: str, ending: re.Pattern[str], keep: int) -> str:
    shorter = ending.sub("", token)
    return shorter if len(shorter) >= keep else token


def _stem_arabic(token: str) -> str:
    affixes = _affixes("arabic")
    article = affixes.stem_before.match(token)
    if article and len(token) - article.end() >= 3:
        token = token[article.end() :]
    token = _cut(token, affixes.stem_plurals, 3)
    shorter = _cut(token, affixes.stem_endings, 3)
    return shorter if shorter != token else _cut(token, affixes.stem_long_endings, 4)


def _stem_latin(token: str) -> str:
    """The Turkish plural cut, then what English inflects."""
    token = _cut(token, _affixes("latin").stem_plurals, 4)
    if token.endswith("ies") and len(token) > 5:
        token = f"{token[:-3]}y"
    elif re.search(r"(?:ss|sh|ch|x|zz)es$", token):
        token = token[:-2]
    elif token.endswith("s") and len(token) > 3 and token[-2] not in "sui":
        token = token[:-1]
    shorter = re.sub(r"(?:ing|ed)$", "", token)
    if shorter != token and len(shorter) >= 4 and re.search("[aeiouy]", shorter):
        token = re.sub(r"([bdgmnprt])\1$", r"\1", shorter)
    if token.endswith("e") and len(token) > 4:
        token = token[:-1]
    return _BRITISH.sub(r"\1ens", token)


@lru_cache(maxsize=65536)
def stem(token: str, code: str = "") -> str:
    """A light stem of one folded word, never under three letters of it: for counting words, not for showing them.

    code: the language of the text, where it is known. A word of one that joins endings, as Turkish does, loses all.
    """
    if len(token) <= 3 or token.isdigit():
        return token
    match script(token):
        case "latin" if code and (endings := joined_endings(code)):
            return without_endings(token, endings)
        case "arabic":
            return _stem_arabic(token)
        case "latin":
            return _stem_latin(token)
        case "cyrillic":
            return _cut(token, _affixes("cyrillic").stem_endings, 4)
        case _:
            return token


# WHOLE WORDS, up to what a script attaches


def stems_of(words: Iterable[str], code: str = "") -> tuple[str, ...]:
    """The folded words of a language as they are counted."""
    return tuple(stem(word, code) for word in words)


def _last_word_length(folded: str, start: int, end: int) -> int:
    return end - max(start, folded.rfind(" ", start, end) + 1)


def is_of_word(char: str) -> bool:
    """Whether a character of folded text is of a word: a letter, a digit, or a vowel sign of South Asian scripts."""
    return char.isalnum() or ("\u0900" <= char <= "\u17ff" and TOKEN.match(char) is not None)


def is_apart(beside: str, letter: str) -> bool:
    """Whether ``beside`` begins or ends a word by its script: what Chinese or Japanese writes beside a word in
    another script, without a space, is none of it ("TSMC在日本")."""
    return letter < KANA <= beside


def _ending(kind: str, length: int, language: str) -> re.Pattern[str] | None:
    """What may follow a term in a script, whose last word has so many letters; None where nothing may."""
    if length < 3:
        return None
    match kind:
        case "arabic":
            affixes = _affixes("arabic")
            return affixes.after_short if length == 3 else affixes.after
        case "cyrillic":
            return _affixes("cyrillic").after
        case "latin":
            return _latin_after(language if length > 3 else "")
        case "other" | "hebrew" | "han" | "":
            return None
        case _:
            return _affixes(kind).after


_LONGEST_ENDING = 40  # letters; none of the languages attaches so many


# The same few words stand around the terms of a topic again and again.
@lru_cache(maxsize=16_384)
def _may_follow(after: str, last: str, length: int, language: str) -> bool:
    """Whether the rest of a word may be attached to a term that ends with ``last``."""
    kind = script(last)
    ending = _ending(kind if kind != "other" else seldom_script(last), length, language)
    return ending is not None and ending.fullmatch(after) is not None


@lru_cache(maxsize=16_384)
def _may_precede(before: str, first: str) -> bool:
    """Whether the beginning of a word may be attached to a term that begins with ``first``."""
    kind = script(first)
    return kind in ("arabic", "hebrew") and _affixes(kind).before.fullmatch(before) is not None


def term_matches(folded: str, start: int, end: int, language: str | None = None) -> bool:
    """Whether the term found at [start, end) of a folded text stands there as a word.

    It may carry what its script attaches: Arabic و ف ب ك ل س and the article before it; Arabic, Persian and
    Sorani endings, Russian case endings, the English plural after it. Turkish and Kurmanji endings count only
    where ``language`` (of the text: "tr", "az", "ku", "kmr") says so, for they would make other words in
    English. Terms of one or two letters stand alone or not at all; so "is" is not in "crisis", nor "ei" in
    "their". In Hebrew the letters for "in", "from", "the" and the like may stand before it. Chinese, Japanese and Thai
    put no spaces between words, so there it stands wherever it is.
    """
    free_before = not start or not is_of_word(folded[start - 1])
    return within_word(folded, start, end, language, free_before, end >= len(folded) or not is_of_word(folded[end]))


def within_word(folded: str, start: int, end: int, language: str | None, free_before: bool, free_after: bool) -> bool:
    """What `term_matches` says of a term with or without letters of its word before and after it."""
    first = folded[start]
    if is_unspaced(first):
        return True
    if not free_before:
        if end - start < 3:
            return False
        before = _word_before(folded[max(0, start - 8) : start])
        if before and not _may_precede(before, first):
            return False
    if free_after:
        return True
    after = TOKEN.match(folded, end)
    if after is None or after.end() - end > _LONGEST_ENDING:  # which keeps what is remembered small
        return after is None
    last = folded[max(start, end - 4) : end]
    return _may_follow(after[0], last[-1], len(last) - 1 - last.rfind(" "), language or "")


def _word_before(text: str) -> str:
    """The last word of a text, "" where it does not end with one."""
    last = text.rpartition(" ")[2]
    if last.isalnum():
        return last
    found = _WORD_BEFORE.search(text)
    return found[0] if found else ""


# WRITINGS OF A TERM
_MAX_WORDS = 5  # beyond that a phrase is matched only as written


@frozen
class _Writings:
    """How the languages spell one expression in several ways, folded.

    joined: (joined, apart) writings in Arabic script. compound: matches where a compound may be written apart.
    article: the one written with its noun, "" for none. particles: parts of names that may be joined to the next.
    final_vowels: last letters of a Cyrillic term that its cases change.
    """

    joined: tuple[tuple[str, str], ...]
    compound: re.Pattern[str]
    article: str
    particles: frozenset[str]
    final_vowels: str


@lru_cache(maxsize=1)
def _writings() -> _Writings:
    arabic = [known for known in languages() if known.script == "arabic"]
    return _Writings(
        joined=tuple(
            (fold(joined), fold(apart)) for known in arabic for joined, forms in known.affixes.joined for apart in forms
        ),
        compound=re.compile(rf"(?<=\w{{3}})(?={any_of(lambda known: known.affixes.compounds, 'arabic')}(?:\s|$))"),
        article=next((known.affixes.article for known in arabic if known.affixes.article), ""),
        particles=frozenset(every(lambda known: known.affixes.particles)),
        final_vowels="".join(every(lambda known: known.affixes.final_vowels, "cyrillic")),
    )


def _without_article(word: str) -> str:
    return word.removeprefix(_writings().article) if len(word) >= 5 else word


def _with_article(word: str) -> str:
    article = _writings().article
    return f"{article}{word}" if len(word) >= 3 and not word.startswith(article) else word


def _arabic_writings(folded: str) -> set[str]:
    known = _writings()
    forms = {folded, known.compound.sub(" ", folded)}
    for joined, apart in known.joined:
        forms |= {form.replace(joined, apart) for form in forms if joined in form}
        forms |= {form.replace(apart, joined) for form in forms if apart in form}
    for form in tuple(forms):
        words = form.split()
        forms.add(" ".join([_without_article(words[0]), *words[1:]]))
        forms.add(" ".join(map(_without_article, words)))
        forms.add(" ".join([words[0], *map(_with_article, words[1:])]))
    return forms


def _joinable(left: str, right: str) -> bool:
    """Latin words are joined only where that cannot make another word ("for ties"): long ones, name particles."""
    return script(left) != "latin" or left in _writings().particles or min(len(left), len(right)) >= 4


def _spacings(form: str) -> Sequence[str]:
    words = form.split()
    if not 1 < len(words) <= _MAX_WORDS:
        return [form]
    begun = words[:1]
    for left, right in pairwise(words):
        gaps = (" ", "") if _joinable(left, right) else (" ",)
        begun = [f"{start}{gap}{right}" for start in begun for gap in gaps]
    return begun


def _inflected(form: str) -> str:
    """The form cut or changed so that the endings of ``term_matches`` reach its other forms."""
    kind = script(form[-1])
    if kind == "cyrillic" and form[-1] in _writings().final_vowels and _last_word_length(form, 0, len(form)) >= 5:
        return form[:-1]
    if kind == "latin" and len(form) > 4 and form[-1] == "y" and form[-2] not in "aeiou":
        return f"{form[:-1]}ies"
    return form


@lru_cache(maxsize=1 << 16)  # a configuration that is read again has the same terms
def variants(term: str) -> tuple[str, ...]:
    """All folded writings under which ``term`` (folded or not) is looked for, the plain one first, then sorted.

    Arabic script: spaces kept or dropped, known compounds apart, the article kept or dropped. Latin and
    Cyrillic: spaces kept or dropped; a Russian final vowel dropped and an English -y made -ies, for the
    endings that ``term_matches`` allows. Empty where nothing of the term is left after folding.
    """
    folded = fold(term)
    if not folded:
        return ()
    writings = _arabic_writings(folded) if script(folded) == "arabic" else {folded}
    forms = {spaced for writing in writings for spaced in _spacings(writing)}
    forms.update([_inflected(form) for form in forms])
    forms.discard(folded)
    return (folded, *sorted([form for form in forms if len(form) >= min(3, len(folded))]))
