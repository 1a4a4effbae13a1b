"""Signals seen as sums of waves: overlapping parts, their Fourier transforms, the mel scale."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from pellucid.functional.windows import window_points

MEL_BREAK = 700.0
MEL_FACTOR = 1127.0


def frames(x: jax.Array, length: int, stride: int) -> jax.Array:
    """Return overlapping parts of the last axis: (..., steps) to (..., parts, length).

    >>> frames(jnp.arange(5), 3, 2).tolist()
    [[0, 1, 2], [2, 3, 4]]
    """
    count = (x.shape[-1] - length) // stride + 1
    places = jnp.arange(count)[:, None] * stride + jnp.arange(length)
    return jnp.take(x, places, axis=-1)


def padded_window(window: Any, length: int, whole: int) -> jax.Array:
    """Return a window of ``length`` points in the middle of ``whole`` points, zeros beside it.

    >>> padded_window(None, 2, 5).tolist()
    [0.0, 1.0, 1.0, 0.0, 0.0]
    """
    before = (whole - length) // 2
    return jnp.pad(window_points(window, length), (before, whole - length - before))


def short_time_fourier(
    x: jax.Array,
    sequence_length: int,
    sequence_stride: int,
    fft_length: int,
    window: Any = "hann",
    center: bool = True,
) -> jax.Array:
    """Return the transforms of overlapping parts of a signal, complex.

    Args:
        x: Signals (..., steps).
        sequence_length: Steps of a part, at most ``fft_length``.
        sequence_stride: Steps from one part to the next.
        fft_length: Points of each transform.
        window: As in :func:`~pellucid.functional.windows.window_points`. Default ``"hann"``.
        center: Whether the signal is reflected at its ends, so that the first part is around the first step. Default
            True.

    Returns:
        Shape (..., parts, fft_length // 2 + 1).

    >>> short_time_fourier(jnp.ones(8), 4, 4, 4, None, center=False).real.tolist()
    [[4.0, 0.0, 0.0], [4.0, 0.0, 0.0]]
    """
    if center:
        edge = fft_length // 2
        x = jnp.pad(x, [(0, 0)] * (x.ndim - 1) + [(edge, edge)], mode="reflect")
    factors = jnp.asarray(padded_window(window, sequence_length, fft_length), x.dtype)
    return jnp.fft.rfft(frames(x, fft_length, sequence_stride) * factors)


def mel(hertz: Any) -> np.ndarray:
    """Return how high frequencies sound, on the mel scale.

    Equation: ``m = 1127 ln(1 + f / 700)``.

    >>> mel(1000.0).round(1).item()
    1000.0
    """
    return MEL_FACTOR * np.log1p(np.asarray(hertz, np.float64) / MEL_BREAK)


def mel_filters(
    bins: int, frequencies: int, sampling_rate: float, lowest: float, highest: float
) -> np.ndarray:
    """Return triangles over the frequencies of a spectrogram, their middles evenly apart on the mel scale.

    Equation: ``w_ij = max(0, min((m_i - c_j) / (c_j+1 - c_j), (c_j+2 - m_i) / (c_j+2 - c_j+1)))`` with the mel ``m_i``
    of the frequency ``i`` and ``c_0 ... c_bins+1`` evenly from the lowest to the highest. The frequency 0 counts
    nowhere.

    Args:
        bins: The number of triangles.
        frequencies: The number of frequencies, evenly from 0 to half the sampling rate.
        sampling_rate: Steps in a second.
        lowest: Where the first triangle begins, in hertz.
        highest: Where the last one ends, in hertz.

    Returns:
        Shape (frequencies, bins), in double precision.

    >>> mel_filters(2, 5, 8000, 0.0, 4000.0).round(2).tolist()
    [[0.0, 0.0], [0.6, 0.4], [0.0, 0.87], [0.0, 0.38], [0.0, 0.0]]
    """
    places = mel(np.linspace(0, sampling_rate / 2, frequencies))[:, None]
    edges = np.linspace(mel(lowest), mel(highest), bins + 2)
    rising = (places - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - places) / (edges[2:] - edges[1:-1])
    weights = np.maximum(0, np.minimum(rising, falling))
    weights[0] = 0
    return weights
