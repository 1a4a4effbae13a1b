"""Losses for rows that layers mixed (``mix_targets``): the losses for the targets of all that went in, mixed alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

Arrays = dict[str, Any]
Mix = tuple[Any, Any]


def mixed_loss(
    loss: Callable[[Any, Any, Any], Any],
    mixes: list[Mix],
    parts: Arrays,
    y: Any,
    outputs: Any,
    weight: Any,
) -> Any:
    """Return ``sum_k share_k loss(targets_k)`` over all rows that went into each row; without mixtures the loss.

    Args:
        loss: The loss of targets, outputs and sample weights; it may put numbers of the batch into ``parts``.
        mixes: What the layers noted, in the order of their calls: partners and shares.
        parts: Numbers of the batch that are watched; each becomes its sum over the mixture.
        y: The targets.
        outputs: The model's outputs.
        weight: The sample weights, or None.
    """
    if not mixes:
        return loss(y, outputs, weight)
    rows = jnp.arange(len(mixes[0][0]))
    total, sums = jnp.float32(0.0), dict.fromkeys(parts, jnp.float32(0.0))
    for origin, share in origins(mixes, rows, jnp.ones(len(rows))):
        parts.clear()
        total = total + loss(take(y, origin), outputs, shared(weight, origin, share))
        sums = {name: sums.get(name, 0.0) + value for name, value in parts.items()}
    parts.update(sums)
    return total


def origins(mixes: list[Mix], rows: Any, share: Any) -> list[tuple[Any, Any]]:
    """Return for the rows ``rows`` after all mixtures the rows they came from, each with its share.

    The last mixture is undone first: a row is its own with one share and its partner's with the rest.

    >>> turned, half = jnp.array([1, 0]), jnp.array([0.5, 0.5])
    >>> [(o.tolist(), s.tolist()) for o, s in origins([(turned, half)], jnp.arange(2), jnp.ones(2))]
    [([0, 1], [0.5, 0.5]), ([1, 0], [0.5, 0.5])]
    """
    if not mixes:
        return [(rows, share)]
    *before, (partner, kept) = mixes
    own = kept[rows]
    return [
        *origins(before, rows, share * own),
        *origins(before, partner[rows], share * (1 - own)),
    ]


def take(tree: Any, rows: Any) -> Any:
    """Return the rows of every array."""
    return jax.tree.map(lambda array: array[rows], tree)


def shared(weight: Any, origin: Any, share: Any) -> Any:
    """Return the sample weights of the rows that went in, times their shares."""
    leaves = jax.tree.leaves(weight)
    if not leaves:
        return share
    return jax.tree.map(lambda array: array[origin] * share, weight)
