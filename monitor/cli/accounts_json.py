"""Who says what in a story, as JSON."""

from __future__ import annotations

from typing import Any

from monitor.model import Accounts, Claim, Saying


def accounts_json(found: Accounts) -> dict[str, Any]:
    """What reports agree on, where they differ, and what one side has alone, each with a quote."""
    return {
        "agreed": [_claim(claim) for claim in found.agreed],
        "differ": [_claim(claim) for claim in found.differ],
        "one_sided": [
            {"side": each.side, "missing": each.missing, "kind": each.kind, "text": each.text} | _saying(each.saying)
            for each in found.one_sided
        ],
    }


def _claim(claim: Claim) -> dict[str, Any]:
    return {"kind": claim.kind, "about": claim.about, "sayings": [_saying(each) for each in claim.sayings]}


def _saying(saying: Saying) -> dict[str, Any]:
    return {"value": saying.value, "articles": list(saying.articles), "article": saying.article, "quote": saying.quote}
