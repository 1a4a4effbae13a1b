"""The module that holds the arithmetic of tensors, imported when it is first needed: it needs tensors itself."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any


@cache
def arithmetic() -> Any:
    """Return :mod:`pellucid.keras.arithmetic`."""
    return import_module("pellucid.keras.arithmetic")
