"""A weight: what a layer declares in ``build``, and the slot that holds its current array."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np
from jax.core import Tracer

from pellucid.core.errors import ArgumentTypeError, FrozenError, ShapeError
from pellucid.core.keys import generator
from pellucid.core.specs import as_shape


class Weight:
    """One declared array of a layer.

    Args:
        name: The last part of the path, e.g. ``"kernel"``; the attribute's name when omitted.
        shape: The full shape, all sizes known.
        initializer: Gives the starting value: ``initializer(shape, dtype, rng=...)``.
        dtype: The array's dtype.
        trainable: True for parameters, False for state such as running statistics.
        regularizer: Adds ``regularizer(weight)`` to the loss, or None.
        constraint: Replaces the weight by ``constraint(weight)`` after each update, or None.
    """

    def __init__(
        self,
        name: str | None,
        shape: Any,
        initializer: Any,
        dtype: Any = "float32",
        trainable: bool = True,
        regularizer: Any = None,
        constraint: Any = None,
    ):
        self.name = name
        self.shape = checked_shape(name, shape)
        self.initializer = initializer
        self.dtype = np.dtype(dtype)
        self.trainable = trainable
        self.regularizer = regularizer
        self.constraint = constraint
        self.value: Any = None
        self.hint = name or "weight"
        self.home: tuple[int, str] | None = None
        self.mark = object()  # by which copies of the declaration, in programs, are known again

    def fill(self, seed: int, path: str) -> None:
        """Draw the starting value for ``path`` under ``seed``, if there is no value yet."""
        if self.value is None:
            with jax.ensure_compile_time_eval():  # a real array even while something else is traced
                self.value = jax.device_put(self.draw(seed, path))

    def fill_at_home(self, seed: int, path: str) -> None:
        """As :meth:`fill`, but under the seed and path that the model around gave, if there is one.

        So ``model.layers[0].kernel`` and ``model.weights[0]`` are the same numbers, whichever is read first.
        """
        self.fill(*(self.home or (seed, path)))

    def draw(self, seed: int, path: str) -> np.ndarray:
        """Return the starting value for ``path`` under ``seed``."""
        drawn = self.initializer(self.shape, self.dtype, rng=generator(seed, path))
        return np.asarray(drawn, self.dtype)

    def assign(self, value: Any) -> None:
        """Replace the current array by one of the same shape.

        Raises:
            FrozenError: A traced value was given: it would outlive its program.
            ShapeError: The shapes differ.
        """
        if isinstance(value, Tracer):
            raise FrozenError(
                f"Weight '{self.hint}'",
                "a traced value cannot be kept; inside a program pass arrays in and out.",
                "use pellucid.apply(model, params, state, inputs)",
            )
        array = np.asarray(value) if not isinstance(value, jax.Array) else value
        if tuple(array.shape) != self.shape:
            raise ShapeError(
                f"Weight '{self.hint}'",
                f"it has shape {self.shape}, but an array of shape {tuple(array.shape)} was given.",
            )
        with jax.ensure_compile_time_eval():
            self.value = jax.device_put(array.astype(self.dtype))

    def without_value(self) -> Weight:
        """Return the same declaration with an empty slot."""
        bare = object.__new__(Weight)
        bare.__dict__.update(vars(self), value=None)
        return bare

    @property
    def size(self) -> int:
        """How many numbers the weight holds."""
        return int(np.prod(self.shape))

    def spec(self) -> tuple[Any, ...]:
        """What a compiled program depends on: everything but the values."""
        return (self.name, self.shape, self.dtype.name, self.trainable)

    def __repr__(self) -> str:
        kind = "" if self.trainable else ", state"
        return f"Weight({self.hint!r}, shape={self.shape}{kind})"


def checked_shape(name: str | None, shape: Any) -> tuple[int, ...]:
    """Refuse a shape with unknown sizes before it reaches NumPy."""
    sizes = () if shape is None else as_shape(shape)
    if any(size is None for size in sizes):
        raise ArgumentTypeError(
            f"Weight '{name}'",
            f"its shape {sizes} holds None; a weight's sizes must all be known.",
            "take the size from the last axis: shape=(input_shape[-1], units)",
        )
    return tuple(int(size) for size in sizes if size is not None)
