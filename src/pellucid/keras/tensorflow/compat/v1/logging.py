"""``tf.compat.v1.logging``: the logger called "tensorflow"."""

from __future__ import annotations

from logging import DEBUG, ERROR, FATAL, INFO, WARN, getLogger
from typing import Any

__all__ = ["DEBUG", "ERROR", "FATAL", "INFO", "WARN", "get_verbosity", "set_verbosity"]


def set_verbosity(level: Any) -> None:
    """Choose from which level on messages are shown."""
    getLogger("tensorflow").setLevel(int(level))


def get_verbosity() -> int:
    """Return the level from which on messages are shown."""
    return getLogger("tensorflow").level
