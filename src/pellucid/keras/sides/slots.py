"""An optimizer's slots as variables: a dict of slots by name, each a dict of variables by path, or one variable."""

from __future__ import annotations

from typing import Any

import jax

from pellucid.keras.variable import Variable

BEFORE = ("average", "accumulated")
"""Slots that stand before those of the rules."""


def is_variable(value: Any) -> bool:
    """Tell variables from what holds them."""
    return isinstance(value, Variable)


def merged(known: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """Join the slots of further variables to those there are; single numbers stay the first ones.

    >>> merged({"count": 1, "momentum": {"a": 2}}, {"count": 3, "momentum": {"b": 4}})
    {'count': 1, 'momentum': {'a': 2, 'b': 4}}
    """
    joined = dict(known)
    for name, slot in new.items():
        if isinstance(slot, dict):
            joined[name] = {**joined.get(name, {}), **slot}
        else:
            joined.setdefault(name, slot)
    return joined


def chosen(slots: dict[str, Any], names: list[str]) -> dict[str, Any]:
    """Return the slots of some paths; single numbers are for all.

    >>> chosen({"momentum": {"a": 1, "b": 2}, "count": 3}, ["b"])
    {'momentum': {'b': 2}, 'count': 3}
    """
    return {
        name: {path: slot[path] for path in names if path in slot}
        if isinstance(slot, dict)
        else slot
        for name, slot in slots.items()
    }


def ordered(slots: dict[str, Any]) -> list[Variable]:
    """Return all in Keras's order: averages, accumulated gradients, then path by path, then single numbers."""
    tables = {name: slot for name, slot in slots.items() if isinstance(slot, dict)}
    rules = [slot for name, slot in tables.items() if name not in BEFORE]
    paths = list(dict.fromkeys(path for slot in rules for path in slot))
    found = [tables[name] for name in BEFORE if name in tables]
    found += [slot[path] for path in paths for slot in rules if path in slot]
    found += [slot for name, slot in slots.items() if name not in tables]
    return jax.tree.leaves(found, is_leaf=is_variable)
