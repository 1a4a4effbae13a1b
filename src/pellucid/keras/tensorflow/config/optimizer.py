"""``tf.config.optimizer``: XLA compiles everything here."""

from __future__ import annotations

from typing import Any


def set_jit(enabled: Any) -> None:
    """Accept it: everything is compiled."""


def get_jit() -> str:
    """Return ``"autoclustering"``."""
    return "autoclustering"


def set_experimental_options(options: Any) -> None:
    """Accept settings, without effect."""
