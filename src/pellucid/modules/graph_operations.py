"""The small layers that arithmetic and indexing of symbolic tensors become: ``x + y``, ``-x``, ``x[:, 0]``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np

from pellucid.core.errors import ArgumentTypeError
from pellucid.core.limits import Choice, Instance, Limit
from pellucid.modules.layer import Layer

__all__ = ["GetItem", "Operation"]

FUNCTIONS: dict[str, Callable[..., jax.Array]] = {
    "absolute": jnp.absolute,
    "add": jnp.add,
    "bitwise_and": jnp.bitwise_and,
    "bitwise_or": jnp.bitwise_or,
    "bitwise_xor": jnp.bitwise_xor,
    "divide": jnp.divide,
    "equal": jnp.equal,
    "floor_divide": jnp.floor_divide,
    "greater": jnp.greater,
    "greater_equal": jnp.greater_equal,
    "invert": jnp.invert,
    "less": jnp.less,
    "less_equal": jnp.less_equal,
    "matmul": jnp.matmul,
    "multiply": jnp.multiply,
    "negative": jnp.negative,
    "not_equal": jnp.not_equal,
    "power": jnp.power,
    "remainder": jnp.remainder,
    "subtract": jnp.subtract,
}
"""Operations by NumPy's names."""


class Operation(Layer):
    """Applies one arithmetic operation; ``x + 1`` on a symbolic tensor is ``Operation("add")(x, 1)``.

    Args:
        function: NumPy's name of the operation, e.g. ``"add"``, ``"divide"``, ``"matmul"``, ``"less"``.
        **kwargs: ``name`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: one or two arrays or numbers, broadcast as in NumPy; outputs: (batch, ...)

    Masks: all masks of the inputs hold for the output, where its first axes are those of the mask.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.modules.graph_operations import Operation
        >>> Operation("multiply")(jnp.array([[1.0, 2.0]]), 3)
        Array([[3., 6.]], dtype=float32)

    Differs from Keras: there each operation has a class of its own, which is no layer.
    """

    limits: ClassVar[dict[str, Limit]] = {"function": Choice(tuple(FUNCTIONS))}

    def __init__(self, function: str, **kwargs: Any):
        super().__init__(**kwargs)
        self.function = function

    @property
    def name(self) -> str:
        """The given name, else the operation's."""
        return self._given_name or self._auto_name or self._arguments["function"]

    def call(self, *inputs: Any) -> jax.Array:
        """Return the operation's result."""
        outputs = FUNCTIONS[self.function](*inputs)
        if self._scope is not None and self.function != "matmul":
            for mask in map(self._scope.mask_of, inputs):
                if mask is not None and outputs.shape[: mask.ndim] == mask.shape:
                    known = self._scope.mask_of(outputs)
                    self._scope.set_mask(outputs, mask if known is None else known & mask)
        return outputs

    def compute_mask(self, inputs: Any, mask: Any = None) -> None:
        """Leave it to ``call``, which sees all inputs."""


class GetItem(Layer):
    """Takes a part of every sample; ``x[:, 0]`` on a symbolic tensor is ``GetItem(part)(x)``.

    Args:
        part: One entry for each axis, the batch first, as plain data (:func:`describe_part` makes it): an index or a
            list of indices, None for a new axis, ``"..."``, or ``{"slice": [start, stop, step]}``.
        **kwargs: ``name`` and others as in :class:`~pellucid.Layer`.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.modules.graph_operations import GetItem, describe_part
        >>> GetItem(describe_part(np.s_[:, 0]))(jnp.array([[1.0, 2.0], [3.0, 4.0]]))
        Array([1., 3.], dtype=float32)
    """

    limits: ClassVar[dict[str, Limit]] = {"part": Instance((list, tuple), "a list of entries")}

    def __init__(self, part: Any, **kwargs: Any):
        super().__init__(**kwargs)
        self.part = list(part)

    def call(self, inputs: jax.Array) -> jax.Array:
        """Return the part."""
        return inputs[read_part(self.part)]

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """Take the same part of the mask, as long as its axes are only sliced."""
        if mask is None:
            return None
        first = entries_of_all_axes(read_part(self.part), inputs.ndim)[: mask.ndim]
        return mask[first] if all(isinstance(entry, slice) for entry in first) else None


def entries_of_all_axes(index: tuple[Any, ...], axes: int) -> tuple[Any, ...]:
    """Return an index without ``...``, every axis named.

    >>> entries_of_all_axes((..., 0), 3)
    (slice(None, None, None), slice(None, None, None), 0)
    """
    place = next((i for i, entry in enumerate(index) if entry is Ellipsis), len(index))
    before, after = index[:place], index[place + 1 :]
    named = sum(entry is not None for entry in before + after)
    return (*before, *[slice(None)] * (axes - named), *after)


def describe_part(key: Any) -> list[Any]:
    """Turn what stands in square brackets into plain data.

    Raises:
        ArgumentTypeError: An entry is neither an integer, a slice, None, ``...`` nor a list of integers.

    >>> describe_part(np.s_[..., None, 1:3])
    ['...', None, {'slice': [1, 3, None]}]
    """
    return [_describe_entry(entry) for entry in (key if isinstance(key, tuple) else (key,))]


def _describe_entry(entry: Any) -> Any:
    if entry is Ellipsis:
        return "..."
    if isinstance(entry, slice):
        return {
            "slice": [None if e is None else int(e) for e in (entry.start, entry.stop, entry.step)]
        }
    if entry is None:
        return None
    array = np.asarray(entry) if isinstance(entry, (int, list, np.generic, np.ndarray)) else None
    if array is None or array.dtype.kind not in "iu":
        raise ArgumentTypeError(
            "SymbolicTensor",
            f"in square brackets stand integers, slices, None and `...`, not a {type(entry).__name__}.",
            "layers.Lambda(lambda x: ...) for anything else",
        )
    return array.tolist()


def read_part(part: list[Any]) -> tuple[Any, ...]:
    """Return the index that :func:`describe_part` described."""
    return tuple(_read_entry(entry) for entry in part)


def _read_entry(entry: Any) -> Any:
    if isinstance(entry, dict):
        return slice(*entry["slice"])
    if isinstance(entry, list):
        return np.asarray(entry, np.int32)
    return Ellipsis if entry == "..." else entry
