"""Colour pictures of a hundred kinds: :mod:`pellucid.datasets.cifar100`."""

from __future__ import annotations

from typing import Any

from pellucid.datasets import cifar100
from pellucid.keras.ops.settings import placed_channels


def load_data(label_mode: str = "fine") -> Any:
    """Return the pictures, with their channels where the script set them to be."""
    (x_train, y_train), (x_test, y_test) = cifar100.load_data(label_mode)
    return (placed_channels(x_train), y_train), (placed_channels(x_test), y_test)
