"""Two words that together are an act: a dealing and a word of the field near it ("help" and "weapons"). Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from monitor.match.places import Name, is_where
from monitor.match.states import is_of_state
from monitor.match.unit import LOOSE, LOOSE_GRADE, VAGUE, VAGUE_GRADE, Unit
from monitor.topic.records import OTHER_FIELD

_SECURITY = ("security", "terror", "border", "stability")
_NEAR = 48  # between cooperation and what makes it military
OF_LEXICON = frozenset({"military", "materiel", "enemy", "knowledge", "roles_security", "wanted", *_SECURITY})
_FORCES = frozenset({"military", "materiel", "roles_security"})
_CLOSE = 3  # folded characters between a force and the name of its side
DEALINGS = frozenset({
    "cooperation", "relations", "agreeing", "help", "transfer", "sharing", "teaching", "pledge", "exercise", "removing",
})  # beside a word of any other field these make an act in it  # fmt: skip
_GIVING = frozenset({"transfer", "teaching", "help"})  # what one does for another
_OF_MEN = frozenset({"terror", "enemy", "wanted"})  # of whom information is passed on
_IN_COMMON = frozenset({"cooperation", "agreeing", "sharing"})  # "a drone deal", "share a radar station"
_DEAL = 12  # folded characters between a deal and the arms that it is on: "a deal on drones"
_OBJECT = 5  # folded characters between "supporting" and what is supported
COMPOUNDS: dict[str, dict[str, str]] = {
    "cooperation": dict.fromkeys(("military", "materiel", *_SECURITY), "cooperation"),
    "relations": dict.fromkeys(("military", *_SECURITY), "cooperation"),
    "agreeing": dict.fromkeys(("military", "materiel", *_SECURITY), "agreement"),
    "help": dict.fromkeys(("military", "enemy", "security", "terror", "border"), "support"),
    "transfer": {"materiel": "arms", "knowledge": "intelligence"},
    "sharing": {"materiel": "cooperation", "knowledge": "intelligence", "wanted": "law_enforcement"},
    "teaching": {"military": "training_advisers", "materiel": "training_advisers"},
    "exercise": {"military": "joint_drill", "cooperation": "joint_drill"},
    "pledge": dict.fromkeys(("enemy", *_SECURITY), "armed_groups"),
    "removing": {"enemy": "armed_groups", "wanted": "law_enforcement"},
}


_Signal = tuple[int, int, str]  # start, end, heading


def add_compounds(
    unit: Unit,
    signals: Sequence[_Signal],
    field_: Collection[str],
    named: Sequence[Name],
    states: Sequence[Name],
    folded: str,
) -> None:
    """Two signals near each other that together are an act: cooperation + military, agreement + trade, …

    A name that says only where somebody is, of those ``named``, is nobody who does it.
    """
    names: list[Name] | None = None
    for start, end, signal in signals:
        if signal not in DEALINGS:
            continue
        for first, last, other in signals:
            if not 0 <= (gap := max(first - end, start - last)) <= _NEAR:
                continue  # what overlaps is one word: "join forces" names no forces
            if not (act := _act_of(signal, other, field_)):
                continue
            if names is None:
                names = [name for name in named if not is_where(name, folded)]
            if signal == "help" and other in ("terror", "enemy") and 0 <= first - end <= _OBJECT:
                continue  # "accused of supporting terrorism"
            if signal == "exercise" and other == "military" and _alone(unit, signals, names):
                continue
            if _is_of_anybody(unit, signal, other, gap):
                continue
            if states and _is_done_by_another(signal, (start, end), (first, last), states, names):
                continue
            unit.acts.add(act)
            unit.grade = max(unit.grade, VAGUE_GRADE if other in VAGUE else LOOSE_GRADE if act in LOOSE else 1.0)
            if other in VAGUE:
                unit.vague = True
            else:
                unit.firm.add(act)
            unit.places.append((min(start, first), max(end, last), -1))
            unit.wordings += ((start, end, act), (first, last, act))


def _act_of(dealing: str, other: str, field_: Collection[str]) -> str:
    """The act that a dealing and another word make together, "" for none."""
    if other in field_ and other not in OF_LEXICON:
        return other
    if other in field_ or (other == "cooperation" and "military" in field_):
        return COMPOUNDS.get(dealing, {}).get(other, "")
    return ""


def _is_of_anybody(unit: Unit, signal: str, other: str, gap: int) -> bool:
    """Whether two words are used together of other matters, too, of which nothing else in the sentence tells them."""
    if other == "materiel" and signal in _IN_COMMON:
        if signal == "agreeing" and gap > _DEAL:
            return True
        return len(unit.sides) < 2 or any(
            name.startswith(OTHER_FIELD) for name in unit.contexts
        )  # for crops, for fires
    if other == "wanted":
        return len(unit.sides) < 2  # police hand suspects over to courts
    if signal == "transfer" and other == "knowledge":
        return _OF_MEN.isdisjoint(unit.signals)  # data and experience are bought
    told = unit.guarded or unit.field_actors or unit.acts or "enemy" in unit.signals
    return signal == "sharing" and not told  # doctors share data and experience


def _is_done_by_another(
    dealing: str, verb: tuple[int, int], matter: tuple[int, int], states: Sequence[Name], names: Sequence[Name]
) -> bool:
    """Whether another state does what two words say: it stands right beside both, or right before a verb of giving or
    teaching ("Paris supplies Baghdad with radars")."""
    whole = min(verb[0], matter[0]), max(verb[1], matter[1])
    gives = dealing in _GIVING and any(0 <= verb[0] - state.end <= 1 for state in states)
    return gives or is_of_state(*whole, states, names)


def _alone(unit: Unit, signals: Sequence[_Signal], names: Sequence[Name]) -> bool:
    """The force of one side, and no word of its doing something with the other: a drill of its own.

    "Iranian tanks and Iraqi soldiers": a word of forces or arms beside each side's name is a force of each.
    """
    if len(unit.field_actors) > 1 or unit.jointly or not unit.signals.isdisjoint(("cooperation", "between")):
        return False
    forces = [(start, end) for start, end, signal in signals if signal in _FORCES]
    beside = {name.side for name in names if any(max(name.start - e, s - name.end) <= _CLOSE for s, e in forces)}
    return len(beside) < 2
