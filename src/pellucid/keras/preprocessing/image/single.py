"""Random changes of one image, as functions: the oldest form, channels first unless told otherwise.

All functions take an array of three axes and which of them are rows, columns and channels.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from pellucid.core.errors import ArgumentError, ShapeError
from pellucid.keras.preprocessing.image import affine, colours
from pellucid.keras.utils.chance import GLOBAL


def apply_affine_transform(
    x: Any,
    theta: float = 0,
    tx: float = 0,
    ty: float = 0,
    shear: float = 0,
    zx: float = 1,
    zy: float = 1,
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: str = "nearest",
    cval: float = 0.0,
    order: int = 1,
) -> np.ndarray:
    """Rotate, shift, shear and zoom an image; see :func:`pellucid.keras.preprocessing.image.affine.transform`."""
    image, axes = _channels_last(x, row_axis, col_axis, channel_axis)
    parameters = {"theta": theta, "tx": tx, "ty": ty, "shear": shear, "zx": zx, "zy": zy}
    found = affine.transform(image[None], [parameters], fill_mode, cval, order)[0]
    return found.transpose(np.argsort(axes))


def apply_brightness_shift(x: Any, brightness: float, scale: bool = True) -> np.ndarray:
    """Multiply an image's brightness; ``scale`` stretches it to 0 to 255 first."""
    return colours.brighten(_floats(x)[None], np.array([brightness]), scale)[0]


def apply_channel_shift(x: Any, intensity: float, channel_axis: int = 0) -> np.ndarray:
    """Add a number to all values and keep them between the darkest and the brightest."""
    return colours.shift_channels(_floats(x)[None], np.array([intensity]))[0]


def random_rotation(x: Any, rg: float, *axes: int, **options: Any) -> np.ndarray:
    """Turn an image by up to ``rg`` degrees."""
    return _apply(x, axes, options, theta=GLOBAL.uniform(-rg, rg))


def random_shift(x: Any, wrg: float, hrg: float, *axes: int, **options: Any) -> np.ndarray:
    """Shift an image by up to the fractions ``wrg`` of its width and ``hrg`` of its height."""
    height = x.shape[axes[0] if axes else options.get("row_axis", 1)]
    width = x.shape[axes[1] if len(axes) > 1 else options.get("col_axis", 2)]
    down = GLOBAL.uniform(-hrg, hrg) * height
    return _apply(x, axes, options, tx=GLOBAL.uniform(-wrg, wrg) * width, ty=down)


def random_shear(x: Any, intensity: float, *axes: int, **options: Any) -> np.ndarray:
    """Shear an image by up to ``intensity`` degrees."""
    return _apply(x, axes, options, shear=GLOBAL.uniform(-intensity, intensity))


def random_zoom(x: Any, zoom_range: Any, *axes: int, **options: Any) -> np.ndarray:
    """Zoom an image by factors between the two of ``zoom_range``."""
    if len(zoom_range) != 2:
        raise ArgumentError(
            "random_zoom",
            f"`zoom_range` must be two factors, but it is {zoom_range!r}.",
            "zoom_range=(0.8, 1.2)",
        )
    zx, zy = GLOBAL.uniform(*zoom_range, 2)
    return _apply(x, axes, options, zx=zx, zy=zy)


def random_channel_shift(x: Any, intensity_range: float, channel_axis: int = 0) -> np.ndarray:
    """Add a number of up to ``intensity_range`` to all values."""
    return apply_channel_shift(x, GLOBAL.uniform(-intensity_range, intensity_range), channel_axis)


def random_brightness(x: Any, brightness_range: Any, scale: bool = True) -> np.ndarray:
    """Multiply an image's brightness by a factor between the two of ``brightness_range``."""
    if len(brightness_range) != 2:
        raise ArgumentError(
            "random_brightness",
            f"`brightness_range` must be two factors, but it is {brightness_range!r}.",
            "brightness_range=(0.8, 1.2)",
        )
    return apply_brightness_shift(x, GLOBAL.uniform(*brightness_range), scale)


def _apply(x: Any, axes: tuple[int, ...], options: dict[str, Any], **change: Any) -> np.ndarray:
    """Apply a change; axes and options may come by position or by name, the interpolation under its own name."""
    named = dict(
        zip(("row_axis", "col_axis", "channel_axis", "fill_mode", "cval"), axes, strict=False)
    )
    order = options.pop("interpolation_order", 1)
    return apply_affine_transform(x, **change, **named, **options, order=order)


def _channels_last(
    x: Any, row_axis: int, col_axis: int, channel_axis: int
) -> tuple[np.ndarray, tuple[int, ...]]:
    image, axes = _floats(x), (row_axis, col_axis, channel_axis)
    if image.ndim != 3 or sorted(axes) != [0, 1, 2]:
        raise ShapeError(
            "apply_affine_transform",
            f"an image has the three axes 0, 1 and 2; here the shape is {image.shape} and rows, columns, channels "
            f"are said to be {axes}.",
            "row_axis=0, col_axis=1, channel_axis=2",
        )
    return image.transpose(axes), axes


def _floats(x: Any) -> np.ndarray:
    array = np.asarray(x)
    return array if array.dtype.kind == "f" else array.astype(np.float32)
