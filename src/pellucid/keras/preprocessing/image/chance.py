"""Which change of an image comes next: parameters drawn in Keras's order, so that its seeds give its numbers."""

from __future__ import annotations

from typing import Any

import numpy as np


def draw(generator: Any, height: int, width: int, random: Any) -> dict[str, Any]:
    """Draw the parameters of one image's change.

    Args:
        generator: An image generator with its ranges.
        height: The image's height.
        width: The image's width.
        random: A NumPy random state, or ``numpy.random`` itself for the global one.
    """
    turn, lean = generator.rotation_range, generator.shear_range
    low, high = generator.zoom_range
    # Keras draws the vertical shift before the horizontal one.
    theta = random.uniform(-turn, turn) if turn else 0
    down = shift(generator.height_shift_range, height, random)
    across = shift(generator.width_shift_range, width, random)
    shear = random.uniform(-lean, lean) if lean else 0
    zx, zy = (1, 1) if low == high == 1 else random.uniform(low, high, 2)
    mirrored = random.random() < 0.5
    turned_over = random.random() < 0.5
    strength, brightness = generator.channel_shift_range, generator.brightness_range
    return {
        "theta": theta,
        "tx": across,
        "ty": down,
        "shear": shear,
        "zx": zx,
        "zy": zy,
        "flip_horizontal": mirrored and bool(generator.horizontal_flip),
        "flip_vertical": turned_over and bool(generator.vertical_flip),
        "channel_shift_intensity": random.uniform(-strength, strength) if strength else None,
        "brightness": random.uniform(*brightness) if brightness is not None else None,
    }


def shift(amount: Any, size: int, random: Any) -> float:
    """Draw a shift in pixels.

    Args:
        amount: A fraction of the size, a float of pixels (1 or more), a whole number of pixels (the shift is smaller),
            or a list of pixels to choose from, to either side.
        size: The size along the shifted axis.
        random: A NumPy random state.
    """
    if isinstance(amount, float):
        if not amount:
            return 0
        found, most = random.uniform(-amount, amount), amount
    else:
        most = np.max(amount)
        if not np.any(amount):
            return 0
        found = random.choice(amount) * random.choice([-1, 1])
    return found * size if most < 1 else found
