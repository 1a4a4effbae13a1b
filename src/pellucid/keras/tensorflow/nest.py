"""``tf.nest``: structures of lists, tuples and dicts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax


def flatten(structure: Any, expand_composites: bool = False) -> list[Any]:
    """Return the leaves as a list."""
    return jax.tree.leaves(structure)


def map_structure(func: Callable[..., Any], *structure: Any, **options: Any) -> Any:
    """Apply a function to the leaves of structures of one form."""
    return jax.tree.map(func, *structure)


def pack_sequence_as(structure: Any, flat_sequence: Any, expand_composites: bool = False) -> Any:
    """Return leaves in the form of a structure."""
    return jax.tree.unflatten(jax.tree.structure(structure), list(flat_sequence))


def assert_same_structure(nest1: Any, nest2: Any, *options: Any, **more: Any) -> None:
    """Refuse to go on unless two structures are of one form.

    Raises:
        ValueError: They are not.
    """
    jax.tree.map(lambda one, other: None, nest1, nest2)


def is_nested(structure: Any) -> bool:
    """Tell whether something is a list, a tuple or a dict."""
    return isinstance(structure, (list, tuple, dict))
