"""Pictures and windows whose numbers were read in another order than the one they were stored in."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid.datasets import digits
from pellucid.insight.doctor.checks import pictures
from tests.insight.doctor.checks.network import codes, conv, facts

RNG = np.random.default_rng(0)
DIGITS = digits.load_data()[0][0].reshape(-1, 8, 8)[:200]
COLOURS = RNG.uniform(0.2, 1.0, (200, 1, 1, 3))
RIGHT = np.kron(DIGITS, np.ones((2, 2)))[..., None] * COLOURS
"""Digits of 16 x 16 pixels in many colours, (rows, height, width, channels)."""
FIRST = np.moveaxis(RIGHT, 3, 1)


def found(x):
    return list(pictures.wrong_order.findings(facts(conv("one", x.shape[1:]), x=x)))


def test_stored_channels_first_and_read_as_channels_last():
    (sign,) = found(FIRST.reshape(RIGHT.shape))
    repaired = eval(sign.sign.repair.code.removeprefix("x = "), {"x": FIRST.reshape(RIGHT.shape)})
    assert np.array_equal(repaired, RIGHT)


def test_stored_channels_last_and_turned_as_if_they_were_first():
    wrong = np.moveaxis(RIGHT.reshape(FIRST.shape), 1, 3)
    (sign,) = found(wrong)
    repaired = eval(sign.sign.repair.code.removeprefix("x = "), {"x": wrong})
    assert np.array_equal(repaired, RIGHT)


@pytest.mark.parametrize(
    "x",
    [
        RIGHT,
        RIGHT.astype("uint8"),
        RIGHT.transpose(0, 2, 1, 3),
        RIGHT[:, ::-1],
        np.repeat(RIGHT[..., :1], 3, axis=3),
        RNG.normal(size=(100, 16, 16, 3)),
        np.repeat(RNG.normal(size=(100, 16, 16, 1)), 3, axis=3),
        np.ones((10, 16, 16, 3)),
        FIRST.reshape(RIGHT.shape)[:, :4],
        RIGHT[:1],
    ],
)
def test_pictures_in_their_order_and_what_is_no_picture(x):
    assert codes(pictures.wrong_order, facts(conv("one", x.shape[1:]), x=x)) == []


HOURS = np.arange(400)[:, None]
DAYS = np.sin(HOURS / 24 * 2 * np.pi + RNG.uniform(0, 6, 5)) + np.linspace(-1, 1, 5)
WINDOWS = np.lib.stride_tricks.sliding_window_view(
    DAYS + RNG.normal(size=DAYS.shape) / 10, 24, axis=0
)
"""(rows, features, steps)"""


@pytest.mark.parametrize("features", [2, 3, 5])
@pytest.mark.parametrize("steps", [12, 24])
def test_windows_reshaped_instead_of_transposed(features, steps):
    stored = np.ascontiguousarray(WINDOWS[:, :features, :steps])
    wrong = stored.reshape(-1, steps, features)
    (sign,) = found(wrong)
    repaired = eval(sign.sign.repair.code.removeprefix("x = "), {"x": wrong})
    assert np.array_equal(repaired, stored.transpose(0, 2, 1))


def bands(rows, steps, width):
    """Vectors whose numbers are alike, as those of a spectrum, and steps that have little to do with each other."""
    return np.cumsum(RNG.normal(size=(rows, steps, width)), axis=2)


@pytest.mark.parametrize(
    "x",
    [
        WINDOWS.transpose(0, 2, 1),
        WINDOWS.transpose(0, 2, 1)[:, :12, :2] * [1, 1000],
        WINDOWS.reshape(-1, 24, 5)[:10],
        bands(100, 24, 5),
        bands(100, 20, 33),
        RNG.normal(size=(100, 64, 1)) + RNG.normal(size=(100, 64, 19)) / 10,
        RNG.normal(size=(200, 20, 6)),
        np.eye(20)[RNG.integers(0, 20, (200, 15))],
        np.ones((100, 12, 3)),
        np.zeros((100, 12, 3)),
        DIGITS,
        DIGITS[:, :, :6],
        DIGITS[:, :, 3:],
        np.tile(DIGITS, 3),
    ],
)
def test_windows_in_their_order_and_what_is_no_window(x):
    assert found(x) == []
