"""What preprocessing layers ask of their inputs: whole numbers, or text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jax
import numpy as np
from jax.core import Tracer

from pellucid.core.errors import DataError
from pellucid.core.limits import Choice, Limit
from pellucid.layers.checks import who
from pellucid.layers.embedding import whole
from pellucid.modules import Layer
from pellucid.modules.host import TEXT, call_on_host, dtype_name

NEVER: Limit = Choice(options=(False,))
"""The limit of arguments that Keras has for TensorFlow's own kinds of arrays."""


class NumbersOrText(Layer):
    """A layer that takes whole numbers inside a program, and text on the host.

    It works on the host from the first text on that it is shown: an ``Input(dtype="string")``, or a call.

    Example:
        >>> from pellucid.layers import Hashing
        >>> layer = Hashing(10)
        >>> before = layer.on_host
        >>> codes = layer(["red", "blue"])
        >>> before, layer.on_host
        (False, True)
    """

    _reads_text: bool = False

    @property
    def on_host(self) -> bool:  # pyright: ignore[reportIncompatibleVariableOverride]
        """Whether it was shown text."""
        return self._reads_text

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Apply the layer; numbers beyond 32 bits are dealt with on the host too, which has 64."""
        if self._scope is None and args:
            leaves = jax.tree.leaves(args[0])
            if any(map(is_text, leaves)):
                self._reads_text = True
            elif any(map(is_wide, leaves)):
                return call_on_host(self, args, kwargs)
        return super().__call__(*args, **kwargs)


def is_text(value: Any) -> bool:
    """Tell whether a value, an array or a symbolic tensor is text.

    >>> is_text("a"), is_text(np.array(["a"])), is_text(np.zeros(1))
    (True, True, False)
    """
    if isinstance(value, (str, bytes)):
        return True
    return hasattr(value, "dtype") and dtype_name(value.dtype) == TEXT


def is_wide(value: Any) -> bool:
    """Tell whether a number, or one of an array, needs more than 32 bits.

    >>> is_wide(2**40), is_wide(np.arange(3))
    (True, False)
    """
    if isinstance(value, int) or (isinstance(value, np.ndarray) and value.dtype.kind in "iu"):
        array = np.asarray(value)
        lowest, highest = -(2**31), 2**31 - 1
        return bool(array.size) and bool(array.min() < lowest or array.max() > highest)
    return False


def text_array(rows: Any) -> Any:
    """Return a list of texts as an array that refers to them; anything else as it is.

    NumPy's own arrays of text give each the room of the longest one.

    >>> text_array(["a", "long text"]).dtype
    dtype('O')
    """
    if isinstance(rows, (list, tuple)) and rows and isinstance(rows[0], (str, bytes)):
        return np.array(rows, object)
    return rows


def texts_of(layer: Layer, rows: Any, encoding: str = "utf-8") -> list[str]:
    """Return an array of text as a flat list.

    Raises:
        DataError: There is something else than text in it.

    >>> texts_of(Layer(), np.array([["a"], ["b"]]))
    ['a', 'b']
    """
    values = np.asarray(rows).ravel().tolist()
    for kind in set(map(type, values)):
        if issubclass(kind, bytes):
            values = [v.decode(encoding) if isinstance(v, bytes) else v for v in values]
        elif not issubclass(kind, str):
            place = next(i for i, value in enumerate(values) if type(value) is kind)
            missing = values[place] is None or values[place] != values[place]
            raise DataError(
                who(layer),
                f"it takes text, but entry {place} is {values[place]!r:.60}, a {kind.__name__}.",
                "fill missing texts first: texts.fillna('')"
                if missing
                else "texts = [str(each) for each in texts]",
            )
    return values


def whole_numbers(layer: Layer, inputs: Any) -> Any:
    """Return the inputs as integers; whole numbers that come as floats become integers.

    Raises:
        DataError: They are text, or, at the prompt, fractions.

    >>> import jax.numpy as jnp
    >>> whole_numbers(Layer(), jnp.array([2.0]))
    Array([2], dtype=int32)
    """
    if is_text(inputs):
        repair = "layers.StringLookup() numbers texts"
        raise DataError(who(layer), "it takes whole numbers, but the inputs are text.", repair)
    if inputs.dtype.kind in "iu":
        return inputs
    if not isinstance(inputs, Tracer):
        numbers = np.asarray(inputs, np.float64)
        if not (numbers == np.floor(numbers)).all():
            wrong = numbers[numbers != np.floor(numbers)][0]
            repair = "layers.Discretization(num_bins=...) makes whole numbers of measured ones"
            raise DataError(
                who(layer), f"it takes whole numbers, but the inputs hold {wrong}.", repair
            )
    return whole(inputs) if isinstance(inputs, jax.Array) else inputs.astype(np.int64)


def batches_of(data: Any, steps: int | None = None) -> Iterator[Any]:
    """Return what ``adapt`` was given as batches: arrays, lists and frames are one, other iterables many.

    Args:
        data: The data.
        steps: How many batches are taken. Default None, all.

    >>> list(batches_of(["a", "b"])), list(batches_of(iter([["a"], ["b"]]), steps=1))
    ([['a', 'b']], [['a']])
    """
    if isinstance(data, (list, tuple)) or hasattr(data, "shape") or hasattr(data, "__array__"):
        yield data
        return
    for number, batch in enumerate(data):
        if steps is not None and number >= steps:
            return
        yield batch
