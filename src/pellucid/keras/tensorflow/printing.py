"""``tf.print``: values as text on the standard error output, inside programs too."""

from __future__ import annotations

import sys
from typing import Any

import jax
import numpy as np
from jax.core import Tracer

from pellucid.keras.tensor import unwrapped


def write_out(
    *inputs: Any, output_stream: Any = None, end: str = "\n", sep: str = " ", **options: Any
) -> None:
    """Write values with blanks between them, ``tf.print``; what a program computes is written when it runs."""
    stream = sys.stdout if output_stream in (sys.stdout, "sys.stdout") else sys.stderr
    values = [unwrapped(each) for each in inputs]
    if any(isinstance(leaf, Tracer) for leaf in jax.tree.leaves(values)):
        arrays = [leaf for leaf in jax.tree.leaves(values) if isinstance(leaf, Tracer)]
        jax.debug.callback(
            lambda *known: _write(_replaced(values, known), stream, end, sep), *arrays
        )
    else:
        _write(values, stream, end, sep)


def _replaced(values: list[Any], known: Any) -> list[Any]:
    """Return values with numbers in the places of what was traced."""
    numbers = iter(known)
    return jax.tree.map(lambda leaf: next(numbers) if isinstance(leaf, Tracer) else leaf, values)


def _write(values: list[Any], stream: Any, end: str, sep: str) -> None:
    stream.write(sep.join(map(_said, values)) + end)
    stream.flush()


def _said(value: Any) -> str:
    """Return a value as TensorFlow writes it: numbers without commas, texts without quotes."""
    if isinstance(value, (jax.Array, np.ndarray)):
        return (
            _said(value[()])
            if value.dtype == object and not value.shape
            else str(np.asarray(value))
        )
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_said, value))}]"
    return str(value)
