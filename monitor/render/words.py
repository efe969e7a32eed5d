"""The digest's own sentences: in English, with dates, numbers and language names in the digest's locale (CLDR)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_time, get_datetime_format
from babel.numbers import format_decimal

from monitor.model import Edition, FeedReport, Health, Match
from monitor.render.plain import clip, one_line
from monitor.text.locales import locale_of
from monitor.text.plural import plural

SUBJECT_LIMIT = 120  # characters
NOTHING = "Nothing matched"
ALERT = "Sent at once, because it reached the score set for alerts."
ALERTS = "Sent at once, because they reached the score set for alerts."
CORRECTION = "Corrects an alert: what it quoted was changed or taken down by its source."
NBSP = "\u00a0"
CHANGED = "changed by its source since it was read"
TAKEN_DOWN = "taken down since it was read"
RIGHT, WRONG = "marked right by a person", "marked wrong by a person"
NO_MATCH = "no longer a match"
# From which share of the way from the threshold to 1 a score is called so.
_MATCHES = ((0.7, "strong match"), (0.3, "clear match"), (0.0, "match by little"))
_JUST = 0.8  # share of the threshold from which a score is just under it
KINDS = {
    "state": "state media",
    "independent": "independent",
    "opposition": "opposition",
    "wire": "news agency",
    "trade": "trade press",
    "think-tank": "think tank",
    "government": "government",
    "search": "search result",
    "unknown": "kind not given",
}


def beside_score(match: Match) -> str:
    """What a report's score does not show: that a person decided, or that it is no match now; "" for nothing.

    What an edition has shown stays in its story, though it is no match now.
    """
    marked = any(reason.kind == "marked" for reason in match.receipt.reasons)
    if match.verdict == "match":
        return RIGHT if marked and match.score < match.receipt.threshold else ""
    return WRONG if marked else NO_MATCH


class Words:
    """The sentences of one edition. An unknown zone gives UTC, an unknown locale English; `check` refuses both."""

    def __init__(self, edition: Edition, locale: str, languages: Sequence[str] = ()) -> None:
        self._locale = _locale(locale)
        # Those that its readers read, in order; where none are said, the one that it is written in.
        self._reads = tuple(map(_primary, languages)) or (self._locale.language,)
        self._zone = _zone(edition.timezone)
        self._until = edition.until.astimezone(self._zone)
        self.language = str(self._locale).replace("_", "-")
        # The sentences run from left to right: a date that runs the other way would change places with what is beside.
        self._apart = "\u2068{}\u2069" if self._locale.text_direction == "rtl" else "{}"

    def local(self, when: datetime) -> datetime:
        """The time in the digest's zone."""
        return when.astimezone(self._zone)

    def date(self, when: datetime) -> str:
        """ "Saturday, 21 November 2026", in the locale's words."""
        form = "EEEE, d MMMM y" if self._locale.language == "en" else "full"
        return self._written(format_date(self.local(when), form, locale=self._locale))

    def day(self, when: datetime) -> str:
        """ "21 Nov"."""
        return self._written(self._short(self.local(when)))

    def day_of(self, when: datetime) -> str:
        """ "21 Nov", with the year where it is not the edition's."""
        local = self.local(when)
        return self._written(self._short(local, year=local.year != self._until.year))

    def moment(self, when: datetime) -> str:
        """ "21 Nov, 07:00", with the year where it is not the edition's."""
        local = self.local(when)
        day = self._short(local, year=local.year != self._until.year)
        time = format_time(local, "HH:mm", locale=self._locale)
        both = str(get_datetime_format("medium", self._locale)).replace("{1}", day).replace("{0}", time)
        # Kept on one line: a time that is broken between day and month reads like two numbers.
        return self._written(both.replace(" ", NBSP))

    def _short(self, local: datetime, *, year: bool = False) -> str:
        if self._locale.language == "en":  # the day first, as outside the United States
            return format_date(local, "d MMM y" if year else "d MMM", locale=self._locale)
        return format_skeleton("yMMMd" if year else "MMMd", local, locale=self._locale)

    def _written(self, date: str) -> str:
        return self._apart.format(date)

    def time(self, published: datetime | None, fetched: datetime) -> str:
        """ "21 Nov, 07:00" when it was published; "seen 21 Nov, 07:00" where the source gives no time."""
        return self.moment(published) if published else f"seen {self.moment(fetched)}"

    def window(self, since: datetime, until: datetime) -> str:
        """ "20 Nov, 07:00 – 21 Nov, 07:00 (Asia/Baghdad, UTC+03:00)"; both offsets where they differ."""
        offsets = dict.fromkeys(_offset(self.local(when)) for when in (since, until))
        return f"{self.moment(since)} – {self.moment(until)} ({self._zone_name()}, {' → '.join(offsets)})"

    def _zone_name(self) -> str:
        return getattr(self._zone, "key", None) or "UTC"

    def number(self, value: int) -> str:
        """ "1,204"."""
        return format_decimal(value, locale=self._locale)

    def score(self, value: float) -> str:
        """ "0.93"."""
        return format_decimal(value, format="0.00", locale=self._locale)

    def count(self, value: int, one: str, many: str = "") -> str:
        """ "1 story", "3 stories". many: the plural, where it is not ``one`` with an s."""
        return f"{self.number(value)} {one if value == 1 else many or one + 's'}"

    def language_name(self, language: str | None) -> str:
        """ "Persian" for "fa"; the tag itself where the locale has no name for it."""
        if not language:
            return ""
        primary = language.replace("_", "-").split("-")[0].lower()
        name = self._locale.languages.get(primary)
        return self._written(name) if name else one_line(language, 12)

    def speaks(self, language: str | None) -> bool:
        """Whether ``language`` is the digest's own. An unknown language counts as its own."""
        return not language or _primary(language) == self._locale.language

    def rank(self, language: str | None) -> int:
        """The place of a language among those that the readers read, from 0; after all of them for another."""
        found = _primary(language or "")
        return self._reads.index(found) if found in self._reads else len(self._reads)

    def reads(self, language: str | None) -> bool:
        """Whether the readers read a language. One that is not known may be theirs."""
        return not language or _primary(language) in self._reads

    def match(self, score: float, threshold: float) -> str:
        """ "clear match (0.87, from 0.50)", "just under (0.498, from 0.500)"."""
        digits = "0.00" if self.score(score) != self.score(threshold) or score >= threshold else "0.000"
        both = (format_decimal(value, format=digits, locale=self._locale) for value in (score, threshold))
        if score < threshold:
            how = "just under" if score >= _JUST * threshold else "under"
        else:
            share = (score - threshold) / (1 - threshold) if threshold < 1 else 1.0
            how = next(words for least, words in _MATCHES if share >= least)
        return f"{how} ({next(both)},{NBSP}from{NBSP}{next(both)})"

    def watches(self, edition: Edition) -> str:
        """The names of the edition's watches, as a title."""
        return one_line(", ".join(edition.watches) or edition.digest, 200)

    def watch(self, edition: Edition, watch: str) -> str:
        """The name of the watch with the id ``watch``; "" in an edition of one watch, whose title has it already."""
        if len(edition.watch_ids) < 2:
            return ""
        return one_line(dict(zip(edition.watch_ids, edition.watches, strict=False)).get(watch, watch), 80)

    def nothing_new(self, edition: Edition) -> str:
        """The names of the watches without a story; "" where each has one, and where none has one.

        In the second case the summary of the whole edition says that nothing matched.
        """
        return one_line(", ".join(edition.nothing_new), 400) if edition.stories and not edition.alert else ""

    def summary(self, edition: Edition) -> str:
        """ "3 new stories, 1 developing; 2 near misses", or "Nothing matched"."""
        if edition.alert:
            return CORRECTION if edition.correction else ALERT if len(edition.stories) < 2 else ALERTS
        new, developing, again = _counts(edition)
        parts = [self.count(new, "new story", "new stories")] if new else []
        if developing:
            alone = self.count(developing, "developing story", "developing stories")
            parts += [f"{self.number(developing)} developing" if new else alone]
        parts += [f"{self.number(again)} reported again"] if again else []
        near = len(edition.near_misses) + edition.near_omitted
        found = ", ".join(parts) or NOTHING
        return found + (f"; {self.count(near, 'near miss', 'near misses')}" if near else "")

    def edition(self, edition: Edition) -> str:
        """ "Edition 7 of the digest daily, composed 21 Nov, 07:00."; of an alert with the zone, as it has no window."""
        if edition.alert:
            kind = "Correction of an alert" if edition.correction else "Alert"
            zone = f"{self._zone_name()}, {_offset(self.local(edition.composed))}"
            return f"{kind} on {self.watches(edition)}, composed {self.moment(edition.composed)} ({zone})."
        number = f"Edition {self.number(edition.id)}" if edition.id else "Edition"
        return f"{number} of the digest {one_line(edition.digest, 60)}, composed {self.moment(edition.composed)}."

    def since(self, edition: Edition) -> str:
        """What the news of a story is counted from, as the opening of their line."""
        return "Changed since the alert" if edition.correction else "New since the last edition"

    def subject(self, edition: Edition) -> str:
        """The subject of the mail, one line of at most 120 characters: watches, counts and day; an alert's headline."""
        if edition.alert:
            headline = one_line(edition.stories[0].story.headline, SUBJECT_LIMIT) if edition.stories else ""
            kind = "Correction" if edition.correction else "Alert"
            if others := len(edition.stories) + len(edition.more) - 1:
                tail = f", and {self.number(others)} more"
                return clip(f"{kind}: {headline}", SUBJECT_LIMIT - len(tail)) + tail
            return clip(f"{kind}: {headline or self.watches(edition)}", SUBJECT_LIMIT)
        new, developing, again = _counts(edition)
        parts = [f"{self.number(new)} new"] if new else []
        parts += [f"{self.number(developing)} developing"] if developing else []
        parts += [f"{self.number(again)} reported again"] if again else []
        found = ", ".join(parts) or f"nothing matched, {_healthy(edition)}"
        found += ", see notice" if edition.coverage.notices else ""
        tail = f": {found} — {self.day(edition.until)}"
        # The names are cut and not the counts, which say whether the mail is worth opening.
        return clip(self.watches(edition), SUBJECT_LIMIT - len(tail)) + tail


def _primary(language: str) -> str:
    return language.replace("_", "-").split("-")[0].lower()


def _counts(edition: Edition) -> tuple[int, int, int]:
    """New and developing stories, those beyond the cap included, and those whose reports add nothing."""
    every = (*edition.stories, *edition.more)
    again = sum(each.repeats for each in every)
    developing = sum(not each.is_new and not each.repeats for each in every)
    unlisted = max(0, edition.omitted - len(edition.more))
    return len(every) - developing - again + unlisted, developing, again


def _healthy(edition: Edition) -> str:
    feeds = edition.coverage.feeds
    if any(feed.unreached for feed in feeds):
        return "no feed reached"
    if not_polled(feeds):
        return "no feed polled yet"
    healthy = sum(feed.health is Health.HEALTHY for feed in feeds)
    return f"{healthy} of {plural(len(feeds), 'feed')} healthy"


def not_polled(feeds: Sequence[FeedReport]) -> bool:
    """Whether there are feeds, and none of them was ever polled: before the first poll."""
    return bool(feeds) and all(feed.health is Health.UNKNOWN for feed in feeds)


def _offset(local: datetime) -> str:
    minutes = int((local.utcoffset() or timedelta()).total_seconds() // 60)
    sign = "-" if minutes < 0 else "+"
    return f"UTC{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def _locale(name: str) -> Locale:
    try:
        return locale_of(name.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return locale_of("en")
