"""The page that a link of a mail opens: it asks its reader once whether a story is right, and needs no login.

Opening it changes nothing, because programs of mail servers open every link.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from urllib.parse import quote

import sqlalchemy as sa
from starlette.exceptions import HTTPException
from starlette.responses import Response

from monitor.deliver.judging_links import BadKeyError, JudgingKey, digits_of, unseal
from monitor.model import Story
from monitor.pipeline import decide
from monitor.pipeline.decide import GoneError, Person, UndecidedError
from monitor.render.build_views import JUDGE
from monitor.render.edition_views import Text, text_view
from monitor.render.plain import one_line
from monitor.store import corrections, decisions
from monitor.store.decisions import Decision
from monitor.store.subjects import ALL_STORIES
from monitor.text.language import reading_rank
from monitor.web.decided_view import decided_view
from monitor.web.judge import settle
from monitor.web.request import PageRequest

LISTED = 8  # reports
_GONE = "this story is gone: its reports were judged or deleted since"


@dataclass(frozen=True, slots=True)
class AskedView:
    """The story that is asked about. reports: (source, headline). more: further reports."""

    id: int
    watch: str
    headline: Text
    reports: tuple[tuple[str, Text], ...]
    more: int


def ask(request: PageRequest) -> Response:
    """Asks about a story, or says what the sender said of it. Without ``?key=`` to the story's page.

    Raises HTTPException 403 for a key that is not good, 404 where the story is gone.
    """
    given = request.query("key")
    if not given:
        return request.go(f"stories/{request.path_id()}")
    key = _key(request, given)
    with request.store.read() as db:
        try:
            made = _said(db, key, _name(request, key))
            asked = None if made else _asked(request, decide.story_of(db, key.story))
        except (UndecidedError, LookupError) as error:  # the latter: the store is an older one, put back
            raise HTTPException(404, _GONE) from error
    said = decided_view(made, request.clock) if made else None
    return request.page("judge_by_mail.html", asked=asked, said=said, act=made.act if made else "", key=given)


def answer(request: PageRequest) -> Response:
    """What the reader of a mail says of a story, or takes back; then back to the page that asked.

    Raises HTTPException 403 for a key that is not good, 400 for no such form, 404 where the story is gone, 409 for what
    cannot be.
    """
    given = request.form.get("key", "")[:1000]
    key = _key(request, given)
    act = _ACTS.get(request.form.get("act", ""))
    if act is None or not request.desk.access.same_origin(request.http):
        raise HTTPException(400, "the form does not say what is to be done; use the buttons of the page")
    person = Person(_name(request, key), request.now)
    try:
        with request.store.write(ALL_STORIES) as db:
            act(db, key, person)
    except (GoneError, LookupError) as error:
        raise HTTPException(404, _GONE) from error
    except UndecidedError as error:
        raise HTTPException(409, str(error)) from error
    settle(request.site)
    return request.go(f"{JUDGE}/{key.story}?key={quote(given)}")


def _key(request: PageRequest, given: str) -> JudgingKey:
    try:
        return unseal(given, request.path_id(), request.desk.access.token, request.now)
    except BadKeyError as error:
        raise HTTPException(403, f"{error}; log in with the token to judge the story on its page") from error


def _name(request: PageRequest, key: JudgingKey) -> str:
    """Who decides, without the host: whoever may only read is not told to whom editions go.

    Four signed digits tell apart people who have one name at two hosts.
    """
    name = one_line(key.recipient.partition("@")[0], decide.NAME - 15)
    return f"{name} {digits_of(key.recipient, request.desk.access.token)}, by mail"


def _said(db: sa.Connection, key: JudgingKey, who: str) -> Decision | None:
    """What the recipient said of the story since the mail, and has not taken back."""
    its = {key.story, corrections.resolve(db, key.story)}
    found = decisions.standing_of(db, who, key.sent)
    return next((made for made in found if its.intersection(made.stories)), None)


def _asked(request: PageRequest, story: Story) -> AskedView:
    watch = request.config.watches.get(story.watch)
    reports = tuple(
        (one_line(each.article.source, 60), text_view(each.article.title, each.article.language, 160))
        for each in story.reports[:LISTED]
    )
    headline, language = story.title_in(partial(reading_rank, reads=request.reads))
    shown = text_view(headline, language, 200)
    return AskedView(story.id, watch.name if watch else story.watch, shown, reports, len(story.reports) - len(reports))


def _once(act: Callable[[sa.Connection, int, Person], object]) -> Callable[[sa.Connection, JudgingKey, Person], None]:
    """An act that is left alone where the recipient has said something of the story already."""

    def once(db: sa.Connection, key: JudgingKey, person: Person) -> None:
        if not _said(db, key, person.name):
            act(db, key.story, person)

    return once


def _mark(relevant: bool) -> Callable[[sa.Connection, int, Person], object]:
    def mark(db: sa.Connection, number: int, person: Person) -> object:
        story = decide.story_of(db, number)
        ids = [report.article.id for report in story.reports]
        return decide.mark(db, story.watch, ids, person, relevant=relevant)

    return mark


def _mute(db: sa.Connection, number: int, person: Person) -> object:
    return decide.mute(db, number, person, muted=True)


def _undo(db: sa.Connection, key: JudgingKey, person: Person) -> None:
    if made := _said(db, key, person.name):
        decide.undo(db, made.id, person)


_ACTS: Mapping[str, Callable[[sa.Connection, JudgingKey, Person], None]] = {
    "right": _once(_mark(True)),
    "wrong": _once(_mark(False)),
    "mute": _once(_mute),
    "undo": _undo,
}
