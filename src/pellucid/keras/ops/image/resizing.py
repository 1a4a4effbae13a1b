"""Images of another size: resized, cropped, padded, scaled and moved."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from pellucid.core.errors import ArgumentError
from pellucid.functional.resizing import METHODS, crop_to_ratio, interpolate, pad_to_ratio
from pellucid.keras.operation import operation
from pellucid.keras.ops.given import images_to_last, sizes


def resize(
    images: Any,
    size: Any,
    interpolation: str = "bilinear",
    antialias: bool = False,
    crop_to_aspect_ratio: bool = False,
    pad_to_aspect_ratio: bool = False,
    fill_mode: str = "constant",
    fill_value: float = 0.0,
    data_format: str | None = None,
) -> Any:
    """Return images of another size.

    Args:
        images: One image or a batch.
        size: (height, width).
        interpolation: ``"nearest"``, ``"bilinear"``, ``"bicubic"``, ``"lanczos3"`` or ``"lanczos5"``.
        antialias: Whether smaller images are smoothed first.
        crop_to_aspect_ratio: Whether what does not fit the new shape is cut off, in equal parts on both sides.
        pad_to_aspect_ratio: Whether what lacks is filled up.
        fill_mode: How it is filled: ``"constant"``.
        fill_value: With what.
        data_format: Where the channels are.

    Raises:
        ArgumentError: The interpolation is unknown, or both cropping and padding are wanted.
    """
    if interpolation not in METHODS:
        raise ArgumentError(
            "resize",
            f"`interpolation` may be one of {', '.join(METHODS)}, but {interpolation!r} came.",
            'interpolation="bilinear"',
        )
    if crop_to_aspect_ratio and pad_to_aspect_ratio:
        raise ArgumentError(
            "resize",
            "`crop_to_aspect_ratio` and `pad_to_aspect_ratio` cannot both be True.",
            "pad_to_aspect_ratio=False",
        )
    height, width = sizes(size)
    fit = "crop" if crop_to_aspect_ratio else "pad" if pad_to_aspect_ratio else None
    return _resize(
        images, (height, width), interpolation, bool(antialias), fit, fill_value, data_format
    )


@operation
def _resize(
    images: Any,
    size: tuple[int, int],
    interpolation: str,
    antialias: bool,
    fit: str | None,
    fill_value: float,
    data_format: str | None,
) -> jax.Array:
    x, back = images_to_last(images, data_format)
    if fit == "crop":
        x, _ = crop_to_ratio(x, *size)
    elif fit == "pad":
        x, _ = pad_to_ratio(x, *size, fill_value)
    found = interpolate(x, size, interpolation, antialias)
    return back(found.astype(x.dtype) if x.dtype != bool else found)


@operation
def scale_and_translate(
    images: Any,
    output_shape: Any,
    scale: Any,
    translation: Any,
    spatial_dims: Any,
    method: str,
    antialias: bool = True,
) -> jax.Array:
    """Return images scaled and moved along some axes: place ``i`` comes from ``(i - translation) / scale``."""
    return jax.image.scale_and_translate(
        jnp.asarray(images),
        tuple(output_shape),
        tuple(spatial_dims),
        jnp.asarray(scale),
        jnp.asarray(translation),
        METHODS.get(method, method),
        antialias,
    )


# Edges by the number of pixels. Of before, after and the size that is wanted, two are given.


def _edges(
    who: str, before: int | None, after: int | None, target: int | None, size: int, sign: int
) -> tuple[int, int]:
    """Return how many pixels come (``sign`` 1) or go (-1) before and behind.

    >>> _edges("pad_images", None, None, 5, 2, 1), _edges("crop_images", 1, None, 2, 6, -1)
    ((1, 2), (1, 3))
    """
    if target is None:
        return before or 0, after or 0
    change = sign * (int(target) - size)
    if before is None and after is None:
        before = change // 2
    if before is None:
        before = change - (after or 0)
    after = change - before
    if before < 0 or after < 0:
        raise ArgumentError(
            who,
            f"{target} pixels are wanted where there are {size}.",
            "ops.image.resize(images, size) changes sizes in both directions",
        )
    return before, after


@operation
def pad_images(
    images: Any,
    top_padding: int | None = None,
    left_padding: int | None = None,
    bottom_padding: int | None = None,
    right_padding: int | None = None,
    target_height: int | None = None,
    target_width: int | None = None,
    data_format: str | None = None,
) -> jax.Array:
    """Return images with zeros around them, by the edges or by the sizes that are wanted."""
    x, back = images_to_last(images, data_format)
    rows = _edges("pad_images", top_padding, bottom_padding, target_height, x.shape[1], 1)
    columns = _edges("pad_images", left_padding, right_padding, target_width, x.shape[2], 1)
    return back(jnp.pad(x, ((0, 0), rows, columns, (0, 0))))


@operation
def crop_images(
    images: Any,
    top_cropping: int | None = None,
    left_cropping: int | None = None,
    bottom_cropping: int | None = None,
    right_cropping: int | None = None,
    target_height: int | None = None,
    target_width: int | None = None,
    data_format: str | None = None,
) -> jax.Array:
    """Return images without their edges, by the edges or by the sizes that are wanted."""
    x, back = images_to_last(images, data_format)
    height, width = x.shape[1:3]
    top, bottom = _edges("crop_images", top_cropping, bottom_cropping, target_height, height, -1)
    left, right = _edges("crop_images", left_cropping, right_cropping, target_width, width, -1)
    return back(x[:, top : height - bottom, left : width - right])
