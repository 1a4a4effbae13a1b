"""Images under linear maps about their centres: rotated, sheared."""

from __future__ import annotations

import math
from typing import Any

import jax
import jax.numpy as jnp

from pellucid.functional.resampling import transform
from pellucid.layers.augmentation.base import Resampling, between, ends_of


class RandomRotation(Resampling):
    """Rotates each image by a random angle about its centre.

    Equation: ``y[p] = x[c + R(a) (p - c)]`` for the pixel ``p``, the centre ``c``, the rotation ``R`` and an angle
    ``a = 2 pi f`` with ``f`` drawn evenly between the factor's ends; above 0 turns against the clock.

    Args:
        factor: A part of a full turn: ``f`` for up to ``f`` in both directions, or ``(from, to)``.
        fill_mode: What stands outside. Default ``"reflect"``.
        interpolation: ``"bilinear"`` or ``"nearest"``. Default ``"bilinear"``.
        seed: An integer that is folded into the layer's key, or None. Default None.
        fill_value: The value outside with ``fill_mode="constant"``. Default 0.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        **kwargs: ``name`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs and outputs: (batch, height, width, channels)

    Raises:
        ArgumentError: A factor outside [-1, 1], or its ends in the wrong order.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import RandomRotation
        >>> quarter = RandomRotation((0.25, 0.25), interpolation="nearest")
        >>> quarter(jnp.arange(4.0).reshape(1, 2, 2, 1), training=True)[0, :, :, 0].tolist()
        [[1.0, 3.0], [0.0, 2.0]]

    Differs from Keras: called at the prompt it varies nothing unless ``training=True`` is given. Differs from
    PyTorch: part of the model and its compiled program, where torchvision's transforms run in the data loader.
    """

    def __init__(
        self,
        factor: Any,
        fill_mode: str = "reflect",
        interpolation: str = "bilinear",
        seed: int | None = None,
        fill_value: float = 0.0,
        data_format: str | None = None,
        **kwargs: Any,
    ):
        super().__init__(fill_mode, interpolation, seed, fill_value, data_format, **kwargs)
        self.factor = ends_of(type(self).__name__, "factor", factor, -1, 1)

    def draw(self, images: jax.Array, key: jax.Array) -> dict[str, jax.Array]:
        """Return ``angle``, in degrees: (batch,)."""
        return {"angle": 360 * between(key, self.factor, images)}

    def vary(self, images: jax.Array, drawn: Any) -> jax.Array:
        """Return the images rotated."""
        return transform(images, self._matrices(drawn, images), *self.outside)

    def follow(self, points: jax.Array, drawn: Any, size: tuple[int, int]) -> jax.Array:
        """Return where points go: about the centre, as the image's pixels do."""
        return turned_back(points, self._matrices(drawn, points), size)

    def _matrices(self, drawn: Any, like: jax.Array) -> jax.Array:
        angle = math.pi / 180 * jnp.asarray(drawn["angle"], like.dtype)
        sine, cosine = jnp.sin(angle), jnp.cos(angle)
        return jnp.stack([jnp.stack([cosine, sine], -1), jnp.stack([-sine, cosine], -1)], 1)


class RandomShear(Resampling):
    """Shears each image: rows are moved along by their distance from the middle, columns likewise.

    Equation: ``y[p] = x[c + S (p - c)]`` with ``S = ((1, s_v), (s_h, 1))`` for rows and columns, and ``s_h`` and
    ``s_v`` drawn evenly between the factors' ends.

    Args:
        x_factor: How far columns move per row: ``f`` for up to ``f`` in both directions, or ``(from, to)``. Default
            0.
        y_factor: How far rows move per column. Default 0.
        fill_mode: What stands outside. Default ``"reflect"``.
        interpolation: ``"bilinear"`` or ``"nearest"``. Default ``"bilinear"``.
        seed: An integer that is folded into the layer's key, or None. Default None.
        fill_value: The value outside with ``fill_mode="constant"``. Default 0.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        **kwargs: ``name`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs and outputs: (batch, height, width, channels)

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import RandomShear
        >>> layer = RandomShear((1.0, 1.0), fill_mode="nearest")
        >>> layer(jnp.eye(3).reshape(1, 3, 3, 1), training=True)[0, :, :, 0].tolist()
        [[1.0, 1.0, 0.0], [0.0, 1.0, 0.0], [0.0, 1.0, 1.0]]

    Differs from Keras: both directions vary independently about the centre. Differs from PyTorch: part of the model
    and its compiled program, where torchvision's transforms run in the data loader.
    """

    def __init__(
        self,
        x_factor: Any = 0.0,
        y_factor: Any = 0.0,
        fill_mode: str = "reflect",
        interpolation: str = "bilinear",
        seed: int | None = None,
        fill_value: float = 0.0,
        data_format: str | None = None,
        **kwargs: Any,
    ):
        super().__init__(fill_mode, interpolation, seed, fill_value, data_format, **kwargs)
        self.x_factor = ends_of(type(self).__name__, "x_factor", x_factor)
        self.y_factor = ends_of(type(self).__name__, "y_factor", y_factor)

    def draw(self, images: jax.Array, key: jax.Array) -> dict[str, jax.Array]:
        """Return ``shear_factor``, ``s_h`` and ``s_v``: (batch, 2)."""
        first, second = jax.random.split(key)
        along, down = between(first, self.x_factor, images), between(second, self.y_factor, images)
        return {"shear_factor": jnp.stack([along, down], -1)}

    def vary(self, images: jax.Array, drawn: Any) -> jax.Array:
        """Return the images sheared."""
        return transform(images, self._matrices(drawn, images), *self.outside)

    def follow(self, points: jax.Array, drawn: Any, size: tuple[int, int]) -> jax.Array:
        """Return where points go: about the centre, as the image's pixels do."""
        return turned_back(points, self._matrices(drawn, points), size)

    def _matrices(self, drawn: Any, like: jax.Array) -> jax.Array:
        along, down = jnp.moveaxis(jnp.asarray(drawn["shear_factor"], like.dtype), -1, 0)
        one = jnp.ones_like(along)
        return jnp.stack([jnp.stack([one, down], -1), jnp.stack([along, one], -1)], 1)


def turned_back(points: jax.Array, matrices: jax.Array, size: tuple[int, int]) -> jax.Array:
    """Return where points go when images are taken through matrices about their centres: ``c + M^-1 (p - c)``.

    Args:
        points: x and y in pixels, (batch, points, 2).
        matrices: ``M``, of rows and columns, (batch, 2, 2).
        size: The images' height and width.

    >>> quarter = jnp.array([[[0.0, 1.0], [-1.0, 0.0]]])
    >>> turned_back(jnp.array([[[2.0, 1.0]]]), quarter, (3, 3)).tolist()
    [[[1.0, 0.0]]]
    """
    middle = jnp.array([(size[0] - 1) / 2, (size[1] - 1) / 2], points.dtype)
    offsets = points[..., ::-1] - middle
    return (middle + jnp.einsum("nij,nkj->nki", jnp.linalg.inv(matrices), offsets))[..., ::-1]
