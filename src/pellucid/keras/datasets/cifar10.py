"""Colour pictures of ten kinds: :mod:`pellucid.datasets.cifar10`."""

from __future__ import annotations

from typing import Any

from pellucid.datasets import cifar10
from pellucid.keras.ops.settings import placed_channels


def load_data() -> Any:
    """Return the pictures, with their channels where the script set them to be."""
    (x_train, y_train), (x_test, y_test) = cifar10.load_data()
    return (placed_channels(x_train), y_train), (placed_channels(x_test), y_test)
