"""Audits: how much a watch misses, by the answers to random samples."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from monitor.api.base import Answer, Stamp
from monitor.match.audit import Figure
from monitor.pipeline import audit as auditing
from monitor.pipeline.audit import Standing


class FigureAnswer(Answer):
    """An estimate with its 95 % confidence interval. value: null where nothing was answered."""

    value: float | None
    low: float
    high: float


class AuditLine(Answer):
    """One audit with its own figures. by: who drew it. profile: the version that was audited."""

    id: int
    drawn: Stamp
    by: str
    profile: str
    answered: int
    recall_in_sight: FigureAnswer
    precision: FigureAnswer


class BandAnswer(Answer):
    """Articles of a band. looked: how many a person answered for; right: the relevant of those."""

    band: str
    size: int
    looked: int
    right: int


class DomainAnswer(Answer):
    """The figures of a language or of a kind of outlet; null where too few were answered."""

    what: str
    name: str
    answered: int
    recall_in_sight: FigureAnswer | None
    precision: FigureAnswer | None


class EstimateAnswer(Answer):
    """What the answers of ten weeks say."""

    audits: list[AuditLine]
    answered: int
    recall_in_sight: FigureAnswer
    recall: FigureAnswer
    precision: FigureAnswer
    missed: FigureAnswer
    bands: list[BandAnswer]
    by: list[DomainAnswer]


class AuditAnswer(Answer):
    """The figures of a watch. open: the number of an audit that waits for answers; waiting: for how many."""

    watch: str
    open: int | None
    waiting: int
    estimate: EstimateAnswer | None


def estimate_answer(standing: Standing) -> EstimateAnswer:
    """What the answers say, as `monitor audit --json` prints it."""
    sight, every = standing.sight, standing.all
    return EstimateAnswer(
        audits=[
            AuditLine(id=audit.id, drawn=audit.drawn, by=audit.who, profile=audit.profile, answered=found.answered,
                      recall_in_sight=_figure(found.recall), precision=_figure(found.precision))
            for audit, found in standing.audits
        ],
        answered=every.answered,
        recall_in_sight=_figure(sight.recall),
        recall=_figure(every.recall),
        precision=_figure(every.precision),
        missed=_figure(every.missed),
        bands=[BandAnswer.model_validate(cell) for cell in standing.cells],
        by=[
            DomainAnswer(what=what, name=name, answered=looked,
                         recall_in_sight=_figure(found.recall) if found else None,
                         precision=_figure(found.precision) if found else None)
            for what, name, looked, found in standing.by
        ],
    )  # fmt: skip


def _figure(figure: Figure) -> FigureAnswer:
    return FigureAnswer.model_validate(figure)


def audit_of(db: sa.Connection, watch: str, now: datetime) -> AuditAnswer:
    """The figures of a watch, and whether an audit of it waits for answers."""
    waiting, standing = auditing.waiting(db, watch, now), auditing.standing(db, watch, now)
    return AuditAnswer(
        watch=watch,
        open=waiting.id if waiting else None,
        waiting=waiting.waiting if waiting else 0,
        estimate=estimate_answer(standing) if standing else None,
    )
