"""``tf.compat``: version 2 is what ``tf`` is; of version 1 what scripts use beside Keras."""

from __future__ import annotations

from typing import Any

from pellucid.keras.tensorflow.facade import facade
from pellucid.keras.tensorflow.text import to_bytes, to_str

__getattr__, __dir__ = facade(__name__, {"pellucid.keras.tensorflow": "v2=."}, modules="v1")


def as_str(bytes_or_text: Any, encoding: str = "utf-8") -> str:
    """Return text."""
    return to_str(bytes_or_text)


def as_bytes(bytes_or_text: Any, encoding: str = "utf-8") -> bytes:
    """Return bytes."""
    return to_bytes(bytes_or_text)


as_text = as_str_any = as_str
