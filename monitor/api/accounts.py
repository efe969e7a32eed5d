"""Who says what in a story: what reports agree on, where they differ, and what one side has alone."""

from __future__ import annotations

from monitor.api.base import Answer
from monitor.model import Accounts, OneSided


class Said(Answer):
    """What reports say. articles: those that do. quote: a sentence of one of them, ``article``, word for word."""

    value: str
    articles: list[int]
    article: int
    quote: str


class ClaimAnswer(Answer):
    """Something that several reports speak of. sayings: one where they agree, one for each value where they differ."""

    kind: str
    about: str
    sayings: list[Said]


class OneSidedAnswer(Said):
    """What one side's outlets say and nobody else; ``missing``: what all others say and none of theirs does."""

    side: str
    missing: bool
    kind: str
    text: str


class AccountsAnswer(Answer):
    """Who says what in a story, each with a quote."""

    agreed: list[ClaimAnswer]
    differ: list[ClaimAnswer]
    one_sided: list[OneSidedAnswer]


def accounts_answer(found: Accounts) -> AccountsAnswer:
    """What reports agree on, where they differ, and what one side has alone."""
    return AccountsAnswer(
        agreed=[ClaimAnswer.model_validate(claim) for claim in found.agreed],
        differ=[ClaimAnswer.model_validate(claim) for claim in found.differ],
        one_sided=[_one_sided(each) for each in found.one_sided],
    )


def _one_sided(each: OneSided) -> OneSidedAnswer:
    said = each.saying
    return OneSidedAnswer(side=each.side, missing=each.missing, kind=each.kind, text=each.text, value=said.value,
                          articles=list(said.articles), article=said.article, quote=said.quote)  # fmt: skip
