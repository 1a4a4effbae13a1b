"""Walking a model: its layers, their paths, its weights and its numeric hyper-parameters.

A *place* is a layer with the path under which it is reached. A layer that is used twice has one path, the first.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Literal, overload

import jax

from pellucid.core.paths import join, unique
from pellucid.core.record import Recorded

if TYPE_CHECKING:
    from pellucid.modules.layer import Layer
    from pellucid.modules.weight import Weight

# Objects seen so far by identity: their number, and the object itself, so that its identity stays its own.
Memo = dict[int, tuple[int, Any]]

# Attributes that say nothing about the computation.
SKIPPED = {
    "_arguments",
    "_scope",
    "_path",
    "_origin",
    "_calls_eager",
    "_session",
    "_inputs",
    "_seed",
    "classes",
    "preprocessing",
    "stop_training",
    "_nodes",
    "_symbolic",
    "_kept",
    "_changes",
}

# Values of these types hold no layer; models are walked at every call of a script's loop, so this is asked first.
PLAIN = {type(None), bool, int, float, str, bytes}

# The layers cloned so far and their clones, by identity, while a model is cloned.
cloning: ContextVar[dict[int, tuple[Any, Any]] | None] = ContextVar("cloning", default=None)

# Attributes that programs do not keep: they would keep arrays and whole graphs alive.
NOT_KEPT = {"_weights", "_session", "_nodes", "_symbolic"}


def is_layer(value: Any) -> bool:
    """Tell layers from other objects without importing the class (which imports this file)."""
    return isinstance(value, Recorded) and hasattr(value, "_weights")


def child_layers(layer: Layer) -> Iterator[tuple[str, Layer]]:
    """Yield the layers that are attributes of ``layer``, alone or in lists, tuples and dicts, with names."""
    taken: set[str] = set()
    seen: set[int] = set()
    for attribute, value in list(vars(layer).items()):
        if type(value) in PLAIN or attribute in SKIPPED:
            continue
        for name, child in layers_in(attribute, value):
            if id(child) not in seen:
                seen.add(id(child))
                name = unique(child._given_name or child._auto_name or name, taken)
                taken.add(name)
                yield name, child


def layers_in(name: str, value: Any) -> Iterator[tuple[str, Layer]]:
    """Yield the layers that the value of attribute ``name`` is or holds, with names made from the attribute's."""
    if is_layer(value):
        yield name, value
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            if type(item) not in PLAIN:
                yield from layers_in(f"{name}_{index}", item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if type(item) not in PLAIN:
                yield from layers_in(f"{name}_{key}", item)


def places(root: Layer) -> list[tuple[str, Layer]]:
    """Return all layers with their paths, parents first; the root's path is ``""``."""
    found: list[tuple[str, Layer]] = []
    seen: set[int] = set()

    def visit(path: str, layer: Layer) -> None:
        if id(layer) in seen:
            return
        seen.add(id(layer))
        found.append((path, layer))
        for name, child in child_layers(layer):
            visit(join(path, name), child)

    visit("", root)
    return found


@overload
def weights_of(root: Layer) -> list[tuple[str, Weight]]: ...
@overload
def weights_of(root: Layer, *, with_layer: Literal[True]) -> list[tuple[str, Layer, Weight]]: ...
def weights_of(root: Layer, *, with_layer: bool = False) -> Any:
    """Return the declared weights by path, in the order of the layers; on request with their layers."""
    found, seen = [], set()
    for path, layer in places(root):
        for slot in layer._weights.values():
            if id(slot) not in seen:
                seen.add(id(slot))
                full = join(path, slot.name or slot.hint)
                found.append((full, layer, slot) if with_layer else (full, slot))
    return found


def skeleton(root: Layer) -> Layer:
    """Return a copy of a model's structure without its arrays, for programs to keep."""
    memo: dict[int, Any] = {}

    def copy(value: Any) -> Any:
        if is_layer(value):
            return memo[id(value)] if id(value) in memo else copy_layer(value)
        if type(value) in (list, tuple):
            return type(value)(copy(item) for item in value)
        if type(value) is dict:
            return {key: copy(item) for key, item in value.items()}
        return value

    def copy_layer(layer: Layer) -> Layer:
        made = memo[id(layer)] = object.__new__(type(layer))
        slots = {name: slot.without_value() for name, slot in layer._weights.items()}
        made.__dict__["_weights"] = slots
        for name, value in vars(layer).items():
            if name not in NOT_KEPT:
                made.__dict__[name] = value if name == "_arguments" else copy(value)
        return made

    return copy(root)


def traced_hyperparameters(value: Recorded) -> dict[str, float]:
    """Return the numeric hyper-parameters that are not zero or None: those enter programs as arrays.

    Zero stays a constant, so that what is switched off costs nothing.
    """
    found = {}
    for name in value.hyperparameters:
        number = getattr(value, name, None)
        if isinstance(number, (int, float)) and not isinstance(number, bool) and number != 0:
            found[name] = float(number)
    return found


def hyperparameters_of(root: Layer) -> dict[str, float]:
    """Return all traced hyper-parameters of the layers and their regularizers by path.

    >>> from pellucid import Sequential, layers
    >>> hyperparameters_of(Sequential([layers.Dropout(0.25)]))
    {'dropout/rate': 0.25}
    """
    found: dict[str, float] = {}
    for path, layer in places(root):
        for owner_path, owner in owners(path, layer):
            for name, number in traced_hyperparameters(owner).items():
                found[join(owner_path, name)] = number
    return found


def owners(path: str, layer: Layer) -> Iterator[tuple[str, Recorded]]:
    """Yield the layer itself and the recorded objects among its attributes that have hyper-parameters."""
    yield path, layer
    for attribute, value in vars(layer).items():
        if isinstance(value, Recorded) and not is_layer(value) and value.hyperparameters:
            yield join(path, attribute.lstrip("_")), value


def cloned_layers(value: Any) -> Any:
    """Return a list, tuple or dict with clones in the place of layers.

    A layer that occurs twice is cloned once, even if once inside a model that is cloned on the way.
    """
    known = cloning.get()
    memo: dict[int, tuple[Layer, Layer]] = {} if known is None else known
    token = cloning.set(memo)

    def copy(item: Any) -> Any:
        if is_layer(item):
            if id(item) not in memo:
                memo[id(item)] = item, item.clone()
            return memo[id(item)][1]
        if type(item) in (list, tuple):
            return type(item)(copy(each) for each in item)
        if type(item) is dict:
            return {key: copy(each) for key, each in item.items()}
        return item

    try:
        return copy(value)
    finally:
        cloning.reset(token)


def current_arrays(root: Layer, seed: int) -> dict[str, jax.Array]:
    """Return the current arrays by path, drawn under ``seed`` where there are none yet."""
    arrays = {}
    for path, slot in weights_of(root):
        slot.fill_at_home(seed, path)
        arrays[path] = slot.value
    return arrays
