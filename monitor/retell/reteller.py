"""Asks a model about the stories of an edition, and puts into it what stands the comparison with what is stored.

An edition waits for it no longer than it was given time. Whatever goes wrong, it goes out without.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from monitor.errors import ModelError
from monitor.model import DigestStory, Edition, Retelling
from monitor.model.frozen import frozen
from monitor.retell.answer import Outcome, verified
from monitor.retell.check import Yardstick
from monitor.retell.facts import comparable
from monitor.retell.question import Question, messages_of, question_of
from monitor.retell.server import ModelServer
from monitor.stories.group.tables import load_tables
from monitor.text.language import primary
from monitor.topic.records import EntityName
from monitor.workers.aside import aside

log = logging.getLogger(__name__)

_REMEMBERED = 200  # answers: what is composed again is not asked again
_HOPELESS = frozenset({"unreachable", "refused"})  # after which no other story is asked about


@frozen
class RetellSettings:
    """What is asked for. stories: of an edition, at most; characters: of articles in one question. within: seconds that
    a round of editions waits.
    """

    summary: bool = True
    translate: bool = True
    stories: int = 10
    characters: int = 6000
    within: float = 120.0


class Reteller:
    """Asks ``server``. counts: ("kept", "") or ("dropped" or "failed", reason) → how often since the start."""

    def __init__(self, server: ModelServer, settings: RetellSettings) -> None:
        self._server = server
        self._settings = settings
        self._answers: dict[str, str] = {}
        self.counts: Counter[tuple[str, str]] = Counter()

    def until(self) -> float:
        """When a round of editions that begins now has waited long enough, by the clock of the loop."""
        return asyncio.get_running_loop().time() + self._settings.within

    async def retell(
        self, edition: Edition, reads: Sequence[str], entities: Sequence[EntityName], until: float
    ) -> Edition:
        """The edition with what a model says of its first stories for readers of ``reads``, and what came of it."""
        if not edition.stories or primary(reads[0]) not in comparable():
            return edition
        by = Yardstick(primary(reads[0]) or "", load_tables(), entities)
        stories = list(edition.stories)
        dropped, failed = Counter[str](), Counter[str]()
        hopeless = ""
        for place, each in enumerate(stories[: self._settings.stories]):
            question = await aside(self._question, each, reads)
            if question is None:
                continue
            try:
                if hopeless:
                    raise ModelError("it was not asked again", hopeless)
                outcome = await self._outcome(question, by, until)
            except ModelError as error:
                failed[error.kind] += 1
                if not hopeless:
                    log.warning("model %s, story %d: %s", self._server.name, each.story.id, error)
                hopeless = hopeless or (error.kind if error.kind in _HOPELESS else "")
                continue
            dropped.update(outcome.dropped)
            stories[place] = replace(each, retold=outcome.kept)
        told = [each.retold for each in stories if each.retold]
        made = Retelling(self._server.name, len(told), sum(map(len, told)), dict(dropped), dict(failed))
        self._count(made)
        return replace(edition, stories=tuple(stories), retelling=made)

    def _question(self, each: DigestStory, reads: Sequence[str]) -> Question | None:
        settings = self._settings
        return question_of(each, reads, settings.characters, summary=settings.summary, translate=settings.translate)

    async def _outcome(self, question: Question, by: Yardstick, until: float) -> Outcome:
        messages = messages_of(question)
        key = json.dumps(messages)
        if key not in self._answers:
            left = until - asyncio.get_running_loop().time()
            if left <= 0:
                raise ModelError("there was no time left to ask it", "late")
            content = await self._server.ask(messages, left)
            if len(self._answers) >= _REMEMBERED:
                self._answers.clear()
            self._answers[key] = content
        return await aside(verified, self._answers[key], question, by)

    def _count(self, made: Retelling) -> None:
        self.counts["kept", ""] += made.kept
        for outcome, reasons in (("dropped", made.dropped), ("failed", made.failed)):
            for reason, count in reasons.items():
                self.counts[outcome, reason] += count
