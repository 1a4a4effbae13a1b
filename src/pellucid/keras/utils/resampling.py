"""Images of another size on the host, by the weights of ``tf.image.resize``; nothing is compiled for each size."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from pellucid.core.errors import ArgumentError
from pellucid.keras.tensorflow.image.resizing import METHODS, weights


def resize(x: Any, size: Any, method: str = "bilinear", data_format: str = "channels_last") -> Any:
    """Return an image or a batch in another size, float32.

    Args:
        x: NumPy or JAX, shape (..., height, width, channels).
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
    height, width = int(size[0]), int(size[1])
    xp = jnp if isinstance(x, jax.Array) else np
    first = data_format == "channels_first"
    x = xp.moveaxis(x, -3, -1) if first else x
    x = xp.asarray(x, "float32")
    given_height, given_width, channels = x.shape[-3:]
    if (given_height, given_width) != (height, width):
        lead = x.shape[:-3]
        rows = weights(given_height, height, method, False)
        columns = weights(given_width, width, method, False)
        x = xp.matmul(rows, x.reshape(*lead, given_height, given_width * channels))
        x = xp.matmul(columns, x.reshape(*lead, height, given_width, channels))
    return xp.moveaxis(x, -1, -3) if first else x


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
