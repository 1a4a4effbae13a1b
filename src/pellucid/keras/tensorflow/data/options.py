"""``tf.data.Options``: accepted without effect, for there is one way in which elements are computed."""

from __future__ import annotations

from typing import Any


class Options:
    """Takes any settings, at any depth: ``options.experimental_optimization.apply_default = True``."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        value = Options()
        object.__setattr__(self, name, value)
        return value
