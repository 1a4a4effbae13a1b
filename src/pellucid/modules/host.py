"""Layers that work on the host, before any program: on text, and on whatever else JAX has no arrays for.

A layer says so with the class attribute ``on_host = True``; its ``call`` then takes and gives NumPy arrays. Models
apply such layers once, before the data go to the device; the compiled program begins behind them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import jax
import numpy as np

from pellucid.core.errors import UsageError

if TYPE_CHECKING:
    from pellucid.modules.layer import Layer

TEXT = "string"
"""The dtype of text: ``Input(shape=(1,), dtype="string")``."""


class HostSpec(NamedTuple):
    """Shape and dtype of what a layer gives on the host; None where a size varies."""

    shape: tuple[int | None, ...]
    dtype: str


def dtype_name(dtype: Any) -> str:
    """Return the name of a dtype, as JAX would have it; text is ``"string"``.

    >>> dtype_name("float32"), dtype_name(str)
    ('float32', 'string')
    """
    if dtype in (str, TEXT, "str") or getattr(dtype, "kind", "") in ("U", "O", "S", "T"):
        return TEXT
    return str(jax.dtypes.canonicalize_dtype(dtype))


def host_array(value: Any) -> np.ndarray:
    """Return the rows that a layer on the host takes: numbers as they are, text as text."""
    return np.asarray(value)


def call_on_host(layer: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Call a layer that works on the host."""
    arrays = [jax.tree.map(host_array, arg, is_leaf=_is_rows) for arg in args[:1]]
    kwargs = {name: value for name, value in kwargs.items() if name != "training"}
    return layer.call(*arrays, *args[1:], **kwargs)


def _is_rows(value: Any) -> bool:
    """Tell a list of rows from a list of arrays, one for each input."""
    if isinstance(value, (list, tuple)):
        return not any(hasattr(part, "shape") for part in value)
    return not isinstance(value, dict)


def refuse_in_program(layer: Layer) -> UsageError:
    """Build the error for a layer of the host inside a program."""
    return UsageError(
        f"{type(layer).__name__} '{layer.name}'",
        "it works on the host, before the program, but it was called inside one.",
        "put it first in Sequential, or right behind an Input in a graph; or apply it yourself: x = layer(x)",
    )


def host_specs(layer: Any, tensors: Any) -> Any:
    """Return shapes and dtypes of what a layer of the host makes of symbolic tensors, by trying it.

    Two batches of different sizes, in all sizes that are not known and in the lengths of texts, tell what varies.
    """
    first, second = (
        jax.tree.map(lambda tensor, size=size: _stand_in(tensor, size), tensors) for size in (3, 5)
    )
    one, two = (
        jax.tree.map(host_array, call_on_host(layer, (each,), {})) for each in (first, second)
    )
    return jax.tree.map(_merged, one, two)


def _stand_in(tensor: Any, size: int) -> np.ndarray:
    shape = tuple(size if known is None else known for known in tensor.shape)
    if tensor.dtype == TEXT:
        return np.full(shape, " ".join(["a"] * size))
    return np.zeros(shape, tensor.dtype)


def _merged(one: np.ndarray, two: np.ndarray) -> HostSpec:
    sizes = (a if a == b else None for a, b in zip(one.shape, two.shape, strict=True))
    return HostSpec((None, *list(sizes)[1:]), dtype_name(one.dtype))
