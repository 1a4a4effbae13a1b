"""The names that tests take from ``keras.src`` without a public counterpart, written anew: masks, devices, shapes."""

from __future__ import annotations

from typing import Any

import keras

from conformance.keras_tests.facade.cases import TestCase
from conformance.keras_tests.facade.products import named_product

FLOATS = ("float16", "bfloat16", "float32", "float64")
INTEGERS = ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32")


def get_keras_mask(tensor: Any) -> Any:
    """Return the mask that a tensor carries, or None."""
    return getattr(tensor, "_keras_mask", None)


def set_keras_mask(tensor: Any, mask: Any) -> None:
    """Let a tensor carry a mask."""
    tensor._keras_mask = mask


def per_axis(value: Any, axes: int) -> list[Any]:
    """Return one value for each axis."""
    return list(value) if isinstance(value, (tuple, list)) else [value] * axes


def transposed_padding(
    size: int, stride: int, rate: int, padding: str, extra: int | None
) -> tuple[int, int]:
    """Return how far a transposed convolution pads its spread-out input, left and right, along one axis.

    With a kernel that spans ``k`` positions the output has ``(n - 1) * stride + 2 - k + left + right`` of them, which
    is to be ``(n - 1) * stride + max(k, stride)`` for "valid", ``n * stride`` for "same", and grows with
    ``output_padding`` when that is given.
    """
    span = (size - 1) * rate + 1
    if padding == "valid":
        return span - 1, span - 1 + (max(stride - span, 0) if extra is None else extra)
    total = span + (stride - 2 if extra is None else span % 2 - 2 + extra)
    left = min(total - total // 2, span - 1)
    return left, total - left


def compute_conv_transpose_padding_args_for_jax(
    input_shape: Any,
    kernel_shape: Any,
    strides: Any,
    padding: str,
    output_padding: Any,
    dilation_rate: Any,
) -> list[tuple[int, int]]:
    """Return the padding of a transposed convolution along every axis."""
    axes = len(input_shape) - 2
    each = zip(
        kernel_shape[:axes],
        per_axis(strides, axes),
        per_axis(dilation_rate, axes),
        per_axis(output_padding, axes),
        strict=True,
    )
    return [
        transposed_padding(size, stride, rate, padding, extra) for size, stride, rate, extra in each
    ]


def compute_conv_transpose_output_shape(
    input_shape: Any,
    kernel_size: Any,
    filters: int,
    strides: Any,
    padding: str,
    output_padding: Any = None,
    data_format: str = "channels_last",
    dilation_rate: Any = 1,
) -> list[int]:
    """Return the shape that a transposed convolution gives."""
    axes = len(input_shape) - 2
    kernel = (*tuple(kernel_size)[:axes], filters, filters)
    pads = compute_conv_transpose_padding_args_for_jax(
        input_shape, kernel, strides, padding, output_padding, dilation_rate
    )
    last = data_format == "channels_last"
    sizes = input_shape[1:-1] if last else input_shape[2:]
    spans = [
        (size - 1) * rate + 1
        for size, rate in zip(kernel[:axes], per_axis(dilation_rate, axes), strict=True)
    ]
    space = [
        (size - 1) * stride + 2 - span + sum(pad)
        for size, stride, span, pad in zip(sizes, per_axis(strides, axes), spans, pads, strict=True)
    ]
    return [input_shape[0], *space, filters] if last else [input_shape[0], filters, *space]


def helpers() -> dict[str, Any]:
    """Return all names that we supply; what the Keras below has in public stands before a stand-in of ours."""
    supplied = {
        "TestCase": TestCase,
        "named_product": named_product,
        "get_keras_mask": get_keras_mask,
        "set_keras_mask": set_keras_mask,
        "compute_conv_transpose_output_shape": compute_conv_transpose_output_shape,
        "compute_conv_transpose_padding_args_for_jax": compute_conv_transpose_padding_args_for_jax,
        "is_float_dtype": lambda dtype: "float" in str(dtype),
        "is_int_dtype": lambda dtype: "int" in str(dtype),
        "Functional": keras.Model,
        "ALLOWED_DTYPES": {*FLOATS, *INTEGERS, "bool", "string"},
        "FLOAT_TYPES": FLOATS,
        "INT_TYPES": INTEGERS,
        "SUPPORTS_SPARSE_TENSORS": True,
        "SUPPORTS_RAGGED_TENSORS": False,
        "SUPPORTS_COMPLEX_DTYPES": True,
    }
    devices = [
        f"{prefix}uses_{kind}"
        for prefix in ("", "jax_", "tensorflow_", "torch_")
        for kind in ("gpu", "tpu")
    ]
    return supplied | dict.fromkeys(devices, lambda: False)
