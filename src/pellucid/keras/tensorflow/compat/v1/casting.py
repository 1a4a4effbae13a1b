"""Casts of TensorFlow 1."""

from __future__ import annotations

from typing import Any

from pellucid.keras.tensorflow.arranging import cast


def to_float(x: Any, name: str | None = None) -> Any:
    """Return floats."""
    return cast(x, "float32")


def to_int32(x: Any, name: str | None = None) -> Any:
    """Return whole numbers."""
    return cast(x, "int32")


to_int64 = to_int32
