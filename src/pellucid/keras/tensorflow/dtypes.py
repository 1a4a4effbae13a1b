"""``tf.float32`` and its like, and the dtype in which this machine keeps each."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np

from pellucid.keras.tensor import DType, Tensor
from pellucid.keras.tensorflow.facade import facade

float16, float32, float64, bfloat16, half, double = map(
    DType, ("float16", "float32", "float64", "bfloat16", "float16", "float64")
)
int8, int16, int32, int64 = map(DType, ("int8", "int16", "int32", "int64"))
uint8, uint16, uint32, uint64 = map(DType, ("uint8", "uint16", "uint32", "uint64"))
complex64, complex128 = map(DType, ("complex64", "complex128"))
boolean = DType("bool")
string = DType("string")

__getattr__, __dir__ = facade(
    __name__,
    {
        "pellucid.keras.tensorflow.arranging": "cast saturate_cast",
        __name__: """float16 float32 float64 bfloat16 half double int8 int16 int32 int64 uint8 uint16 uint32 uint64
            complex64 complex128 bool=boolean string as_dtype""",
    },
)

_NARROW = {
    "float64": "float32",
    "int64": "int32",
    "uint64": "uint32",
    "complex128": "complex64",
}


def as_dtype(type_value: Any) -> DType:
    """Return the dtype of a name, of NumPy's or Python's type: ``tf.as_dtype(float)`` is float32.

    >>> as_dtype("int32"), as_dtype(np.float64), as_dtype(bool), as_dtype(str)
    (tf.int32, tf.float64, tf.bool, tf.string)
    """
    if isinstance(type_value, DType):
        return type_value
    if type_value is float:
        return float32
    if type_value is int:
        return int32
    if type_value in (str, bytes, object, "string", "str"):
        return string
    found = jnp.dtype(type_value)
    return string if found.kind in "OSU" else DType(found.name)


def device_dtype(dtype: Any) -> str | None:
    """Return the name of the dtype that arrays get: 64-bit numbers are kept in 32 bits.

    >>> device_dtype(float64), device_dtype(np.int64), device_dtype("uint8"), device_dtype(None)
    ('float32', 'int32', 'uint8', None)
    """
    if dtype is None:
        return None
    name = str(as_dtype(dtype))
    return _NARROW.get(name, name)


def host_array(value: Any) -> np.ndarray:
    """Return numbers as a NumPy array in the dtype that arrays get; text becomes objects.

    >>> host_array([1.0, 2.0]).dtype, host_array(["a"]).dtype
    (dtype('float32'), dtype('O'))
    """
    array = np.asarray(value.value if isinstance(value, Tensor) else value)
    if array.dtype.kind == "O" and array.size and not isinstance(array.flat[0], (str, bytes)):
        array = np.array(array.tolist())
    if array.dtype.kind in "OSU":
        return array.astype(object)
    narrow = _NARROW.get(array.dtype.name)
    return array if narrow is None else array.astype(narrow)
