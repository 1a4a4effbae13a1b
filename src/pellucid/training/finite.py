"""Whether weights hold NaN or infinity: asked where a chunk of a training ends.

A processor has the weights at hand: NumPy looks at them where they lie, and nothing is compiled. An accelerator looks
itself and sends the answer alone, so that no weights travel to the host.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

Arrays = dict[str, Any]


def all_finite(arrays: Arrays) -> bool:
    """Tell whether no array holds NaN or infinity."""
    leaves = jax.tree.leaves(arrays)
    return bool(
        seen(leaves, members=False) if at_hand(leaves) else seen_there(leaves, members=False)
    )


def finite_rows(arrays: Arrays) -> np.ndarray:
    """Tell of each member of a population, a row of each array, whether none of its numbers is NaN or infinity."""
    leaves = jax.tree.leaves(arrays)
    return np.asarray(
        seen(leaves, members=True) if at_hand(leaves) else seen_there(leaves, members=True)
    )


def at_hand(leaves: list[Any]) -> bool:
    """Tell whether all arrays lie in the memory of a processor."""
    placed = [leaf for leaf in leaves if isinstance(leaf, jax.Array)]
    return all(device.platform == "cpu" for leaf in placed for device in leaf.devices())


def seen(leaves: list[Any], members: bool, numpy: Any = np) -> Any:
    """Look at all numbers with NumPy, or with a module that has its functions."""
    finite = [numpy.isfinite(numpy.asarray(leaf)) for leaf in leaves]
    if members:
        finite = [leaf.reshape(len(leaf), -1).all(axis=1) for leaf in finite]
    return (
        numpy.all(numpy.stack([leaf if members else leaf.all() for leaf in finite]), axis=0)
        if finite
        else True
    )


@partial(jax.jit, static_argnames="members")
def seen_there(leaves: list[Any], members: bool) -> Any:
    """Look at all numbers on the device that holds them."""
    return seen(leaves, members, jnp)
