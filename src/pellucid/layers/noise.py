"""Layers that disturb their inputs while training: dropout and Gaussian noise."""

from __future__ import annotations

from typing import Any, ClassVar

import jax
import numpy as np

from pellucid.core.errors import ArgumentError
from pellucid.core.limits import Integer, Limit, Real
from pellucid.functional.noise import dropout, gaussian_noise
from pellucid.layers.checks import as_float
from pellucid.modules import Layer


def checked_sizes(owner: str, noise_shape: Any) -> tuple[int | None, ...] | None:
    """Return the shape of a mask as a tuple.

    Raises:
        ArgumentError: It is no tuple or list, or holds something else than positive integers and None.

    >>> checked_sizes("Dropout", [None, 1])
    (None, 1)
    """
    if noise_shape is None:
        return None
    wanted, fitting = "a tuple or list of integers", isinstance(noise_shape, (tuple, list))
    if fitting:
        wanted = "all dimensions to be positive integers or None"
        whole = (isinstance(size, (int, np.integer)) and size > 0 for size in noise_shape)
        fitting = all(size is None or fits for size, fits in zip(noise_shape, whole, strict=True))
    if not fitting:
        raise ArgumentError(
            owner,
            f"Invalid value received for argument `noise_shape`. Expected {wanted}, but it is {noise_shape!r:.60}.",
            "noise_shape=(None, 1, None) drops the same in all steps of a series",
        )
    return tuple(noise_shape)


class Dropout(Layer):
    """Sets a random part of its inputs to zero while training, so that no unit can rely on another.

    Equation: ``y = x m / (1 - rate)`` with ``m`` = 1 with probability ``1 - rate``, else 0; outside training ``y = x``.

    Args:
        rate: The part that is set to zero, in [0, 1). Enters programs as an array: changing it compiles nothing.
        noise_shape: The shape of the mask ``m``, None for the inputs' size: ``(None, 1, 8)`` drops the same of 8
            features in every step of a series. Default None, the inputs' shape.
        seed: An integer that is folded into the layer's key, or None. Default None.
        **kwargs: ``name``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs and outputs: (batch, ...)

    Raises:
        ArgumentError: ``noise_shape`` holds something else than positive integers and None.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import Dropout
        >>> layer, x = Dropout(0.5), jnp.ones((1, 1000))
        >>> sorted(set(layer(x, training=True)[0].tolist())), layer(x).sum()
        ([0.0, 2.0], Array(1000., dtype=float32))

    Source: Srivastava et al., Dropout, 2014, https://jmlr.org/papers/v15/srivastava14a.html.
    Differs from Keras: ``rate=1`` is refused, for it would silence everything. Differs from PyTorch: the mask follows
    from the model's seed and the layer's path, so it does not depend on other layers.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "rate": Real(0, 1, closed="left"),
        "seed": Integer(optional=True),
    }
    hyperparameters: ClassVar[tuple[str, ...]] = ("rate",)

    def __init__(
        self, rate: float, noise_shape: Any = None, seed: int | None = None, **kwargs: Any
    ):
        super().__init__(**kwargs)
        self.rate = rate
        self.noise_shape = checked_sizes(type(self).__name__, noise_shape)
        self.seed = seed

    def call(self, inputs: jax.Array, training: Any = False) -> jax.Array:
        """Return the inputs with a part set to zero, in training."""
        x = as_float(inputs, self)
        if not training or switched_off(self.rate):
            return x
        sizes = self.noise_shape if self.noise_shape is not None else x.shape
        shape = [x.shape[axis] if size is None else size for axis, size in enumerate(sizes)]
        return dropout(x, self.rate, seeded_key(self, self.seed), shape)


class GaussianNoise(Layer):
    """Adds normally distributed noise to its inputs while training.

    Equation: ``y = x + stddev e`` with every number of ``e`` from the standard normal distribution; outside training
    ``y = x``.

    Args:
        stddev: The noise's standard deviation, at least 0, in the unit of the inputs. Enters programs as an array.
        seed: An integer that is folded into the layer's key, or None. Default None.
        **kwargs: ``name``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs and outputs: (batch, ...)

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import GaussianNoise
        >>> bool(0.09 < GaussianNoise(0.1)(jnp.zeros((1, 2000)), training=True).std() < 0.11)
        True

    Source: Bishop, Training with Noise is Equivalent to Tikhonov Regularization, 1995.
    Differs from Keras: ``stddev`` may exceed 1.
    """

    limits: ClassVar[dict[str, Limit]] = {"stddev": Real(0), "seed": Integer(optional=True)}
    hyperparameters: ClassVar[tuple[str, ...]] = ("stddev",)

    def __init__(self, stddev: float, seed: int | None = None, **kwargs: Any):
        super().__init__(**kwargs)
        self.stddev = stddev
        self.seed = seed

    def call(self, inputs: jax.Array, training: Any = False) -> jax.Array:
        """Return the inputs with noise, in training."""
        x = as_float(inputs, self)
        if not training or switched_off(self.stddev):
            return x
        return gaussian_noise(x, self.stddev, seeded_key(self, self.seed))


def switched_off(strength: Any) -> bool:
    """Tell whether a strength is the constant zero; an array is unknown until the program runs."""
    return isinstance(strength, (int, float)) and strength == 0


def seeded_key(layer: Layer, seed: int | None) -> jax.Array:
    """Return the key of this call of the layer, the layer's own seed folded in."""
    key = layer.random_key()
    return key if seed is None else jax.random.fold_in(key, seed)
