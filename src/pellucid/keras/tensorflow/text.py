"""Text as tensors: arrays of bytes on the host, for no device computes with text."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import Any

import jax.numpy as jnp
import numpy as np

from pellucid.keras.tensor import DType, Tensor


class Text(Tensor):
    """One text or an array of them.

    ``numpy()`` gives bytes, as in TensorFlow; NumPy and layers that read text see Python's strings.

    Args:
        value: A text, bytes, or nested lists or arrays of them.

    >>> t = Text(["a", "b"])
    >>> t.shape, t.dtype, t[1].numpy(), np.asarray(t).tolist()
    (TensorShape([2]), tf.string, b'b', ['a', 'b'])
    """

    __slots__ = ()

    def __init__(self, value: Any):
        self._array = each(to_bytes, value)

    @property
    def dtype(self) -> DType:
        """``tf.string``."""
        return DType("string")

    def numpy(self) -> Any:
        """Return the bytes."""
        return self._array if self._array.shape else self._array[()]

    def to_tensor(self, *options: Any, **more: Any) -> Text:
        """Return itself: rows of different lengths are filled up with empty texts already."""
        return self

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
        return each(to_str, self._array)

    def __getitem__(self, key: Any) -> Text:
        keys = key if isinstance(key, tuple) else (key,)
        return Text(self._array[tuple(np.asarray(k) if isinstance(k, Tensor) else k for k in keys)])

    def __add__(self, other: Any) -> Text:
        return Text(self._array + texts(other))

    def __radd__(self, other: Any) -> Text:
        return Text(texts(other) + self._array)

    def __eq__(self, other: Any) -> Any:
        return Tensor(jnp.asarray(np.asarray(self._array == texts(other), bool)))

    def __ne__(self, other: Any) -> Any:
        return Tensor(jnp.asarray(np.asarray(self._array != texts(other), bool)))

    __hash__ = Tensor.__hash__

    def __bool__(self) -> bool:
        return bool(self._array[()])


def texts(value: Any) -> Any:
    """Return an array of bytes (dtype object) from text in any form.

    >>> texts(["a", b"b"]).tolist()
    [b'a', b'b']
    """
    return value.value if isinstance(value, Text) else each(to_bytes, value)


def holds_text(value: Any) -> bool:
    """Tell whether a value is text, or lists or arrays of it.

    >>> holds_text("a"), holds_text([["a"]]), holds_text([1.0]), holds_text(np.array(["a"]))
    (True, True, False, True)
    """
    while isinstance(value, (list, tuple)) and len(value):
        value = value[0]
    if isinstance(value, np.ndarray) and value.dtype == object:
        value = value.flat[0] if value.size else ""
    return isinstance(value, (str, bytes, Text)) or (
        isinstance(value, np.ndarray) and value.dtype.kind in "SU"
    )


def also_text(on_texts: Callable[..., Any]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Make a function of tensors one of text as well.

    Args:
        on_texts: What is done when the first argument is text: the same arguments, with a NumPy array first.
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        first = next(iter(signature(function).parameters))

        @wraps(function)
        def either(*args: Any, **kwargs: Any) -> Any:
            value, *rest = args or (kwargs.pop(first),)
            if holds_text(value):
                return Text(on_texts(texts(value), *rest, **kwargs))
            return function(value, *rest, **kwargs)

        return either

    return decorate


def each(function: Callable[[Any], Any], value: Any) -> np.ndarray:
    """Return ``function`` of each text, as an array of objects.

    >>> each(len, [["a", "bc"]]).tolist()
    [[1, 2]]
    """
    if isinstance(value, (list, tuple)):
        value = [v.value[()] if isinstance(v, Text) and not v.shape else v for v in value]
    array = np.asarray(value.value if isinstance(value, Text) else value, dtype=object)
    found = np.empty(array.shape, object)
    for place in np.ndindex(array.shape):
        found[place] = function(array[place])
    return found


def to_bytes(text: Any) -> bytes:
    """Return UTF-8 of a text; bytes stay as they are."""
    return bytes(text) if isinstance(text, bytes) else str(text).encode()


def to_str(text: Any) -> str:
    """Return the text of UTF-8; what is none keeps its bytes as surrogates."""
    return text.decode(errors="surrogateescape") if isinstance(text, bytes) else str(text)
