"""``keras.tree``: nested lists, tuples and dicts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax

from pellucid.keras.variable import Variable


def _leaf(value: Any) -> bool:
    return value is None or isinstance(value, Variable)


def flatten(structure: Any) -> list[Any]:
    """Return the leaves in order."""
    return jax.tree.leaves(structure, is_leaf=_leaf)


def map_structure(func: Callable[..., Any], *structures: Any, **options: Any) -> Any:
    """Apply a function to the leaves of one structure, or of several alike."""
    return jax.tree.map(func, *structures, is_leaf=_leaf)


def pack_sequence_as(structure: Any, flat_sequence: Any) -> Any:
    """Put leaves into the places of a structure."""
    return jax.tree.unflatten(jax.tree.structure(structure, is_leaf=_leaf), list(flat_sequence))


def is_nested(structure: Any) -> bool:
    """Tell lists, tuples and dicts from leaves."""
    return isinstance(structure, (list, tuple, dict))


def assert_same_structure(a: Any, b: Any, **options: Any) -> None:
    """Refuse two structures that are not alike."""
    jax.tree.map(lambda *leaves: None, a, b, is_leaf=_leaf)


def lists_to_tuples(structure: Any) -> Any:
    """Return the structure with tuples for lists."""
    if isinstance(structure, (list, tuple)):
        return tuple(lists_to_tuples(each) for each in structure)
    if isinstance(structure, dict):
        return {name: lists_to_tuples(each) for name, each in structure.items()}
    return structure
