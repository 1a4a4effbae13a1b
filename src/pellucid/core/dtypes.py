"""The dtype policy: weights and arithmetic in float32 unless a layer says otherwise."""

from __future__ import annotations

from typing import Any

import numpy as np

FLOAT = np.dtype("float32")


def is_float(dtype: Any) -> bool:
    """Tell whether a dtype is a floating one, bfloat16 included."""
    dtype = np.dtype(dtype)
    return dtype.kind == "f" or dtype.name in ("bfloat16", "float8_e4m3fn", "float8_e5m2")


def host_dtype(dtype: Any) -> np.dtype:
    """Return the dtype in which data of ``dtype`` is kept on the device.

    64-bit numbers become 32-bit; small integers stay as they are (images of uint8 take a quarter of the memory)
    and are cast where they enter the model.

    >>> host_dtype("float64"), host_dtype("int64"), host_dtype("uint8")
    (dtype('float32'), dtype('int32'), dtype('uint8'))
    """
    dtype = np.dtype(dtype)
    narrow = {"float64": "float32", "int64": "int32", "uint64": "uint32", "float16": "float32"}
    return np.dtype(narrow.get(dtype.name, dtype.name))
