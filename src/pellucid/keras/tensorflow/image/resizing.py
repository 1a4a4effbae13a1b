"""Images in another size: two products with matrices of weights, one for the rows and one for the columns."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.core import Tracer

from pellucid.core.errors import ArgumentError
from pellucid.keras.operation import operation
from pellucid.keras.recorder import listening
from pellucid.keras.tensor import Tensor, as_array
from pellucid.keras.tensorflow.asking import shape as shape_of
from pellucid.keras.tensorflow.image.framing import pad_to_bounding_box
from pellucid.keras.tensorflow.static import integers
from pellucid.modules.graph import Symbolic


class ResizeMethod:
    """The names of the methods, ``tf.image.ResizeMethod``."""

    BILINEAR = "bilinear"
    NEAREST_NEIGHBOR = "nearest"
    BICUBIC = "bicubic"
    AREA = "area"
    LANCZOS3 = "lanczos3"
    LANCZOS5 = "lanczos5"


def _triangle(x: np.ndarray) -> np.ndarray:
    return np.maximum(1 - np.abs(x), 0)


def _cubic(x: np.ndarray) -> np.ndarray:
    """Keys' cubic convolution with a = -1/2."""
    x = np.abs(x)
    near = ((1.5 * x - 2.5) * x) * x + 1
    far = ((-0.5 * x + 2.5) * x - 4) * x + 2
    return np.where(x < 1, near, np.where(x < 2, far, 0))


def _lanczos(radius: int) -> Any:
    return lambda x: np.where(np.abs(x) < radius, np.sinc(x) * np.sinc(x / radius), 0)


_KERNELS = {
    "bilinear": _triangle,
    "bicubic": _cubic,
    "lanczos3": _lanczos(3),
    "lanczos5": _lanczos(5),
}
METHODS = (*_KERNELS, "nearest", "area")


@lru_cache(maxsize=256)
def weights(given: int, wanted: int, method: str, antialias: bool) -> np.ndarray:
    """Return the share of each given cell in each wanted one, shape (wanted, given); rows sum to 1.

    >>> weights(2, 4, "bilinear", False)[1].tolist()
    [0.75, 0.25]
    """
    scale = given / wanted
    cells = np.arange(given)
    if method == "area":
        start = np.arange(wanted)[:, None] * scale
        table = np.clip(np.minimum(start + scale, cells + 1) - np.maximum(start, cells), 0, None)
    elif method == "nearest":
        table = (
            np.minimum((np.arange(wanted) + 0.5) * scale, given - 1).astype(int)[:, None] == cells
        ) * 1.0
    else:
        places = (np.arange(wanted)[:, None] + 0.5) * scale - 0.5
        table = _KERNELS[method]((places - cells) / (max(scale, 1) if antialias else 1))
    return (table / table.sum(1, keepdims=True)).astype(np.float32)


def resize(
    images: Any,
    size: Any,
    method: str = "bilinear",
    preserve_aspect_ratio: bool = False,
    antialias: bool = False,
    name: str | None = None,
) -> Any:
    """Return images of another size, ``tf.image.resize``.

    Args:
        images: Shape (height, width, channels) or (batch, height, width, channels).
        size: The new height and width.
        method: ``"bilinear"``, ``"nearest"``, ``"bicubic"``, ``"area"``, ``"lanczos3"`` or ``"lanczos5"``.
        preserve_aspect_ratio: Whether to keep the form; the image then fits into ``size``.
        antialias: Whether to smooth before making smaller.
        name: Accepted.

    Returns:
        Floats, except for ``"nearest"``, which keeps the dtype.

    Raises:
        ArgumentError: The method is none of these.
    """
    method = str(method).lower()
    if method not in METHODS:
        raise ArgumentError(
            "tf.image.resize",
            f"`method` must be one of {', '.join(METHODS)}, but it is {method!r}.",
            "tf.image.resize(images, size)",
        )
    height, width = shape_of(images)[-3:-1]
    wanted = integers(size)
    if preserve_aspect_ratio:
        factor = min(wanted[0] / height, wanted[1] / width)
        wanted = tuple(max(round(n * factor), 1) for n in (height, width))
    # Images of ever other sizes would each be compiled for; at the prompt NumPy is faster.
    if not listening() and not isinstance(images, Symbolic):
        array = as_array(images)
        if not isinstance(array, Tracer):
            return Tensor(jnp.asarray(_resized(np.asarray(array), wanted, method, antialias, np)))
    return _resize(images, wanted=wanted, method=method, antialias=antialias)


@operation
def _resize(images: Any, wanted: Any, method: str, antialias: bool) -> jax.Array:
    return _resized(jnp.asarray(images), tuple(wanted), method, antialias, jnp)


def _resized(x: Any, wanted: tuple[int, ...], method: str, antialias: bool, numpy: Any) -> Any:
    """Resize with either NumPy; ``x`` is (..., height, width, channels)."""
    height, width, channels = x.shape[-3:]
    if method == "nearest":
        rows, columns = (
            weights(n, m, method, False).argmax(1)
            for n, m in zip((height, width), wanted, strict=True)
        )
        return numpy.take(numpy.take(x, rows, -3), columns, -2)
    down, right = (
        weights(n, m, method, antialias) for n, m in zip((height, width), wanted, strict=True)
    )
    x = x.astype("float32")
    lead = x.shape[:-3]
    # Rows: (wanted height, height) times (..., height, width * channels).
    x = numpy.matmul(down, x.reshape(*lead, height, width * channels))
    # Columns: (wanted width, width) times (..., wanted height, width, channels).
    return numpy.matmul(right, x.reshape(*lead, wanted[0], width, channels))


def resize_with_pad(
    image: Any,
    target_height: Any,
    target_width: Any,
    method: str = "bilinear",
    antialias: bool = False,
) -> Any:
    """Return images resized in their form, with zeros around them, ``tf.image.resize_with_pad``."""
    height, width = integers((target_height, target_width))
    inner = resize(image, (height, width), method, True, antialias)
    h, w = tuple(inner.shape)[-3:-1]
    return pad_to_bounding_box(inner, (height - h) // 2, (width - w) // 2, height, width)
