"""Pooling of everything: one number per channel of a whole series, image or volume."""

from __future__ import annotations

from typing import Any, ClassVar

import jax

from pellucid.core.errors import ShapeError
from pellucid.core.limits import Boolean, Limit
from pellucid.functional.regional_pooling import masked_max, masked_mean
from pellucid.layers.checks import who
from pellucid.layers.spatial import DATA_FORMAT, channels_back, channels_last
from pellucid.modules import Layer


class GlobalPooling(Layer):
    """The base of global poolings: a subclass says its ``rank`` and what becomes of all numbers of a channel.

    Args:
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        keepdims: Whether the axes stay, with size 1. Default False.
        **kwargs: ``name``, ``dtype`` and others as in :class:`~pellucid.Layer`.
    """

    rank: ClassVar[int] = 0
    limits: ClassVar[dict[str, Limit]] = {"data_format": DATA_FORMAT, "keepdims": Boolean()}

    def __init__(self, data_format: str | None = None, keepdims: bool = False, **kwargs: Any):
        super().__init__(**kwargs)
        self.data_format = data_format
        self.keepdims = keepdims

    def reduce(self, x: jax.Array, axes: list[int], mask: jax.Array | None) -> jax.Array:
        """Return one number for all of ``x`` along ``axes``, which stay with size 1."""
        raise NotImplementedError

    def pool(self, inputs: jax.Array, mask: jax.Array | None = None) -> jax.Array:
        """Return one number per channel."""
        x = channels_last(self, inputs, self.rank, self.data_format)
        if mask is not None and mask.shape[:2] != x.shape[:2]:
            raise ShapeError(
                who(self),
                f"its mask must have the shape (batch, steps) {x.shape[:2]}, but it is {mask.shape[:2]}.",
                "one truth value for each step of each series: mask=lengths[:, None] > jnp.arange(steps)",
            )
        outputs = self.reduce(x, list(range(1, x.ndim - 1)), mask)
        if self.keepdims:
            return channels_back(outputs, self.data_format)
        return outputs.reshape(outputs.shape[0], outputs.shape[-1])

    def call(self, inputs: jax.Array) -> jax.Array:
        """Return one number per channel."""
        return self.pool(inputs)

    def compute_mask(self, inputs: Any, mask: Any = None) -> None:
        """Drop the mask: its steps are gone."""


class GlobalMaxPooling(GlobalPooling):
    """The base of ``GlobalMaxPooling1D``, ``GlobalMaxPooling2D`` and ``GlobalMaxPooling3D``."""

    def reduce(self, x: jax.Array, axes: list[int], mask: jax.Array | None) -> jax.Array:
        """Return the largest number."""
        return masked_max(x, axes, mask, keepdims=True)


class GlobalAveragePooling(GlobalPooling):
    """The base of ``GlobalAveragePooling1D``, ``GlobalAveragePooling2D`` and ``GlobalAveragePooling3D``."""

    def reduce(self, x: jax.Array, axes: list[int], mask: jax.Array | None) -> jax.Array:
        """Return the mean."""
        return masked_mean(x, axes, mask, keepdims=True)


class GlobalMaxPooling1D(GlobalMaxPooling):
    """Keeps the largest number of every channel of a whole series.

    Equation: ``y[c] = max_t x[t, c]`` over all steps ``t``, with the inputs ``x`` and the channel ``c``; masked steps
    do not count.

    Args:
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        keepdims: Whether the axis of the steps stays, with size 1. Default False.
        **kwargs: ``name``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Call arguments:
        mask: True for the steps that count, shape (batch, steps). A series of which none counts gives 0.

    Shapes:
        inputs: (batch, steps, channels); outputs: (batch, channels), or with ``keepdims`` (batch, 1, channels)

    Raises:
        ShapeError: The inputs are no series.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import GlobalMaxPooling1D
        >>> GlobalMaxPooling1D()(jnp.array([[[1.0, 8.0], [3.0, 4.0]]]))
        Array([[3., 8.]], dtype=float32)

    Differs from Keras: it leaves masked steps out; there padding may win. Differs from PyTorch: there it is
    ``AdaptiveMaxPool1d(1)``, which keeps the axes.
    """

    rank = 1

    def call(self, inputs: jax.Array, mask: jax.Array | None = None) -> jax.Array:
        """Return one number per channel, of the steps that count."""
        return self.pool(inputs, None if mask is None else mask[..., None])


class GlobalMaxPooling2D(GlobalMaxPooling):
    """Keeps the largest number of every channel of a whole image.

    Equation: ``y[c] = max_t x[t, c]`` over all cells ``t``, with the inputs ``x`` and the channel ``c``.

    Args:
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        keepdims: Whether the axes stay, with size 1. Default False.
        **kwargs: ``name``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (batch, height, width, channels); outputs: (batch, channels), or with ``keepdims`` (batch, 1, 1,
        channels)

    Raises:
        ShapeError: The inputs are no images.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import GlobalMaxPooling2D
        >>> GlobalMaxPooling2D()(jnp.arange(8.0).reshape(1, 2, 2, 2))
        Array([[6., 7.]], dtype=float32)

    Differs from PyTorch: there it is ``AdaptiveMaxPool2d(1)``, which keeps the axes.
    """

    rank = 2


class GlobalMaxPooling3D(GlobalMaxPooling):
    """Keeps the largest number of every channel of a whole volume.

    Equation: ``y[c] = max_t x[t, c]`` over all cells ``t``, with the inputs ``x`` and the channel ``c``.

    Args:
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        keepdims: Whether the axes stay, with size 1. Default False.
        **kwargs: ``name``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (batch, depth, height, width, channels); outputs: (batch, channels), or with ``keepdims`` (batch, 1, 1,
        1, channels)

    Raises:
        ShapeError: The inputs are no volumes.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import GlobalMaxPooling3D
        >>> GlobalMaxPooling3D(keepdims=True)(jnp.zeros((2, 4, 8, 8, 3))).shape
        (2, 1, 1, 1, 3)

    Differs from PyTorch: there it is ``AdaptiveMaxPool3d(1)``, which keeps the axes.
    """

    rank = 3


class GlobalAveragePooling1D(GlobalAveragePooling):
    """Keeps the mean of every channel of a whole series.

    Equation: ``y[c] = sum_t x[t, c] / n`` over all steps ``t``, of which there are ``n``, with the inputs ``x`` and
    the channel ``c``; masked steps do not count.

    Args:
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        keepdims: Whether the axis of the steps stays, with size 1. Default False.
        **kwargs: ``name``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Call arguments:
        mask: True for the steps that count, shape (batch, steps). A series of which none counts gives 0.

    Shapes:
        inputs: (batch, steps, channels); outputs: (batch, channels), or with ``keepdims`` (batch, 1, channels)

    Raises:
        ShapeError: The inputs are no series.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import GlobalAveragePooling1D
        >>> layer, series = GlobalAveragePooling1D(), jnp.array([[[1.0], [3.0], [8.0]]])
        >>> layer(series), layer(series, mask=jnp.array([[True, True, False]]))
        (Array([[4.]], dtype=float32), Array([[2.]], dtype=float32))

    Differs from Keras: where no step counts, the answer is 0, not NaN. Differs from PyTorch: there it is
    ``AdaptiveAvgPool1d(1)``, which keeps the axes.
    """

    rank = 1

    def call(self, inputs: jax.Array, mask: jax.Array | None = None) -> jax.Array:
        """Return one number per channel, of the steps that count."""
        return self.pool(inputs, None if mask is None else mask[..., None])


class GlobalAveragePooling2D(GlobalAveragePooling):
    """Keeps the mean of every channel of a whole image.

    Equation: ``y[c] = sum_t x[t, c] / n`` over all cells ``t``, of which there are ``n``, with the inputs ``x`` and
    the channel ``c``.

    Args:
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        keepdims: Whether the axes stay, with size 1. Default False.
        **kwargs: ``name``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (batch, height, width, channels); outputs: (batch, channels), or with ``keepdims`` (batch, 1, 1,
        channels)

    Raises:
        ShapeError: The inputs are no images.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import GlobalAveragePooling2D
        >>> GlobalAveragePooling2D()(jnp.arange(8.0).reshape(1, 2, 2, 2))
        Array([[3., 4.]], dtype=float32)

    Source: Lin, Chen and Yan, Network in Network, 2014, https://arxiv.org/abs/1312.4400.
    Differs from PyTorch: there it is ``AdaptiveAvgPool2d(1)``, which keeps the axes.
    """

    rank = 2


class GlobalAveragePooling3D(GlobalAveragePooling):
    """Keeps the mean of every channel of a whole volume.

    Equation: ``y[c] = sum_t x[t, c] / n`` over all cells ``t``, of which there are ``n``, with the inputs ``x`` and
    the channel ``c``.

    Args:
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        keepdims: Whether the axes stay, with size 1. Default False.
        **kwargs: ``name``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (batch, depth, height, width, channels); outputs: (batch, channels), or with ``keepdims`` (batch, 1, 1,
        1, channels)

    Raises:
        ShapeError: The inputs are no volumes.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import GlobalAveragePooling3D
        >>> GlobalAveragePooling3D()(jnp.zeros((2, 4, 8, 8, 3))).shape
        (2, 3)

    Differs from PyTorch: there it is ``AdaptiveAvgPool3d(1)``, which keeps the axes.
    """

    rank = 3
