"""Modules that arrange the same numbers in another shape."""

from __future__ import annotations

import math
from typing import Any

from pellucid.layers import Flatten, Identity, Reshape
from pellucid.torch.stack import Stack


def identity(module: Any, stack: Stack) -> None:
    """Convert ``Identity``."""
    stack.add(Identity())


def flatten(module: Any, stack: Stack) -> None:
    """Convert ``Flatten``: of channels last either the next kernel is put in order, or the numbers are."""
    rank = len(stack.shape)
    first, last = module.start_dim % (rank + 1), module.end_dim % (rank + 1)
    if first == 0:
        raise stack.refuse("start_dim=0 mixes the rows of a batch.", "Flatten()")
    if first >= last:
        return
    if (first, last) == (1, rank):
        _all(stack)
    elif first == 2 and last == rank:
        sizes = stack.torch_shape
        places = math.prod(sizes[1:])
        stack.add(Reshape((places, sizes[0]) if stack.moved else (sizes[0], places)))
    else:
        stack.as_in_torch()
        sizes = stack.shape
        joined = math.prod(sizes[first - 1 : last])
        stack.add(Reshape((*sizes[: first - 1], joined, *sizes[last:])))


def _all(stack: Stack) -> None:
    order = stack.flat_order()
    if order is not None and not stack.before_rows:
        stack.as_in_torch()
        order = None
    stack.add(Flatten())
    stack.moved, stack.order = False, order


def unflatten(module: Any, stack: Stack) -> None:
    """Convert ``Unflatten``, which makes several axes of one."""
    stack.as_in_torch()
    dim = module.dim if isinstance(module.dim, int) else 0
    dim %= len(stack.shape) + 1
    if dim == 0:
        raise stack.refuse(
            "it takes apart the batch, or an axis by its name.", "Unflatten(1, (8, 4, 4))"
        )
    sizes = stack.shape
    stack.add(Reshape((*sizes[: dim - 1], *tuple(module.unflattened_size), *sizes[dim:])))
