"""Who says what in a story, as its templates see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from monitor.model import Accounts, OneSided, Report, Saying
from monitor.render.edition_views import AccountsView, SayingView, text_view
from monitor.render.plain import one_line
from monitor.render.quotes import inner
from monitor.text.plural import plural
from monitor.text.visual_order import isolated

NAMED = 3  # sources that are named, of those that say a thing
LISTED = 4  # things of a kind that are listed


def build_accounts(found: Accounts, reports: Sequence[Report], link: Callable[[str], str], clip: int) -> AccountsView:
    """Who says what. reports: of the story. link: an article's address as a link. clip: characters of a quote."""
    by_id = {report.article.id: report for report in reports}
    return AccountsView(
        agreed=tuple(
            f"{isolated(one_line(claim.sayings[0].value, 80))} ({plural(len(claim.sayings[0].articles), 'report')})"
            for claim in found.agreed[:LISTED]
        ),
        differ=tuple(
            tuple(_saying(saying, by_id, link, clip) for saying in claim.sayings) for claim in found.differ[:LISTED]
        ),
        one_sided=tuple(_one_sided(each, by_id) for each in found.one_sided[:LISTED]),
    )


def _saying(saying: Saying, by_id: Mapping[int, Report], link: Callable[[str], str], clip: int) -> SayingView:
    report = by_id.get(saying.article)
    language = report.article.language if report else None
    return SayingView(
        isolated(one_line(saying.value, 80)),
        _sources(saying, by_id),
        text_view(inner(saying.quote), language, clip),
        link(report.article.url) if report else "",
    )


def _sources(saying: Saying, by_id: Mapping[int, Report]) -> str:
    """ "Border Post, Marz News and 2 more"."""
    reports = (by_id[each].article for each in saying.articles if each in by_id)
    names = list(dict.fromkeys(isolated(one_line(article.source or article.publisher, 40)) for article in reports))
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def _one_sided(each: OneSided, by_id: Mapping[int, Report]) -> str:
    who = f"not from {one_line(each.side, 40)}" if each.missing else f"only from {one_line(each.side, 40)}"
    return f"{who}: {each.kind} {isolated(one_line(each.text, 80))} ({_sources(each.saying, by_id)})"
