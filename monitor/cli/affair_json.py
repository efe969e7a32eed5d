"""What a story is part of, as JSON."""

from __future__ import annotations

from typing import Any

from monitor.cli.common import stamp
from monitor.model import Affair, Step


def affair_json(affair: Affair, story: int) -> dict[str, Any]:
    """The affair of a story: which step it is, all steps, and what it looks back at; times in RFC 3339."""
    own = affair.step(story)
    return {
        "step": own.number or None if own else None,
        "began": stamp(affair.steps[0].began) if own else None,
        "steps": [_step(step) for step in affair.steps] if own else [],
        "known": affair.known,
        "looks_back": [_step(step) for step in affair.background],
    }


def _step(step: Step) -> dict[str, Any]:
    adds = [{"kind": news.kind, "text": news.text, "article": news.article or None} for news in step.adds]
    return {
        "story": step.story,
        "step": step.number or None,
        "title": step.headline,
        "first_seen": stamp(step.began),
        "adds": adds,
    }
