"""The troubles that courses name are seen by the probes, and are not seen where they are not."""

import numpy as np
import pytest

from pellucid import Input, Sequential, initializers, layers, optimizers
from pellucid.training.probes import Probes, Schedule

RNG = np.random.default_rng(0)
X = RNG.normal(size=(64, 8)).astype("float32")
Y = (X[:, 0] * X[:, 1] > 0).astype(int)


def record_of(activation, start="glorot_uniform", rate=0.1, depth=6):
    hidden = [layers.Dense(16, activation, kernel_initializer=start) for _ in range(depth)]
    model = Sequential([Input(shape=(8,)), *hidden, layers.Dense(2, activation="softmax")])
    model.compile(optimizers.SGD(rate), "sparse_categorical_crossentropy")
    quantities = ["gradient_norm", "saturated_share", "dead_share", "prediction_variance"]
    probes = Probes(quantities, Schedule(5))
    return model.fit(X, Y, batch_size=16, epochs=10, verbose=0, probes=probes).record


def first_to_last(record):
    """Return how long the first layer's gradient is beside the last hidden one's, at the first step."""
    norms = record["gradient_norm"]
    return norms["dense"][0] / norms["dense_5"][0]


@pytest.fixture(scope="module")
def sound():
    return record_of("relu", "he_normal", 0.05)


def test_gradients_vanish_through_sigmoids_and_not_through_rectifiers(sound):
    assert first_to_last(record_of("sigmoid")) < 0.02
    assert first_to_last(sound) > 0.2


def test_gradients_explode_with_large_weights(sound):
    large = record_of("relu", initializers.RandomNormal(stddev=1.0), 1e-6)
    norms = [each["gradient_norm"]["whole model"][0] for each in (large, sound)]
    assert norms[0] > 30 * norms[1]


def test_too_large_a_rate_kills_rectified_units(sound):
    large = record_of("relu", "he_normal", 2.0)
    dead = [max(share[-1] for share in each["dead_share"].values()) for each in (large, sound)]
    assert dead[0] > 0.7
    assert dead[1] < 0.4
    # What it answers then hardly depends on the row.
    told = [each["prediction_variance"]["whole model"][-1] for each in (large, sound)]
    assert told[0] < 1e-4
    assert told[1] > 1e-2


def test_too_large_a_rate_saturates_hidden_units():
    calm, large = (record_of("tanh", rate=rate, depth=2)["saturated_share"] for rate in (0.1, 20.0))
    for hidden in ("dense", "dense_1"):
        assert large[hidden][0] == calm[hidden][0] < 0.1
        assert large[hidden][-1] > 0.5 > calm[hidden][-1]
