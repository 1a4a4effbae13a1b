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
    return bool(_looked_at(arrays, members=False))


def finite_rows(arrays: Arrays) -> np.ndarray:
    """Tell of each member of a population, a row of each array, whether none of its numbers is NaN or infinity."""
    return np.asarray(_looked_at(arrays, members=True))


def _looked_at(arrays: Arrays, members: bool) -> Any:
    leaves = jax.tree.leaves(arrays)
    return seen(leaves, members) if at_hand(leaves) else seen_there(leaves, members=members)


def at_hand(leaves: list[Any]) -> bool:
    """Tell whether all arrays lie in the memory of a processor."""
    placed = [leaf for leaf in leaves if isinstance(leaf, jax.Array)]
    return all(device.platform == "cpu" for leaf in placed for device in leaf.devices())


def seen(leaves: list[Any], members: bool, numpy: Any = np) -> Any:
    """Look at all numbers with NumPy, or with a module that has its functions; one answer for each member, or one."""
    finite = [numpy.isfinite(numpy.asarray(leaf)) for leaf in leaves]
    rows = [leaf.reshape(len(leaf) if members else 1, -1).all(axis=1) for leaf in finite]
    return numpy.stack(rows).all(axis=0) if rows else True


@partial(jax.jit, static_argnames="members")
def seen_there(leaves: list[Any], members: bool) -> Any:
    """Look at all numbers on the device that holds them."""
    return seen(leaves, members, jnp)
