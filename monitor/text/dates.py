"""Days and weekdays named in a text: Gregorian and Iranian calendar, in the languages of the feeds.

Works on folded words, so that "13 July 2023", "July 13, 2023", "2023-07-13" and the same day in Persian or Russian,
in the Iranian calendar or in other digits are all one. The names of months and weekdays are in monitor/languages.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from datetime import date
from functools import lru_cache

from monitor.languages import every, languages
from monitor.model.frozen import frozen
from monitor.text import fold
from monitor.text.month_days import in_figures

_SATURDAY = 5
_YEAR, _MONTH = "年", "月"  # stand after the number in Chinese and Japanese
_MEDES = 1321  # years that the Kurdish count is ahead of the Iranian one


@frozen
class _Calendar:
    """The names of all languages, folded and without spaces. Months count from 1, weekdays from 0, which is Monday.

    short: names that stand in dates alone → a name of that month that stands in texts, too. counted: words that make
    another day of the word for Saturday after them. first_halves: the first words of months that have two. marks: all
    months. ordinals: days of the month as in "13th". within: words between the parts of a date.
    """

    months: dict[str, int]
    iranian: dict[str, int]
    short: dict[str, str]
    weekdays: dict[str, int]
    counted: dict[str, int]
    first_halves: frozenset[str]
    marks: frozenset[str]
    ordinals: dict[str, int]
    within: frozenset[str]


@lru_cache(maxsize=1)
def _calendar() -> _Calendar:
    known = languages()
    months = {name: at + 1 for name, at in _numbered(each.months.gregorian for each in known).items()}
    iranian = {name: at + 1 for name, at in _numbered(each.months.iranian for each in known).items()}
    short = _standing_for(months, _numbered(each.months.short for each in known))
    short |= _standing_for(iranian, _numbered(each.months.iranian_short for each in known))
    names = every(lambda each: (name for month in each.months.gregorian for name in month))
    return _Calendar(
        months,
        iranian,
        short,
        _numbered(each.weekdays for each in known),
        _numbered(each.counted_weekdays for each in known),
        frozenset(fold.fold(name.split()[0]) for name in names if " " in name),
        frozenset(months.keys() | iranian.keys()),
        {f"{day}{ending}": day for day in range(1, 32) for ending in every(lambda each: each.clock.ordinals)},
        frozenset(map(fold.fold, every(lambda each: each.clock.within))),
    )


def _numbered(tables: Iterable[Sequence[Iterable[str]]]) -> dict[str, int]:
    """Each name → the place (from 0) of the entry of a table that holds it."""
    return {
        fold.fold(name).replace(" ", ""): at for table in tables for at, names in enumerate(table) for name in names
    }


def _standing_for(months: dict[str, int], short: dict[str, int]) -> dict[str, str]:
    first = {at: name for name, at in reversed(months.items())}
    return {name: first[at + 1] for name, at in short.items() if at + 1 in first}


def spelled_out(words: Iterable[str]) -> list[str]:
    """The folded words of a date, with months that are named as only dates do ("Okt", "farvardin") in full.

    Words between the parts of a date go (as "of" does), also where they are written together with the month's name. A
    day in words becomes figures.
    """
    calendar = _calendar()
    known = calendar.short.keys() | calendar.marks
    plain = [_without_ending(word, known, calendar.within) for word in words if word not in calendar.within]
    return in_figures([calendar.short.get(word, word) for word in _joined(plain)], calendar.marks)


def _without_ending(word: str, known: Set[str], endings: Iterable[str]) -> str:
    stems = (word.removesuffix(ending) for ending in endings if word.endswith(ending))
    return word if word in known else next((stem for stem in stems if stem in known), word)


def iranian_year(year: int) -> int:
    """A year of the Iranian calendar; the Kurdish one has its months, and counts from the Medes (2726 is 1405)."""
    return year - _MEDES if 2700 <= year <= 2800 else year


def is_iranian(words: Sequence[str]) -> bool:
    """Whether folded words give a month and a year of the Iranian calendar."""
    months = _calendar().iranian
    years = any(1300 <= iranian_year(int(word)) <= 1450 for word in words if len(word) == 4 and word.isdigit())
    return years and any(word in months for word in words)


def day_and_month(words: Sequence[str]) -> tuple[str, bool]:
    """The first day with its month among folded words (see `spelled_out`), such as "27 november"; "" for none.

    And whether the words are that date alone, but for a weekday and two words before it ("Published on").
    """
    calendar = _calendar()
    for at, month in enumerate(words):
        around = (words[at - 1 : at], words[at + 1 : at + 2]) if at else ((), words[1:2])
        day = next((each for found in around for each in found if 1 <= _day(each) <= 31), "")
        if month in calendar.marks and day:
            begin = min(words.index(day), at)
            before, after = words[:begin], [each for each in words[begin:] if each not in (month, day)]
            alone = len([each for each in before if not _is_weekday(each)]) <= 2 and all(map(_is_weekday, after))
            return f"{day} {month}", alone
    return "", False


def _is_weekday(word: str) -> bool:
    """Whether a word names a weekday, or begins its name, as "Sat" does."""
    calendar = _calendar()
    return word in calendar.counted or (len(word) > 1 and any(name.startswith(word) for name in calendar.weekdays))


def weekdays_in(words: Sequence[str]) -> frozenset[int]:
    """Weekdays named among folded words; 0 is Monday."""
    calendar = _calendar()
    found: set[int] = set()
    if calendar.weekdays.keys().isdisjoint(words):
        return frozenset()
    for at, word in enumerate(words):
        day = calendar.weekdays.get(word)
        if day is None:
            continue
        if day == _SATURDAY and at:
            day = calendar.counted.get(words[at - 1], day)
        found.add(day)
    return frozenset(found)


@frozen
class Dates:
    """What a text names. days: proleptic Gregorian ordinals of days with their year. years: Gregorian.

    recurring: month * 32 + day of Gregorian days, with or without a year.
    """

    days: frozenset[int]
    recurring: frozenset[int]
    years: frozenset[int]


def dates_in(words: Sequence[str]) -> Dates:
    """The dates named among folded words."""
    days: set[int] = set()
    recurring: set[int] = set()
    years: set[int] = set()
    calendar = _calendar()
    words = _joined(_counted_months(words))
    named: set[int] = set()  # places of years that belong to a month's name, so that figures after them are a time
    months = [] if calendar.marks.isdisjoint(words) else [at for at, word in enumerate(words) if word in calendar.marks]
    for at in months:
        found, year_at = _around_month(words, at)
        days.update(found)
        named.add(year_at)
        recurring.update(_recurring(words, at))
    for at in [at for at, word in enumerate(words) if len(word) == 4 and word.isdigit()]:
        days.update(_numeric(words, at) if at not in named else ())
        years.update(_gregorian_year(int(words[at])))
    return Dates(frozenset(days), frozenset(recurring), frozenset(years))


def months_in(words: Sequence[str]) -> frozenset[frozenset[int]]:
    """The months named among folded words, each as the Gregorian months that it lies in."""
    calendar = _calendar()
    named = [calendar.short.get(word, word) for word in _joined(words)]
    found = [calendar.months.get(name, 0) or -calendar.iranian.get(name, 0) for name in named]
    return frozenset(
        frozenset({month} if month > 0 else {(1 - month) % 12 + 1, (2 - month) % 12 + 1}) for month in found if month
    )


def _joined(words: Sequence[str]) -> Sequence[str]:
    """The words with months of two words, as Arabic in the Levant and Iraq has them, as one."""
    calendar = _calendar()
    if not calendar.first_halves.intersection(words):
        return words
    joined: list[str] = []
    for word in words:
        if joined and joined[-1] in calendar.first_halves and joined[-1] + word in calendar.months:
            joined[-1] += word
        else:
            joined.append(word)
    return joined


def _counted_months(words: Sequence[str]) -> Sequence[str]:
    """The words with the months that Chinese and Japanese count (11 月 13 日) by their name."""
    if _MONTH not in words:
        return words
    found: list[str] = []
    for word, after in zip(words, (*words[1:], ""), strict=True):
        if word in (_YEAR, _MONTH):
            continue
        found.append(_month_name(word) or word if after == _MONTH else word)
    return found


@lru_cache(maxsize=32)
def _month_name(number: str) -> str:
    """A name of a month by its number, "" where there is none."""
    return next((name for name, at in _calendar().months.items() if number.isdigit() and at == int(number)), "")


def _recurring(words: Sequence[str], at: int) -> list[int]:
    month = _calendar().months.get(words[at], 0)
    around = (words[at - 1] if at else "", words[at + 1] if at + 1 < len(words) else "")
    return [month * 32 + day for day in map(_day, around) if month and 1 <= day <= 31][:1]


def _gregorian_year(year: int) -> list[int]:
    """1900–2099 as they are; an Iranian year (1330–1450) spans two Gregorian ones."""
    if 1900 <= year < 2100:
        return [year]
    return [year + 621, year + 622] if 1330 <= year <= 1450 else []


def _day(word: str) -> int:
    if word.isdigit() and len(word) <= 2:
        return int(word)
    return _calendar().ordinals.get(word, 0)


def _year(word: str) -> int:
    return int(word) if len(word) == 4 and word.isdigit() else 0


def _around_month(words: Sequence[str], at: int) -> tuple[list[int], int]:
    """The day at ``words[at]``, a month's name, and the place of its year (-1 where there is no date).

    It may be written "13 July 2023", "July 13 2023" or "2023 July 13", also with a doubled month name.
    """
    calendar = _calendar()
    window = ["", *words, "", "", "", ""]
    before, after = window[at], at + 1
    if window[after + 1] in calendar.marks:  # Arabic papers give the month's two names with a stroke between them
        after += 1
    if window[after + 1] in calendar.weekdays:
        after += 1
    second = _day(window[after + 1])
    if _day(before) and _year(window[after + 1]):
        day, year_at = _day(before), after
    elif second and _year(window[after + 2]):
        day, year_at = second, after + 1
    elif second and _year(before):
        day, year_at = second, at - 1
    else:
        return [], -1
    year, word = int(words[year_at]), words[at]
    if 1300 <= iranian_year(year) <= 1500 and word in calendar.iranian:
        return jalali_days(iranian_year(year), calendar.iranian[word], day), year_at
    return (_ordinal(year, calendar.months[word], day), year_at) if word in calendar.months else ([], -1)


def _numeric(words: Sequence[str], at: int) -> list[int]:
    """A date in figures around the year at ``words[at]``: 2023 07 13, 1402 04 22, 07 13 2023 or 13 07 2023."""
    year = int(words[at])
    one, two = (_day(word) if word.isdigit() else 0 for word in ("0", "0", *words)[at : at + 2])
    if one and two and 1900 < year < 2100:
        month, day = (one, two) if one <= 12 else (two, one)
        return _ordinal(year, month, day)
    after = [_day(word) if word.isdigit() and len(word) == 2 else 0 for word in words[at + 1 : at + 3]]
    if len(after) == 2 and all(after) and not _ends_a_date(words, at):
        if 1300 <= year <= 1500:
            return jalali_days(year, after[0], after[1])
        if 1900 < year < 2100:
            return _ordinal(year, after[0], after[1])
    return []


def _ends_a_date(words: Sequence[str], at: int) -> bool:
    """Whether the year at ``words[at]`` follows a month that is named as only dates do, so that a time comes next."""
    before = words[max(0, at - 2) : at]
    return any(map(_day, before)) and any(word in _calendar().short for word in before)


def _ordinal(year: int, month: int, day: int) -> list[int]:
    try:
        return [date(year, month, day).toordinal()]
    except ValueError:
        return []


def jalali_days(year: int, month: int, day: int) -> list[int]:
    """The proleptic Gregorian ordinal of an Iranian civil date; none where that month has no such day."""
    if not 1 <= month <= 12:
        return []
    after = (year, month + 1) if month < 12 else (year + 1, 1)
    first, following = (date(*jalali_to_gregorian(*each, 1)).toordinal() for each in ((year, month), after))
    return [first + day - 1] if 1 <= day <= following - first else []


def to_jalali(day: date) -> tuple[int, int, int]:
    """A date as one of the Iranian civil calendar: year, month and day."""
    year, ordinal = day.year - 621, day.toordinal()
    if jalali_days(year, 1, 1) > [ordinal]:  # before the new year of March
        year -= 1
    month = max(month for month in range(1, 13) if jalali_days(year, month, 1) <= [ordinal])
    return year, month, ordinal - jalali_days(year, month, 1)[0] + 1


def jalali_to_gregorian(year: int, month: int, day: int) -> tuple[int, int, int]:
    """An Iranian civil date as a Gregorian one, by the 33-year cycle (right for 1206–1498; Birashk's rule agrees)."""
    year += 1595
    days = -355668 + 365 * year + year // 33 * 8 + (year % 33 + 3) // 4 + day
    days += (month - 1) * 31 if month < 7 else (month - 7) * 30 + 186
    gregorian = 400 * (days // 146097)
    days %= 146097
    if days > 36524:
        days -= 1
        gregorian += 100 * (days // 36524)
        days %= 36524
        if days >= 365:
            days += 1
    gregorian += 4 * (days // 1461)
    days %= 1461
    if days > 365:
        gregorian += (days - 1) // 365
        days = (days - 1) % 365
    found = date(gregorian, 1, 1).toordinal() + days
    moment = date.fromordinal(found)
    return moment.year, moment.month, moment.day
