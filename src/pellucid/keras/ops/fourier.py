"""Fourier transforms. Complex numbers come and go as pairs ``(real, imaginary)`` of arrays."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from pellucid.core.errors import ArgumentError
from pellucid.functional import fourier
from pellucid.keras.operation import operation
from pellucid.keras.ops.given import real

Pair = tuple[jax.Array, jax.Array]


def _joined(x: Any) -> jax.Array:
    if not isinstance(x, (tuple, list)) or len(x) != 2:
        raise ArgumentError(
            "fft",
            "complex numbers come as a pair of arrays (real, imaginary).",
            "ops.fft((x, ops.zeros_like(x)))",
        )
    return jax.lax.complex(*(real(part) for part in x))


def _parted(x: jax.Array) -> Pair:
    return jnp.real(x), jnp.imag(x)


@operation
def fft(x: Any) -> Pair:
    """Return the Fourier transform along the last axis, of a pair (real, imaginary)."""
    return _parted(jnp.fft.fft(_joined(x)))


@operation
def fft2(x: Any) -> Pair:
    """Return the Fourier transform along the last two axes."""
    return _parted(jnp.fft.fft2(_joined(x)))


@operation
def ifft2(x: Any) -> Pair:
    """Return the inverse Fourier transform along the last two axes."""
    return _parted(jnp.fft.ifft2(_joined(x)))


@operation
def rfft(x: Any, fft_length: int | None = None) -> Pair:
    """Return the first half of the Fourier transform of real numbers, along the last axis."""
    return _parted(jnp.fft.rfft(real(x), n=fft_length))


@operation
def irfft(x: Any, fft_length: int | None = None) -> jax.Array:
    """Return the real numbers of a half transform."""
    return jnp.fft.irfft(_joined(x), n=fft_length)


@operation
def extract_sequences(x: Any, sequence_length: int, sequence_stride: int) -> jax.Array:
    """Return overlapping parts of the last axis: (..., steps) to (..., parts, sequence_length)."""
    return fourier.frames(jnp.asarray(x), sequence_length, sequence_stride)


@operation
def stft(
    x: Any,
    sequence_length: int,
    sequence_stride: int,
    fft_length: int,
    window: Any = "hann",
    center: bool = True,
) -> Pair:
    """Return the transforms of overlapping parts of a signal.

    Args:
        x: Signals (..., steps).
        sequence_length: Steps of a part.
        sequence_stride: Steps from one part to the next.
        fft_length: Points of each transform.
        window: ``"hann"``, ``"hamming"``, None or an array of ``sequence_length`` factors.
        center: Whether the signal is reflected at its ends, so that the first part is around the first step.

    Returns:
        A pair (real, imaginary) of shape (..., parts, fft_length // 2 + 1).
    """
    found = fourier.short_time_fourier(
        real(x), sequence_length, sequence_stride, fft_length, _known(window), center
    )
    return _parted(found)


def _known(window: Any) -> Any:
    if isinstance(window, str) and window not in ("hann", "hamming"):
        raise ArgumentError(
            "stft",
            f"the window may be 'hann', 'hamming', None or an array, but {window!r} came.",
            'window="hann"',
        )
    return window


@operation
def istft(
    x: Any,
    sequence_length: int,
    sequence_stride: int,
    fft_length: int,
    length: int | None = None,
    window: Any = "hann",
    center: bool = True,
) -> jax.Array:
    """Return the signal whose :func:`stft` is ``x``: parts added up, and divided by the squares of the windows.

    Args:
        x: A pair (real, imaginary) of shape (..., parts, fft_length // 2 + 1).
        sequence_length: As in :func:`stft`, like all that follow.
        sequence_stride: See there.
        fft_length: See there.
        length: Steps of the signal; all that are known when None.
        window: See there.
        center: See there.
    """
    parts = jnp.fft.irfft(_joined(x), n=fft_length)
    factors = jnp.asarray(
        fourier.padded_window(_known(window), sequence_length, fft_length), parts.dtype
    )
    total = _added(parts * factors, sequence_stride)
    weight = _added(jnp.broadcast_to(jnp.square(factors), parts.shape[-2:]), sequence_stride)
    signal = total / jnp.where(weight > 1e-7, weight, 1)
    start = fft_length // 2 if center else 0
    end = signal.shape[-1] - start if length is None else start + length
    return signal[..., start:end]


def _added(parts: jax.Array, stride: int) -> jax.Array:
    """Return the sum of overlapping parts, each put back where it was taken."""
    count, length = parts.shape[-2:]
    places = jnp.arange(count)[:, None] * stride + jnp.arange(length)
    empty = jnp.zeros((*parts.shape[:-2], (count - 1) * stride + length), parts.dtype)
    return empty.at[..., places].add(parts)
