"""Why a report matched, in a line: as the matcher said it in English, and said again from its receipt elsewhere."""

from __future__ import annotations

import re

from monitor.model import Match, Passage, Report
from monitor.render.catalogue import ENGLISH, note
from monitor.render.labels import ACTS
from monitor.render.plain import one_line
from monitor.render.words import Words

_COMPARED = re.compile(r"\d[.,]\d+ [≥<] \d[.,]\d+")  # a score and the threshold
_LINE, _WORD = 220, 60  # characters
_TERM = "term"  # the label of a learned term or of a person's own, which is neither a side nor an act
_WHERE = {"title": note("in the title"), "lead": note("in the lead"), "body": note("in the text")}


def reason_line(report: Report | None, words: Words) -> str:
    """The line of a report, "" for none: what was found where, with its longest word, and how far that carries it."""
    if report is None:
        return ""
    match = report.match
    said = words.match(match.score, match.receipt.threshold)
    if words.wording is ENGLISH:
        line = one_line(match.receipt.line, _LINE)
        # The numbers of the line become words, which say also how far from the threshold it is.
        if line:
            return _COMPARED.sub(lambda _: said, line)
    return words.wording.semicolon.join((*_found(match, words), said))


def _found(match: Match, words: Words) -> tuple[str, ...]:
    """ "Iran + Iraq + agreement in the title" and "«memorandum»", of the passage that shows most."""
    passages = [passage for passage in match.receipt.passages if passage.highlights]
    if not passages or words.wording is ENGLISH:
        return ()
    best = max(passages, key=lambda passage: _telling(passage, match))
    labels = dict.fromkeys(mark.label for mark in best.highlights)
    acts = [words.say(label.replace("_", " ")) for label in labels if _is_act(label, match)]
    sides = [words.country(label.replace("_", " ")) for label in labels if _is_side(label, match)]
    named = " + ".join(one_line(name, _WORD) for name in (*sides, *acts[:2])) or words.say("learned terms")
    marked = {best.text[mark.start : mark.end] for mark in best.highlights if not _is_side(mark.label, match)}
    longest = one_line(max(sorted(marked), key=len), _WORD) if marked else ""
    where = f"{named} {words.say(_WHERE[best.where])}"
    return (where, words.wording.quoted(longest)) if longest else (where,)


def _telling(passage: Passage, match: Match) -> tuple[int, bool, int]:
    """How much a passage shows: how many sides it names, whether an act, and how near the beginning it stands."""
    labels = {mark.label for mark in passage.highlights}
    near = {"title": 2, "lead": 1}.get(passage.where, 0)
    sides, acts = (sum(told(label, match) for label in labels) for told in (_is_side, _is_act))
    return sides, acts > 0, near


def _is_act(label: str, match: Match) -> bool:
    """Whether a label is an act: one of the match, or a shipped one that it does not count."""
    return label in match.acts or label.replace("_", " ") in ACTS


def _is_side(label: str, match: Match) -> bool:
    return label != _TERM and not _is_act(label, match)
