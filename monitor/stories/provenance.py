"""Who had a story first, who carries whose text, how many voices speak, and who is silent. Pure.

A voice is an independent publisher: feeds of one publisher are one voice, and so is everyone who prints the same
text. A text is another's where its dateline credits an agency ("(Reuters)", "reported by IRNA" in the languages that
monitor/languages holds), where it shares long runs of words with an earlier report (w-shingling and containment after
Broder 1997), or where it is the translation of one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache

from monitor.languages import any_of, languages
from monitor.model import Article, Copy, Feed, Report, Story
from monitor.stories.group.crossing import Tables
from monitor.stories.translation import Order, is_translated, order_of
from monitor.text import fold

RUN = 6  # words in a shingle: long enough that two writers do not hit on it by chance
CONTAINED = 0.4  # share of the shorter text's shingles from which one text is the other's
FEWEST = 8  # shingles in common at least, so that a shared quotation or title makes no copy
DATELINE = 220  # characters of the text in which a credit speaks for the whole
SIGNATURE = 160  # characters at its end


@lru_cache(maxsize=1)
def _agencies() -> dict[str, tuple[str, ...]]:
    """Agency, for display → what the languages call it."""
    found: dict[str, tuple[str, ...]] = {}
    for known in languages():
        for agency, forms in known.agencies:
            found[agency] = (*found.get(agency, ()), *forms)
    return found


_KINDS = {"wire": "news agencies"}
# A search feed publishes nothing itself: what it finds belongs to other publishers. Neither says which kind is silent.
NO_KINDS = frozenset({"search", "unknown"})


@lru_cache(maxsize=1)
def _agency_of() -> dict[str, str]:
    """Folded name → agency."""
    return {fold.fold(name): agency for agency, forms in _agencies().items() for name in forms}


@dataclass(frozen=True, slots=True)
class _Credits:
    """Ways to credit an agency, on folded text, with its name as the first group. anywhere: those a signature has."""

    dateline: tuple[re.Pattern[str], ...]
    anywhere: tuple[re.Pattern[str], ...]


@lru_cache(maxsize=1)
def _credits() -> _Credits:
    """A credit stands in brackets, before a dash at the start, or beside words that mean "reported by"."""
    # The longest name first: of "Anadolu" and "Anadolu Agency" the shorter would match within the other.
    name = "|".join(map(re.escape, sorted(_agency_of(), key=len, reverse=True)))
    reported_by = any_of(lambda known: known.credits.reported_by)
    agency = any_of(lambda known: known.credits.agency)
    reported = any_of(lambda known: known.credits.reported)
    case = f"(?:'?{any_of(lambda known: known.credits.name_endings)})?"
    bracketed = re.compile(rf"[(\[]\s*({name})\s*[)\]]")
    said = re.compile(rf"(?<!\w){reported_by} *(?:{agency} ){{0,3}}({name})(?!\w)")
    return _Credits(
        (
            bracketed,
            re.compile(rf"^.{{0,60}}?(?<!\w)({name}){case} ?[:/|—–]"),
            re.compile(rf"^\W*({name}) +- "),
            said,
            re.compile(rf"(?<!\w)({name}){case} {reported}(?!\w)"),
        ),
        (bracketed, said),
    )


@dataclass(frozen=True, slots=True)
class Provenance:
    """first: publisher that had the story first, for display; first_article: that article's id; when: its time.

    publishers: the independent ones, for display, the earliest first. copies: articles that carry another's text.
    kinds: kinds of publisher that report it. silent: kinds and countries that are watched and do not, for display.
    """

    first: str
    first_article: int
    when: datetime
    publishers: tuple[str, ...]
    copies: tuple[Copy, ...]
    kinds: tuple[str, ...]
    silent: tuple[str, ...]

    @property
    def voices(self) -> int:
        """How many independent publishers report it."""
        return len(self.publishers)


def provenance(
    reports: Sequence[Report],
    watched: Sequence[Feed] = (),
    countries: Mapping[str, str] | None = None,
    tables: Tables | None = None,
    supporting: Sequence[Report] = (),
) -> Provenance:
    """The provenance of one story's reports (at least one; ValueError for none).

    watched: the feeds polled, so that silence is only said of those who were heard. countries: code → name of the
    countries whose silence matters (the sides of the watch). tables: what is known of words, by which translations of
    another's text are found; without them they count as voices. supporting: reports under the threshold that tell of
    it; whoever they are of is not silent.
    """
    if not reports:
        raise ValueError("a story has at least one report")
    ordered = sorted(reports, key=_turn)
    origin = _origins(ordered, tables)
    first = ordered[0].article
    kinds = dict.fromkeys(report.article.kind for report in ordered if report.article.kind not in NO_KINDS)
    return Provenance(
        publisher_of(ordered[0]),
        first.id,
        first.published or first.fetched,
        _independent(ordered, origin),
        tuple(Copy(article, of) for article, (of, _) in origin.items()),
        tuple(kinds),
        _silent((*ordered, *supporting), watched, countries or {}),
    )


_kept: dict[tuple[int, ...], Provenance] = {}
_KEPT = 4000  # stories


def kept_provenance(reports: Sequence[Report], tables: Tables) -> Provenance:
    """`provenance` of a story that lists show again and again: worked out once while its reports stay as they are."""
    key = tuple(hash(_said_by(report)) for report in reports)
    if (found := _kept.get(key)) is None:
        if len(_kept) >= _KEPT:
            _kept.clear()
        found = _kept[key] = provenance(reports, tables=tables)
    return found


def _said_by(report: Report) -> tuple[Hashable, ...]:
    """All of a report that its story's provenance follows from."""
    a = report.article
    house = (a.publisher, a.source, a.feed_url, a.kind)
    return (a.id, a.text, a.language, a.published, a.published_from, a.dates, a.fetched, *house)


def publisher_of(report: Report) -> str:
    """Who published it, for display: feeds of one publisher have one name."""
    return report.article.publisher or report.article.source or report.article.feed_url


def _turn(report: Report) -> tuple[datetime, bool, datetime, int]:
    """By what reports are put in order: a day alone takes no part in who was first on it, unless it was read before."""
    article = report.article
    return article.out_by, article.day is not None, article.fetched, article.id


def credited(text: str) -> str | None:
    """The agency that a text says it is taken from, in its dateline or signature; None where it says none."""
    head, tail = fold.fold(text[:DATELINE]), fold.fold(text[-SIGNATURE:])
    for part, patterns in ((head, _credits().dateline), (tail, _credits().anywhere)):
        for pattern in patterns:
            if found := pattern.search(part):
                return _agency_of()[found[1]]
    return None


def headline_of(story: Story, copies: Collection[int]) -> str:
    """The headline of a story: never that of a report that carries another's text, where there is another.

    Then it is that of the best of the others, or of the first of several.
    """
    own = [report for report in story.reports if report.article.id not in copies]
    if not own or any(report.article.title == story.headline for report in own):
        return story.headline
    best = max(own, key=lambda r: (not r.article.partial, r.article.language == "en", r.match.score))
    return best.article.title


def _origins(ordered: Sequence[Report], tables: Tables | None) -> dict[int, tuple[str, str]]:
    """Article id → whose text it carries, for display and as a voice's key."""
    found: dict[int, tuple[str, str]] = {}
    texts = [_Text(report.article, tables) for report in ordered]
    for at, report in enumerate(ordered):
        mine = _voice(publisher_of(report))
        # A credit before a comparison: it names the source even where the agency is not among the feeds.
        agency = credited(report.article.text)
        if agency and not _same_house(agency, report):
            found[report.article.id] = (agency, _voice(agency))
            continue
        for earlier in range(at):
            other = ordered[earlier]
            theirs = _voice(publisher_of(other))
            if theirs == mine:
                continue
            if texts[at].is_of(texts[earlier]):
                found[report.article.id] = found.get(other.article.id, (publisher_of(other), theirs))
                break
    return found


class _Text:
    """A text that is compared with others. What that takes is worked out once, and only if there is another."""

    def __init__(self, article: Article, tables: Tables | None) -> None:
        self._article = article
        self._tables = tables

    @cached_property
    def _runs(self) -> frozenset[tuple[str, ...]]:
        return _shingles(self._article.text)

    @cached_property
    def _order(self) -> Order | None:
        return order_of(self._article, self._tables) if self._tables else None

    def is_of(self, earlier: _Text) -> bool:
        """Whether it carries an earlier text, or is its translation."""
        if _carries(self._runs, earlier._runs):
            return True
        if self._article.language == earlier._article.language or not self._order or not earlier._order:
            return False
        return is_translated(self._order, earlier._order)


def _same_house(agency: str, report: Report) -> bool:
    """Whether the agency is the publisher itself: IRNA crediting IRNA copies nobody."""
    own = fold.squeeze(fold.fold(f"{report.article.publisher} {report.article.source} {report.article.feed_url}"))
    names = (agency, *_agencies().get(agency, ()))
    return any(len(name) > 2 and fold.squeeze(fold.fold(name)) in own for name in names)


def _voice(name: str) -> str:
    return fold.squeeze(fold.fold(name))


def _shingles(text: str) -> frozenset[tuple[str, ...]]:
    words = fold.tokens(fold.fold(text))
    return frozenset(tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1))


def _carries(later: frozenset[tuple[str, ...]], earlier: frozenset[tuple[str, ...]]) -> bool:
    common = len(later & earlier)
    return common >= FEWEST and common >= CONTAINED * min(len(later), len(earlier))


def _independent(ordered: Sequence[Report], origin: Mapping[int, tuple[str, str]]) -> tuple[str, ...]:
    """Publishers that are not each other's: each counts under the one whose text it carries.

    A publisher with both copies and a report of its own is a voice for the latter.
    """
    voices: dict[str, str] = {}
    for report in ordered:
        own = publisher_of(report)
        name, key = origin.get(report.article.id, (own, _voice(own)))
        voices.setdefault(key, name)
    return tuple(voices.values())


def _silent(told: Sequence[Report], watched: Sequence[Feed], countries: Mapping[str, str]) -> tuple[str, ...]:
    heard_kinds = {report.article.kind for report in told}
    kinds = sorted({feed.kind for feed in watched} - heard_kinds - NO_KINDS)
    heard = {(report.article.country or "").upper() for report in told}
    listened = {(feed.country or "").upper() for feed in watched}
    absent = [name for code, name in countries.items() if code.upper() in listened and code.upper() not in heard]
    return (*(_KINDS.get(kind, f"{kind} publishers") for kind in kinds), *(f"publishers in {name}" for name in absent))
