"""What speaks against one event, however much two reports share: log odds taken from what their likeness says. Pure.

Two reports of one day that name one person or place share what is rarest in both, and may still tell of two things: of
a quake in a town and of snow at its airport. So it counts where the headlines tell of different happenings, where they
name different places, where little but names is shared, and, in another language than English, where each headline
names things (a country, an office, an act) that the other report does not.

A name that nobody knows is so rare that it alone makes two reports alike, so these figures are large. They were chosen
on development stories and on invented ones (benchmarks/results/grouping.md).
"""

from __future__ import annotations

from monitor.stories.group.crossing import NUMBER
from monitor.stories.group.features import TELLING, Features
from monitor.stories.group.lexicon import THING

OTHER_HAPPENING = 4.0  # the headlines tell of different happenings, of which the other report does not speak
# Each names people of one side whom the watch knows, and nobody who is in the other: a general's visit, a minister's.
OTHER_PEOPLE = 2.0
OTHER_SPOT = 2.0  # each names a place that the watch knows and few reports name, and none that is in the other
OTHER_PLACE = 6.0  # each English headline names a place that is not in the other report
ONLY_NAMES, FEW_WORDS = 3.0, 1  # so few words beside names are shared by two English reports
# Of two English reports, one of which has so few different words, fewer than so many that are evidence are in both.
FEW_SIGNS, BRIEF, SIGNS = 2.0, 40, 2
NAMES_ALONE = 6.0  # of the same two reports, none but names is in both: a general who speaks, and shows a missile
OTHER_HAPPENING_BARE = 9.0  # the first, where one is an English headline alone that shares no word beside names
# Each headline in one other language names so many things that are not in the other report, each counts so much.
OTHER_THINGS, MOST_THINGS = 2.0, 2
# Without times, two reports with a headline on what comes again and again, such as visits and drills, in which nothing
# of one day agrees: no weekday, no date, no figure, and not so many pairs of words that are so rare, as in a copy.
ANY_DAY, COPIED, RARE_PAIR = 8.0, 8, 3.5
RECURRING = frozenset({"diplomacy", "exercise"})
ATTACK = "attack"  # what goes on under attack is told in one headline with it, or in two: no evidence there


def against(one: Features, other: Features) -> float:
    """What speaks against one event, 0 or more."""
    if one.space == other.space != "latin":
        things = OTHER_THINGS * min(MOST_THINGS, _other_things(one, other), _other_things(other, one))
    else:
        things = 0.0
    people = OTHER_PEOPLE if other_people(one, other) else 0.0
    spots = OTHER_SPOT if other_spot(one, other) else 0.0
    return things + people + spots + _happenings_and_places(one, other)


def other_people(one: Features, other: Features) -> str:
    """The side of which each report names people, where nobody of any side is named in both; "" for none.

    A guest in one report and his host in the other are of two sides, and no evidence.
    """
    common = one.people.keys() & other.people.keys()
    if not common or any(not one.people[side].isdisjoint(other.people[side]) for side in common):
        return ""
    return min(common)


def other_spot(one: Features, other: Features) -> bool:
    """Whether each report names a place that few name, and none that is in the other."""
    mine, theirs = one.shared.weights.keys(), other.shared.weights.keys()
    return bool(one.spots and other.spots) and one.spots.isdisjoint(theirs) and other.spots.isdisjoint(mine)


def against_undated(one: Features, other: Features) -> float:
    """What more speaks against one event where no time is known, 0 or more: the same people meet again next month."""
    headlines = one.happenings | other.happenings
    if not headlines or not headlines <= RECURRING or RECURRING.isdisjoint(one.happens & other.happens):
        return 0.0
    return 0.0 if _is_of_one_day(one, other) else ANY_DAY


def _is_of_one_day(one: Features, other: Features) -> bool:
    """Whether anything that two reports say would hardly agree if they were of two days, and they name no two days."""
    if one.dates.recurring and other.dates.recurring and one.dates.recurring.isdisjoint(other.dates.recurring):
        return False
    if (
        one.weekdays & other.weekdays
        or one.dates.days & other.dates.days
        or one.dates.recurring & other.dates.recurring
    ):
        return True
    figures = one.shared.weights.keys() & other.shared.weights.keys()
    if any(key[0] == NUMBER and not _is_year(key[1:]) for key in figures):
        return True
    rare = (
        term for term in one.pairs.weights.keys() & other.pairs.weights.keys() if one.pairs.weights[term] > RARE_PAIR
    )
    return sum(1 for _ in rare) >= COPIED


def _is_year(figure: str) -> bool:
    return len(figure) == 4 and 1300 <= int(figure) <= 2100  # of either calendar


def _happenings_and_places(one: Features, other: Features) -> float:
    english = one.space == other.space == "latin"
    differ = _differ(one, other)
    if one.bare or other.bare:
        apart = english and differ and ATTACK not in one.happenings | other.happenings
        return OTHER_HAPPENING_BARE if apart and not _share_words(one, other, 0) else 0.0
    found = OTHER_HAPPENING if differ else 0.0
    if english:
        found += OTHER_PLACE if _other_place(one, other) else 0.0
        found += 0.0 if _share_words(one, other, FEW_WORDS) else ONLY_NAMES
        found += _few_signs(one, other)
    return found


def _few_signs(one: Features, other: Features) -> float:
    """What counts where two English reports, one of them brief, have little in common that is evidence."""
    if min(len(one.words.weights), len(other.words.weights)) > BRIEF:
        return 0.0
    both = one.signs & other.signs
    if both <= one.names.weights.keys() | other.names.weights.keys():
        return NAMES_ALONE
    return FEW_SIGNS if len(both) < SIGNS else 0.0


def _differ(one: Features, other: Features) -> bool:
    """Whether the headlines tell of different happenings, none of which the other report speaks of."""
    if not one.happenings or not other.happenings:
        return False
    return one.happenings.isdisjoint(other.happens) and other.happenings.isdisjoint(one.happens)


def _other_place(one: Features, other: Features) -> bool:
    return not one.places <= other.shared.weights.keys() and not other.places <= one.shared.weights.keys()


def _other_things(one: Features, other: Features) -> int:
    """How many things one headline names that are not in the other report."""
    return sum(key[0] == THING for key in one.title_keys.weights.keys() - other.shared.weights.keys())


def _share_words(one: Features, other: Features, more_than: int) -> bool:
    """Whether more words that say something than so many are held by both, names aside."""
    a, b, found = one.words.weights, other.words.weights, 0
    for term in a.keys() & b.keys():
        if a[term] > TELLING and term not in one.names.weights and term not in other.names.weights:
            found += 1
            if found > more_than:
                return True
    return False
