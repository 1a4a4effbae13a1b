"""Rotations, shifts, shears and zooms of a whole batch of images in one resampling, with NumPy alone.

Terms: a *place* is where in its image an output pixel comes from, in pixels, rarely a whole number. The *fill mode*
says what lies beyond the image's edges. Images are (batch, height, width, channels).
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np

from pellucid.core.errors import ArgumentError

FILL_MODES = ("nearest", "constant", "reflect", "wrap")
"""Beyond the edges lie: the edge's pixels, one number, the mirrored image, the image again."""

_PARAMETERS = {"theta": 0.0, "tx": 0.0, "ty": 0.0, "shear": 0.0, "zx": 1.0, "zy": 1.0}
"""Degrees, pixels to the left and up, degrees, factors; with the values that change nothing."""


def transform(
    images: np.ndarray,
    parameters: list[dict[str, Any]],
    fill_mode: str = "nearest",
    cval: float = 0.0,
    order: int = 1,
) -> np.ndarray:
    """Return each image rotated, shifted, sheared and zoomed about its middle.

    Equation: the pixel at ``p`` comes from the place ``R(theta) (t + S(shear) Z p)``, where ``p`` counts from the
    middle, right and down; ``R`` rotates, ``S`` shears, ``Z`` scales by ``zx`` and ``zy``, ``t = (tx, ty)``.

    Args:
        images: Shape (batch, height, width, channels), floats.
        parameters: One dict for each image with any of ``theta``, ``tx``, ``ty``, ``shear``, ``zx``, ``zy``.
        fill_mode: One of ``FILL_MODES``.
        cval: The number for ``"constant"``.
        order: 0 takes the nearest pixel, 1 the mean of the four around, weighted by distance; 2 to 5 are splines.

    Returns:
        The same shape and dtype.
    """
    if fill_mode not in FILL_MODES:
        raise ArgumentError(
            "ImageDataGenerator",
            f"`fill_mode` must be one of {FILL_MODES}, but it is {fill_mode!r}.",
            "fill_mode='nearest'",
        )
    values = {
        name: np.array([each.get(name, neutral) for each in parameters], np.float64)
        for name, neutral in _PARAMETERS.items()
    }
    moved = np.any([values[name] != neutral for name, neutral in _PARAMETERS.items()], axis=0)
    if not moved.any():
        return images
    if not moved.all():
        found = images.copy()
        chosen = [each for each, moves in zip(parameters, moved, strict=True) if moves]
        found[moved] = transform(images[moved], chosen, fill_mode, cval, order)
        return found
    across, down = _places(values, images.shape[1], images.shape[2])
    if order > 1:
        return _by_splines(images, across, down, fill_mode, cval, order)
    return _by_neighbours(images, across, down, fill_mode, cval, order)


def _places(
    values: dict[str, np.ndarray], height: int, width: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return where each output pixel comes from: columns and rows, both (batch, height, width)."""
    theta, shear = np.deg2rad(values["theta"]), np.deg2rad(values["shear"])
    cos, sin = np.cos(theta), np.sin(theta)
    middle_x, middle_y = (width - 1) / 2, (height - 1) / 2
    x, y = np.arange(width) - middle_x, np.arange(height) - middle_y

    def part(of_x: np.ndarray, of_y: np.ndarray, start: np.ndarray) -> np.ndarray:
        along = of_x[:, None] * x + start[:, None]  # (batch, width)
        return (of_y[:, None] * y)[:, :, None] + along[:, None, :]

    across = part(
        cos * values["zx"],
        -np.sin(theta + shear) * values["zy"],
        cos * values["tx"] - sin * values["ty"] + middle_x,
    )
    down = part(
        sin * values["zx"],
        np.cos(theta + shear) * values["zy"],
        sin * values["tx"] + cos * values["ty"] + middle_y,
    )
    return across, down


def _by_neighbours(
    images: np.ndarray,
    across: np.ndarray,
    down: np.ndarray,
    fill_mode: str,
    cval: float,
    order: int,
) -> np.ndarray:
    """Take the nearest pixel, or the weighted mean of the four around each place."""
    batch, height, width, channels = images.shape
    outside = None
    if fill_mode == "constant":
        outside = (across < 0) | (across > width - 1) | (down < 0) | (down > height - 1)
    elif fill_mode == "wrap":
        across, down = _wrapped(across, width), _wrapped(down, height)
    if order == 0:
        across, down = np.floor(across + 0.5), np.floor(down + 0.5)
    left, top = np.floor(across), np.floor(down)
    first = (np.arange(batch) * (height * width))[:, None, None]
    columns = [_inside(left, width, fill_mode)]
    rows = [_inside(top, height, fill_mode) * width + first]
    shares_x, shares_y = [None], [None]
    if order == 1:
        columns.append(_inside(left + 1, width, fill_mode))
        rows.append(_inside(top + 1, height, fill_mode) * width + first)
        right, below = (across - left).astype(images.dtype), (down - top).astype(images.dtype)
        shares_x, shares_y = [1 - right, right], [1 - below, below]
    # Channels first: four numbers that lie far apart are then fetched by one fast loop for each channel.
    planes = np.ascontiguousarray(images.transpose(3, 0, 1, 2)).reshape(channels, -1)
    found = np.zeros((channels, batch, height, width), images.dtype)
    for row, share_y in zip(rows, shares_y, strict=True):
        for column, share_x in zip(columns, shares_x, strict=True):
            pixels = planes.take(row + column, axis=1, mode="clip")
            if share_x is not None:
                pixels *= share_x * share_y
            found += pixels
    if outside is not None:
        found[:, outside] = cval
    return np.ascontiguousarray(found.transpose(1, 2, 3, 0))


def _inside(places: np.ndarray, size: int, fill_mode: str) -> np.ndarray:
    """Return the pixel that stands at a whole place, also beyond the edges."""
    whole = places.astype(np.intp)
    if fill_mode == "reflect":
        whole %= 2 * size
        return np.minimum(whole, 2 * size - 1 - whole)
    return np.clip(whole, 0, size - 1, out=whole)


def _wrapped(places: np.ndarray, size: int) -> np.ndarray:
    """Return places within the image for one that is repeated, its last pixel upon its first as SciPy does it."""
    return np.where((places < 0) | (places > size - 1), places % max(size - 1, 1), places)


def _by_splines(
    images: np.ndarray,
    across: np.ndarray,
    down: np.ndarray,
    fill_mode: str,
    cval: float,
    order: int,
) -> np.ndarray:
    """Interpolate by splines, which SciPy has; JAX and scikit-learn bring it."""
    sample = import_module("scipy.ndimage").map_coordinates
    found = np.empty_like(images)
    for number, image in enumerate(images):
        places = np.stack([down[number], across[number]])
        for channel in range(images.shape[3]):
            found[number, :, :, channel] = sample(
                image[:, :, channel], places, order=order, mode=fill_mode, cval=cval
            )
    return found
