"""How many key words of a subject usually keep one another company in its articles. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from monitor.topic.records import Concept, Profile


def company(profile: Profile, concepts: Iterable[Concept]) -> dict[str, float]:
    """language → key words beside the first in a thousand letters; fewer where fewer of them are known.

    What a person removed is known all the same, so that no score rises by it.
    """
    keys: dict[str, list[float]] = {}
    for each in concepts:
        if each.kind == "learned" and each.keyness > 0:
            keys.setdefault(each.language, []).append(each.keyness)
    beside = {code: sum(some) - max(some) for code, some in keys.items()}
    found = {each.code: each.company for each in profile.languages if each.company}
    if not found:
        return {}
    usual = max(found, key=lambda code: (beside.get(code, 0.0), code))
    whole = beside.get(usual, 0.0)
    return {code: found.get(code, found[usual] * min(1.0, some / whole)) for code, some in beside.items() if whole}
