"""Who says what in a story, as its templates see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from monitor.model import Accounts, Claim, OneSided, Report, Saying
from monitor.render.catalogue import ENGLISH
from monitor.render.edition_views import AccountsView, SayingView, text_view
from monitor.render.news_words import day_of, some_of, value_of
from monitor.render.plain import one_line
from monitor.render.quotes import inner
from monitor.render.words import Words
from monitor.text.visual_order import isolated

NAMED = 3  # sources that are named, of those that say a thing
LISTED = 4  # things of a kind that are listed


def build_accounts(
    found: Accounts, reports: Sequence[Report], link: Callable[[str], str], clip: int, words: Words | None = None
) -> AccountsView:
    """Who says what. reports: of the story. link: an article's address as a link. clip: characters of a quote.

    words: None for English, with days as numbers.
    """
    by_id = {report.article.id: report for report in reports}
    return AccountsView(
        agreed=tuple(_agreed(claim, words) for claim in found.agreed[:LISTED]),
        differ=tuple(
            tuple(_saying(claim, saying, by_id, link, clip, words) for saying in claim.sayings)
            for claim in found.differ[:LISTED]
        ),
        one_sided=tuple(_one_sided(each, by_id, words) for each in found.one_sided[:LISTED]),
    )


def _agreed(claim: Claim, words: Words | None) -> str:
    """ "14 guards (3 reports)"."""
    saying = claim.sayings[0]
    count = len(saying.articles)
    wording, number = (words.wording, words.number(count)) if words else (ENGLISH, str(count))
    reports = wording.several(count, "{n} report", "{n} reports", n=number)
    return f"{_value(claim, saying, words)} ({reports})"


def _value(claim: Claim, saying: Saying, words: Words | None) -> str:
    """What is said, for display: a figure as its source has it, an act and its day in the digest's words."""
    shown = one_line(saying.value, 80)
    if words and claim.kind == "denial":
        return words.say(shown)
    act, between, day = shown.rpartition(" on ")
    if words and claim.kind == "date" and between:
        return words.say("{act} on {day}", act=words.say(act), day=day_of(day, words))
    return isolated(shown)


def _saying(
    claim: Claim,
    saying: Saying,
    by_id: Mapping[int, Report],
    link: Callable[[str], str],
    clip: int,
    words: Words | None,
) -> SayingView:
    report = by_id.get(saying.article)
    language = report.article.language if report else None
    return SayingView(
        _value(claim, saying, words),
        _sources(saying, by_id, words),
        text_view(inner(saying.quote), language, clip),
        link(report.article.url) if report else "",
    )


def _sources(saying: Saying, by_id: Mapping[int, Report], words: Words | None) -> str:
    """ "Border Post, Marz News and 2 more"."""
    reports = (by_id[each].article for each in saying.articles if each in by_id)
    names = list(dict.fromkeys(isolated(one_line(article.source or article.publisher, 40)) for article in reports))
    return some_of(names, NAMED, words)


def _one_sided(each: OneSided, by_id: Mapping[int, Report], words: Words | None) -> str:
    """ "only from Iran: person Rostam Kiani (Marz News and 1 more)"."""
    say = words.say if words else ENGLISH.say
    side = one_line(each.side, 40)
    about = {
        "side": words.country(side) if words else side,
        "kind": say(each.kind),
        "what": isolated(value_of(each.kind, each.text, words)),
        "sources": _sources(each.saying, by_id, words),
    }
    if each.missing:
        return say("not from {side}: {kind} {what} ({sources})", **about)
    return say("only from {side}: {kind} {what} ({sources})", **about)
