"""Sums over weights and samples of activations, in the form that is quick inside a program."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax.numpy as jnp

SAMPLE = 4096
"""Numbers of a layer, at most, of which quantiles and histograms are taken: sorting more would be slow."""


def norm(arrays: Sequence[Any]) -> Any:
    """Return the Euclidean norm of all numbers of some arrays together.

    >>> norm([jnp.array([3.0]), jnp.array([[4.0]])])
    Array(5., dtype=float32)
    """
    return jnp.sqrt(sum(jnp.vdot(array, array) for array in arrays))


def ratio(above: Any, below: Any) -> Any:
    """Return a quotient of two lengths; NaN where the lower one is zero.

    >>> ratio(jnp.array(1.0), jnp.array([2.0, 0.0]))
    Array([0.5, nan], dtype=float32)
    """
    return jnp.where(below > 0, above / jnp.where(below > 0, below, 1), jnp.nan)


def sample(array: Any, most: int = SAMPLE) -> Any:
    """Return at most so many numbers of an array, evenly spaced over all of it.

    >>> sample(jnp.arange(10), 4)
    Array([0, 2, 4, 6], dtype=int32)
    """
    flat = jnp.ravel(array)
    return flat[:: max(1, flat.size // most)][:most]
