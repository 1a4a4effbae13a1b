"""Very small networks are compiled with little effort, and give the same numbers."""

import numpy as np
import pytest

import pellucid
from pellucid import layers
from pellucid.training import cache, effort

random = np.random.default_rng(0)
X = random.standard_normal((20, 3)).astype("float32")
Y = X.sum(1, keepdims=True)


@pytest.mark.parametrize(("units", "little"), [(8, True), (3000, False)])
def test_effort_follows_the_number_of_weights(units, little):
    model = pellucid.Sequential([pellucid.Input(shape=(3,)), layers.Dense(units), layers.Dense(1)])
    assert (effort.compiler_options(model) is not None) == little


def test_both_efforts_train_alike(monkeypatch):
    def trained():
        cache.clear()
        model = pellucid.Sequential([layers.Dense(8, activation="tanh"), layers.Dense(1)])
        model.compile("adam", "mse")
        history = model.fit(X, Y, batch_size=8, epochs=3, verbose=0)
        return history.history["loss"], model.predict(X)

    quick_loss, quick = trained()
    monkeypatch.setattr(effort, "SMALL", 0)
    full_loss, full = trained()
    np.testing.assert_allclose(quick_loss, full_loss, rtol=1e-5)
    np.testing.assert_allclose(quick, full, rtol=1e-4, atol=1e-6)
