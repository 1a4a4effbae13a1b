"""A program on several cores at once: every core runs all of it, but computes gradients for its own rows only.

Each core holds the data, the weights and the optimizer's state. In a step it takes its share of the batch, and loss and
gradients are averaged over the cores; so all of them make the same update. ``dividing.py`` decides when that pays.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import jax
import numpy as np
from jax import lax
from jax.flatten_util import ravel_pytree
from jax.sharding import Mesh, NamedSharding, PartitionSpec

AXIS = "cores"
SMALL = 2**15
"""Numbers of an array that is sent together with others, at most."""
EVERYWHERE = PartitionSpec()


@cache
def mesh(cores: int) -> Mesh:
    """Return the first so many devices as a row."""
    return Mesh(np.array(jax.local_devices()[:cores]), (AXIS,))


def program(function: Callable[..., Any], cores: int, options: Any) -> Any:
    """Return ``function`` compiled for so many cores; its arguments and results are the same on all of them."""
    if cores > 1:
        function = jax.shard_map(
            function, mesh=mesh(cores), in_specs=EVERYWHERE, out_specs=EVERYWHERE, check_vma=False
        )
    return jax.jit(function, compiler_options=options)


def placed(tree: Any, cores: int) -> Any:
    """Return arrays where a program on so many cores wants them."""
    if cores == 1:
        return jax.device_put(tree)
    return jax.device_put(tree, NamedSharding(mesh(cores), EVERYWHERE))


def from_first(tree: Any, cores: int) -> Any:
    """Return a program's results as arrays of the first device."""
    return tree if cores == 1 else jax.tree.map(lambda a: a.addressable_data(0), tree)


def share(batch: Any, cores: int) -> Any:
    """Return the rows of a batch that the running core computes."""
    size = jax.tree.leaves(batch)[0].shape[0] // cores
    first = lax.axis_index(AXIS) * size
    return jax.tree.map(lambda a: lax.dynamic_slice_in_dim(a, first, size), batch)


def averaged(tree: Any) -> Any:
    """Return arrays averaged over the cores.

    Small ones go in one message, since each message makes the cores wait for each other; large ones are not copied
    for it.
    """
    leaves, form = jax.tree.flatten(tree)
    small = [i for i, leaf in enumerate(leaves) if leaf.size <= SMALL]
    together, apart = ravel_pytree([leaves[i] for i in small])
    means = dict(zip(small, apart(lax.pmean(together, AXIS)), strict=True))
    rest = {i: lax.pmean(leaf, AXIS) for i, leaf in enumerate(leaves) if i not in means}
    return jax.tree.unflatten(form, [{**means, **rest}[i] for i in range(len(leaves))])


def joined(outputs: Any) -> Any:
    """Return the outputs of all rows, from those of each core's."""
    return jax.tree.map(lambda a: lax.all_gather(a, AXIS, tiled=True), outputs)
