"""Dropouts: of single numbers, and of whole channels."""

from __future__ import annotations

from typing import Any

from pellucid import layers
from pellucid.torch.convolution import kind_name, rank_of
from pellucid.torch.stack import Stack


def single(module: Any, stack: Stack) -> None:
    """Convert ``Dropout`` and ``AlphaDropout``."""
    stack.add(getattr(layers, kind_name(module))(module.p))


def channels(module: Any, stack: Stack) -> None:
    """Convert ``Dropout1d`` to ``Dropout3d``, which drop whole channels."""
    rank = rank_of(module)
    stack.channels_last(rank)
    stack.add(getattr(layers, f"SpatialDropout{rank}D")(module.p))
