"""Shows a match receipt to a person: in the terminal, or as an HTML page."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from rich.console import Console
from rich.table import Table
from rich.text import Text

from monitor.languages import language
from monitor.match import LearnedWord
from monitor.match.grounds import Grounds
from monitor.model import DECIDING, UNREAD, Document, Match, Passage, Reason
from monitor.render.templates import load_templates
from monitor.text.redact import shown_address
from monitor.text.visual_order import has_right_to_left, isolated

_VERDICTS = {"match": "a match", "near": "a near miss", "no": "no match"}
_STYLES = ("bold cyan", "bold green", "bold yellow", "bold magenta", "bold red")
_SHOWN = 30  # reasons in the terminal; the page has them all


def show_receipt(
    document: Document, match: Match, learned: Sequence[LearnedWord] = (), grounds: Grounds | None = None
) -> None:
    """Prints why ``document`` matches or not: score, reasons, and passages with what was found in them marked."""
    console = Console(file=sys.stdout, highlight=False, width=None if sys.stdout.isatty() else 100)
    receipt = match.receipt
    console.print(Text(isolated(document.title or document.id), style="bold"))
    console.print(
        f"{match.watch}: {_VERDICTS[match.verdict]}, score {match.score:.2f} "
        f"(match from {receipt.threshold:.2f}, near miss from {receipt.near_miss:.2f}; version {receipt.profile})"
    )
    if receipt.line:
        console.print(receipt.line, markup=False)
    for sentence in grounds.plain if grounds else ():
        console.print(Text(isolated(sentence)))
    if grounds and grounds.part:
        console.print(Text(isolated(f"Of several matters on the page one decides: {grounds.part[:160]}")))
    # Without a terminal there is no colour, so brackets mark what was found.
    styles = _styles(receipt.passages)
    for passage in receipt.passages:
        console.print(Text.assemble(f"\n{passage.where}: ", _marked(passage, styles, plain=not console.is_terminal)))
    if styles:
        console.print(
            Text("\nmarked: " if console.is_terminal else "\nin [brackets]: ").append_text(
                Text(", ").join(Text(n.replace("_", " "), style=s) for n, s in styles.items())
            )
        )
    if learned:
        console.print(Text("\nlearned words found: ").append_text(_words(learned)))
    console.print()
    table = Table("adds", "what", "found", "by these words", box=None, pad_edge=False)
    for reason in sorted(receipt.reasons, key=lambda r: -abs(r.amount))[:_SHOWN]:
        adds = "decides" if reason.kind in DECIDING else f"{reason.amount:+.2f}"
        table.add_row(adds, Text(_named(reason)), _found(reason), Text(_behind(reason, grounds)))
    console.print(table)


def receipt_page(
    document: Document,
    matches: Sequence[Match],
    learned: Mapping[str, Sequence[LearnedWord]],
    grounds: Mapping[str, Grounds | None],
) -> str:
    """The receipts of one document as an HTML page. learned: watch → learned words found; grounds: watch → the words
    behind each amount. Raises ConfigError."""
    views = [
        {
            "match": match,
            "verdict": _VERDICTS[match.verdict],
            "passages": [_view(p, document) for p in _of(match)],
            "learned": learned.get(match.watch, ()),
            "plain": known.plain if (known := grounds.get(match.watch)) else (),
            "part": known.part[:160] if known else "",
            "words": known.words if known else {},
        }
        for match in matches
    ]
    environment = load_templates().environment
    return environment.get_template("receipt.html").render(
        document=replace(document, url=shown_address(document.url)), direction=_direction(document), views=views
    )


def _of(match: Match) -> tuple[Passage, ...]:
    return match.receipt.passages


def _view(passage: Passage, document: Document) -> dict[str, object]:
    return {"where": passage.where, "parts": list(_parts(passage)), "direction": _direction(document)}


def _direction(document: Document) -> str:
    return "rtl" if language((document.language or "").split("-")[0]).direction == "rtl" else "auto"


def _parts(passage: Passage) -> Iterator[tuple[str, str]]:
    """The passage as (text, label) pieces; label "" where nothing was found. Of overlapping finds the first counts."""
    at = 0
    for mark in sorted(passage.highlights, key=lambda h: (h.start, -h.end)):
        if mark.start < at:
            continue
        if mark.start > at:
            yield passage.text[at : mark.start], ""
        yield passage.text[mark.start : mark.end], mark.label
        at = mark.end
    if at < len(passage.text):
        yield passage.text[at:], ""


def _marked(passage: Passage, styles: dict[str, str], *, plain: bool) -> Text:
    """The passage with what was found in it in colour; with ``plain`` in brackets."""
    text = Text()
    for piece, label in _parts(passage):
        text.append(f"[{piece}]" if plain and label else piece, style=styles.get(label, ""))
    return Text.assemble("\u2068", text, "\u2069") if has_right_to_left(text.plain) else text


def _styles(passages: Sequence[Passage]) -> dict[str, str]:
    labels = dict.fromkeys(mark.label for passage in passages for mark in passage.highlights)
    return {label: _STYLES[i % len(_STYLES)] for i, label in enumerate(labels)}


def _words(learned: Sequence[LearnedWord]) -> Text:
    """Each word with its weight and count. Words of the title or lead count most and are bold."""
    shown = [
        Text.assemble(
            (isolated(word.text), "bold yellow" if word.front else "yellow"),
            f" {word.weight:.2f}" + (f" ({word.count}×)" if word.count > 1 else ""),
        )
        for word in learned[:_SHOWN]
    ]
    more = f", and {len(learned) - _SHOWN} more" if len(learned) > _SHOWN else ""
    return Text(", ").join(shown).append(f"{more} (the number is the weight, at most 1)")


def _behind(reason: Reason, grounds: Grounds | None) -> str:
    words = grounds.words.get(reason.text, ()) if grounds else ()
    return ", ".join(word if word.isascii() else isolated(word) for word in words)


def _found(reason: Reason) -> str:
    """How often it was found; empty for a feature, which measures the whole article."""
    return f"{reason.count}×" if reason.count and reason.kind not in ("feature", "prior", *UNREAD) else ""


def _named(reason: Reason) -> str:
    """A reason with its kind, for a person; a feature's own text is enough."""
    return reason.text if reason.kind in ("feature", *UNREAD) else f"{reason.kind}: {reason.text}"
