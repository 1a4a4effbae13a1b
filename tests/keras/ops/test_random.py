"""`keras.random`: distributions, seeds, generators; at the prompt, in graphs and in programs."""

from __future__ import annotations

import numpy as np
import pytest

import pellucid.keras as keras
from pellucid.core.errors import ArgumentTypeError
from pellucid.keras import ops, random

MANY = (20_000,)


@pytest.mark.parametrize(
    ("draw", "mean", "spread"),
    [
        (lambda: random.normal(MANY, 1.0, 2.0), 1, 2),
        (lambda: random.uniform(MANY, -1.0, 3.0), 1, 4 / np.sqrt(12)),
        (lambda: random.truncated_normal(MANY), 0, 0.88),
        (lambda: random.randint(MANY, 0, 5), 2, np.sqrt(2)),
        (lambda: random.gamma(MANY, 3.0), 3, np.sqrt(3)),
        (lambda: random.beta(MANY, 2.0, 2.0), 0.5, np.sqrt(0.05)),
        (lambda: random.binomial(MANY, 10, 0.3), 3, np.sqrt(2.1)),
        (lambda: random.dropout(np.ones(MANY, "float32"), 0.5), 1, 1),
        (lambda: random.categorical(np.zeros((1, 3), "float32"), 20_000), 1, np.sqrt(2 / 3)),
    ],
)
def test_moments(draw, mean, spread):
    found = draw().numpy()
    assert found.mean() == pytest.approx(mean, abs=0.06)
    assert found.std() == pytest.approx(spread, abs=0.06)


def test_seeds():
    assert np.array_equal(random.normal((3,), seed=1), random.normal((3,), seed=1))
    assert not np.array_equal(random.normal((3,), seed=1), random.normal((3,), seed=2))
    assert not np.array_equal(random.normal((3,)), random.normal((3,)))
    first, second = random.SeedGenerator(5), random.SeedGenerator(5)
    drawn = random.normal((3,), seed=first)
    assert np.array_equal(drawn, random.normal((3,), seed=second))
    assert not np.array_equal(drawn, random.normal((3,), seed=first))
    assert (
        np.array_equal(
            random.normal((3,), seed=first.next()), random.normal((3,), seed=second.next())
        )
        is False
    )
    assert random.SeedGenerator.from_config(first.get_config()).get_config() == {"seed": 5}
    with pytest.raises(ArgumentTypeError, match="SeedGenerator"):
        random.normal((3,), seed="one")


def test_dtypes_and_shapes():
    assert random.normal((2, 3), dtype="float16").dtype == "float16"
    assert random.randint((2,), 0, 9).dtype == "int32"
    assert random.uniform((2,), 0, 9, dtype="int32").dtype == "int32"
    assert random.categorical(np.zeros((4, 3), "float32"), 2).shape == (4, 2)
    assert random.normal(ops.shape(np.zeros((2, 5)))).shape == (2, 5)
    kept = random.dropout(np.ones((4, 6), "float32"), 0.5, noise_shape=(4, 1), seed=0).numpy()
    assert (kept == kept[:, :1]).all()


def test_shuffle_keeps_all():
    assert sorted(random.shuffle(np.arange(9), seed=3).numpy().tolist()) == list(range(9))


def test_each_run_of_a_layer_draws_anew():
    class Noise(keras.layers.Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.seeds = random.SeedGenerator(3)

        def call(self, inputs):
            return inputs + random.normal(ops.shape(inputs), seed=self.seeds)

    model = keras.Sequential([keras.Input(shape=(3,)), Noise()])
    x = np.zeros((2, 3), "float32")
    assert not np.allclose(model(x), 0)


def test_symbolic_tensors():
    x = keras.Input(shape=(100,))
    model = keras.Model(x, random.dropout(x, 0.5))
    ones = np.ones((2, 100), "float32")
    assert set(np.unique(model(ones))) == {0.0, 2.0}
