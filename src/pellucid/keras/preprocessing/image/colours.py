"""Changes of colour and side for batches of images: brighter, shifted channels, mirrored."""

from __future__ import annotations

from typing import Any

import numpy as np


def shift_channels(images: np.ndarray, amounts: np.ndarray) -> np.ndarray:
    """Add a number to each image and keep it between its own darkest and brightest value.

    Args:
        images: Shape (batch, height, width, channels).
        amounts: One number for each image, shape (batch,).
    """
    low = images.min(axis=(1, 2, 3), keepdims=True)
    high = images.max(axis=(1, 2, 3), keepdims=True)
    shifts = amounts.astype(images.dtype).reshape(-1, 1, 1, 1)
    return np.clip(images + shifts, low, high)


def brighten(images: np.ndarray, factors: np.ndarray, scale: bool = False) -> np.ndarray:
    """Multiply each image, seen as pictures from 0 to 255 in whole steps.

    Args:
        images: Shape (batch, height, width, channels).
        factors: 0 gives black, 1 the picture itself, more a brighter one; shape (batch,).
        scale: Whether images are stretched to 0 to 255 first. Others are stretched when they leave that range, and
            come back to it afterwards.
    """
    low = images.min(axis=(1, 2, 3), keepdims=True)
    high = images.max(axis=(1, 2, 3), keepdims=True)
    leaves = (low < 0) | (high > 255)
    span = np.where(high > low, high - low, 1)
    pictures = np.where(leaves | scale, (images - low) / span * 255, images)
    by = factors.astype(images.dtype).reshape(-1, 1, 1, 1)
    bright = np.floor(np.clip(np.floor(pictures) * by, 0, 255))
    if not scale:
        bright = np.where(leaves, bright / 255 * (high - low) + low, bright)
    return bright.astype(images.dtype)


def change(images: np.ndarray, parameters: list[dict[str, Any]]) -> np.ndarray:
    """Shift channels, mirror and brighten each image as its parameters say, in this order; images are not written."""
    shifts = [each.get("channel_shift_intensity") for each in parameters]
    if any(shift is not None for shift in shifts):
        images = _where(shifts, images, shift_channels)
    for name, axis in (("flip_horizontal", 2), ("flip_vertical", 1)):
        chosen = np.array([bool(each.get(name, False)) for each in parameters])
        if chosen.any():
            found = images.copy()
            found[chosen] = np.flip(images[chosen], axis)
            images = found
    factors = [each.get("brightness") for each in parameters]
    if any(factor is not None for factor in factors):
        images = _where(factors, images, brighten)
    return images


def _where(values: list[Any], images: np.ndarray, act: Any) -> np.ndarray:
    """Act on the images whose value is not None."""
    chosen = np.array([value is not None for value in values])
    numbers = np.array([value for value in values if value is not None], np.float64)
    if chosen.all():
        return act(images, numbers)
    found = images.copy()
    found[chosen] = act(images[chosen], numbers)
    return found
