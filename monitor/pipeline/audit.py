"""Draws the sample of an audit from what a watch has judged, and reads what its answers say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from monitor.match.audit import (
    SIZE,
    Band,
    Cell,
    Estimate,
    Figure,
    Judged,
    band_of,
    draw,
    drawn_at,
    estimate,
    in_sight,
    together,
)
from monitor.model import DECIDING, Match
from monitor.model.frozen import frozen
from monitor.pipeline.decide import NAME, Person, UndecidedError
from monitor.store import Store, audits
from monitor.store.audits import Audit, Sampled
from monitor.store.subjects import stories_of

WEEK = timedelta(days=7)
SEASON = timedelta(weeks=10)  # audits that are taken together
DOMAIN = 8  # answers from which a language or a kind of outlet has an estimate of its own


@frozen
class Standing:
    """What audits say of a watch. audits: those of `SEASON`, the newest first, each with its own estimate.

    sight: of the articles that come in sight of the threshold; all: of every article. by: (what, name, estimate in
    sight) by language and kind of outlet, None where too few were answered. cells: of all audits together.
    """

    audits: tuple[tuple[Audit, Estimate], ...]
    sight: Estimate
    all: Estimate
    by: tuple[tuple[str, str, int, Estimate | None], ...]
    cells: tuple[Cell, ...]


def drawn(db: Connection, watch: str, person: Person, *, since: datetime | None = None, size: int = SIZE) -> Audit:
    """A sample of what the watch judged in the last week, or since ``since``, and after the audit before; not stored.

    Raises UndecidedError where nothing was judged.
    """
    found = audits.newest_match(db, watch)
    if found is None:
        raise UndecidedError(f"{watch} has judged nothing yet; `monitor poll` reads the feeds")
    before = audits.newest(db, watch, limit=1)
    start = max([since or person.now - WEEK, *(each.until for each in before)])
    threshold = found.receipt.threshold
    every = list(audits.candidates(db, watch, start, person.now))
    judged = [Judged(c.id, c.score, c.verdict, c.language, c.kind) for c in every if c.relevant is None]
    by_person = [c for c in every if c.relevant is not None]
    own = audits.matches(db, watch, [c.id for c in by_person])
    known: Counter[tuple[str, ...]] = Counter(
        (_own_band(own[c.id], threshold), c.language, c.kind, "right" if c.relevant else "wrong") for c in by_person
    )
    salt = f"{watch} {person.now:%G-%V} {start.isoformat()}"
    sample = [
        Sampled(one.id, band, one.language, one.kind)
        for band, chosen in draw(judged, threshold, salt, size).items()
        for one in chosen
    ]
    if not sample:
        raise UndecidedError(f"{watch} has judged no new article since {start:%d %b, %H:%M} UTC; audit again later")
    # Nobody should tell from its place what the watch said of an article.
    sample.sort(key=lambda each: drawn_at(salt, each.article))
    sizes: Counter[tuple[str, ...]] = Counter(
        (band_of(one.verdict, one.score, threshold), one.language, one.kind) for one in judged
    )
    name = " ".join(person.name.split())[:NAME]
    version = found.receipt.profile
    return Audit(0, watch, person.now, name, start, person.now, version, sizes, known, tuple(sample))


def start(store: Store, watch: str, person: Person, *, since: datetime | None = None, size: int = SIZE) -> Audit:
    """Draw a sample and store it. Raises UndecidedError where one is still open, or nothing was judged."""
    with store.read() as db:  # for seconds in a large store, in which nobody has to wait to write
        _none_open(db, watch, person)
        made = drawn(db, watch, person, since=since, size=size)
    with store.write(stories_of(watch)) as db:
        _none_open(db, watch, person)
        return replace(made, id=audits.add(db, made))


def _none_open(db: Connection, watch: str, person: Person) -> None:
    if open_ := waiting(db, watch, person.now):
        raise UndecidedError(f"audit {open_.id} is still open: {open_.waiting} of its articles wait for an answer")


def waiting(db: Connection, watch: str, now: datetime) -> Audit | None:
    """The audit of the last week that has articles without an answer."""
    newest = audits.newest(db, watch, since=now - WEEK, limit=1)
    return newest[0] if newest and newest[0].waiting else None


def standing(db: Connection, watch: str, now: datetime) -> Standing | None:
    """What the answers of the last ten weeks say; None where there are none."""
    answered = [each for each in audits.newest(db, watch, since=now - SEASON) if each.waiting < len(each.sample)]
    if not answered:
        return None
    whole = together(cell for each in answered for cell in cells_of(each))
    single = tuple((each, estimate(in_sight(cells_of(each)))) for each in answered)
    return Standing(single, estimate(in_sight(whole)), estimate(whole), tuple(_domains(answered)), tuple(whole))


def percent(figure: Figure) -> str:
    """ "84 % (61 to 97 %)": an estimate and its interval."""
    value = "an unknown share " if figure.value is None else f"{100 * figure.value:.0f} % "
    return f"{value}({100 * figure.low:.0f} to {100 * figure.high:.0f} %)"


def cells_of(audit: Audit, **only: str) -> list[Cell]:
    """The bands of an audit with what was answered. only: ``language`` or ``kind``."""
    names = ("band", "language", "kind")
    places = {names.index(name): value for name, value in only.items()}

    def wanted(key: Sequence[str]) -> bool:
        return all(key[place] == value for place, value in places.items())

    sizes: Counter[str] = Counter()
    for key, count in audit.sizes.items():
        sizes[key[0]] += count if wanted(key) else 0
    answered = [s for s in audit.sample if s.relevant is not None and wanted((s.band, s.language, s.kind))]
    looked = Counter(each.band for each in answered)
    right = Counter(each.band for each in answered if each.relevant)
    known: Counter[str] = Counter()
    known_right: Counter[str] = Counter()
    for key, count in audit.known.items():
        known[key[0]] += count if wanted(key) else 0
        known_right[key[0]] += count if wanted(key) and key[3] == "right" else 0
    found = [Cell(_band(band), size, looked[band], right[band]) for band, size in sizes.items() if size]
    return found + [Cell(_band(band), size, size, known_right[band]) for band, size in known.items() if size]


def _domains(answered: Sequence[Audit]) -> Iterable[tuple[str, str, int, Estimate | None]]:
    for place, what in ((1, "language"), (2, "kind")):
        names = Counter(key[place] for each in answered for key in each.sizes if key[0] != "rest")
        for name in sorted(names):
            cells = in_sight(together(c for each in answered for c in cells_of(each, **{what: name})))
            looked = sum(cell.looked for cell in cells)
            enough = looked >= DOMAIN and all(cell.looked for cell in cells)
            yield what, name, looked, estimate(cells) if enough else None


def _own_band(match: Match, threshold: float) -> Band:
    """Of an article that a person marked, as the watch would judge it without the mark."""
    refused = any(r.kind in DECIDING and r.kind not in ("marked", "query") for r in match.receipt.reasons)
    if match.score >= threshold and not refused:
        return "match"
    return band_of("near" if match.score >= match.receipt.near_miss else "no", match.score, threshold)


def _band(name: str) -> Band:
    return name  # type: ignore[return-value]  # only these are stored
