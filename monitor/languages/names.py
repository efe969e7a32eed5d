"""Words in and around names: a table of a language's file, as in monitor/languages/record.py."""

from typing import NamedTuple

from monitor.languages.values import Patterns, Words

_NO_WORDS = Words()
_NO_PATTERNS = Patterns()


class Names(NamedTuple):
    """Words in and around names that are found by their capitals.

    inside: small words within a name; joining: those of them that may also join two names. titles: ranks and offices
    before a name. never: words that are no part of a name though a capital begins them. abbreviations: words whose
    full stop ends no sentence. offices: whole folded words for one who speaks for a country or body, in any script.
    says: such words for what only a person or body does, behind its name; deals: those that tell it only right behind
    the name. bodies: words for a kind of company or armed group, right before or behind its name. beside: words
    between two parties that do something together, in any script, "and" first. apart: words that open a clause of its
    own ("while"). given: given names, which tell bearers of a surname apart. article: the Arabic article before a
    name, folded. at: words before a place that say where somebody is or goes ("in", "to"); at_after: the same behind
    it, words or endings. commanders: words for one who commands what the next word says. former: words before an
    office that say that somebody else has it now; former_after: the same behind it. born, born_before: what behind or
    before a state's name tells a person's origin or makes a surname. ministers: how words for one begin; portfolios:
    one with his field, the group.
    """

    inside: Words = _NO_WORDS
    joining: Words = _NO_WORDS
    titles: Words = _NO_WORDS
    never: Words = _NO_WORDS
    abbreviations: Words = _NO_WORDS
    offices: Patterns = _NO_PATTERNS
    says: Patterns = _NO_PATTERNS
    deals: Patterns = _NO_PATTERNS
    bodies: Patterns = _NO_PATTERNS
    beside: Words = _NO_WORDS
    apart: Words = _NO_WORDS
    given: Words = _NO_WORDS
    article: Words = _NO_WORDS
    at: Words = _NO_WORDS
    at_after: Words = _NO_WORDS
    commanders: Words = _NO_WORDS
    former: Words = _NO_WORDS
    former_after: Words = _NO_WORDS
    born: Patterns = _NO_PATTERNS
    ministers: Words = _NO_WORDS
    portfolios: Patterns = _NO_PATTERNS
    born_before: Patterns = _NO_PATTERNS
