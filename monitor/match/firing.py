"""Arms that are used on somebody, whatever the verb: "missiles hit a base", and those only called so. Pure.

Each language has dozens of verbs for it, and each verb dozens of things that it may say else ("hits a record"). Beside
a word of arms or of an armed group it says one thing.
"""

from __future__ import annotations

from collections.abc import Sequence, Set

FIRING, STRIKE = "firing", "strike"  # the signal, and the context that it makes
_NEAR = 48  # folded characters between the verb and the arms
_CALLED = 4  # folded characters between arms and what they are called by: "hélicoptères d'attaque"
_ARMS = frozenset({"materiel", "enemy"})  # with which it is done, or to whom
_SOMETHING_ELSE = frozenset({
    "agreeing", "cooperation", "contact", "pledge", "exercise", "transfer", "removing", "sharing", "teaching", "help",
})  # a deal in arms, a drill, what is agreed after a strike  # fmt: skip

Signal = tuple[int, int, str]  # start, end, heading


def is_strike(signals: Sequence[Signal], headings: Set[str]) -> bool:
    """Whether a sentence with these signals reports that arms are used. headings: those of the signals."""
    if FIRING not in headings or not headings.isdisjoint(_SOMETHING_ELSE):
        return False
    arms = [(start, end) for start, end, signal in signals if signal in _ARMS]
    return any(
        0 <= max(first - end, start - last) <= _NEAR
        for start, end, signal in signals
        if signal == FIRING
        for first, last in arms
    )


def kinds_of_arms(signals: Sequence[Signal], matters: Sequence[Signal]) -> set[str]:
    """The contexts of which nothing stands there but kinds of arms that are handed over: "buys attack drones"."""
    if all(signal != "transfer" for _, _, signal in signals):
        return set()
    arms = [(start, end) for start, end, signal in signals if signal == "materiel"]
    found = {heading: True for _, _, heading in matters if heading in ("attack", STRIKE)}
    for start, end, heading in matters:
        if heading in found:
            found[heading] &= any(max(first - end, start - last) <= _CALLED for first, last in arms)
    return {heading for heading, only in found.items() if only}
