"""What holds for all functions unless an argument says otherwise: float dtype, epsilon, place of the channels."""

from __future__ import annotations

from typing import Any

import numpy as np

from pellucid.core.errors import ArgumentError
from pellucid.keras.config import (
    epsilon as epsilon,
    floatx as floatx,
    image_data_format as image_data_format,
    set_epsilon as set_epsilon,
    set_floatx as set_floatx,
    set_image_data_format as set_image_data_format,
)

NARROW = {
    "float": "float32",
    "int": "int32",
    "double": "float32",
    "float64": "float32",
    "int64": "int32",
    "uint64": "uint32",
    "complex128": "complex64",
}
"""What dtypes of Python and of 64 bits become here, by name."""


def known_format(data_format: str | None) -> str:
    """Return the data format that is meant; the default one for None, and old names (``"tf"``) by today's."""
    if data_format is None:
        return image_data_format()
    name = {"tf": "channels_last", "th": "channels_first"}.get(data_format, data_format)
    if name not in ("channels_last", "channels_first"):
        raise ArgumentError(
            "data_format",
            f"{data_format!r} came; 'channels_last' and 'channels_first' are allowed.",
            "data_format='channels_last'",
        )
    return name


def placed_channels(images: np.ndarray) -> np.ndarray:
    """Return images of channels last with the channels where they are set to be."""
    return images.transpose(0, 3, 1, 2) if image_data_format() == "channels_first" else images


def standardize_dtype(dtype: Any) -> str:
    """Return the name of a dtype, however it is given; None means the default float dtype.

    >>> standardize_dtype(int), standardize_dtype(np.float32), standardize_dtype(None)
    ('int32', 'float32', 'float32')
    """
    if dtype is None:
        return floatx()
    if isinstance(dtype, str):
        return {"float": "float32", "int": "int32"}.get(str(dtype), str(dtype))
    if isinstance(dtype, type) and dtype in (bool, int, float):
        return {bool: "bool", int: "int32", float: "float32"}[dtype]
    return np.dtype(dtype).name


def narrow(dtype: Any) -> str | None:
    """Return the dtype in which numbers are computed, of 32 bits at most; None stays None.

    >>> narrow("float64"), narrow(None)
    ('float32', None)
    """
    if dtype is None:
        return None
    name = standardize_dtype(dtype)
    return NARROW.get(name, name)


def narrow_float(dtype: Any) -> str:
    """Return the dtype in which numbers are computed; None means the default float dtype."""
    return narrow(floatx() if dtype is None else dtype) or "float32"
