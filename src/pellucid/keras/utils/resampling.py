"""Images of another size on the host, by the weights of ``tf.image.resize``; nothing is compiled for each size."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from pellucid.core.errors import ArgumentError
from pellucid.keras.tensorflow.image.resizing import METHODS, weights


def resize(x: Any, size: Any, method: str = "bilinear", data_format: str = "channels_last") -> Any:
    """Return an image or a batch in another size, float32.

    Args:
        x: NumPy or JAX, shape (..., height, width, channels); bytes are fastest.
        size: ``(height, width)``.
        method: ``"bilinear"``, ``"nearest"``, ``"bicubic"``, ``"area"``, ``"lanczos3"`` or ``"lanczos5"``.
        data_format: ``"channels_first"`` for (..., channels, height, width).
    """
    if method not in METHODS:
        raise ArgumentError(
            "resize",
            f"`interpolation` must be one of {METHODS}, but it is {method!r}.",
            "interpolation='bilinear'",
        )
    wanted = int(size[0]), int(size[1])
    first = data_format == "channels_first"
    xp: Any = jnp if isinstance(x, jax.Array) else np
    x = xp.moveaxis(x, -3, -1) if first else x
    if x.shape[-3:-1] == wanted:
        found = x.astype("float32")
    elif xp is np:
        found = _by_taps(_by_taps(x, -3, wanted[0], method), -2, wanted[1], method)
    else:
        found = _by_products(x, wanted, method)
    return xp.moveaxis(found, -1, -3) if first else found


def _by_taps(x: np.ndarray, axis: int, size: int, method: str) -> np.ndarray:
    """Resize along one axis by adding up the few cells that each output cell looks at.

    Products with the whole matrix of weights take ten times as long for photographs.
    """
    places, shares = _taps(x.shape[axis], size, method)
    shape = list(x.shape)
    shape[axis] = size
    found = np.zeros(shape, np.float32)
    for place, share in zip(places, shares, strict=True):
        cells = np.take(x, place, axis).astype(np.float32)
        cells *= share.reshape(-1, *(1,) * (-axis - 1))
        found += cells
    return found


@lru_cache(maxsize=1024)
def _taps(given: int, wanted: int, method: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the cells that each output cell looks at and their shares, both (taps, wanted)."""
    table = weights(given, wanted, method, False)
    count = int((table != 0).sum(axis=1).max())
    places = np.argsort(table == 0, axis=1, kind="stable")[:, :count]
    return places.T, np.take_along_axis(table, places, axis=1).T


def _by_products(x: jax.Array, wanted: tuple[int, int], method: str) -> jax.Array:
    """Resize by products with matrices of weights, as a program does it best."""
    height, width, channels = x.shape[-3:]
    lead = x.shape[:-3]
    rows, columns = (
        weights(n, m, method, False) for n, m in zip((height, width), wanted, strict=True)
    )
    x = jnp.matmul(rows, x.astype("float32").reshape(*lead, height, width * channels))
    return jnp.matmul(columns, x.reshape(*lead, wanted[0], width, channels))


def crop_to_shape(x: Any, size: Any, data_format: str = "channels_last") -> Any:
    """Cut out the largest part in the middle that has the proportions of ``size``."""
    first = data_format == "channels_first"
    height, width = x.shape[-2:] if first else x.shape[-3:-1]
    wanted_height, wanted_width = size
    part_height = max(min(height, int(width * wanted_height / wanted_width)), 1)
    part_width = max(min(width, int(height * wanted_width / wanted_height)), 1)
    top, left = (height - part_height) // 2, (width - part_width) // 2
    rows, columns = slice(top, top + part_height), slice(left, left + part_width)
    return x[..., rows, columns] if first else x[..., rows, columns, :]


def resize_with_pad(x: np.ndarray, size: Any, method: str = "bilinear") -> np.ndarray:
    """Bring an image (height, width, channels) to a size without distortion; black fills what remains."""
    height, width = x.shape[:2]
    factor = max(height / size[0], width / size[1])
    inner = min(int(height / factor), size[0]), min(int(width / factor), size[1])
    small = resize(x, inner, method)
    found = np.zeros((*size, x.shape[2]), np.float32)
    top, left = (size[0] - inner[0]) // 2, (size[1] - inner[1]) // 2
    found[top : top + inner[0], left : left + inner[1]] = small
    return found
