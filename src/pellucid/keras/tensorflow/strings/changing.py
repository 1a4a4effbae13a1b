"""Texts changed one by one, joined, and turned into numbers and back."""

from __future__ import annotations

import re
from typing import Any

import jax.numpy as jnp
import numpy as np

from pellucid.functional.hashing import hash_texts, into_bins
from pellucid.keras.tensor import Tensor, as_array
from pellucid.keras.tensorflow.dtypes import device_dtype
from pellucid.keras.tensorflow.static import axes
from pellucid.keras.tensorflow.text import Text, each, texts, to_bytes, to_str


def lower(input: Any, encoding: str = "", name: str | None = None) -> Text:
    """Return texts in small letters, ``tf.strings.lower``."""
    return Text(each(lambda text: to_str(text).lower(), texts(input)))


def upper(input: Any, encoding: str = "", name: str | None = None) -> Text:
    """Return texts in capital letters, ``tf.strings.upper``."""
    return Text(each(lambda text: to_str(text).upper(), texts(input)))


def strip(input: Any, name: str | None = None) -> Text:
    """Return texts without blanks at both ends, ``tf.strings.strip``."""
    return Text(each(bytes.strip, texts(input)))


def regex_replace(
    input: Any, pattern: Any, rewrite: Any, replace_global: bool = True, name: str | None = None
) -> Text:
    """Return texts with what fits a pattern replaced, ``tf.strings.regex_replace``; groups are numbered."""
    wanted = re.compile(python_pattern(to_str(texts(pattern)[()])))
    new = re.sub(r"\\0", r"\\g<0>", to_str(texts(rewrite)[()]))
    count = 0 if replace_global else 1
    return Text(each(lambda text: wanted.sub(new, to_str(text), count=count), texts(input)))


def python_pattern(pattern: str) -> str:
    """Return a pattern of RE2, which TensorFlow uses, in Python's words.

    >>> python_pattern("[[:digit:]]+")
    '[0-9]+'
    """
    classes = {
        "[:punct:]": r"!-/:-@\[-`{-~", "[:alpha:]": "a-zA-Z", "[:digit:]": "0-9", "[:alnum:]": "0-9a-zA-Z",
        "[:space:]": r"\s", "[:upper:]": "A-Z", "[:lower:]": "a-z",
    }  # fmt: skip
    for name, characters in classes.items():
        pattern = pattern.replace(name, characters)
    return pattern


def substr(input: Any, pos: Any, len: Any, unit: str = "BYTE", name: str | None = None) -> Text:
    """Return a part of each text, ``tf.strings.substr``."""
    start, count = int(pos), int(len)
    if unit == "UTF8_CHAR":
        return Text(each(lambda text: _part(to_str(text), start, count), texts(input)))
    return Text(each(lambda text: _part(text, start, count), texts(input)))


def _part(text: Any, start: int, count: int) -> Any:
    return text[start:][:count]


def join(inputs: Any, separator: str = "", name: str | None = None) -> Text:
    """Return texts joined place by place, ``tf.strings.join``."""
    arrays: Any = np.broadcast_arrays(*(texts(part) for part in inputs))
    found = np.empty(arrays[0].shape, object)
    for place in np.ndindex(found.shape):
        found[place] = to_bytes(separator).join(array[place] for array in arrays)
    return Text(found)


def reduce_join(
    inputs: Any,
    axis: Any = None,
    keepdims: bool = False,
    separator: str = "",
    name: str | None = None,
) -> Text:
    """Return texts joined along an axis, all of them when none is given, ``tf.strings.reduce_join``."""
    array, axis = texts(inputs), axes(axis)
    if axis is None:
        return Text(to_bytes(separator).join(array.ravel()))
    rows = np.moveaxis(array, axis, -1)
    found = np.empty(rows.shape[:-1], object)
    for place in np.ndindex(found.shape):
        found[place] = to_bytes(separator).join(rows[place])
    return Text(np.expand_dims(found, axis) if keepdims else found)


def as_string(
    input: Any,
    precision: int = -1,
    scientific: bool = False,
    shortest: bool = False,
    width: int = -1,
    fill: str = "",
    name: str | None = None,
) -> Text:
    """Return numbers as text, ``tf.strings.as_string``; fractions with six digits unless told otherwise."""
    array = np.asarray(as_array(input))
    size = f"{fill}{width}" if width >= 0 else ""
    if array.dtype.kind in "iu":
        return Text(each(lambda n: format(int(n), f"{size}d"), array))
    if array.dtype.kind == "b":
        return Text(each(lambda b: str(bool(b)).lower(), array))
    kind = "e" if scientific else "g" if shortest else "f"
    digits = f".{precision}" if precision >= 0 else ""
    return Text(each(lambda x: format(float(x), f"{size}{digits}{kind}"), array))


def filled_in(template: str, inputs: Any, placeholder: str = "{}", summarize: int = 3) -> Text:
    """Return a text with values in the place of each ``{}``, ``tf.strings.format``."""
    values = inputs if isinstance(inputs, (list, tuple)) else [inputs]
    for value in values:
        template = template.replace(placeholder, str(np.asarray(value)), 1)
    return Text(template)


def to_number(input: Any, out_type: Any = "float32", name: str | None = None) -> Tensor:
    """Return the numbers that texts spell, ``tf.strings.to_number``."""
    dtype = device_dtype(out_type)
    numbers = np.vectorize(float, otypes=[np.float64])(texts(input))
    return Tensor(jnp.asarray(numbers.astype(dtype)))


def to_hash_bucket_fast(input: Any, num_buckets: int, name: str | None = None) -> Tensor:
    """Return a number below ``num_buckets`` for each text, by FarmHash, ``tf.strings.to_hash_bucket_fast``."""
    return _buckets(input, num_buckets, ())


def to_hash_bucket_strong(
    input: Any, num_buckets: int, key: Any, name: str | None = None
) -> Tensor:
    """Return a number below ``num_buckets`` for each text, by SipHash with a key of two numbers."""
    return _buckets(input, num_buckets, key)


to_hash_bucket = to_hash_bucket_fast  # TensorFlow promises nothing of its numbers


def _buckets(input: Any, num_buckets: int, key: Any) -> Tensor:
    array = texts(input)
    bins = into_bins(hash_texts([to_str(text) for text in array.ravel()], key), num_buckets)
    return Tensor(jnp.asarray(bins.reshape(array.shape)))
