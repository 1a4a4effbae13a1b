"""Quantities on arrays of any shape, as any loop of training may give them; no model, no program."""

import numpy as np
import pytest

from pellucid.training.probes import (
    ActivationHistogram,
    DeadShare,
    GradientHistogram,
    GradientNorm,
    LossNoise,
    PreactivationRange,
    SaturatedShare,
    UpdateRatio,
    View,
)

RNG = np.random.default_rng(0)


def test_dead_channels_are_found_on_the_axis_of_the_units():
    images = np.abs(RNG.normal(size=(3, 4, 5, 6))) + 1
    images[:, 1] = 0  # one channel of four, in front
    images[0, :, 0, 0] = 0
    view = View(outputs={"conv": images}, activations={"conv": "relu"}, axes={"conv": 1})
    assert DeadShare().measure(view)["conv"] == pytest.approx(1 / 4)
    behind = View(outputs={"conv": images}, activations={"conv": "relu"}, axes={"conv": -1})
    assert DeadShare().measure(behind)["conv"] == 0
    for other in ("tanh", None):
        names = {"conv": other} if other else {}
        assert DeadShare().measure(View(outputs={"conv": images}, activations=names)) == {}


@pytest.mark.parametrize(("name", "low", "high"), [("sigmoid", 0, 1), ("tanh", -1, 1)])
def test_saturation_at_both_ends(name, low, high):
    a = np.linspace(low, high, 1001)
    view = View(outputs={"a": a}, activations={"a": name})
    for margin in (0.01, 0.2):
        wanted = sum(x < low + margin * (high - low) or x > high - margin * (high - low) for x in a)
        found = SaturatedShare(margin).measure(view)["a"]
        assert found == pytest.approx(wanted / 1001, abs=2.1 / 1001)


def test_a_large_layer_is_sampled_and_its_ends_are_not():
    z = RNG.normal(size=(100, 9, 33))
    z[57, 3, 2], z[99, 8, 31] = 50.0, -40.0
    few = z.ravel()[:: z.size // 4096][:4096]
    found = np.asarray(PreactivationRange().measure(View(preactivations={"z": z}))["z"])
    wanted = np.quantile(few, [0.05, 0.5, 0.95], method="nearest")
    np.testing.assert_allclose(found, [-40.0, *wanted, 50.0], rtol=1e-6)
    np.testing.assert_allclose(found[1:4], np.quantile(z, [0.05, 0.5, 0.95]), atol=0.1)
    shares = np.asarray(ActivationHistogram().measure(View(outputs={"z": z}))["z"])
    np.testing.assert_allclose(shares[2:].sum(), 1, rtol=1e-5)
    counts = np.histogram(few, 16, range=(few.min(), few.max()))[0] / few.size
    np.testing.assert_allclose(shares[2:], counts, atol=1.1 / 4096)


def test_a_histogram_of_equal_numbers_and_of_a_gradient_in_several_weights():
    same = np.asarray(ActivationHistogram().measure(View(outputs={"a": np.full(7, 2.0)}))["a"])
    np.testing.assert_array_equal(same, [2.0, 2.0, *[0.0] * 15, 1.0])
    gradients = {"d/kernel": RNG.normal(size=(200, 300)), "d/bias": np.full(300, 9.0)}
    found = np.asarray(GradientHistogram().measure(View(gradients=gradients))["d"])
    assert found[1] == 9.0
    assert found[-1] == pytest.approx(300 / 60300, rel=0.3)


def test_lengths_by_layer_and_what_is_not_defined():
    gradients = {
        "a/kernel": np.array([[3.0, 0.0]]),
        "a/bias": np.array([4.0]),
        "b/c/scale": np.array([12.0]),
    }
    found = GradientNorm().measure(View(gradients=gradients))
    assert {place: float(value) for place, value in found.items()} == {
        "a": 5.0,
        "b/c": 12.0,
        "whole model": 13.0,
    }
    zero = View(params={"a/bias": np.zeros(2)}, updated={"a/bias": np.ones(2)})
    assert np.isnan(UpdateRatio().measure(zero)["a"])
    assert np.isnan(LossNoise().measure(View(row_losses=np.ones(1)))["whole model"])
    assert LossNoise().measure(View()) == {}
