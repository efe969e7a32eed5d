"""Who says what in a story, as its templates see it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

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
        one_sided=tuple(_one_sided(found.one_sided[:LISTED], by_id, words)),
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
    return isolated(words.figures(shown) if words else shown)


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


def _one_sided(found: Sequence[OneSided], by_id: Mapping[int, Report], words: Words | None) -> Iterator[str]:
    """ "only in outlets of Iran: Rostam Kiani, Bandar Abbas (Marz News)": what the same sources say, once."""
    wording = words.wording if words else ENGLISH
    things: dict[tuple[str, bool, str], list[str]] = {}
    for each in found:
        side, sources = one_line(each.side, 40), _sources(each.saying, by_id, words)
        what = isolated(value_of(each.kind, each.text, words))
        things.setdefault((words.country(side) if words else side, each.missing, sources), []).append(what)
    for (side, missing, sources), named in things.items():
        what = wording.listed(named)
        if missing:
            yield wording.say("not in outlets of {side}: {what} ({sources})", side=side, what=what, sources=sources)
        else:
            yield wording.say("only in outlets of {side}: {what} ({sources})", side=side, what=what, sources=sources)
