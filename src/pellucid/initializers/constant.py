"""Initializers that draw nothing: zeros, ones, a constant, the identity."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from pellucid.core.dtypes import FLOAT
from pellucid.core.errors import ShapeError
from pellucid.core.limits import Limit, Real
from pellucid.initializers.initializer import Initializer


class Zeros(Initializer):
    """Start with zeros, the default of biases.

    A kernel must not start so: all units of the layer would stay equal for ever.

    Example:
        >>> Zeros()((2, 3))
        array([[0., 0., 0.],
               [0., 0., 0.]], dtype=float32)
    """

    def __call__(
        self, shape: Sequence[int], dtype: Any = None, *, rng: np.random.Generator | None = None
    ) -> np.ndarray:
        """Return zeros; see `Initializer.__call__`."""
        return np.zeros(tuple(shape), FLOAT if dtype is None else dtype)


class Ones(Initializer):
    """Start with ones, the default of the scales of normalization layers.

    Example:
        >>> Ones()((3,))
        array([1., 1., 1.], dtype=float32)
    """

    def __call__(
        self, shape: Sequence[int], dtype: Any = None, *, rng: np.random.Generator | None = None
    ) -> np.ndarray:
        """Return ones; see `Initializer.__call__`."""
        return np.ones(tuple(shape), FLOAT if dtype is None else dtype)


class Constant(Initializer):
    """Start with a given number, or with given values.

    Args:
        value: One number for all places, or an array of exactly the weight's shape.

    Raises:
        ShapeError: `value` is an array of another shape than the weight.

    Example:
        >>> Constant(0.5)((2,))
        array([0.5, 0.5], dtype=float32)

    Keras and PyTorch spread an array of fewer axes over the weight without a word; here that is
    refused.
    """

    def __init__(self, value: Any = 0.0) -> None:
        self.value = value

    def __call__(
        self, shape: Sequence[int], dtype: Any = None, *, rng: np.random.Generator | None = None
    ) -> np.ndarray:
        """Return the constant; see `Initializer.__call__`."""
        shape = tuple(shape)
        values = np.asarray(self.value)
        if values.ndim and values.shape != shape:
            raise ShapeError(
                "Constant",
                f"`value` has shape {values.shape}, but the weight has shape {shape}.",
                "pass one number, or an array of the weight's shape",
            )
        return np.full(shape, values, FLOAT if dtype is None else dtype)


class Identity(Initializer):
    """Start with the identity matrix times a gain.

    A linear layer then begins by passing its input on. Of a matrix that is not square the main
    diagonal is filled.

    Args:
        gain: The number on the diagonal.

    Shapes:
        `(inputs, units)` only.

    Raises:
        ShapeError: The weight is not a matrix.

    Example:
        >>> Identity()((2, 3))
        array([[1., 0., 0.],
               [0., 1., 0.]], dtype=float32)

    Reference: Le, Jaitly, Hinton, "A simple way to initialize recurrent networks of rectified
        linear units" (2015).
    PyTorch: `torch.nn.init.eye_`.
    """

    limits: ClassVar[dict[str, Limit]] = {"gain": Real()}

    def __init__(self, gain: float = 1.0) -> None:
        self.gain = gain

    def __call__(
        self, shape: Sequence[int], dtype: Any = None, *, rng: np.random.Generator | None = None
    ) -> np.ndarray:
        """Return the matrix; see `Initializer.__call__`."""
        if len(shape) != 2:
            raise ShapeError(
                "Identity",
                "only a matrix `(inputs, units)` can start as the identity, "
                f"but the weight has shape {tuple(shape)}.",
                'choose another initializer, e.g. "glorot_uniform"',
            )
        dtype = FLOAT if dtype is None else np.dtype(dtype)
        return (self.gain * np.eye(shape[0], shape[1])).astype(dtype)
