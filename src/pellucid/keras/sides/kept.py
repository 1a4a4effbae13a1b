"""What a script's ``call`` puts on ``self`` for later: ``self.last_scores = scores``, read after ``layer(x)``.

``call`` runs on a throw-away copy of the layer. Arrays that it assigns there leave the program as further outputs, and
are put on the script's own layer after a call on numbers. In training programs they are dropped.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

import jax
import numpy as np

from pellucid.keras.tensor import Tensor, unwrapped

ARRAYS = (jax.Array, np.ndarray)
PLAIN = (bool, int, float, str)

_keeping: ContextVar[dict[Any, Any] | None] = ContextVar("keeping", default=None)


class Keeping:
    """Hears what is assigned while a layer's program is traced: a context."""

    def __enter__(self) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        self._token = _keeping.set(found)
        return found

    def __exit__(self, *error: object) -> None:
        _keeping.reset(self._token)


def keep(twin: Any, name: str, value: Any) -> None:
    """Note that ``call`` assigned a value to an attribute of a throw-away copy."""
    found = _keeping.get()
    if found is None or twin._scope.inside_inner_trace() or name.startswith("__"):
        return
    leaves = jax.tree.leaves(unwrapped(value))
    if leaves and all(isinstance(leaf, (*ARRAYS, *PLAIN)) for leaf in leaves):
        found[id(twin), name] = vars(twin)["_origin"], name, unwrapped(value)


def parted(found: dict[Any, Any]) -> tuple[list[Any], list[Any]]:
    """Return the arrays of what was kept, and the rest, from which :func:`put_back` makes the whole again."""
    arrays, rest = [], []
    for origin, name, value in found.values():
        leaves, structure = jax.tree.flatten(value)
        arrays.append([leaf for leaf in leaves if isinstance(leaf, ARRAYS)])
        plain = [None if isinstance(leaf, ARRAYS) else leaf for leaf in leaves]
        rest.append((origin, name, structure, plain))
    return arrays, rest


def put_back(arrays: list[Any], rest: list[Any]) -> None:
    """Put what was kept on the layers."""
    for found, (origin, name, structure, plain) in zip(arrays, rest, strict=True):
        leaves = iter(found)
        whole = [next(leaves) if leaf is None else leaf for leaf in plain]
        object.__setattr__(origin, name, jax.tree.unflatten(structure, whole))
        if any(isinstance(leaf, Tensor) for leaf in found):
            kept = vars(origin).get("_kept", frozenset())
            object.__setattr__(origin, "_kept", kept | {name})
