"""Texts parted into words, letters and numbers of letters.

Rows of different lengths are filled up with empty texts at their end: that is what ``to_tensor()`` of TensorFlow's
ragged tensors gives.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
import numpy as np

from pellucid.keras.tensor import Tensor, as_array
from pellucid.keras.tensorflow.strings.changing import python_pattern
from pellucid.keras.tensorflow.text import Text, each, texts, to_bytes, to_str


def split(input: Any, sep: Any = None, maxsplit: int = -1, name: str | None = None) -> Text:
    """Return the parts of texts between separators, blanks by default, ``tf.strings.split``."""
    between = None if sep is None else texts(sep)[()] or None
    return _parted(input, lambda text: text.split(between, maxsplit))


def bytes_split(input: Any, name: str | None = None) -> Text:
    """Return the bytes of texts, ``tf.strings.bytes_split``."""
    return _parted(input, lambda text: [text[i : i + 1] for i in range(len(text))])


def unicode_split(
    input: Any, input_encoding: str = "UTF-8", errors: str = "replace", *options: Any, **more: Any
) -> Text:
    """Return the letters of texts, ``tf.strings.unicode_split``."""
    return _parted(input, lambda text: [to_bytes(letter) for letter in to_str(text)])


def unicode_decode(input: Any, input_encoding: str = "UTF-8", *options: Any, **more: Any) -> Tensor:
    """Return the numbers of the letters, rows filled up with 0, ``tf.strings.unicode_decode``."""
    rows = [[ord(letter) for letter in to_str(text)] for text in texts(input).ravel()]
    table = np.zeros((len(rows), max(map(len, rows), default=0)), np.int32)
    for row, numbers in zip(table, rows, strict=True):
        row[: len(numbers)] = numbers
    return Tensor(jnp.asarray(table.reshape(*texts(input).shape, -1)))


def unicode_encode(input: Any, output_encoding: str = "UTF-8", *options: Any, **more: Any) -> Text:
    """Return the texts that rows of letters' numbers spell, ``tf.strings.unicode_encode``."""
    numbers = np.asarray(as_array(input))
    rows = numbers.reshape(-1, numbers.shape[-1])
    found = np.array(["".join(chr(n) for n in row if n) for row in rows], object)
    return Text(found.reshape(numbers.shape[:-1]))


def length(input: Any, unit: str = "BYTE", name: str | None = None) -> Tensor:
    """Return the lengths of texts, in bytes or with ``unit="UTF8_CHAR"`` in letters, ``tf.strings.length``."""
    measure = (lambda text: len(to_str(text))) if unit == "UTF8_CHAR" else len
    return Tensor(jnp.asarray(each(measure, texts(input)).astype(np.int32)))


def regex_full_match(input: Any, pattern: str, name: str | None = None) -> Tensor:
    """Tell which texts a pattern fits from end to end, ``tf.strings.regex_full_match``."""
    wanted = re.compile(python_pattern(to_str(texts(pattern)[()])))
    found = each(lambda text: bool(wanted.fullmatch(to_str(text))), texts(input))
    return Tensor(jnp.asarray(found.astype(bool)))


def _parted(input: Any, part: Callable[[bytes], list[bytes]]) -> Text:
    """Return the parts of each text along a new last axis."""
    array = texts(input)
    rows = [part(text) for text in array.ravel()]
    table = np.full((len(rows), max(map(len, rows), default=0)), b"", object)
    for row, parts in zip(table, rows, strict=True):
        row[: len(parts)] = parts
    return Text(table.reshape(*array.shape, table.shape[1]))
