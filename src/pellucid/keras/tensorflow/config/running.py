"""Whether functions are compiled."""

from __future__ import annotations

from pellucid.keras.function import Function


def run_functions_eagerly(run_eagerly: bool) -> None:
    """Run ``@tf.function`` line by line, to look inside, ``tf.config.run_functions_eagerly``."""
    Function.eagerly = bool(run_eagerly)


def functions_run_eagerly() -> bool:
    """Tell whether functions run line by line."""
    return Function.eagerly
