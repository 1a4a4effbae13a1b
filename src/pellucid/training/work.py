"""How much a network computes for one row, estimated from the shapes that its layers take and give."""

from __future__ import annotations

import math
from typing import Any

import jax

from pellucid.modules.tree import weights_of

Shapes = dict[str, tuple[Any, Any]]


def numbers_per_row(shapes: Shapes) -> int:
    """Return how many numbers all layers give for one row.

    >>> numbers_per_row(
    ...     {"dense": ((None, 4), (None, 10)), "two": ((None, 10), [(None, 3), (None, 2, 2)])}
    ... )
    17
    """
    return sum(math.prod(shape[1:]) for _, given in shapes.values() for shape in leaves(given))


def multiply_adds(model: Any, shapes: Shapes) -> int:
    """Return about how many multiply-adds a forward pass needs for one row: each weight once a position of the input.

    >>> from pellucid import Sequential, infer, layers
    >>> import numpy as np
    >>> model = Sequential([layers.Conv1D(4, 3, padding="same", use_bias=False), layers.Flatten()])
    >>> multiply_adds(model, infer(model, np.zeros((1, 10, 2))).shapes)
    240
    """
    return sum(
        math.prod(slot.shape) * positions(path, shapes)
        for path, slot in weights_of(model)
        if slot.trainable
    )


def positions(path: str, shapes: Shapes) -> int:
    """Return at how many positions of a row the layer around a weight uses it: the places or steps of its input."""
    names = path.split("/")
    outer = ("/".join(names[:depth]) for depth in range(len(names) - 1, 0, -1))
    taken = next((shapes[name][0] for name in outer if name in shapes), None)
    return max((math.prod(shape[1:-1]) for shape in leaves(taken)), default=1)


def leaves(tree: Any) -> list[tuple[Any, ...]]:
    """Return the shapes ``(None, ...)`` in a tree of them."""
    found = jax.tree.leaves(tree, is_leaf=lambda s: isinstance(s, tuple) and None in s)
    return [shape for shape in found if isinstance(shape, tuple)]
