"""Where random functions get their keys from: the running layer, the running trace, or a counter under the seed."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

import jax

from pellucid.keras.variable import running_trace

running_layer: ContextVar[Any] = ContextVar("running_layer", default=None)
"""The bound layer of a script whose `call` is running, or None."""


class _Counter:
    """The seed that ``set_random_seed`` gave, and how many keys were taken since."""

    seed = 0
    taken = 0


def set_seed(seed: int) -> None:
    """Start anew under a seed."""
    _Counter.seed, _Counter.taken = int(seed), 0


def seed() -> int:
    """Return the seed."""
    return _Counter.seed


def next_key() -> jax.Array:
    """Return a fresh key; inside programs it is the program's, so that each run draws anew."""
    draw = next_draw()
    if not isinstance(draw, tuple):
        return draw
    with jax.ensure_compile_time_eval():
        return _compiled_key_of(draw)


def next_draw() -> Any:
    """Return what `key_of` makes the next key of, in the program that wants it, which spares a call.

    That is the seed and a number; inside a layer or a program it is a key that these made.
    """
    layer, trace = running_layer.get(), running_trace()
    if layer is not None:
        return layer.random_key()
    if trace is not None:
        return trace.next_key()
    _Counter.taken += 1
    return _Counter.seed, _Counter.taken


def key_of(draw: Any) -> jax.Array:
    """Return the key of a draw."""
    if not isinstance(draw, tuple):
        return draw
    seed, number = draw
    return jax.random.fold_in(jax.random.key(seed), number)


_compiled_key_of = jax.jit(key_of)
