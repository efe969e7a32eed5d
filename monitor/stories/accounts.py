"""Who says what within a story: what reports agree on, where they differ, and what only one side's outlets say. Pure.

A claim is a figure with what it counts, the day of an act, or a denial. Two reports differ where one thing has one
value in each, and the two sentences are much alike: they share three words or more in one language, and three names or
things that are no countries in two. In openings it is enough that the same was done with the same: soldiers were killed
in both. Where they were wounded in one, the two do not differ. A false contradiction costs more than one that is
missed. What carries another's text is no second voice.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from monitor.languages import every, language
from monitor.model import Accounts, Claim, OneSided, Report, Saying
from monitor.stories.counted import counted, place_of_number, without_designations
from monitor.stories.exactness import Exactness, exactness_of, may_be_one
from monitor.stories.group.crossing import Tables
from monitor.stories.group.headline_acts import act_denied, acts_claimed, acts_told
from monitor.stories.group.lexicon import COUNTED, THING
from monitor.stories.group.signature import keys_of_text
from monitor.stories.number_words import with_figures
from monitor.stories.said import as_written, days_in, is_named, numbers_in, publisher_key, sentences_of
from monitor.text import fold
from monitor.text.language import reading_rank
from monitor.topic.records import EntityName

SENTENCES = 8  # of a report that are read, with its headline
SHARED = (
    3  # words, or names and things, that two sentences share besides what is claimed, where they are about one thing
)
SHARED_IN_FRONT = 2  # the same across languages, where headlines or openings count one thing
NEAR = 3  # times as many, at most, are counts of one thing in two languages
FRONT = 3  # sentences that are headline and opening
SHARE = 0.5  # of the shorter sentence's words, in one language
MOST_SHARED = 0.75  # the same where a number stands in words, as it does for anything: "missed four games"
WORD = 4  # letters of a word that says something
VOICES = 2  # publishers that make an agreement, or a side's own account
MOST = 6  # claims of a kind that are kept, and things that one side says
DATELINE = 40  # characters of a sentence in which a day may be that of the report
EARLIER = "earlier"  # what the table of deeds calls words for what came before
LIST = 2  # figures beside one in a sentence that make it a list: another list with none of them is of something else


@dataclass(frozen=True, slots=True)
class _Mention:
    """A claim in a sentence of a report. about: what is counted or done, as a key. shown: for display.

    keys: names and things of the sentence; words: stems of its longer words; figures: all that it gives. in_words: it
    writes numbers as words. whose: the keys of the places that what is counted is said to be of. front: it is the
    headline or of the opening. deed: the one thing that the sentence says was done with what is counted, else "".
    beside: (what, amount) of whatever else the sentence counts. exactness: see `exactness_of`. earlier: the sentence
    counts what came before.
    """

    report: Report
    kind: str
    about: str
    value: str
    shown: str
    sentence: str
    keys: frozenset[str]
    words: frozenset[str]
    figures: frozenset[str] = frozenset()
    in_words: bool = False
    whose: frozenset[str] = frozenset()
    front: bool = False
    deed: str = ""
    beside: frozenset[tuple[str, str]] = frozenset()
    exactness: Exactness | None = None
    earlier: bool = False


def accounts(
    reports: Sequence[Report],
    tables: Tables,
    *,
    copies: Collection[int] = (),
    sides: Mapping[str, str] | None = None,
    entities: Sequence[EntityName] = (),
    acts: Mapping[str, str] | None = None,
    reads: Sequence[str] = (),
) -> Accounts:
    """What the reports of a story say together. copies: ids of articles that carry another's text.

    sides: country code → name, of those whose outlets are compared. entities, acts: for the names of ids. reads: the
    readers' languages in order; what several say alike is shown as the first of them has it ("120 km").
    """
    own = [report for report in reports if report.article.id not in copies]
    own.sort(key=lambda report: reading_rank(report.article.language, reads))
    mentions = [mention for report in own for mention in _mentions(report, tables)]
    differ = (*_contradictions(mentions), *_denials(own, tables))
    return Accounts(
        tuple(_agreements(mentions))[:MOST],
        differ[:MOST],
        tuple(_one_sided(own, tables, sides or {}, entities, acts or {})),
    )


# what a report claims


def _mentions(report: Report, tables: Tables) -> Iterator[_Mention]:
    code = language(report.article.language).code if report.article.language else None
    before = ""
    for at, sentence in enumerate((report.article.title, *sentences_of(report)[:SENTENCES])):
        keys = keys_of_text(sentence, code, tables)
        telling, words = _telling(keys, tables), _words(sentence)
        folded = fold.fold(without_designations(sentence))
        figured = with_figures(folded, code)
        in_words = figured != folded
        figures = list(numbers_in(figured))
        together = frozenset(value for value, _ in figures)
        # "6. 1 magnitude" is cut as a sentence that ends; what is left of its figure is none.
        cut = before[-2:-1].isdigit() and before[-1:] == "." and sentence[:1].isdigit()
        named = (counted(figured, value, shown.split()[0], code, tables)
                 for value, shown in (figures[1:] if cut else figures))  # fmt: skip
        all_counted = list(filter(None, named))
        deeds = acts_told(sentence, code or "en", tables.deeds) if all_counted else ()
        for about, amount, said, whose in all_counted:
            number = said.split()[0]
            start = place_of_number(figured, number)
            yield _Mention(
                report, "figure", about, amount, as_written(said, sentence), sentence, telling, words, together,
                in_words, whose, at < FRONT, deeds[0] if len(deeds) == 1 and deeds[0] != EARLIER else "",
                frozenset((other, many) for other, many, *_ in all_counted if other != about),
                exactness_of(figured, start, start + len(number), code), EARLIER in deeds,
            )  # fmt: skip
        before = sentence
        days = days_in(sentence)
        if len(days) == 1 and not days_in(sentence[:DATELINE]):
            [day] = days
            for act in sorted({tables.kinds[key] for key in keys if tables.kinds.get(key, "").startswith("act ")}):
                value = date.fromordinal(day).isoformat()
                yield _Mention(report, "date", act, value, f"{act[4:]} on {value}", sentence, telling, words)


def _telling(keys: Collection[str], tables: Tables) -> frozenset[str]:
    """Names and things, but for places: a country or a capital is in every sentence of a story."""
    return frozenset(key for key in keys if key[0] in (THING, "~") and tables.kinds.get(key) != "place")


def _words(sentence: str) -> frozenset[str]:
    return frozenset(fold.stem(word) for word in fold.tokens(fold.fold(sentence)) if len(word) >= WORD)


# what several say


def _agreements(mentions: Sequence[_Mention]) -> Iterator[Claim]:
    """What publishers say alike, what most of them say first. Where another counts the same otherwise, none agree."""
    by_thing: dict[tuple[str, str], list[_Mention]] = defaultdict(list)
    for mention in mentions:
        by_thing[mention.kind, mention.about].append(mention)
    found: dict[tuple[str, str, str], list[_Mention]] = defaultdict(list)
    for alike in by_thing.values():
        for mention in alike:
            if not any(_counts_otherwise(other, mention, alike) for other in alike):
                found[mention.kind, mention.about, mention.value].append(mention)
    seen: set[tuple[str, str]] = set()
    for its in sorted(found.values(), key=lambda its: -len({publisher_key(m.report) for m in its})):
        if len({publisher_key(m.report) for m in its}) >= VOICES and (its[0].kind, its[0].value) not in seen:
            seen.add((its[0].kind, its[0].value))
            yield Claim(its[0].kind, its[0].shown, (_saying(its, its[0]),))


def _counts_otherwise(one: _Mention, other: _Mention, alike: Sequence[_Mention]) -> bool:
    """Whether a report gives a thing a near amount, and nowhere the one that another gives it. alike: all of it."""
    if one.kind != "figure" or one.value == other.value or publisher_key(one.report) == publisher_key(other.report):
        return False
    if one.whose and other.whose and one.whose.isdisjoint(other.whose):
        return False
    if (one.deed and other.deed and one.deed != other.deed) or not _near(one.value, other.value):
        return False
    if one.earlier != other.earlier or _may_be_one(one, other):
        return False
    return other.value not in {mention.value for mention in alike if mention.report is one.report}


def _contradictions(mentions: Sequence[_Mention]) -> Iterator[Claim]:
    """Where reports give one thing different values, and neither gives the other's."""
    by_thing: dict[tuple[str, str], dict[str, list[_Mention]]] = defaultdict(lambda: defaultdict(list))
    for mention in mentions:
        if mention.kind != "date" or not _is_its_own_day(mention):
            by_thing[mention.kind, mention.about][mention.value].append(mention)
    for (kind, _), values in by_thing.items():
        given = Counter(number for its in values.values() for number in {m.report.article.id for m in its})
        single = {v: kept for v, its in values.items() if (kept := [m for m in its if given[m.report.article.id] == 1])}
        for value, other in ((a, b) for a in single for b in single if a < b):
            pair = next(((m, n) for m in single[value] for n in single[other] if _about_one(m, n)), None)
            if pair:
                yield Claim(kind, pair[0].shown, (_saying(single[value], pair[0]), _saying(single[other], pair[1])))


def _is_its_own_day(mention: _Mention) -> bool:
    """Whether a day is that of the report, which may be its dateline."""
    moment = mention.report.article.published or mention.report.article.fetched
    return abs(date.fromisoformat(mention.value).toordinal() - moment.toordinal()) <= 1


def _about_one(one: _Mention, other: _Mention) -> bool:
    """Whether two sentences of different publishers are much alike, of the same side's, and no lists without a common
    figure. A sentence that gives the other's figure, too, counts a part of it: "11 Yemeni pirates", "of 23, 11 are".
    """
    if publisher_key(one.report) == publisher_key(other.report):
        return False
    if one.value in other.figures or other.value in one.figures or one.earlier != other.earlier:
        return False
    if one.kind == "figure" and _may_be_one(one, other):
        return False
    if one.whose and other.whose and one.whose.isdisjoint(other.whose):
        return False
    if min(len(one.figures), len(other.figures)) > LIST and one.figures.isdisjoint(other.figures):
        return False
    if one.deed and other.deed and one.about.startswith(COUNTED):
        same_deed = one.deed == other.deed
        if not same_deed or (one.front and other.front and _near(one.value, other.value)):
            return same_deed
    if one.beside & other.beside and _near(one.value, other.value):  # "three ships and two boats" and "four and two"
        return True
    if one.report.article.language == other.report.article.language:
        same = len((one.words & other.words) - {one.about.rpartition(" ")[2]})
        share = MOST_SHARED if one.in_words or other.in_words else SHARE
        return same >= max(SHARED, share * min(len(one.words), len(other.words)))
    if one.kind == "figure" and not _near(one.value, other.value):
        return False
    enough = SHARED_IN_FRONT if one.front and other.front and one.about.startswith(COUNTED) else SHARED
    alike = one.figures & other.figures  # beside the one that differs: "300 soldiers and 12 tanks"
    return len((one.keys & other.keys) - {one.about}) + len(alike) >= enough


def _may_be_one(one: _Mention, other: _Mention) -> bool:
    return may_be_one(float(one.value), one.exactness, float(other.value), other.exactness)


def _near(one: str, other: str) -> bool:
    """Whether two amounts may be of one thing: an army has 450 vehicles where it is given 20."""
    least, most = sorted((float(one), float(other)))
    return most <= NEAR * least


def _denials(reports: Sequence[Report], tables: Tables) -> Iterator[Claim]:
    """That headlines deny the very act of which others tell, of the same places or people."""
    denied: list[_Mention] = []
    said: list[_Mention] = []
    for report in reports:
        title, code = report.article.title, report.article.language
        keys = frozenset(key for key in keys_of_text(title, code, tables) if not _is_act(key, tables))
        if act := act_denied(title, code or "en", tables.told):
            denied.append(_Mention(report, "denial", act, "", "", title, keys, _words(title)))
        elif _negations().isdisjoint(fold.tokens(fold.fold(title))):
            acts = acts_claimed(title, code or "en", tables.told)
            said += (_Mention(report, "denial", act, "", "", title, keys, _words(title)) for act in sorted(acts))
    pair = next(((m, n) for m in denied for n in said if m.about == n.about and m.keys & n.keys), None)
    if pair and publisher_key(pair[0].report) != publisher_key(pair[1].report):
        said = [mention for mention in said if mention.about == pair[0].about]
        yield Claim("denial", "denied", (_saying(denied, pair[0], "denied"), _saying(said, pair[1], "reported")))


def _is_act(key: str, tables: Tables) -> bool:
    return tables.kinds.get(key, "").startswith("act ")


@lru_cache(maxsize=1)
def _negations() -> frozenset[str]:
    return frozenset(map(fold.fold, every(lambda known: known.counts.negations)))


def _saying(mentions: Sequence[_Mention], quoted: _Mention, value: str = "") -> Saying:
    articles = tuple(dict.fromkeys(mention.report.article.id for mention in mentions))
    return Saying(value or quoted.shown, articles, quoted.report.article.id, quoted.sentence)


# what one side says


def _one_sided(
    reports: Sequence[Report],
    tables: Tables,
    sides: Mapping[str, str],
    entities: Sequence[EntityName],
    acts: Mapping[str, str],
) -> Iterator[OneSided]:
    """What several publishers of one country say and nobody else, and what several others say and none of it does."""
    by_side: dict[str, list[Report]] = defaultdict(list)
    for report in reports:
        by_side[(report.article.country or "").upper()].append(report)
    named = {entity.id: entity for entity in entities}
    for code, name in sides.items():
        own = by_side.get(code.upper(), [])
        others = [report for side, its in by_side.items() if side != code.upper() for report in its]
        if len({publisher_key(report) for report in own}) < VOICES or not others:
            continue
        for told, silent, missing in ((own, others, False), (others, own, True)):
            yield from _alone(told, silent, tables, named, acts, name, missing)


def _alone(
    told: Sequence[Report],
    silent: Sequence[Report],
    tables: Tables,
    named: Mapping[str, EntityName],
    acts: Mapping[str, str],
    side: str,
    missing: bool,
) -> list[OneSided]:
    """What publishers of ``told`` say together and none of ``silent`` does."""
    publishers: dict[str, set[str]] = defaultdict(set)
    for report in told:
        for thing in (*report.match.entities, *report.match.acts):
            publishers[thing].add(publisher_key(report))
    known = {thing for report in silent for thing in (*report.match.entities, *report.match.acts)}
    several = {thing: len(its) for thing, its in publishers.items() if len(its) >= VOICES and thing not in known}
    found = []
    for thing, _ in Counter(several).most_common():
        entity = named.get(thing)
        if entity and entity.kind in _UNTELLING:
            continue
        holders = [r for r in told if thing in r.match.entities or thing in r.match.acts]
        quote = _quote(holders, thing, entity)
        text = entity.names[0] if entity else acts.get(thing, thing.replace("_", " "))
        if quote and not (_anyone_names(silent, entity) if entity else _anyone_tells(silent, text, tables)):
            kind = "act" if entity is None else entity.kind
            articles = tuple(report.article.id for report in holders)
            found.append(OneSided(side, missing, kind, text, Saying(text, articles, *quote)))
    return found[: MOST // 2]


# A body of a state is told of in many ways ("the Iraqi and Iranian navies"): whoever does not name it may tell of it.
_UNTELLING = frozenset({"country", "body"})


def _anyone_tells(reports: Sequence[Report], act: str, tables: Tables) -> bool:
    """Whether a report has any word of an act, also one too weak to be a ground of its match."""
    wanted = f"act {act}"
    return any(
        tables.kinds.get(key) == wanted
        for report in reports
        for key in keys_of_text(f"{report.article.title}\n{report.article.text}", report.article.language, tables)
    )


def _anyone_names(reports: Sequence[Report], entity: EntityName) -> bool:
    return any(is_named(entity, fold.fold(f"{r.article.title}\n{r.article.text}")) for r in reports)


def _quote(reports: Sequence[Report], thing: str, entity: EntityName | None) -> tuple[int, str] | None:
    """(article, sentence) that says it, of the first report that has such a sentence."""
    for report in reports:
        if entity:
            said = next((s for s in sentences_of(report) if is_named(entity, fold.fold(s))), "")
        else:
            passages = report.match.receipt.passages
            said = next((p.text for p in passages if any(mark.label == thing for mark in p.highlights)), "")
        if said:
            return report.article.id, said
    return None
