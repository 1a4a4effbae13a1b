"""The image generator's arguments, checked and in one form."""

from __future__ import annotations

from typing import Any

from pellucid.core.errors import ArgumentError

WHO = "ImageDataGenerator"


def axes_of(data_format: str) -> tuple[int, int, int]:
    """Return the axes of rows, columns and channels in a batch."""
    return (1, 2, 3) if data_format == "channels_last" else (2, 3, 1)


def zoom_pair(zoom_range: Any) -> tuple[float, float]:
    """Return the smallest and the largest factor.

    >>> zoom_pair(0.25), zoom_pair([1, 2])
    ((0.75, 1.25), (1, 2))
    """
    if isinstance(zoom_range, (int, float)):
        return 1 - zoom_range, 1 + zoom_range
    return _pair("zoom_range", zoom_range)


def brightness_pair(brightness_range: Any) -> tuple[float, float] | None:
    """Return the smallest and the largest factor, or None."""
    return None if brightness_range is None else _pair("brightness_range", brightness_range)


def _pair(name: str, value: Any) -> tuple[float, float]:
    try:
        low, high = value
    except (TypeError, ValueError):
        raise ArgumentError(
            WHO, f"`{name}` must be two factors, but it is {value!r}.", f"{name}=(0.8, 1.2)"
        ) from None
    return low, high


def part(validation_split: float, subset: str | None) -> tuple[float, float]:
    """Return where a subset begins and ends, as fractions: validation comes first.

    >>> part(0.2, "training"), part(0.2, "validation"), part(0.2, None)
    ((0.2, 1.0), (0.0, 0.2), (0.0, 1.0))
    """
    parts = {
        None: (0.0, 1.0),
        "training": (validation_split, 1.0),
        "validation": (0.0, validation_split),
    }
    if subset not in parts:
        raise ArgumentError(
            WHO,
            f"`subset` must be 'training' or 'validation', but it is {subset!r}.",
            "subset='training'",
        )
    return parts[subset]
