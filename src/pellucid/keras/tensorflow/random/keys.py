"""Where the keys of ``tf.random`` come from."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np

from pellucid.keras.random_keys import next_key, set_seed as start_anew


def set_seed(seed: Any) -> None:
    """Start anew under a seed, ``tf.random.set_seed``."""
    start_anew(int(seed))


def key_for(seed: Any) -> jax.Array:
    """Return a fresh key; a seed of the operation gives another sequence, not the same numbers each time."""
    key = next_key()
    return key if seed is None else jax.random.fold_in(key, int(seed) & 0xFFFFFFFF)


def key_of(seed: Any) -> jax.Array:
    """Return the key of a stateless seed: two numbers, or one."""
    numbers = np.ravel(np.asarray(seed)).astype(np.uint32)
    key = jax.random.key(int(numbers[0]))
    for number in numbers[1:]:
        key = jax.random.fold_in(key, int(number))
    return key
