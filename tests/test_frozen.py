"""A frozen record is the dataclass that it stands for: only made sooner, and pickled as the call that makes it."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError, asdict, dataclass, field, fields, replace
from typing import Any

import pytest

from monitor.model.frozen import frozen


@frozen
class Ship:
    name: str
    tons: int = 0
    ports: tuple[str, ...] = field(default=(), compare=False)
    log: list[str] = field(default_factory=list)
    key: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", self.name.title())


@dataclass(frozen=True, slots=True)
class Plain:
    name: str
    tons: int = 0
    ports: tuple[str, ...] = field(default=(), compare=False)
    log: list[str] = field(default_factory=list)
    key: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", self.name.title())


@frozen
class Tug(Ship):
    horses: int = 1


@frozen
class Alone:
    only: tuple[int, ...]


@frozen
class Counted:
    n: int

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Counted) and abs(self.n) == abs(other.n)

    def __hash__(self) -> int:
        return hash(abs(self.n))


@pytest.mark.parametrize("kind", [Ship, Plain])
def test_it_is_the_dataclass(kind: Any) -> None:
    ship = kind("dena", 3, ("Bushehr",), ["sailed"], key="k")
    assert repr(ship) == f"{kind.__name__}(name='Dena', tons=3, ports=('Bushehr',), log=['sailed'])"
    assert ship == kind("DENA", 3, ("Basra",), ["sailed"], "k") != kind("dena", 3, (), [], "k")
    assert ship != (Plain if kind is Ship else Ship)("dena", 3, ("Bushehr",), ["sailed"], "k")
    assert [each.name for each in fields(ship)] == list(asdict(ship)) == [*kind.__match_args__] == [*kind.__slots__]
    assert kind("a").log is not kind("a").log
    assert replace(ship, tons=4).tons == 4
    assert copy.deepcopy(ship) == ship == pickle.loads(pickle.dumps(ship))
    assert not hasattr(ship, "__dict__")


@pytest.mark.parametrize("kind", [Ship, Plain])
@pytest.mark.parametrize(
    ("act", "says", "error"),
    [
        (lambda kind: kind(), "__init__() missing 1 required positional argument: 'name'", TypeError),
        (lambda kind: kind("a", oars=2), "__init__() got an unexpected keyword argument 'oars'", TypeError),
        (lambda kind: setattr(kind("a"), "tons", 1), "cannot assign to field 'tons'", FrozenInstanceError),
        (lambda kind: delattr(kind("a"), "tons"), "cannot delete field 'tons'", FrozenInstanceError),
        (lambda kind: hash(kind("a")), "unhashable type: 'list'", TypeError),
    ],
)
def test_what_it_refuses(kind: Any, act: Callable[[Any], object], says: str, error: type[Exception]) -> None:
    with pytest.raises(error) as refused:
        act(kind)
    assert str(refused.value).endswith(says)


def test_kinds_that_build_on_one() -> None:
    tug = Tug("sahand", horses=5)
    assert (tug.name, tug.horses, repr(tug)) == ("Sahand", 5, "Tug(name='Sahand', tons=0, ports=(), log=[], horses=5)")
    assert tug != Ship("sahand")
    assert pickle.loads(pickle.dumps(tug)) == tug
    assert {Alone((1,)), Alone((1,)), Alone((2,))} == {Alone((2,)), Alone((1,))}
    assert pickle.loads(pickle.dumps(Alone((1,)))) == Alone((1,)), "a record of one field"


def test_methods_of_its_own_stay() -> None:
    assert len({Counted(1), Counted(-1)}) == 1
