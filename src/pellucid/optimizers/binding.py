"""How an object's numbers enter a compiled program as arrays.

Terms: an object's *numbers* are the values of the arguments that its class lists in
`hyperparameters`, by name; those of an object inside it (a schedule as learning rate) are named by
a path, `"learning_rate/decay_rate"`, and those of a list by their place, `"values/0"`. A *bound
copy* is a throw-away copy whose numbers are replaced by arrays. Rules are written as plain
mathematics on `self.momentum`; called on a bound copy while a program is traced, they take the
numbers as inputs, so that changing one compiles nothing and `vmap` gives each member of a
population its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from pellucid.core.record import Recorded

Thing = TypeVar("Thing", bound=Recorded)


def numbers_of(thing: Recorded) -> dict[str, Any]:
    """Return the numbers of `thing` by name; what is None or a plain function has none.

    >>> from pellucid.optimizers.schedules import StepDecay, WarmUp
    >>> numbers_of(WarmUp(StepDecay(0.1, 200), warmup_steps=10))["schedule/decay_steps"]
    200.0
    """
    found: dict[str, Any] = {}
    for name in thing.hyperparameters:
        found.update(_named(name, getattr(thing, name)))
    return found


def _named(name: str, value: Any) -> dict[str, Any]:
    if isinstance(value, Recorded):
        return {f"{name}/{inner}": number for inner, number in numbers_of(value).items()}
    if isinstance(value, (list, tuple)):
        return {f"{name}/{place}": float(number) for place, number in enumerate(value)}
    if value is None or callable(value):
        return {}
    return {name: value if hasattr(value, "dtype") else float(value)}


def bound_copy(thing: Thing, numbers: Mapping[str, Any]) -> Thing:
    """Return a copy of `thing` with its numbers replaced by those of `numbers`.

    Names that `thing` does not have are ignored.

    >>> from pellucid.optimizers import SGD
    >>> bound_copy(SGD(0.1), {"learning_rate": 0.5}).learning_rate
    0.5
    """
    copied = object.__new__(type(thing))
    vars(copied).update(vars(thing))
    for name in thing.hyperparameters:
        vars(copied)[name] = _filled(name, getattr(thing, name), numbers)
    return copied


def _filled(name: str, value: Any, numbers: Mapping[str, Any]) -> Any:
    if isinstance(value, Recorded):
        start = f"{name}/"
        inner = {key.removeprefix(start): n for key, n in numbers.items() if key.startswith(start)}
        return bound_copy(value, inner)
    if isinstance(value, (list, tuple)):
        return [numbers.get(f"{name}/{place}", number) for place, number in enumerate(value)]
    return numbers.get(name, value)
