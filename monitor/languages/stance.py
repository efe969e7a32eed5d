"""The table of a language that tells how far a sentence stands by what it says."""

from typing import NamedTuple

from monitor.languages.values import Patterns, Words


class Stance(NamedTuple):
    """How far a sentence stands by what it says; patterns of whole words of folded text.

    denied: verbs and others that deny, beside the negations under counts. said: that somebody says it. doubted:
    that it may be, or is claimed. open: that it is still to come. least, most: that a figure is a bound ("at
    least", "up to"). about: that it is rounded ("some"). dual: forms of a noun that may mean two without saying so.
    turning: small words that say what part the next one plays ("by"). articles: what is written to the end of a
    noun for "a" and "the". cases: endings of a name. before: what is written to the beginning of a word. verbs:
    words that are no names at the end of a sentence and behind one of auxiliaries. small: others that may be left
    out or put in, beside the words of leads_on.
    """

    denied: Patterns = Patterns()
    said: Patterns = Patterns()
    doubted: Patterns = Patterns()
    open: Patterns = Patterns()
    least: Patterns = Patterns()
    most: Patterns = Patterns()
    about: Patterns = Patterns()
    dual: Patterns = Patterns()
    articles: Words = Words()
    cases: Patterns = Patterns()
    before: Patterns = Patterns()
    verbs: Words = Words()
    auxiliaries: Words = Words()
    turning: Words = Words()
    small: Words = Words()
