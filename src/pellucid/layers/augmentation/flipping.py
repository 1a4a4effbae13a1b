"""Mirror images."""

from __future__ import annotations

from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from pellucid.core.limits import Choice, Limit
from pellucid.layers.augmentation.base import Augmentation, for_each

MODES = ("horizontal", "vertical", "horizontal_and_vertical")


class RandomFlip(Augmentation):
    """Mirrors each image with probability one half: left and right, top and bottom, or each of both.

    Equation: ``y[i, j] = x[i, width - 1 - j]`` where the coin says so, else ``x[i, j]``; for vertical likewise the
    rows.

    Args:
        mode: ``"horizontal"``, ``"vertical"`` or ``"horizontal_and_vertical"``. Default the last, as in Keras; for
            photos ``"horizontal"`` is usual, and digits and letters should not be mirrored at all.
        seed: An integer that is folded into the layer's key, or None. Default None.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        **kwargs: ``name`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs and outputs: (batch, height, width, channels)

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import RandomFlip
        >>> images = jnp.arange(8.0).reshape(4, 1, 2, 1)
        >>> RandomFlip("horizontal")(images, training=True)[:, 0, :, 0].tolist()
        [[1.0, 0.0], [3.0, 2.0], [4.0, 5.0], [7.0, 6.0]]

    Differs from Keras: called at the prompt it varies nothing unless ``training=True`` is given. Differs from
    PyTorch: part of the model and its compiled program, where torchvision's transforms run in the data loader.
    """

    moves = True
    limits: ClassVar[dict[str, Limit]] = {"mode": Choice(options=MODES)}

    def __init__(
        self,
        mode: str = "horizontal_and_vertical",
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ):
        super().__init__(seed=seed, data_format=data_format, **kwargs)
        self.mode = mode

    def draw(self, images: jax.Array, key: jax.Array) -> dict[str, jax.Array]:
        """Return ``flips``, two coins for each image: (batch, 1, 1, 2), for up and down, and for left and right."""
        return {"flips": jax.random.bits(key, (len(images), 1, 1, 2), "uint8") < 128}

    def vary(self, images: jax.Array, drawn: Any) -> jax.Array:
        """Return those images mirrored whose coins say so; one coin an image stands for both directions."""
        down, across = self._coins(drawn)
        if "vertical" in self.mode:
            images = jnp.where(for_each(down), images[:, ::-1], images)
        if "horizontal" in self.mode:
            images = jnp.where(for_each(across), images[:, :, ::-1], images)
        return images

    def follow(self, points: jax.Array, drawn: Any, size: tuple[int, int]) -> jax.Array:
        """Return where points go: what is ``x`` from the left edge is then ``x`` from the right one."""
        down, across = (coin[:, None] for coin in self._coins(drawn))
        x, y = points[..., 0], points[..., 1]
        if "vertical" in self.mode:
            y = jnp.where(down, size[0] - y, y)
        if "horizontal" in self.mode:
            x = jnp.where(across, size[1] - x, x)
        return jnp.stack([x, y], -1)

    def _coins(self, drawn: Any) -> tuple[jax.Array, jax.Array]:
        coins = jnp.asarray(drawn["flips"])
        coins = coins.reshape(len(coins), -1)
        return coins[:, 0], coins[:, -1]
