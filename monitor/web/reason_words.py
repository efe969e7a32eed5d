"""The reasons of a receipt in words for everybody: a feature is named for what the matcher counts, and read by few."""

from __future__ import annotations

from monitor.model import UNREAD, Reason
from monitor.render.plain import one_line

_WHERE = {
    "title": "in the title",
    "lead": "in the lead",
    "title or lead": "in the title or the lead",
    "article": "anywhere in it",
    "passage": "in one passage",
    "passages": "in how many passages",
    "sentences": "in how many sentences",
    "share of passages": "in what share of the passages",
    "share of sentences": "in what share of the sentences",
    "opening": "in the first sentences",
    "first sentence": "in the first sentence",
    "headline alone": "in the headline, which is all there is",
    "against": "",
    "against, title": "in the title",
    "against, share of sentences": "in what share of the sentences",
    "against, share of passages with all sides": "in what share of the passages that name all sides",
}
_WHAT = {
    "all sides": "all sides are named",
    "act": "an act of the field",
    "acts": "how many acts of the field",
    "kinds of act": "how many kinds of act",
    "key words": "key words of the seed articles",
    "length": "how long it is",
    "likeness to the seeds": "how like the seed articles it is",
    "likeness to the seeds, beside theirs to each other": "how like the seed articles it is, beside how like they are",
    "nearness of all sides and act": "how near the sides stand to an act of the field",
    "no actor of the field": "nobody of the field acts",
    "one key word alone": "it holds one key word of the seed articles, and none that they set beside it",
    "one name alone": "it shares one name with the seed articles, and nothing else",
    "short": "how short it is",
    "short: a force and what is given": "one side gives or teaches, and a force of the other is named",
    "short: headline alone": "it is a headline and nothing else",
    "short: lead alone": "it is a lead and nothing else",
    "strongest passage": "the passage that says most",
}
_KINDS = {
    "term": "your term",
    "entity": "named",
    "required": "required",
    "excluded": "excluded",
    "query": "the query",
    "marked": "marked",
    "name": "a name read from the article",
    "sense": "another sense",
    "cut": "cut",
}


def in_plain_words(reason: Reason) -> str:
    """ "in the title: all sides are named", for "title: all sides"."""
    text = one_line(reason.text, 120)
    if reason.kind == "prior":
        return "what every article of this watch begins with"
    if reason.kind == "feature":
        return _feature(text)
    kind = _KINDS.get(reason.kind, "" if reason.kind in UNREAD else reason.kind)
    return f"{kind}: {text}" if kind else text


def what_speaks_against(reason: Reason) -> str:
    """ "other states", of a reason that takes something: what it is, without where it stands."""
    name = one_line(reason.text, 120)
    what = name.rpartition(": ")[2]
    return _WHAT.get(name) or _WHAT.get(what, what)


def _feature(name: str) -> str:
    if name in _WHAT:
        return _WHAT[name]
    scope, found, what = name.partition(": ")
    if not found or scope not in _WHERE:
        return name
    place = _WHERE[scope]
    said = _WHAT.get(what, what)
    whole = f"{place}: {said}" if place else said
    return f"against it, {whole}" if scope.startswith("against") else whole
