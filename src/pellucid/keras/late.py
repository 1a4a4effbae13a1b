"""Modules of this package that are imported when they are first needed, where each needs the other."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any


@cache
def late(name: str) -> Any:
    """Return a module of this package, ``late("metrics")``."""
    return import_module(f"pellucid.keras.{name}")


def arithmetic() -> Any:
    """Return :mod:`pellucid.keras.arithmetic`: tensors have operators, and operators make tensors."""
    return late("arithmetic")
