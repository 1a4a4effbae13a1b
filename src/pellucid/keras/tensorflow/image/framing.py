"""Images cropped, padded, flipped and turned; no number changes."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from pellucid.core.errors import ArgumentError
from pellucid.keras.operation import operation
from pellucid.keras.tensorflow.asking import shape as shape_of
from pellucid.keras.tensorflow.static import integer, integers


def crop_to_bounding_box(
    image: Any, offset_height: Any, offset_width: Any, target_height: Any, target_width: Any
) -> Any:
    """Return a part of images, ``tf.image.crop_to_bounding_box``.

    Raises:
        ArgumentError: The part reaches beyond the image.
    """
    box = integers((offset_height, offset_width, target_height, target_width))
    height, width = shape_of(image)[-3:-1]
    if min(box) < 0 or box[0] + box[2] > height or box[1] + box[3] > width:
        raise ArgumentError(
            "tf.image.crop_to_bounding_box",
            f"the box (top, left, height, width) must lie in the image of {height} x {width}, but it is {box}.",
        )
    return _crop(image, box=box)


@operation
def _crop(image: Any, box: Any) -> jax.Array:
    top, left, height, width = box
    return jnp.asarray(image)[..., top : top + height, left : left + width, :]


def pad_to_bounding_box(
    image: Any, offset_height: Any, offset_width: Any, target_height: Any, target_width: Any
) -> Any:
    """Return images with zeros around them, ``tf.image.pad_to_bounding_box``."""
    top, left, height, width = integers((offset_height, offset_width, target_height, target_width))
    h, w = shape_of(image)[-3:-1]
    return _frame(image, sides=((top, height - h - top), (left, width - w - left)))


@operation
def _frame(image: Any, sides: Any) -> jax.Array:
    image = jnp.asarray(image)
    return jnp.pad(image, [(0, 0)] * (image.ndim - 3) + [*map(tuple, sides), (0, 0)])


def central_crop(image: Any, central_fraction: float) -> Any:
    """Return the middle of images, a share of height and width, ``tf.image.central_crop``."""
    height, width = shape_of(image)[-3:-1]
    top, left = (int((n - n * float(central_fraction)) / 2) for n in (height, width))
    return _crop(image, box=(top, left, height - 2 * top, width - 2 * left))


def resize_with_crop_or_pad(image: Any, target_height: Any, target_width: Any) -> Any:
    """Return images cropped or padded around their middle, ``tf.image.resize_with_crop_or_pad``."""
    height, width = integer(target_height), integer(target_width)
    h, w = shape_of(image)[-3:-1]
    kept = (min(h, height), min(w, width))
    image = _crop(image, box=((h - kept[0]) // 2, (w - kept[1]) // 2, *kept))
    return pad_to_bounding_box(
        image, (height - kept[0]) // 2, (width - kept[1]) // 2, height, width
    )


@operation
def flip_left_right(image: Any) -> jax.Array:
    """Return mirrored images, ``tf.image.flip_left_right``."""
    return jnp.flip(jnp.asarray(image), -2)


@operation
def flip_up_down(image: Any) -> jax.Array:
    """Return images upside down, ``tf.image.flip_up_down``."""
    return jnp.flip(jnp.asarray(image), -3)


@operation
def transpose(image: Any, name: str | None = None) -> jax.Array:
    """Return images with height and width exchanged, ``tf.image.transpose``."""
    return jnp.swapaxes(jnp.asarray(image), -3, -2)


def rot90(image: Any, k: Any = 1, name: str | None = None) -> Any:
    """Return images turned by quarters against the clock, ``tf.image.rot90``."""
    return _turn(image, quarters=integer(k))


@operation
def _turn(image: Any, quarters: int) -> jax.Array:
    return jnp.rot90(jnp.asarray(image), quarters, axes=(-3, -2))


def extract_patches(
    images: Any, sizes: Any, strides: Any, rates: Any, padding: str, name: str | None = None
) -> Any:
    """Return patches of images, (batch, down, right, rows * columns * channels), ``tf.image.extract_patches``."""
    sizes, strides, rates = (integers(value)[1:3] for value in (sizes, strides, rates))
    return _patches(images, sizes=sizes, strides=strides, rates=rates, padding=padding)


@operation
def _patches(images: Any, sizes: Any, strides: Any, rates: Any, padding: str) -> jax.Array:
    images = jnp.asarray(images)
    found = jax.lax.conv_general_dilated_patches(
        images,
        tuple(sizes),
        tuple(strides),
        padding.upper(),
        rhs_dilation=tuple(rates),
        dimension_numbers=("NHWC", "HWIO", "NHWC"),
    )
    # JAX gives (channels, rows, columns) in the last axis; TensorFlow (rows, columns, channels).
    n, h, w, _ = found.shape
    found = found.reshape(n, h, w, images.shape[-1], -1)
    return jnp.swapaxes(found, -1, -2).reshape(n, h, w, -1)
