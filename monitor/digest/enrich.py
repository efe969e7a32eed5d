"""Adds to each story of an edition what its reports show together: who was first, who copied, what is new, quotes."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from monitor.languages import language
from monitor.languages.record import Language
from monitor.model import NO_GLOSS, Accounts, DigestStory, Edition, Feed, Gloss, Report, Story
from monitor.stories.accounts import accounts
from monitor.stories.gloss import gloss_of
from monitor.stories.group.tables import load_tables
from monitor.stories.novelty import summarise, whats_new
from monitor.stories.provenance import headline_of, provenance
from monitor.text.fold import fold
from monitor.text.language import reading_rank
from monitor.text.scripts import script
from monitor.topic.records import EntityName

WIDELY_REPORTED = 2  # independent publishers; below that the silence of the others means nothing


@dataclass(frozen=True, slots=True)
class Context:
    """What describing stories needs. countries: code → name of those whose silence is shown; acts: id → name.

    locale: of the digest; script: in which its names are shown; reads: its readers' languages, in order.
    """

    feeds: Sequence[Feed]
    entities: Sequence[EntityName] = ()
    acts: Mapping[str, str] | None = None
    countries: Mapping[str, str] | None = None
    locale: str = "en"
    script: str = "latin"
    reads: tuple[str, ...] = ()

    def in_locale(self, locale: str, reads: Sequence[str] = ()) -> Context:
        """The same for readers of ``reads``, or else of the locale's language, with each entity's name in the locale's
        language first, by which it is shown; in its script where there is none. Without either the first name stays,
        which is English in the shipped lists.
        """
        code = re.split("[-_]", locale)[0].lower()
        entities = _called_in(code, tuple(self.entities))
        readers = tuple(reads) or (code,)
        return replace(self, entities=entities, locale=locale, script=language(code).script, reads=readers)


@lru_cache(maxsize=16)  # one for each language of digests
def _called_in(code: str, entities: tuple[EntityName, ...]) -> tuple[EntityName, ...]:
    known = language(code)
    return tuple(_with_first(entity, known) for entity in entities)


def _with_first(entity: EntityName, known: Language) -> EntityName:
    called = dict(entity.called)
    alike = (name for name in called.values() if script(fold(name)) == known.script)
    name = called.get(known.code) or next(alike, entity.names[0])
    return replace(entity, names=tuple(dict.fromkeys((name, *entity.names))))


def enrich(edition: Edition, context: Context) -> Edition:
    """The edition with its stories described. Of stories under ``more`` and of near misses, which are shown as
    headlines, it is said what they are about where their readers can read none.
    """
    glosses = [unread(each.story.reports, context) for each in edition.more]
    more = tuple(
        each if gloss == each.gloss else replace(each, gloss=gloss)
        for each, gloss in zip(edition.more, glosses, strict=True)
    )
    near = {report.article.id: unread([report], context) for report in edition.near_misses}
    return replace(
        edition,
        stories=tuple(described(each, context) for each in edition.stories),
        more=more,
        near_glosses={article: gloss for article, gloss in near.items() if gloss != NO_GLOSS},
    )


def unread(reports: Sequence[Report], context: Context) -> Gloss:
    """What reports are about whose languages are known and read by no reader; empty for all others."""
    reads = context.reads
    if any(not r.article.language or reading_rank(r.article.language, reads) < len(reads) for r in reports):
        return NO_GLOSS
    return gloss_of(reports, load_tables(), context.entities, context.acts, context.script)


def described(each: DigestStory, context: Context) -> DigestStory:
    """A story of an edition with what its reports show together."""
    reports = each.story.reports
    fresh = [report for report in reports if report.article.id in each.fresh]
    before = [report for report in reports if report.article.id not in each.fresh]
    tables = load_tables()
    supporting = [support.report for support in each.story.supporting]
    found = provenance(reports, context.feeds, context.countries, tables, supporting)
    copies = {copy.article for copy in found.copies}
    story = replace(each.story, headline=headline_of(each.story, copies))
    # "New" compares with what readers saw, so a story shown for the first time has no such facts.
    facts = whats_new(before, fresh, context.entities, context.acts) if each.developing else ()
    return replace(
        each,
        story=story,
        accounts=accounts_of(story, copies, context),
        first=found.first,
        first_article=found.first_article,
        voices=found.voices,
        copies=found.copies,
        silent=found.silent if found.voices >= WIDELY_REPORTED else (),
        news=(*each.news, *(fact.news for fact in facts)),
        gloss=gloss_of(reports, tables, context.entities, context.acts, context.script),
        quotes=each.quotes or summarise(fresh or reports, skip=copies, reads=context.reads),
    )


def accounts_of(story: Story, copies: Collection[int], context: Context) -> Accounts:
    """Who says what in a story. copies: ids of articles that carry another's text."""
    return accounts(
        story.reports,
        load_tables(),
        copies=copies,
        sides=context.countries,
        entities=context.entities,
        acts=context.acts,
        reads=context.reads,
    )
