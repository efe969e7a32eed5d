"""What a story is part of and who says what in it, as its page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import sqlalchemy as sa

from monitor.digest.affairs import affairs_of, around
from monitor.digest.enrich import Context, accounts_of
from monitor.digest.settings import countries, vocabulary
from monitor.model import Affair, Step, Story
from monitor.render.account_views import build_accounts
from monitor.render.build_views import Place
from monitor.render.edition_views import AccountsView, Text, text_view
from monitor.render.news_words import said
from monitor.stories.group.tables import load_tables
from monitor.stories.provenance import kept_provenance
from monitor.web.request import PageRequest, Site
from monitor.web.story_views import QUOTE, Clockface, When


@dataclass(frozen=True, slots=True)
class StepRow:
    """A story of an affair. number: which step it is, 0 for another account of an earlier one. own: of this page."""

    story: int
    number: int
    headline: Text
    when: When
    adds: str
    own: bool


_contexts: WeakKeyDictionary[Site, Context] = WeakKeyDictionary()


def context_of(request: PageRequest) -> Context:
    """What the page tells stories by, kept while a configuration is in force. Raises ConfigError for what cannot be
    read.
    """
    site = request.site
    if site not in _contexts:
        known = Context((), *vocabulary(site.config), countries(site.config))
        _contexts[site] = known.in_locale("en", request.reads)
    return _contexts[site]


def affair_of(db: sa.Connection, story: Story, context: Context) -> Affair | None:
    """What a story is part of; None for nothing."""
    near = around(db, [story])
    return affairs_of(near, [story.id], context).get(story.id) if near.links else None


def accounts_view(story: Story, context: Context, place: Place) -> AccountsView:
    """Who says what in a story."""
    copies = {copy.article for copy in kept_provenance(story.reports, load_tables()).copies}
    return build_accounts(accounts_of(story, copies, context), story.reports, place.link, QUOTE)


def step_rows(steps: tuple[Step, ...], own: int, clock: Clockface) -> list[StepRow]:
    """The steps as rows, oldest first."""
    return [
        StepRow(
            step.story,
            step.number,
            text_view(step.headline, step.language, 300),
            clock.when(step.began),
            said(step.adds),
            step.story == own,
        )
        for step in steps
    ]
