"""How alike two images are, and how rough one is."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from pellucid.keras.tensorflow.compiled import compiled


def _pair(img1: Any, img2: Any, max_val: Any) -> tuple[jax.Array, jax.Array, Any]:
    """Return two images and the largest number as floats."""
    first, second = jnp.asarray(img1), jnp.asarray(img2)
    return first.astype("float32"), second.astype("float32"), jnp.asarray(max_val, "float32")


@compiled()
def psnr(a: Any, b: Any, max_val: Any, name: str | None = None) -> jax.Array:
    """Return the peak signal to noise ratio in decibels, ``tf.image.psnr``."""
    first, second, most = _pair(a, b, max_val)
    error = jnp.mean(jnp.square(first - second), (-3, -2, -1))
    return 20 * jnp.log10(most) - 10 * jnp.log10(error)


@compiled("filter_size", "filter_sigma", "return_index_map")
def ssim(
    img1: Any,
    img2: Any,
    max_val: Any,
    filter_size: int = 11,
    filter_sigma: float = 1.5,
    k1: float = 0.01,
    k2: float = 0.03,
    return_index_map: bool = False,
) -> jax.Array:
    """Return the structural similarity of images, 1 for equal ones (Wang et al., 2004), ``tf.image.ssim``."""
    x, y, most = _pair(img1, img2, max_val)
    places = np.arange(filter_size) - (filter_size - 1) / 2
    bell = np.exp(-np.square(places) / (2 * filter_sigma**2))
    bell = jnp.asarray(bell / bell.sum(), "float32")

    def mean(image: jax.Array) -> jax.Array:
        """Return the weighted mean around each place that the window fits; rows, then columns."""
        for axis in (-3, -2):
            count = image.shape[axis] - filter_size + 1
            parts = [
                jax.lax.slice_in_dim(image, i, i + count, axis=axis % image.ndim)
                for i in range(filter_size)
            ]
            image = jnp.tensordot(bell, jnp.stack(parts), 1)
        return image

    mx, my = mean(x), mean(y)
    c1, c2 = (k1 * most) ** 2, (k2 * most) ** 2
    brightness = (2 * mx * my + c1) / (mx**2 + my**2 + c1)
    variances = mean(x**2) + mean(y**2) - mx**2 - my**2
    structure = (2 * (mean(x * y) - mx * my) + c2) / (variances + c2)
    found = brightness * structure
    return jnp.mean(found, -1) if return_index_map else jnp.mean(found, (-3, -2, -1))


@compiled()
def total_variation(images: Any, name: str | None = None) -> jax.Array:
    """Return the sum of the differences between neighbouring pixels, ``tf.image.total_variation``."""
    images = jnp.asarray(images)
    down = jnp.abs(images[..., 1:, :, :] - images[..., :-1, :, :])
    right = jnp.abs(images[..., :, 1:, :] - images[..., :, :-1, :])
    axes = (-3, -2, -1)
    return jnp.sum(down, axes) + jnp.sum(right, axes)


@compiled()
def image_gradients(image: Any) -> tuple[jax.Array, ...]:
    """Return the differences to the next pixel below and to the right, ``tf.image.image_gradients``."""
    image = jnp.asarray(image)
    none = [(0, 0)] * image.ndim
    return tuple(
        jnp.pad(jnp.diff(image, axis=axis), [*none[:axis], (0, 1), *none[axis + 1 :]])
        for axis in (1, 2)
    )


@compiled()
def sobel_edges(image: Any) -> jax.Array:
    """Return the Sobel derivatives down and right, shape (batch, height, width, channels, 2)."""
    image = jnp.asarray(image)
    x = jnp.pad(image, [(0, 0), (1, 1), (1, 1), (0, 0)], "reflect")
    down = x[:, 2:] - x[:, :-2]
    right = x[:, :, 2:] - x[:, :, :-2]
    down = down[:, :, :-2] + 2 * down[:, :, 1:-1] + down[:, :, 2:]
    right = right[:, :-2] + 2 * right[:, 1:-1] + right[:, 2:]
    return jnp.stack([down, right], -1)
