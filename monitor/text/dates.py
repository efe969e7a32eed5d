"""Days and weekdays named in a text: Gregorian and Iranian calendar, in the languages of the feeds.

Works on folded words, so that «۲۲ تیر ۱۴۰۲», "13 July 2023", "July 13, 2023", "2023-07-13" and "13 июля 2023" are
all the same day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from monitor.text import fold

_MONTHS = (
    "january jan januar janvier enero ocak января январь ینایر ژانویه کانون_الثانی",
    "february feb fevrier febrero subat февраля февраль فبرایر فوریه شباط",
    "march mar mars marzo mart марта март مارس مارچ اذار",
    "april apr avril abril nisan апреля апрель ابریل اوریل آوریل نیسان",
    "may mayo mai mayis мая май مایو مه ایار",
    "june jun juin junio haziran июня июнь یونیو ژوین ژوئن حزیران",
    "july jul juillet julio temmuz июля июль یولیو ژوییه جولای تموز",
    "august aug aout agosto agustos августа август اغسطس اوت آگوست اب",
    "september sep sept septembre septiembre eylul сентября сентябрь سبتمبر سپتامبر ایلول",
    "october oct octobre octubre ekim октября октябрь اکتوبر اکتبر تشرین_الاول",
    "november nov novembre noviembre kasim ноября ноябрь نوفمبر نوامبر تشرین_الثانی",
    "december dec decembre diciembre aralik декабря декабрь دیسمبر دسامبر کانون_الاول",
)
_JALALI_MONTHS = (
    "فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد امرداد", "شهریور",
    "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند",
)  # fmt: skip
_WEEKDAYS = (
    "monday mon lundi lunes montag pazartesi понедельник دوشنبه دوشنبە الاثنین الإثنین dusem",
    "tuesday tue mardi martes dienstag sali вторник سهشنبه سێشەممە الثلاثاء sesem",
    "wednesday wed mercredi miercoles mittwoch carsamba среда среду چهارشنبه چوارشەممە الأربعاء carsem",
    "thursday thu jeudi jueves donnerstag persembe четверг پنجشنبه پێنجشەممە الخمیس pencsem",
    "friday fri vendredi viernes freitag cuma пятница пятницу جمعه هەینی الجمعة الجمعه",
    "saturday sat samedi sabado samstag cumartesi суббота субботу شنبه شەممە السبت semi",
    "sunday sun dimanche domingo sonntag pazar воскресенье یکشنبه یەکشەممە الأحد yeksem",
)
_BEFORE_SHANBEH = {"یک": 6, "دو": 0, "سه": 1, "چهار": 2, "پنج": 3, "پنچ": 3}
_AMBIGUOUS = frozenset(
    {"mar", "mon", "sun", "sat", "mart", "may", "mai", "dec", "jan", "jun", "мая", "май", "مه", "اب", "دی", "اوت"}
)  # also ordinary words: months only beside a day number, weekdays never


def _names(rows: Sequence[str]) -> dict[str, int]:
    return {
        fold.fold(name.replace("_", "")).replace(" ", ""): at for at, row in enumerate(rows) for name in row.split()
    }


_MONTH = {name: at + 1 for name, at in _names(_MONTHS).items()}
_JALALI = {name: at + 1 for name, at in _names(_JALALI_MONTHS).items()}
_FIRST_HALVES = frozenset(fold.fold(name.split("_")[0]) for row in _MONTHS for name in row.split() if "_" in name)
_WEEKDAY = {name: at for name, at in _names(_WEEKDAYS).items() if name not in _AMBIGUOUS}
_ORDINALS = {f"{n}{end}": n for n in range(1, 32) for end in ("st", "nd", "rd", "th")}
_MARKS = _MONTH.keys() | _JALALI.keys()


def weekdays_in(words: Sequence[str]) -> frozenset[int]:
    """Weekdays named among folded words; 0 is Monday."""
    found: set[int] = set()
    for at, word in enumerate(words):
        day = _WEEKDAY.get(word)
        if day is None:
            continue
        if day == 5 and at:
            day = _BEFORE_SHANBEH.get(words[at - 1], day)
        found.add(day)
    return frozenset(found)


@dataclass(frozen=True, slots=True)
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
    words = _joined(words)
    for at, word in enumerate(words):
        if word in _MARKS:
            days.update(_around_month(words, at))
            recurring.update(_recurring(words, at))
        elif len(word) == 4 and word.isdigit():
            days.update(_numeric(words, at))
            years.update(_gregorian_year(int(word)))
    return Dates(frozenset(days), frozenset(recurring), frozenset(years))


def _joined(words: Sequence[str]) -> Sequence[str]:
    """The months of the Levant and Iraq that have two words (كانون الثاني) as one."""
    if not _FIRST_HALVES.intersection(words):
        return words
    joined: list[str] = []
    for word in words:
        if joined and joined[-1] in _FIRST_HALVES and joined[-1] + word in _MONTH:
            joined[-1] += word
        else:
            joined.append(word)
    return joined


def _recurring(words: Sequence[str], at: int) -> list[int]:
    month = _MONTH.get(words[at], 0)
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
    return _ORDINALS.get(word, 0)


def _year(word: str) -> int:
    return int(word) if len(word) == 4 and word.isdigit() else 0


def _around_month(words: Sequence[str], at: int) -> list[int]:
    """The day at ``words[at]``, a month's name: "13 July 2023" or "July 13 2023", also with a doubled month name."""
    window = ["", *words, "", "", ""]
    before, after, second, third = window[at], window[at + 2], window[at + 3], window[at + 4]
    if after in _MARKS:  # آذار/مارس
        after, second = second, third
    day, year = (_day(before), _year(after)) if _day(before) else (_day(after), _year(second))
    if not day or not year:
        return []
    word = words[at]
    if 1300 <= year <= 1500 and word in _JALALI:
        return _ordinal(*jalali_to_gregorian(year, _JALALI[word], day))
    return _ordinal(year, _MONTH[word], day) if word in _MONTH else []


def _numeric(words: Sequence[str], at: int) -> list[int]:
    """A date in figures around the year at ``words[at]``: 2023 07 13, 1402 04 22, 07 13 2023 or 13 07 2023."""
    year = int(words[at])
    one, two = (_day(word) if word.isdigit() else 0 for word in ("0", "0", *words)[at : at + 2])
    if one and two and 1900 < year < 2100:
        month, day = (one, two) if one <= 12 else (two, one)
        return _ordinal(year, month, day)
    after = [_day(word) if word.isdigit() and len(word) == 2 else 0 for word in words[at + 1 : at + 3]]
    if len(after) == 2 and all(after):
        if 1300 <= year <= 1500:
            return _ordinal(*jalali_to_gregorian(year, after[0], after[1]))
        if 1900 < year < 2100:
            return _ordinal(year, after[0], after[1])
    return []


def _ordinal(year: int, month: int, day: int) -> list[int]:
    try:
        return [date(year, month, day).toordinal()]
    except ValueError:
        return []


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
