"""Judges many articles, or long ones, in a process of its own.

Judging is all interpreter, which has one lock: a thread that judges holds up the one that answers `/healthz`. So what
takes long is judged where it holds up nobody, with a limit in time. A few short articles are judged sooner here than
they could be sent there.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.errors import MonitorError
from monitor.model import Article, Match, Reason
from monitor.pipeline.judge_article import judged
from monitor.text.redact import shown_address
from monitor.workers.process import Outcome, Worker, WorkerDiedError

if TYPE_CHECKING:
    from monitor.config import Config
    from monitor.match import Matcher

log = logging.getLogger(__name__)

WORTH = 200_000  # characters: fewer take less than sending them and starting the process
PORTION = 250_000  # characters judged in one go; of the costliest text some four seconds
LIMIT = 60.0  # seconds for a portion, for a machine where the process gets a tenth of a processor
BRIEF = 5_000  # characters that are judged of an article that took too long
IDLE = 30.0  # seconds after which the process ends
MEMORY = 1 << 30  # bytes of address space it may have
GROWS = 256 << 20  # bytes it may grow to before a fresh one takes its place: what it loads takes some 30 MB

Judged = tuple[Article, Match]


class JudgingProcess:
    """Judges by the matchers of one configuration. Used by threads, one at a time.

    kept: the file that keeps the matchers, None where none does.
    """

    def __init__(self, config: Config, kept: Path | None) -> None:
        self._config = config
        self._kept = kept
        self._turn = threading.Lock()
        self._worker: Worker | None = None
        self._idle: threading.Timer | None = None
        self._ends = 0  # how often it was ended from outside

    def takes(self, articles: Sequence[Article]) -> bool:
        """Whether these are worth sending there."""
        return sum(len(article.text) for article in articles) >= WORTH

    def judge(
        self,
        matcher: Matcher,
        articles: Sequence[Article],
        marked: Mapping[int, bool],
        stopped: Callable[[], bool] = lambda: False,
    ) -> list[Judged]:
        """As `judged` for each, as far as it came until ``stopped``. marked: article → how a person marked it."""
        done: list[Judged] = []
        with self._at_work():
            for portion in portions(articles):
                given = [(article, marked.get(article.id)) for article in portion]
                found = self._portion(matcher, given, stopped)
                if found is None:  # it was stopped
                    break
                done += found
        return done

    def load(self) -> None:
        """Starts the process, which then has its matchers, and has kept them. What it cannot do is done here later."""
        with self._at_work(), suppress(MonitorError, OSError, EOFError):
            self._started()

    def end(self) -> None:
        """Ends the process, whatever it is at. It starts again when there is more to judge."""
        self._ends += 1
        if worker := self._worker:
            worker.kill()

    @contextmanager
    def _at_work(self) -> Iterator[None]:
        with self._turn:
            if self._idle:
                self._idle.cancel()
            try:
                yield
            finally:
                self._idle = threading.Timer(IDLE, self._dismiss)
                self._idle.daemon = True
                self._idle.start()

    def _dismiss(self) -> None:
        with self._turn:
            if self._worker:
                self._worker.dismiss(1.0)
            self._worker = None

    def _portion(
        self, matcher: Matcher, given: Sequence[tuple[Article, bool | None]], stopped: Callable[[], bool]
    ) -> list[Judged] | None:
        """The portion judged, one article after another where together they ended the process; None where stopped."""
        if stopped():
            return None
        found = self._asked(matcher, given)
        if found is not None:
            return found
        done = []
        for one in given:
            if stopped():
                return None
            found = self._asked(matcher, [one]) if len(given) > 1 else None
            if found is None and not stopped():
                found = [self._beginning(matcher, *one)]
            done += found or []
        return None if stopped() else done

    def _beginning(self, matcher: Matcher, article: Article, relevant: bool | None) -> Judged:
        """The beginning of an article that took too long, or its headline, and that it was no more."""
        log.warning("%s: judging all of it ended the process that judges; only its beginning counts",
                    shown_address(article.url) or article.title)  # fmt: skip
        brief = replace(article, text=article.text[:BRIEF])
        found = self._asked(matcher, [(brief, relevant)])
        if found is None:
            brief = replace(article, text="")
            found = [judged(brief, matcher, relevant)]
        [(read, match)] = found
        read_of_it, whole = f"{len(brief.text):,}", f"{len(article.text):,}"
        said = f"only the first {read_of_it} of its {whole} characters were judged: more took too long"
        receipt = replace(match.receipt, reasons=(*match.receipt.reasons, Reason("cut", said, 0.0)))
        return replace(read, text=article.text), replace(match, receipt=receipt)

    def _asked(self, matcher: Matcher, given: Sequence[tuple[Article, bool | None]]) -> list[Judged] | None:
        """What the process says; None where it ended over these. Here, where no process can be had."""
        try:
            outcome = self._answer(matcher, given)
        except (MonitorError, OSError, EOFError) as error:  # MonitorError: a file of the configuration was edited
            log.warning("no process for judging can be started (%s): the service itself judges", error)
            return [judged(article, matcher, relevant) for article, relevant in given]
        if outcome.error is not None:
            log.debug("judging apart: %s", outcome.error)
            return None
        found: list[Judged] | None = outcome.result
        # Files that were saved meanwhile make other matchers there; what counts is what is in force here.
        return found if found is not None else [judged(article, matcher, relevant) for article, relevant in given]

    def _answer(self, matcher: Matcher, given: Sequence[tuple[Article, bool | None]]) -> Outcome:
        """What came of it. Raises what `_started` does."""
        ends = self._ends
        for last in (False, True):
            worker = self._started()
            clock = threading.Timer(LIMIT, worker.kill)
            clock.start()
            try:
                outcome = worker.exchange(judge_here, (matcher.topic.watch, matcher.version, given))
            except WorkerDiedError as death:
                outcome = Outcome(error=str(death), spoiled=True)
            finally:
                clock.cancel()
            if not outcome.spoiled:
                return outcome
            worker.kill()
            self._worker = None
            if worker.received or last or ends != self._ends:
                break  # else it died while it was idle
        return outcome

    def _started(self) -> Worker:
        """The process, with its matchers. Raises OSError, EOFError, or the MonitorError of loading them."""
        if self._worker is None:
            worker = Worker(MEMORY, grows=GROWS)
            try:
                worker.exchange(load_here, (self._config, self._kept)).value()
            except WorkerDiedError as death:
                raise OSError(f"it {death} as it began") from death
            except MonitorError:
                worker.kill()
                raise
            self._worker = worker
        return self._worker


def portions(articles: Sequence[Article]) -> Iterator[Sequence[Article]]:
    """The articles in their order, in rows of at most `PORTION` characters together; a longer one is alone."""
    row: list[Article] = []
    length = 0
    for article in articles:
        if row and length + len(article.text) > PORTION:
            yield row
            row, length = [], 0
        row.append(article)
        length += len(article.text)
    if row:
        yield row


# In the process

_matchers: Mapping[str, Matcher] = {}


def load_here(config: Config, kept: Path | None) -> None:
    """Loads the matchers that `judge_here` judges by. Raises ConfigError or SeedError."""
    global _matchers
    from monitor.match.kept import matchers_of  # noqa: PLC0415 - 60 ms, for this process alone

    _matchers = matchers_of(config, kept)


def judge_here(watch: str, version: str, given: Sequence[tuple[Article, bool | None]]) -> list[Judged] | None:
    """Each article as it is judged, with how a person marked it; None where the matcher is of another version."""
    matcher = _matchers.get(watch)
    if matcher is None or matcher.version != version:
        return None
    return [judged(article, matcher, relevant) for article, relevant in given]
