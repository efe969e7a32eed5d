"""Why a report is in its story: what speaks for one event with the others and what against, in their own words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from monitor.model import Document
from monitor.stories.group import FIRST, LAST, names
from monitor.stories.group.against import other_people, other_spot
from monitor.stories.group.crossing import Tables
from monitor.stories.group.features import Features, Reader, strongest_common
from monitor.stories.group.resemblance import same_event
from monitor.stories.group.signature import Signature, surfaces

MOST = 6  # words named of a kind
APART = 1.0  # days between two reports from which that is named
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Told:
    """A report of a story, as it is compared."""

    document: Document
    signature: Signature

    @property
    def day(self) -> float | None:
        """When it was published, in days since 1970."""
        return None if self.document.published is None else self.document.published.timestamp() / 86400


@dataclass(frozen=True, slots=True)
class Why:
    """What holds a report in its story. mean: likelihood (0 to 1) of one event with the others, on average.

    nearest: the report most like it, "" where the story has no other. likely, together, against: of these two.
    """

    document: str
    mean: float = 0.0
    nearest: str = ""
    likely: float = 0.0
    together: tuple[str, ...] = ()
    against: tuple[str, ...] = ()


def why(told: Sequence[Told], reader: Reader, tables: Tables) -> list[Why]:
    """For each report of a story, in order, what holds it there."""
    features = [reader.weigh(each.signature) for each in told]
    core = [*range(min(FIRST, len(told))), *range(max(FIRST, len(told) - LAST), len(told))]
    found = []
    for at, each in enumerate(told):
        likely = {
            other: same_event(features[at], features[other], _days(each, told[other])) for other in core if other != at
        }
        if not likely:
            found.append(Why(each.document.id))
            continue
        near = max(likely, key=lambda other: (likely[other], -other))
        mean = sum(likely.values()) / len(likely)
        pair, weighed = (each, told[near]), (features[at], features[near])
        found.append(
            Why(each.document.id, mean, told[near].document.id, likely[near],
                tuple(_together(pair, weighed, tables)), tuple(_against(pair, weighed, reader)))
        )  # fmt: skip
    return found


def _days(one: Told, other: Told) -> float | None:
    return None if one.day is None or other.day is None else abs(one.day - other.day)


def _together(pair: tuple[Told, Told], weighed: tuple[Features, Features], tables: Tables) -> Iterable[str]:
    """What both say, the rarest first; of two languages each with its own word."""
    one, other = weighed
    words = [surfaces(each.document) for each in pair]
    if one.space == other.space:
        yield from (words[0].get(term, term) for term in strongest_common(one.words, other.words, MOST))
    else:
        keys = strongest_common(one.shared, other.shared, MOST)
        said = [_by_key(each.document, keys, each.signature.space, tables) for each in pair]
        for key in keys:
            yield " = ".join(dict.fromkeys(each.get(key, key.lstrip("~@#=")) for each in said))
    a, b = (each.signature.dates for each in pair)
    if same := a.days & b.days:
        yield f"the day {_day(min(same))}"
    if same := pair[0].signature.weekdays & pair[1].signature.weekdays:
        yield f"the weekday {WEEKDAYS[min(same)]}"


def _against(pair: tuple[Told, Told], weighed: tuple[Features, Features], reader: Reader) -> Iterable[str]:
    """What differs: time, dates and weekdays that are said, people and places, names that one alone has."""
    days = _days(*pair)
    if days is not None and days >= APART:
        yield f"{days:.0f} {'day' if round(days) == 1 else 'days'} apart"
    a, b = (each.signature for each in pair)
    if a.dates.days and b.dates.days and not a.dates.days & b.dates.days:
        yield f"says {_day(min(a.dates.days))}, the other {_day(min(b.dates.days))}"
    if a.weekdays and b.weekdays and not a.weekdays & b.weekdays:
        yield f"says {WEEKDAYS[min(a.weekdays)]}, the other {WEEKDAYS[min(b.weekdays)]}"
    one, other = weighed
    if side := other_people(one, other):
        yield _names(one.people[side], other.people[side], reader)
    if other_spot(one, other):
        yield _names(one.spots, other.spots, reader)
    if a.space != b.space:
        yield "in another language"
        return
    for where, own, others, told in (("here", 0, 1, pair[0]), ("there", 1, 0, pair[1])):
        alone = {t: w for t, w in weighed[own].names.weights.items() if t not in weighed[others].words.weights}
        if alone:
            said = surfaces(told.document)
            strongest = sorted(alone, key=lambda term: (-alone[term], term))[:MOST]
            yield f"only {where}: {', '.join(said.get(term, term) for term in strongest)}"


def _names(here: Iterable[str], there: Iterable[str], reader: Reader) -> str:
    mine, theirs = (", ".join(sorted(map(reader.name, keys))[:MOST]) for keys in (here, there))
    return f"names {mine}, the other {theirs}"


def _by_key(document: Document, keys: Sequence[str], space: str, tables: Tables) -> dict[str, str]:
    """shared key → the word of the report that gave it."""
    things: Mapping[str, str] = tables.things(space)
    found: dict[str, str] = {}
    for stem, surface in surfaces(document).items():
        folded = surface.casefold()
        given = [things.get(stem, ""), f"#{folded}", *(f"~{code}" for code in names.codes(stem))]
        for key in keys:
            if key in given or (" " in key and f"~{key.rpartition(' ')[2]}" in given):
                found.setdefault(key, surface)
    return found


def _day(ordinal: int) -> str:
    found = date.fromordinal(ordinal)
    return f"{found.day} {datetime(found.year, found.month, 1, tzinfo=UTC):%b} {found.year}"
