"""Pictures of sound: against SciPy, and by tones whose pitch is known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import signal

from pellucid import Input, Sequential, layers
from pellucid.core.errors import ArgumentError, ArgumentTypeError, ShapeError
from pellucid.functional.fourier import mel, mel_filters
from pellucid.functional.windows import NAMES, window_points
from pellucid.initializers import STFT

RATE = 8000
SOUND = np.random.default_rng(2).uniform(-1, 1, (2, 700)).astype("float32")


def tone(hertz, seconds=0.5):
    return np.sin(2 * np.pi * hertz * np.arange(int(RATE * seconds)) / RATE).astype("float32")


@pytest.mark.parametrize(
    ("mode", "scaling"),
    [
        ("magnitude", "density"),
        ("psd", "density"),
        ("psd", "spectrum"),
        ("angle", "density"),
    ],
)
@pytest.mark.parametrize("window", ["hann", "blackman"])
def test_short_transforms_are_those_of_scipy(mode, scaling, window):
    layer = layers.STFTSpectrogram(mode, 64, 24, 128, window, scaling=scaling)
    seen = np.asarray(layer(SOUND[..., None]))
    points = signal.get_window(window, 64, fftbins=False)
    *_, wanted = signal.spectrogram(
        SOUND.astype("float64"),
        window=points,
        nperseg=64,
        noverlap=40,
        nfft=128,
        mode=mode,
        scaling=scaling,
        detrend=False,
    )
    wanted = wanted.transpose(0, 2, 1)
    if mode == "angle":
        np.testing.assert_allclose(np.cos(seen - wanted)[..., 1:-1], 1, atol=1e-3)
        return
    if mode == "magnitude":
        wanted = np.maximum(wanted, np.sqrt(1e-7))
    np.testing.assert_allclose(seen, wanted, atol=2e-5 * wanted.max())


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("length", [1, 2, 7, 8])
@pytest.mark.parametrize("periodic", [True, False])
def test_windows_are_those_of_scipy(name, length, periodic):
    wanted = signal.get_window(name, length, fftbins=periodic)
    np.testing.assert_allclose(window_points(name, length, periodic), wanted, atol=1e-12)


def test_logarithms_and_pairs_agree_with_the_parts():
    made = {
        mode: np.asarray(layers.STFTSpectrogram(mode, 32)(SOUND[..., None]))
        for mode in ("real", "imag", "stft", "magnitude", "log")
    }
    np.testing.assert_allclose(made["stft"], np.concatenate([made["real"], made["imag"]], -1))
    np.testing.assert_allclose(made["magnitude"], np.hypot(made["real"], made["imag"]), atol=4e-4)
    np.testing.assert_allclose(made["log"], np.log(made["magnitude"]), atol=1e-5)


def test_channels_stand_where_they_are_told():
    stereo = np.stack([SOUND, -2 * SOUND], -1)
    single = [
        np.asarray(layers.STFTSpectrogram("real", 32)(stereo[..., i : i + 1])) for i in (0, 1)
    ]
    last = np.asarray(layers.STFTSpectrogram("real", 32)(stereo))
    np.testing.assert_allclose(last, np.concatenate(single, -1), atol=1e-5)
    picture = np.asarray(layers.STFTSpectrogram("real", 32, expand_dims=True)(stereo))
    np.testing.assert_allclose(picture, np.stack(single, -1), atol=1e-5)
    first = layers.STFTSpectrogram("real", 32, expand_dims=True, data_format="channels_first")
    turned = np.asarray(first(np.moveaxis(stereo, -1, 1)))
    np.testing.assert_allclose(turned, np.stack(single, 1), atol=1e-5)
    flat = layers.STFTSpectrogram("real", 32, data_format="channels_first")
    np.testing.assert_allclose(
        np.asarray(flat(np.moveaxis(stereo, -1, 1))), np.moveaxis(last, 1, 2), atol=1e-5
    )


def test_waves_train():
    model = Sequential([Input((64, 1)), layers.STFTSpectrogram(frame_length=16), layers.Flatten()])
    model.compile("sgd", "mse")
    before = np.array(model.layers[0].get_weights()[0])
    model.fit(SOUND[:, :64, None], np.zeros((2, 63)), epochs=1, verbose=0)
    assert np.abs(model.layers[0].get_weights()[0] - before).max() > 1e-6
    frozen = layers.STFTSpectrogram(frame_length=16, trainable=False)
    frozen(SOUND[..., None])
    assert not frozen.trainable_weights


def test_sounds_of_any_length_are_pictures_of_open_length():
    assert layers.STFTSpectrogram("real")(Input((None, 2))).shape == (None, None, 258)
    assert layers.MelSpectrogram()(Input((None,))).shape == (None, 128, None)


@pytest.mark.parametrize("hertz", [300.0, 1000.0, 2500.0])
def test_the_brightest_pitch_is_the_tones(hertz):
    layer = layers.MelSpectrogram(512, 128, sampling_rate=RATE, num_mel_bins=40, min_freq=0.0)
    picture = np.asarray(layer(tone(hertz)))
    assert picture.shape == (40, 4000 // 128 + 1)
    middles = np.linspace(0, mel(RATE / 2), 42)[1:-1]
    assert abs(picture[:, 16].argmax() - np.abs(middles - mel(hertz)).argmin()) <= 1
    assert picture.max() - picture.min() <= 80 + 1e-3


def test_quiet_signals_are_told_apart_from_loud_ones_of_their_batch():
    both = np.stack([tone(500.0), 1e-6 * tone(500.0)])
    layer = layers.MelSpectrogram(512, 128, sampling_rate=RATE, num_mel_bins=10)
    pictures = np.asarray(layer(both))
    np.testing.assert_allclose(pictures[1], layer(both[1]), atol=1e-3)
    assert pictures[1].max() < pictures[0].max() - 80


def test_powers_and_magnitudes_are_of_one_another():
    arguments = {"fft_length": 64, "sequence_stride": 32, "sampling_rate": RATE, "num_mel_bins": 5}
    power, magnitude = (
        np.asarray(layers.MelSpectrogram(**arguments, power_to_db=False, mag_exp=exponent)(SOUND))
        for exponent in (2.0, 1.0)
    )
    *_, waves = signal.stft(
        np.pad(SOUND, ((0, 0), (32, 32)), mode="reflect").astype("float64"),
        window="hann", nperseg=64, noverlap=32, boundary=None, padded=False, scaling="spectrum",
    )  # fmt: skip
    waves = np.abs(waves) * signal.get_window("hann", 64).sum()
    filters = mel_filters(5, 33, RATE, 20.0, 4000.0)
    np.testing.assert_allclose(power, np.einsum("bft,fm->bmt", waves**2, filters), rtol=1e-3)
    np.testing.assert_allclose(magnitude, np.einsum("bft,fm->bmt", waves, filters), rtol=1e-3)


def test_triangles_overlap_and_rise_to_one():
    filters = mel_filters(20, 2000, RATE, 100.0, 3900.0)
    assert filters.max() <= 1
    assert filters.max(0).min() > 0.98
    inner = filters[300:1500].sum(1)
    np.testing.assert_allclose(inner, 1, atol=1e-9)


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: layers.MelSpectrogram(256, sequence_length=512), ArgumentError, "greater than or equal to"),
        (lambda: layers.MelSpectrogram(window="no such"), ArgumentError, "`window` may be one of"),
        (lambda: layers.MelSpectrogram()(np.float32(1)), ShapeError, "needs signals"),
        (lambda: layers.STFTSpectrogram(frame_step=1024), ArgumentError, "`frame_step`"),
        (lambda: layers.STFTSpectrogram(fft_length=128), ArgumentError, "`fft_length`"),
        (lambda: layers.STFTSpectrogram()(np.ones((2, 500, 1), "int32")), ArgumentTypeError, "of floats"),
        (lambda: layers.STFTSpectrogram()(np.ones((2, 500), "float32")), ShapeError, "channel axis"),
        (lambda: layers.STFTSpectrogram()(SOUND[:, :200, None]), ShapeError, "does not fit into signals of 200"),
        (lambda: layers.MelSpectrogram()(SOUND), ShapeError, "700 samples cannot be mirrored by 1024"),
        (lambda: STFT(window=np.ones(3))((4, 1, 3)), ShapeError, "4 steps"),
    ],
)  # fmt: skip
def test_what_makes_no_picture_is_refused(make, error, words):
    with pytest.raises(error, match=words):
        make()
