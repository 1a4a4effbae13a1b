"""Images moved and stretched along their axes: shift, zoom, crop."""

from __future__ import annotations

from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from pellucid.core.errors import ShapeError
from pellucid.core.limits import Integer, Limit
from pellucid.functional.resampling import take_along_axes
from pellucid.functional.resizing import crop_to_ratio
from pellucid.layers.augmentation.base import Augmentation, Resampling, between, ends_of
from pellucid.layers.augmentation.resizing import resized
from pellucid.layers.checks import who


class RandomTranslation(Resampling):
    """Shifts each image by a random part of its size.

    Equation: ``y[i, j] = x[i - s_v height, j - s_h width]`` with ``s_v`` and ``s_h`` drawn evenly between the
    factors' ends.

    Args:
        height_factor: A part of the height: ``f`` for up to ``f`` in both directions, or ``(from, to)``, positive
            downwards.
        width_factor: The same for the width, positive to the right.
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
        >>> from pellucid.layers import RandomTranslation
        >>> down = RandomTranslation((0.5, 0.5), 0.0, "constant")
        >>> down(jnp.ones((1, 4, 2, 1)), training=True)[0, :, :, 0].tolist()
        [[0.0, 0.0], [0.0, 0.0], [1.0, 1.0], [1.0, 1.0]]

    Differs from Keras: called at the prompt it varies nothing unless ``training=True`` is given. Differs from
    PyTorch: part of the model and its compiled program, where torchvision's transforms run in the data loader.
    """

    def __init__(
        self,
        height_factor: Any,
        width_factor: Any,
        fill_mode: str = "reflect",
        interpolation: str = "bilinear",
        seed: int | None = None,
        fill_value: float = 0.0,
        data_format: str | None = None,
        **kwargs: Any,
    ):
        super().__init__(fill_mode, interpolation, seed, fill_value, data_format, **kwargs)
        name = type(self).__name__
        self.height_factor = ends_of(name, "height_factor", height_factor, -1, 1)
        self.width_factor = ends_of(name, "width_factor", width_factor, -1, 1)

    def draw(self, images: jax.Array, key: jax.Array) -> dict[str, jax.Array]:
        """Return ``translations``, how many pixels each image moves to the right and down: (batch, 2)."""
        down, right = jax.random.split(key)
        height, width = images.shape[1:3]
        rows = height * between(down, self.height_factor, images)
        columns = width * between(right, self.width_factor, images)
        return {"translations": jnp.stack([columns, rows], -1)}

    def vary(self, images: jax.Array, drawn: Any) -> jax.Array:
        """Return the images shifted."""
        height, width = images.shape[1:3]
        shift = jnp.asarray(drawn["translations"], images.dtype)
        rows, columns = jnp.arange(height) - shift[:, 1:], jnp.arange(width) - shift[:, :1]
        return take_along_axes(images, rows, columns, *self.outside)

    def follow(self, points: jax.Array, drawn: Any, size: tuple[int, int]) -> jax.Array:
        """Return where points go."""
        return points + jnp.asarray(drawn["translations"], points.dtype)[:, None]


class RandomZoom(Resampling):
    """Zooms each image out or in about its centre.

    Equation: ``y[p] = x[c + (1 + z) (p - c)]`` for the pixel ``p``, the centre ``c`` and ``z`` drawn evenly between
    the factor's ends: above 0 zooms out, below 0 zooms in.

    Args:
        height_factor: ``f`` for ``z`` from ``-f`` to ``f``, or ``(from, to)``, above -1.
        width_factor: The same for the width; None zooms both axes alike. Default None.
        fill_mode: What stands outside. Default ``"reflect"``.
        interpolation: ``"bilinear"`` or ``"nearest"``. Default ``"bilinear"``.
        seed: An integer that is folded into the layer's key, or None. Default None.
        fill_value: The value outside with ``fill_mode="constant"``. Default 0.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        **kwargs: ``name`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs and outputs: (batch, height, width, channels)

    Raises:
        ArgumentError: A factor below -0.99, or its ends in the wrong order.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import RandomZoom
        >>> out = RandomZoom((1.0, 1.0), fill_mode="constant")
        >>> out(jnp.ones((1, 5, 1, 1)), training=True)[0, :, 0, 0].tolist()
        [0.0, 1.0, 1.0, 1.0, 0.0]

    Differs from Keras: called at the prompt it varies nothing unless ``training=True`` is given. Differs from
    PyTorch: part of the model and its compiled program, where torchvision's transforms run in the data loader.
    """

    def __init__(
        self,
        height_factor: Any,
        width_factor: Any = None,
        fill_mode: str = "reflect",
        interpolation: str = "bilinear",
        seed: int | None = None,
        fill_value: float = 0.0,
        data_format: str | None = None,
        **kwargs: Any,
    ):
        super().__init__(fill_mode, interpolation, seed, fill_value, data_format, **kwargs)
        name = type(self).__name__
        self.height_factor = ends_of(name, "height_factor", height_factor, -0.99)
        self.width_factor = (
            None if width_factor is None else ends_of(name, "width_factor", width_factor, -0.99)
        )

    def draw(self, images: jax.Array, key: jax.Array) -> dict[str, jax.Array]:
        """Return ``height_zoom`` and ``width_zoom``, both ``1 + z``: (batch, 1)."""
        first, second = jax.random.split(key)
        down = across = 1 + between(first, self.height_factor, images)[:, None]
        if self.width_factor is not None:
            across = 1 + between(second, self.width_factor, images)[:, None]
        return {"height_zoom": down, "width_zoom": across}

    def vary(self, images: jax.Array, drawn: Any) -> jax.Array:
        """Return the images zoomed."""
        rows, columns = (
            (size - 1) / 2 + scale * (jnp.arange(size) - (size - 1) / 2)
            for size, scale in zip(images.shape[1:3], self._scales(drawn, images), strict=True)
        )
        return take_along_axes(images, rows, columns, *self.outside)

    def follow(self, points: jax.Array, drawn: Any, size: tuple[int, int]) -> jax.Array:
        """Return where points go: away from the centre as the image's pixels do."""
        scale = jnp.stack(self._scales(drawn, points)[::-1], -1)
        middle = jnp.array([(size[1] - 1) / 2, (size[0] - 1) / 2], points.dtype)
        return middle + (points - middle) / scale

    def _scales(self, drawn: Any, like: jax.Array) -> tuple[jax.Array, jax.Array]:
        down, across = (drawn[name] for name in ("height_zoom", "width_zoom"))
        return jnp.asarray(down, like.dtype), jnp.asarray(across, like.dtype)


class RandomCrop(Augmentation):
    """Cuts a window of fixed size out of each image, in training at a random place; else its middle is resized.

    Equation: ``y[i, j] = x[i + t, j + l]`` with ``t`` and ``l`` drawn evenly among the places where the window fits.

    Args:
        height: Rows of the window, at least 1.
        width: Columns of the window, at least 1.
        seed: An integer that is folded into the layer's key, or None. Default None.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        **kwargs: ``name`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (batch, rows, columns, channels); outputs: (batch, height, width, channels). Outside training the
        largest middle part of the window's proportions is resized to it.

    Raises:
        ShapeError: The window is larger than the images.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import RandomCrop
        >>> RandomCrop(2, 3)(jnp.ones((4, 5, 6, 1)), training=True).shape
        (4, 2, 3, 1)

    Differs from Keras: outside training the middle is taken, and called at the prompt it takes no random window
    unless ``training=True`` is given. Differs from PyTorch: part of the model and its compiled program, where
    torchvision's transforms run in the data loader.
    """

    moves = True
    limits: ClassVar[dict[str, Limit]] = {"height": Integer(1), "width": Integer(1)}

    def __init__(
        self,
        height: int,
        width: int,
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ):
        super().__init__(seed=seed, data_format=data_format, **kwargs)
        self.height = int(height)
        self.width = int(width)

    def draw(self, images: jax.Array, key: jax.Array) -> dict[str, jax.Array]:
        """Return ``starts``, the row and the column where each window begins: (batch, 2)."""
        rows, columns = images.shape[1:3]
        self._require_room(rows, columns)
        room = jnp.array([rows - self.height, columns - self.width]) + 1
        return {"starts": jax.random.randint(key, (len(images), 2), 0, room)}

    def vary(self, images: jax.Array, drawn: Any) -> jax.Array:
        """Return a window of each image."""
        window = (self.height, self.width, images.shape[-1])

        def cut(image: jax.Array, start: jax.Array) -> jax.Array:
            return jax.lax.dynamic_slice(image, (start[0], start[1], 0), window)

        return jax.vmap(cut)(images, drawn["starts"])

    def follow(self, points: jax.Array, drawn: Any, size: tuple[int, int]) -> jax.Array:
        """Return where points go: they are counted from the window's corner."""
        return points - drawn["starts"][:, None, ::-1]

    def rest(self, images: jax.Array) -> jax.Array:
        """Return the middle of each image, resized to the window."""
        self._require_room(*images.shape[1:3])
        return resized(crop_to_ratio(images, self.height, self.width)[0], self.height, self.width)

    def _require_room(self, rows: int, columns: int) -> None:
        if self.height > rows or self.width > columns:
            raise ShapeError(
                who(self),
                f"a window of {self.height}×{self.width} does not fit into images of {rows}×{columns}.",
                f"layers.ZeroPadding2D(4) before it, or RandomCrop({min(self.height, rows)}, "
                f"{min(self.width, columns)})",
            )
