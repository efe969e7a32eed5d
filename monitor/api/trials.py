"""What an edit of a watch's terms would change over the stored articles. Nothing is stored."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints, ValidationError

from monitor.api.base import SENT, Answer, AskedWronglyError
from monitor.api.receipts import ReasonAnswer
from monitor.config.watch import Terms, WatchConfig
from monitor.errors import ConfigError
from monitor.match import Matcher
from monitor.match.compare import Change
from monitor.pipeline.trial import Trial, try_edit
from monitor.store import Store
from monitor.text.fold import fold

ARCHIVE = timedelta(days=30)  # an edit is tried on the articles of so many days
MOST_ARTICLES = 6000  # of them, the newest
SECONDS = 10.0
SHOWN = 50  # changes of each kind

Term = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]*\S[^\x00-\x1f]*$")]


class Weighted(BaseModel):
    """A term to be added."""

    model_config = SENT

    term: Term
    weight: Annotated[float, Field(ge=-10, le=10)] = 1.0


class Edit(BaseModel):
    """An edit of a watch's own terms, over what its file has. drop: own terms to be taken out of every list."""

    model_config = SENT

    add: Annotated[list[Weighted], Field(max_length=50, description="terms that speak for an article")] = []
    remove: Annotated[list[Term], Field(max_length=50, description="learned terms that shall not count")] = []
    require: Annotated[list[Term], Field(max_length=50, description="of these, one must stand in a match")] = []
    exclude: Annotated[list[Term], Field(max_length=50, description="none of these may stand in a match")] = []
    drop: Annotated[list[Term], Field(max_length=50, description="own terms to be taken out")] = []


class Judged(Answer):
    """How a watch judges an article."""

    score: float
    verdict: str


class ChangedArticle(Answer):
    """An article that an edit gains, loses or moves, and the reasons that differ."""

    id: str
    title: str
    url: str
    before: Judged
    after: Judged
    reasons: list[ReasonAnswer]


class LostStory(Answer):
    """A story that would have no match left."""

    id: int
    title: str


class Warned(Answer):
    """A term that does nothing or too much. found: how many articles hold it."""

    term: str
    kind: str
    found: int
    message: str


class TrialAnswer(Answer):
    """What an edit would change. articles: on how many it was tried. totals: how many there are of each kind.

    new: the watch has judged nothing yet.
    """

    watch: str
    new: bool
    articles: int
    gained: list[ChangedArticle]
    lost: list[ChangedArticle]
    moved: list[ChangedArticle]
    stories_lost: list[LostStory]
    totals: dict[str, int]
    warnings: list[Warned]


def trial_answer(watch: str, trial: Trial) -> TrialAnswer:
    """What an edit would change, as `monitor diff --json` prints it."""
    found = trial.comparison
    return TrialAnswer(
        watch=watch,
        new=trial.new,
        articles=found.articles,
        gained=[_change(each) for each in found.gained],
        lost=[_change(each) for each in found.lost],
        moved=[_change(each) for each in found.moved],
        stories_lost=[LostStory(id=story, title=headline) for story, headline in trial.lost_stories],
        totals={str(kind): count for kind, count in found.totals.items()}
        | {"stories_lost": trial.lost_in_all, "by_mark": trial.by_mark},
        warnings=[Warned.model_validate(each) for each in trial.warnings],
    )


def _change(change: Change) -> ChangedArticle:
    document = change.document
    return ChangedArticle(
        id=document.id,
        title=document.title,
        url=document.url,
        before=Judged(score=round(change.before.score, 4), verdict=change.before.verdict),
        after=Judged(score=round(change.after.score, 4), verdict=change.after.verdict),
        reasons=[ReasonAnswer.model_validate(each) for each in change.reasons],
    )


def edited(settings: WatchConfig, edit: Edit) -> WatchConfig:
    """The watch with an edit of its terms. Raises AskedWronglyError for terms that contradict each other."""
    own, gone = settings.terms, {fold(each) for each in edit.drop}
    kept = {name: [each for each in getattr(own, name) if fold(each) not in gone] for name in _PLAIN}
    added = [
        *({"term": each.term, "weight": each.weight} for each in own.add if fold(each.term) not in gone),
        *({"term": each.term, "weight": each.weight} for each in edit.add),
    ]
    lists = {name: [*kept[name], *getattr(edit, name)] for name in _PLAIN}
    try:
        terms = Terms.model_validate({**lists, "add": added})
    except ValidationError as error:
        texts = {each["msg"].removeprefix("Value error, ") for each in error.errors(include_url=False)}
        raise AskedWronglyError("; ".join(sorted(texts))) from error
    if settings.query_decides and terms.add:
        raise AskedWronglyError("this watch has a query that decides alone, so a term that is added weighs nothing")
    return settings.model_copy(update={"terms": terms})


def drafted(make: Callable[[WatchConfig], Matcher], settings: WatchConfig, edit: Edit) -> Matcher:
    """The matcher of a watch with an edit of its terms. Raises AskedWronglyError for an edit that makes none, and for
    one that changes nothing."""
    changed = edited(settings, edit)
    if changed.terms == settings.terms:
        raise AskedWronglyError(
            "this edit changes nothing: name terms in add, remove, require or exclude that the watch does not have "
            "yet, or its own terms in drop"
        )
    try:
        return make(changed)
    except ConfigError as error:  # such as a term aimed at a country that is none
        raise AskedWronglyError("; ".join(each.message for each in error.problems)) from error


_PLAIN = ("remove", "require", "exclude")


def tried(
    store: Store, watch: str, matcher: Matcher, now: datetime, *, go_on: Callable[[], bool] = lambda: True
) -> Trial:
    """An edited watch tried on the newest stored articles, for a limited time. go_on: False ends it early."""
    end = time.monotonic() + SECONDS
    return try_edit(
        store, watch, matcher, now - ARCHIVE, most=MOST_ARTICLES, listed=SHOWN,
        go_on=lambda: time.monotonic() < end and go_on(),
    )  # fmt: skip
