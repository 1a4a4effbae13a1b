"""Sound as a picture of how strong its pitches are."""

from __future__ import annotations

from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from pellucid.core.errors import ArgumentError, ShapeError
from pellucid.core.limits import Boolean, Integer, Limit, Real
from pellucid.functional.fourier import mel_filters, short_time_fourier
from pellucid.initializers.fourier import WINDOW, require_window
from pellucid.layers.checks import as_float, who
from pellucid.modules import Layer


class MelSpectrogram(Layer):
    """Shows how strong the pitches of a sound are over time, in decibels on the mel scale.

    Equation: ``S = A^T |stft(x)|^mag_exp`` with triangles ``A`` that are evenly apart in ``m = 1127 ln(1 + f / 700)``
    and the transform under a window, the signal mirrored at its ends; in decibels
    ``y = 10 log10(max(S, min_power) / ref_power)``, and no less than the signal's largest ``y`` minus ``top_db``.

    Args:
        fft_length: Steps of a transform, at least 1. Default 2048.
        sequence_stride: Steps from one transform to the next, at least 1. Default 512.
        sequence_length: Steps under the window, at most ``fft_length``. Default None, ``fft_length``.
        window: A name such as ``"hamming"``, as many factors as the window has steps, or None. Default ``"hann"``.
        sampling_rate: Steps in a second. Default 16000.
        num_mel_bins: The number of pitches, at least 1. Default 128.
        min_freq: The lowest frequency in hertz. Default 20.
        max_freq: The highest one. Default None, half the sampling rate.
        power_to_db: Whether decibels are given, else ``S``. Default True.
        top_db: How far below the loudest place the picture goes, in decibels. Default 80.
        mag_exp: The exponent of the magnitude: 2 gives power. Default 2.
        min_power: The smallest ``S`` that is told apart, above 0. Default 1e-10.
        ref_power: The ``S`` of 0 decibels; its sign does not count. Default 1.
        **kwargs: ``name``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (..., samples); outputs: (..., num_mel_bins, samples // sequence_stride + 1)

    Raises:
        ArgumentError: ``sequence_length`` above ``fft_length``; there is no such window.
        ShapeError: A signal has no more samples than half of ``fft_length``.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import MelSpectrogram
        >>> tone = jnp.sin(2 * jnp.pi * 440 * jnp.arange(8000) / 8000)
        >>> layer = MelSpectrogram(512, 256, sampling_rate=8000, num_mel_bins=20)
        >>> picture = layer(tone)
        >>> picture.shape, int(picture[:, 10].argmax())
        ((20, 32), 4)

    Source: Young et al., The HTK Book, 2006, for the scale. Differs from Keras: ``top_db`` counts from the loudest
    place of each signal, not of the whole batch. Differs from PyTorch: torchaudio's gives power, decibels are a
    transform of their own.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "fft_length": Integer(1),
        "sequence_stride": Integer(1),
        "sequence_length": Integer(1, optional=True),
        "window": WINDOW,
        "sampling_rate": Real(0, closed="neither"),
        "num_mel_bins": Integer(1),
        "min_freq": Real(0),
        "max_freq": Real(0, optional=True),
        "power_to_db": Boolean(),
        "top_db": Real(0),
        "mag_exp": Real(0, closed="neither"),
        "min_power": Real(0, closed="neither"),
        "ref_power": Real(),
    }

    def __init__(
        self,
        fft_length: int = 2048,
        sequence_stride: int = 512,
        sequence_length: int | None = None,
        window: Any = "hann",
        sampling_rate: float = 16000,
        num_mel_bins: int = 128,
        min_freq: float = 20.0,
        max_freq: float | None = None,
        power_to_db: bool = True,
        top_db: float = 80.0,
        mag_exp: float = 2.0,
        min_power: float = 1e-10,
        ref_power: float = 1.0,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        name = type(self).__name__
        self.fft_length = int(fft_length)
        self.sequence_stride = int(sequence_stride)
        self.sequence_length = int(sequence_length or fft_length)
        if self.fft_length < self.sequence_length:
            raise ArgumentError(
                name,
                "`fft_length` must be greater than or equal to `sequence_length`, "
                f"but {fft_length} came for {sequence_length}.",
                f"fft_length={sequence_length}",
            )
        self.window = require_window(name, window)
        self.sampling_rate = sampling_rate
        self.num_mel_bins = int(num_mel_bins)
        self.min_freq = min_freq
        self.max_freq = max_freq or sampling_rate / 2
        self.power_to_db = power_to_db
        self.top_db = top_db
        self.mag_exp = mag_exp
        self.min_power = min_power
        self.ref_power = ref_power

    def call(self, inputs: jax.Array) -> jax.Array:
        """Return the pictures of the signals."""
        signal = as_float(inputs, self)
        if signal.ndim < 1:
            raise ShapeError(who(self), "it needs signals, (..., samples), but it got one number.")
        if signal.shape[-1] <= self.fft_length // 2:
            raise ShapeError(
                who(self),
                f"{signal.shape[-1]} samples cannot be mirrored by {self.fft_length // 2}, half of `fft_length`.",
                f"fft_length={max(signal.shape[-1], 1)}",
            )
        # Fourier transforms know no half precision.
        exact = signal.astype(jnp.promote_types(signal.dtype, jnp.float32))
        waves = short_time_fourier(
            exact, self.sequence_length, self.sequence_stride, self.fft_length, self.window
        )
        power = jnp.square(waves.real) + jnp.square(waves.imag)
        # A root has no slope at 0.
        raised = jnp.where(power > 0, power, 1) ** (self.mag_exp / 2)
        bins = self.fft_length // 2 + 1
        filters = mel_filters(
            self.num_mel_bins, bins, self.sampling_rate, self.min_freq, self.max_freq
        )
        strength = jnp.where(power > 0, raised, 0) @ jnp.asarray(filters, exact.dtype)
        picture = self._decibels(strength) if self.power_to_db else strength
        return jnp.swapaxes(picture, -1, -2).astype(signal.dtype)

    def compute_mask(self, inputs: Any, mask: Any = None) -> None:
        """Drop the mask: an output mixes several steps."""

    def _decibels(self, strength: jax.Array) -> jax.Array:
        reference = max(abs(self.ref_power), self.min_power)
        level = 10 * jnp.log10(jnp.maximum(strength, self.min_power) / reference)
        return jnp.maximum(level, jnp.max(level, (-2, -1), keepdims=True) - self.top_db)
