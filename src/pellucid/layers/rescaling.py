"""Layers that bring raw data to the scale a network learns well on, as part of the model."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np

from pellucid.core.errors import ArgumentError, DataError, ShapeError, UsageError
from pellucid.core.limits import Boolean, Instance, Limit
from pellucid.layers.checks import as_float, require_size, who
from pellucid.modules import Layer
from pellucid.modules.binding import declare

# The smallest standard deviation that is divided by (Keras's), so that a constant feature gives 0, not infinity.
SMALLEST_DEVIATION = 1e-7


def each_batch(data: Any) -> Iterable[Any]:
    """Return what an iterable gives, or what a sequence that has a length only holds at 0, 1, ...

    >>> list(each_batch(range(2)))
    [0, 1]
    """
    return data if hasattr(data, "__iter__") else (data[place] for place in range(len(data)))


class Rescaling(Layer):
    """Multiplies by a fixed scale and adds a fixed offset.

    Equation: ``y = x scale + offset``.

    Args:
        scale: A number, or an array that broadcasts against the inputs.
        offset: A number, or an array that broadcasts against the inputs. Default 0.
        **kwargs: ``name``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs and outputs: (batch, ...); whole numbers such as pixels become floats

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import Rescaling
        >>> Rescaling(1 / 127.5, offset=-1)(jnp.array([[0, 255]], "uint8"))
        Array([[-1.,  1.]], dtype=float32)
    """

    def __init__(self, scale: Any, offset: Any = 0.0, **kwargs: Any):
        super().__init__(**kwargs)
        self.scale = scale
        self.offset = offset

    def call(self, inputs: jax.Array) -> jax.Array:
        """Return ``x scale + offset``."""
        x = as_float(inputs, self)
        return x * jnp.asarray(self.scale, x.dtype) + jnp.asarray(self.offset, x.dtype)


class Normalization(Layer):
    """Brings features to mean 0 and variance 1, by statistics of the training data that are kept in the model.

    Equation: ``y = (x - mean) / sqrt(variance)``; with ``invert``: ``y = x sqrt(variance) + mean``.

    Args:
        axis: The axis or axes that keep statistics of their own, the others are averaged over; None for one mean and
            one variance of all numbers. Default -1: one for each feature.
        mean: The mean, if it is known; else call :meth:`adapt`. Default None.
        variance: The variance, given together with ``mean``. Default None.
        invert: Whether to go back from normalised numbers to raw ones. Default False.
        **kwargs: ``name``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs and outputs: (batch, ..., features); mean and variance: the sizes of the axes

    Raises:
        UsageError: Neither was ``adapt`` called nor a mean given: the layer would do nothing, silently.

    Example:
        >>> import numpy as np
        >>> from pellucid.layers import Normalization
        >>> layer = Normalization()
        >>> layer.adapt(np.array([[0.0, 7.0], [2.0, 9.0]]))
        >>> layer(np.array([[0.0, 9.0]]))
        Array([[-1.,  1.]], dtype=float32)

    Differs from Keras: used before ``adapt`` it refuses, where Keras passes the inputs on unchanged. PyTorch has no
    such layer; scikit-learn's ``StandardScaler`` is the same outside the model.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "axis": Instance((int, list, tuple), "an integer or a list of integers", optional=True),
        "invert": Boolean(),
    }
    shared_state = True  # it never changes in training
    mean: jax.Array
    variance: jax.Array

    def __init__(
        self,
        axis: Any = -1,
        mean: Any = None,
        variance: Any = None,
        invert: bool = False,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        if (mean is None) != (variance is None) or np.shape(mean) != np.shape(variance):
            raise ArgumentError(
                type(self).__name__,
                "both `mean` and `variance` must be set together and with one shape, but they are "
                f"{mean!r} and {variance!r}.",
            )
        self.axis = axis
        self.input_mean = mean
        self.input_variance = variance
        self.invert = invert

    def build(self, input_shape: Any) -> None:
        """Declare mean and variance as state, for the kept axes."""
        self._rank = len(input_shape)
        shape = [input_shape[axis] for axis in self._kept(self._rank)]
        if None in shape:
            raise ShapeError(
                who(self),
                f"All `axis` values to be kept, {self.axis}, need known sizes, but the inputs have shape "
                f"{tuple(input_shape)}.",
                "axis=None for one mean and one variance of all numbers",
            )
        self.mean = self.add_weight(shape, self._start("mean", self.input_mean), trainable=False)
        self.variance = self.add_weight(
            shape, self._start("variance", self.input_variance), trainable=False
        )

    def call(self, inputs: jax.Array) -> jax.Array:
        """Return the inputs, normalised or brought back."""
        x = as_float(inputs, self)
        shape = [1] * x.ndim
        for axis, size in zip(self._kept(x.ndim), self.mean.shape, strict=True):
            require_size(self, x.shape, axis - x.ndim, size)
            shape[axis] = size
        mean = self.mean.reshape(shape)
        deviation = jnp.maximum(jnp.sqrt(self.variance.reshape(shape)), SMALLEST_DEVIATION)
        return x * deviation + mean if self.invert else (x - mean) / deviation

    def adapt(self, data: Any) -> None:
        """Take mean and variance from data, on the host, in double precision.

        Args:
            data: An array or data frame, or an iterable of batches of one, alone or before their targets: ``x``,
                ``(x, y)``.

        Raises:
            DataError: There are no rows, or numbers that are not finite.
            ShapeError: A batch has other sizes than those before.
        """
        count, total, squares = 0, 0.0, 0.0
        for batch in [data] if hasattr(data, "shape") else each_batch(data):
            with_targets = isinstance(batch, tuple) and np.ndim(batch[0]) > 0
            rows = np.asarray(batch[0] if with_targets else batch, np.float64)
            if rows.ndim == 1 and self.axis is not None and batch is not data:
                rows = rows[None]  # a stream of single rows
            count, total, squares = self._merge(rows, count, total, squares)
        if count == 0:
            raise DataError(
                who(self),
                "`adapt` was given no rows: an empty iterable or array.",
                "layer.adapt(x_train)",
            )
        self.set_weights([total, squares / count])

    def _merge(
        self, batch: np.ndarray, count: int, mean: Any, squares: Any
    ) -> tuple[int, np.ndarray, np.ndarray]:
        """Join a batch's statistics to those so far (Chan, Golub and LeVeque, 1979)."""
        if not np.isfinite(batch).all():
            raise DataError(
                who(self),
                "`adapt` was given data that hold NaN or infinity.",
                "layer.adapt(x[np.isfinite(x).all(axis=1)]), or fill the gaps first",
            )
        declare(self, (None, *batch.shape[1:]))
        kept = self._kept(batch.ndim)
        sizes = tuple(batch.shape[axis] for axis in kept)
        if sizes != tuple(self._weights["mean"].shape):
            raise ShapeError(
                who(self),
                f"`adapt` got rows of an incompatible shape: {batch.shape[1:]}; their axes {self.axis} should have the "
                f"sizes {tuple(self._weights['mean'].shape)}.",
                "give all rows, and the layer's inputs, one shape",
            )
        others = tuple(axis for axis in range(batch.ndim) if axis not in kept)
        size = int(np.prod([batch.shape[axis] for axis in others], dtype=np.int64))
        if size == 0:
            return count, mean, squares
        own = batch.mean(axis=others)
        difference = own - mean
        spread = ((batch - np.expand_dims(own, others)) ** 2).sum(axis=others)
        both = count + size
        return (
            both,
            mean + difference * (size / both),
            squares + spread + difference**2 * (count * size / both),
        )

    def _kept(self, rank: int) -> list[int]:
        axes: Iterable[int] = () if self.axis is None else np.atleast_1d(self.axis)
        beyond = [int(axis) for axis in axes if not -rank <= axis < rank]
        if beyond:
            raise ShapeError(
                who(self),
                f"All `axis` values must be in the range of the inputs' axes, -{rank} to {rank - 1}, but one is "
                f"{beyond[0]}.",
                "axis=-1 keeps statistics of the last axis",
            )
        return sorted(int(axis) % rank for axis in axes)

    def _start(self, name: str, given: Any) -> Callable[..., np.ndarray]:
        """Return the weight's starting value: what was given, or what `adapt` or a file brought."""

        def start(shape: Any, dtype: Any = None, *, rng: Any = None) -> np.ndarray:
            known = given if given is not None else self._weights[name].value
            if known is None:
                raise UsageError(
                    who(self),
                    "it has neither mean nor variance yet, so it would pass its inputs on unchanged.",
                    f"{self.name}.adapt(x_train) before the first use",
                )
            return np.array(np.broadcast_to(np.asarray(known, dtype), shape))

        return start
