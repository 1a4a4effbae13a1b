"""``keras.ops``: functions of tensors with Keras 3's names and arguments, computed by JAX.

Each file is imported when one of its functions is first named.
"""

from __future__ import annotations

from pellucid.keras.ops import image as image, linalg as linalg, nn as nn, numpy as numpy
from pellucid.keras.ops.names import FILES
from pellucid.keras.ops.naming import late_names

_FILES = {"numpy": tuple(numpy.NAMES), "nn": tuple(nn.NAMES), **FILES}

__getattr__, NAMES = late_names(__name__, _FILES, "keras.ops")
__all__ = ["image", "linalg", "nn", "numpy", *NAMES]  # noqa: PLE0604  # pyright: ignore[reportUnsupportedDunderAll]


def __dir__() -> list[str]:
    return sorted(__all__)
