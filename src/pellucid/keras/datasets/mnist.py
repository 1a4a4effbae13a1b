"""Handwritten digits: :mod:`pellucid.datasets.mnist`."""

from __future__ import annotations

from typing import Any

from pellucid.datasets import mnist


def load_data(path: str = "mnist.npz") -> Any:
    """Return the digits; the cached files keep their own names."""
    return mnist.load_data()
