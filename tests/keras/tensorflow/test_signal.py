"""``tf.signal`` against sums written out, SciPy, and its own inverse."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import fft as scipy_fft, signal as scipy_signal

from pellucid.keras import tensorflow as tf

RNG = np.random.default_rng(0)
WAVE = RNG.normal(size=(2, 300)).astype("float32")


def test_parts_windows_and_transforms():
    found = tf.signal.stft(WAVE, frame_length=50, frame_step=20).numpy()
    window = scipy_signal.get_window("hann", 50)
    parts = [WAVE[:, start : start + 50] * window for start in range(0, 251, 20)]
    assert found.shape == (2, 13, 33)
    assert found.dtype == "complex64"
    for place, part in enumerate(parts):
        places = np.arange(33)[:, None] * np.arange(50) / 64
        expected = (part[:, None, :] * np.exp(-2j * np.pi * places)).sum(-1)
        assert np.allclose(found[:, place], expected, atol=1e-4)


def test_parts_that_hang_over_the_end():
    found = tf.signal.frame(tf.range(7), 4, 3, pad_end=True, pad_value=-1).numpy()
    assert found.tolist() == [[0, 1, 2, 3], [3, 4, 5, 6], [6, -1, -1, -1]]
    assert tf.signal.frame(tf.range(7), 4, 3).numpy().tolist() == found.tolist()[:2]


def test_the_inverse_gives_the_signal_back():
    spectrum = tf.signal.stft(WAVE, 64, 32, window_fn=tf.signal.hann_window)
    # A periodic Hann window half over the next one sums to one, applied once.
    found = tf.signal.inverse_stft(spectrum, 64, 32, window_fn=None).numpy()
    assert np.allclose(found[:, 32:-32], WAVE[:, 32 : found.shape[1] - 32], atol=1e-5)


@pytest.mark.parametrize("name", ["fft", "ifft"])
def test_transforms_of_several_axes(name):
    x = (RNG.normal(size=(3, 4, 5)) + 1j * RNG.normal(size=(3, 4, 5))).astype("complex64")
    for axes, suffix in (((-1,), ""), ((-2, -1), "2d"), ((-3, -2, -1), "3d")):
        expected = getattr(scipy_fft, f"{name}n")(x, axes=axes)
        assert np.allclose(getattr(tf.signal, name + suffix)(x), expected, atol=1e-4)


def test_real_transforms_and_cosines():
    assert np.allclose(tf.signal.rfft(WAVE, [512]), scipy_fft.rfft(WAVE, 512), atol=1e-4)
    assert np.allclose(tf.signal.irfft(tf.signal.rfft(WAVE)), WAVE, atol=1e-5)
    expected = scipy_fft.dct(WAVE, 2) / np.sqrt(600)
    assert np.allclose(tf.signal.mfccs_from_log_mel_spectrograms(WAVE), expected, atol=1e-4)


def test_mel_bins_sum_neighbouring_frequencies():
    matrix = tf.signal.linear_to_mel_weight_matrix(10, 65, 8000, 80.0, 3900.0).numpy()
    assert matrix.shape == (65, 10)
    middles = 700 * np.expm1(np.linspace(*(1127 * np.log1p(np.array([80, 3900]) / 700)), 12) / 1127)
    hertz = np.arange(65) * 62.5
    inner = (hertz > middles[1]) & (hertz < middles[-2])  # there the triangles sum to one
    assert np.allclose(matrix[inner].sum(1), 1.0, atol=1e-5)
    assert not matrix[hertz < 80].any()


def test_tapes_hear_transforms():
    x = tf.Variable(WAVE[0])
    with tf.GradientTape() as tape:
        power = tf.reduce_sum(tf.abs(tf.signal.fft(tf.cast(x, tf.complex64))) ** 2)
    assert np.allclose(tape.gradient(power, x), 2 * 300 * WAVE[0], rtol=1e-3, atol=1e-2)
