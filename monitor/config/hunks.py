"""What an edit of a file changed, as pieces of it by which it can be taken back, also after edits elsewhere in it."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

AROUND = 2  # lines kept on each side, to find the place again
Hunk = tuple[tuple[str, ...], tuple[str, ...]]  # lines with their ends: as they were, and as they are now


def hunks_of(before: str, after: str) -> tuple[Hunk, ...]:
    """The pieces that differ, in order."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    groups = difflib.SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(AROUND)
    return tuple((tuple(old[group[0][1] : group[-1][2]]), tuple(new[group[0][3] : group[-1][4]])) for group in groups)


def taken_back(text: str, hunks: Sequence[Hunk]) -> str:
    """``text`` as it was before the edit. Raises LookupError where what was edited has changed since."""
    lines = text.splitlines(keepends=True)
    for old, new in reversed(hunks):
        before, after = _alike(old, new), _alike(old[::-1], new[::-1])
        for around in range(max(before, after), -1, -1):  # a later edit may stand in the lines around
            start, end = max(0, before - around), max(0, after - around)
            now, then = new[start : len(new) - end], old[start : len(old) - end]
            places = [at for at in range(len(lines) - len(now) + 1) if tuple(lines[at : at + len(now)]) == now]
            if now and len(places) == 1:
                lines[places[0] : places[0] + len(now)] = then
                break
        else:
            if lines or new:
                raise LookupError("what was edited has changed since")
            lines = list(old)
    return "".join(lines)


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """With how many of the same lines both begin, `AROUND` at most."""
    same = 0
    while same < min(AROUND, len(one), len(other)) and one[same] == other[same]:
        same += 1
    return same
