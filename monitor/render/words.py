"""The digest's own sentences, with dates, numbers and language names in the digest's locale (CLDR).

They are in the locale's language where there is a catalogue of it, else in English.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, UnknownLocaleError
from babel.dates import format_time, get_datetime_format
from babel.numbers import format_decimal

from monitor.languages import language as facts_of
from monitor.model import Article, Edition, FeedReport, Health, Match
from monitor.render.catalogue import catalogue_of, note
from monitor.render.dates import long_date, short_date
from monitor.render.plain import clip, direction, one_line
from monitor.text.language import primary, reading_rank
from monitor.text.locales import locale_of

Day = date  # `Words` has a method of that name
SUBJECT_LIMIT = 120  # characters
NBSP = "\u00a0"
CHANGED = note("changed by its source since it was read")
TAKEN_DOWN = note("taken down since it was read")
RIGHT, WRONG = "marked right by a person", "marked wrong by a person"
NO_MATCH = "no longer a match"
# From which share of the way from the threshold to 1 a score is called so.
_MATCHES = ((0.7, note("strong match")), (0.3, note("clear match")), (0.0, note("match by little")))
_JUST = 0.8  # share of the threshold from which a score is just under it


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
        self._reads = tuple(filter(None, map(primary, languages or (self._locale.language,))))
        self._zone = _zone(edition.timezone)
        self._until = edition.until.astimezone(self._zone)
        self.language = str(self._locale).replace("_", "-")
        self.wording = catalogue_of(str(self._locale))
        self.say, self.several = self.wording.say, self._several
        # A date that runs another way than the sentences would change places with what is beside it.
        apart = self._locale.text_direction != self.wording.direction
        self._apart = "\u2068{}\u2069" if apart else "{}"
        self._digits = _digits_of(self._locale.default_numbering_system)

    def local(self, when: datetime) -> datetime:
        """The time in the digest's zone."""
        return when.astimezone(self._zone)

    def date(self, when: datetime) -> str:
        """ "Saturday, 21 November 2026", in the locale's words."""
        return self._written(long_date(self.local(when), self._locale))

    def day(self, when: datetime) -> str:
        """ "21 Nov"."""
        local = self.local(when)
        return self._written(short_date(local, self._locale, local))

    def day_of(self, when: Day, *, convert: bool = True) -> str:
        """ "21 Nov", with the year where it is not the edition's. convert: a moment to the digest's zone."""
        local = self.local(when) if convert and isinstance(when, datetime) else when
        return self._written(short_date(local, self._locale, self._until))

    def moment(self, when: datetime) -> str:
        """ "21 Nov, 07:00", with the year where it is not the edition's."""
        local = self.local(when)
        day = short_date(local, self._locale, self._until)
        time = format_time(local, "HH:mm", locale=self._locale)
        both = str(get_datetime_format("medium", self._locale)).replace("{1}", day).replace("{0}", time)
        # Kept on one line: a time that is broken between day and month reads like two numbers.
        return self._written(both.replace(" ", NBSP))

    def _written(self, date: str) -> str:
        return self._apart.format(date.translate(self._digits))

    def time(self, article: Article) -> str:
        """ "21 Nov, 07:00" when it was published, "21 Nov" in every zone where its source names the
        day alone; "seen 21 Nov, 07:00" where it gives no date.
        """
        if article.published is None:
            return self.say("seen {moment}", moment=self.moment(article.fetched))
        return self.day_of(article.day) if article.day else self.moment(article.published)

    def window(self, since: datetime, until: datetime) -> str:
        """ "20 Nov, 07:00 – 21 Nov, 07:00 (Asia/Baghdad, UTC+03:00)"; both offsets where they differ."""
        return f"{self.moment(since)} – {self.moment(until)} ({self._zone_of(since, until)})"

    def _zone_of(self, *moments: datetime) -> str:
        """ "Asia/Baghdad, UTC+03:00", kept together where the sentences run from the right."""
        offsets = dict.fromkeys(_offset(self.local(when)) for when in moments)
        zone = f"{self._zone_name()}, {' → '.join(offsets)}"
        return f"\u2066{zone.replace(' ', NBSP)}\u2069" if self.wording.direction == "rtl" else zone

    def _zone_name(self) -> str:
        return getattr(self._zone, "key", None) or "UTC"

    def figures(self, text: str) -> str:
        """A text of the locale's own script with its figures in the locale's digits; any other as it is."""
        return text.translate(self._digits) if direction(text) == "rtl" else text

    def number(self, value: int) -> str:
        """ "1,204", in the locale's digits."""
        return self._number(value)

    def score(self, value: float) -> str:
        """ "0.93"."""
        return self._number(value, "0.00")

    def _number(self, value: float, form: str | None = None) -> str:
        # Babel takes the separators of the locale's numbering system, and leaves the digits as they are.
        written = format_decimal(
            value, form, locale=self._locale, numbering_system="default" if self._digits else "latn"
        )
        return written.translate(self._digits)

    def _several(self, number: int, one: str, many: str, **values: object) -> str:
        """ "1 story", "3 stories": a message in the form for a number (see `Catalogue.several`)."""
        return self.wording.several(number, one, many, **({"n": self.number(number)} | values))

    def country(self, label: str) -> str:
        """A country in the locale's words, by its English name in CLDR; the label where that is none."""
        code = _countries().get(label.casefold())
        return self._locale.territories.get(code, label) if code else label

    def language_name(self, language: str | None) -> str:
        """ "Persian" for "fa"; the tag itself where the locale has no name for it."""
        if not language:
            return ""
        given = language.replace("_", "-").split("-")[0].lower()
        if given in _KURDISH:
            return self.say(_KURDISH[given])
        # The locales have Kurmanji under one of its other codes.
        codes = (given, *facts_of(given).aliases)
        name = next(filter(None, map(self._locale.languages.get, codes)), None)
        return self._written(name) if name else one_line(language, 12)

    def speaks(self, language: str | None) -> bool:
        """Whether ``language`` is the digest's own. An unknown language counts as its own."""
        return not language or primary(language) == primary(self._locale.language)

    def rank(self, language: str | None) -> int:
        """The place of a language among those that the readers read, from 0; after all of them for another."""
        return reading_rank(language, self._reads)

    def reads(self, language: str | None) -> bool:
        """Whether the readers read a language. One that is not known may be theirs."""
        return not language or primary(language) in self._reads

    def match(self, score: float, threshold: float) -> str:
        """ "clear match (0.87, from 0.50)", "just under (0.498, from 0.500)"."""
        digits = "0.00" if self.score(score) != self.score(threshold) or score >= threshold else "0.000"
        both = [self._number(value, digits) for value in (score, threshold)]
        if score < threshold:
            how = note("just under") if score >= _JUST * threshold else note("under")
        else:
            share = (score - threshold) / (1 - threshold) if threshold < 1 else 1.0
            how = next(words for least, words in _MATCHES if share >= least)
        numbers = self.say("({score}, from {threshold})", score=both[0], threshold=both[1])
        return f"{self.say(how)} {numbers.replace(' ', NBSP)}"

    def watches(self, edition: Edition) -> str:
        """The names of the edition's watches, as a title."""
        return one_line(self.wording.listed(edition.watches) or edition.digest, 200)

    def watch(self, edition: Edition, watch: str) -> str:
        """The name of the watch with the id ``watch``; "" in an edition of one watch, whose title has it already."""
        if len(edition.watch_ids) < 2:
            return ""
        return one_line(dict(zip(edition.watch_ids, edition.watches, strict=False)).get(watch, watch), 80)

    def nothing_new(self, edition: Edition) -> str:
        """The names of the watches without a story; "" where each has one, and where none has one.

        In the second case the summary of the whole edition says that nothing matched.
        """
        return one_line(self.wording.listed(edition.nothing_new), 400) if edition.stories and not edition.alert else ""

    def summary(self, edition: Edition) -> str:
        """ "3 new stories, 1 developing; 2 near misses", or "Nothing matched"."""
        if edition.alert:
            return self._why_at_once(edition)
        new, developing, again = _counts(edition)
        parts = [self.several(new, "{n} new story", "{n} new stories") if new else ""]
        if developing:
            parts += [
                self.say("{n} developing", n=self.number(developing))
                if new
                else self.several(developing, "{n} developing story", "{n} developing stories")
            ]
        parts += [self.say("{n} reported again", n=self.number(again)) if again else ""]
        near = len(edition.near_misses) + edition.near_omitted
        found = self.wording.listed(parts) or self.nothing
        missed = self.several(near, "{n} near miss", "{n} near misses") if near else ""
        return self.wording.semicolon.join(filter(None, (found, missed)))

    @property
    def nothing(self) -> str:
        """What is said of an edition without a story."""
        return self.say("Nothing matched")

    def _why_at_once(self, edition: Edition) -> str:
        if edition.correction:
            return self.say("Corrects an alert: what it quoted was changed or taken down by its source.")
        if len(edition.stories) < 2:
            return self.say("Sent at once, because it reached the score set for alerts.")
        return self.say("Sent at once, because they reached the score set for alerts.")

    def edition(self, edition: Edition) -> str:
        """ "Edition 7 of the digest daily, composed 21 Nov, 07:00."; of an alert with the zone, as it has no window."""
        moment = self.moment(edition.composed)
        if edition.alert:
            about = {"watches": self.watches(edition), "moment": moment, "zone": self._zone_of(edition.composed)}
            if edition.correction:
                return self.say("Correction of an alert on {watches}, composed {moment} ({zone}).", **about)
            return self.say("Alert on {watches}, composed {moment} ({zone}).", **about)
        name = one_line(edition.digest, 60)
        if not edition.id:
            return self.say("Edition of the digest {digest}, composed {moment}.", digest=name, moment=moment)
        number = self.number(edition.id)
        return self.say(
            "Edition {number} of the digest {digest}, composed {moment}.", number=number, digest=name, moment=moment
        )

    def since(self, edition: Edition) -> str:
        """What the news of a story is counted from, as the opening of their line."""
        return self.say("Changed since the alert") if edition.correction else self.say("New since the last edition")

    def subject(self, edition: Edition, headline: str = "") -> str:
        """The subject of the mail, one line of at most 120 characters: watches, counts and day.

        headline: of an alert's first story, as the readers are given it.
        """
        if edition.alert:
            return self._alert_subject(edition, one_line(headline, SUBJECT_LIMIT))
        new, developing, again = _counts(edition)
        counts = (
            (self.say("{n} new", n=self.number(new)) if new else ""),
            (self.say("{n} developing", n=self.number(developing)) if developing else ""),
            (self.say("{n} reported again", n=self.number(again)) if again else ""),
        )
        found = self.wording.listed(counts)
        found = found or self.wording.listed((self.say("nothing matched"), self._healthy(edition)))
        found = self.wording.listed((found, self.say("see notice") if edition.coverage.notices else ""))
        tail = f": {found} — {self.day(edition.until)}"
        # The names are cut and not the counts, which say whether the mail is worth opening.
        return clip(self.watches(edition), SUBJECT_LIMIT - len(tail)) + tail

    def called(self, edition: Edition) -> str:
        """What an edition is: the name of its digest, or an alert or its correction."""
        if not edition.alert:
            return one_line(edition.digest, 60)
        return self.say("Correction") if edition.correction else self.say("Alert")

    def _alert_subject(self, edition: Edition, headline: str) -> str:
        text = f"{self.called(edition)}: {headline or self.watches(edition)}"
        others = len(edition.stories) + len(edition.more) - 1
        if others < 1:
            return clip(text, SUBJECT_LIMIT)
        tail = self.wording.comma + self.several(others, "and {n} more", "and {n} more")
        return clip(text, SUBJECT_LIMIT - len(tail)) + tail

    def _healthy(self, edition: Edition) -> str:
        feeds = edition.coverage.feeds
        if any(feed.unreached for feed in feeds):
            return self.say("no feed reached")
        if not_polled(feeds):
            return self.say("no feed polled yet")
        healthy = sum(feed.health is Health.HEALTHY for feed in feeds)
        return self.healthy(healthy, len(feeds))

    def healthy(self, healthy: int, feeds: int) -> str:
        """ "37 of 41 feeds healthy"."""
        total = self.several(feeds, "{n} feed", "{n} feeds")
        return self.say("{healthy} of {total} healthy", healthy=self.number(healthy), total=total)


# CLDR calls one of the two "Kurdish" and the other "Central Kurdish", and few readers of either would.
_KURDISH = {"ckb": note("Sorani Kurdish"), "kmr": note("Kurmanji Kurdish"), "ku": note("Kurmanji Kurdish")}
_ZEROS = {"arab": 0x660, "arabext": 0x6F0}  # CLDR's name of a numbering system → its zero


def _digits_of(system: str) -> dict[int, int]:
    """Latin digits → those of a numbering system; empty where it has these, or is none of those that editions have."""
    zero = _ZEROS.get(system)
    return {ord("0") + digit: zero + digit for digit in range(10)} if zero else {}


def country_name(code: str) -> str:
    """The English name of a country (ISO 3166-1), the code itself where CLDR has none."""
    return str(locale_of("en").territories.get(code.upper(), code))


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    """A country's English name, folded → its code."""
    return {name.casefold(): code for code, name in locale_of("en").territories.items() if len(code) == 2}


def _counts(edition: Edition) -> tuple[int, int, int]:
    """New and developing stories, those beyond the cap included, and those whose reports add nothing."""
    every = (*edition.stories, *edition.more)
    again = sum(each.repeats for each in every)
    developing = sum(not each.is_new and not each.repeats for each in every)
    unlisted = max(0, edition.omitted - len(edition.more))
    return len(every) - developing - again + unlisted, developing, again


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
