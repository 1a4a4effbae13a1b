"""A step whose rows are shared by several cores gives what one core gives, noise included."""

from __future__ import annotations

import jax
import numpy as np
import pytest

from pellucid import Input, Sequential, callbacks, layers, optimizers
from pellucid.core.cores import devices
from pellucid.core.errors import DataError
from pellucid.training import dividing, trainer
from pellucid.training.plan import make_plan

RNG = np.random.default_rng(0)
X = RNG.normal(size=(70, 6, 4)).astype("float32")
Y = RNG.integers(0, 3, 70)
METRICS = ["accuracy", "sparse_categorical_crossentropy"]

pytestmark = pytest.mark.skipif(devices() < 2, reason="JAX was started with one device")


def network(*more):
    return Sequential([Input(shape=(6, 4)), layers.Conv1D(8, 3, activation="tanh"), *more])


def headed(*more, activation="softmax"):
    return network(*more, layers.Flatten(), layers.Dense(3, activation, activity_regularizer="l1"))


@pytest.fixture
def large(monkeypatch):
    """Take every network for a large one."""
    monkeypatch.setattr(dividing, "LARGE", 0)
    monkeypatch.setattr(dividing, "USES", 0)


def trained(monkeypatch, model, cores, **options):
    """Fit on so many cores at most; return the plan's parts and cores, and the history."""
    plans = []

    def noted(*arguments, **rest):
        plans.append((rest["divided"], rest["cores"]))
        return make_plan(*arguments, **rest)

    monkeypatch.setattr(dividing, "devices", lambda: cores)
    monkeypatch.setattr(trainer, "make_plan", noted)
    model.compile(optimizers.SGD(0.1, momentum=0.9), "sparse_categorical_crossentropy", METRICS)
    history = model.fit(X, Y, **{"batch_size": 32, "epochs": 3, "verbose": 0, **options})
    return plans, history.history


CASES = {
    "rows alone": [],
    "noise": [layers.Dropout(0.3)],
    "batch statistics": [layers.BatchNormalization()],
    "adapted": [layers.Normalization(mean=0.5, variance=2.0)],
    "repeated": [layers.Remat(layers.BatchNormalization())],
    "series": [layers.LSTM(4, return_sequences=True)],
}


@pytest.mark.parametrize("more", CASES.values(), ids=CASES.keys())
def test_two_cores_give_what_one_gives(monkeypatch, large, more):
    one, two = headed(*more), headed(*[layer.clone() for layer in more])
    validation = {"validation_data": (X[:41], Y[:41]), "validation_batch_size": 16}
    seen, wanted = trained(monkeypatch, one, 1, **validation)
    seen_two, history = trained(monkeypatch, two, 2, **validation)
    assert [cores for _, cores in seen + seen_two] == [1, 2]
    for a, b in zip(one.get_weights(), two.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=5e-5, atol=5e-6)
    for name in wanted:
        np.testing.assert_allclose(history[name], wanted[name], rtol=2e-5, err_msg=name)


def test_the_number_of_parts_does_not_depend_on_the_cores(monkeypatch, large):
    for cores, wanted in ((1, (4, 1)), (2, (4, 2)), (3, (4, 2))):
        assert trained(monkeypatch, headed(), cores, epochs=1)[0] == [wanted]


def test_batch_statistics_are_never_taken_of_parts_in_turn(monkeypatch, large):
    model = headed(layers.BatchNormalization())
    assert trained(monkeypatch, model, 2, epochs=1)[0] == [(2, 2)]
    assert trained(monkeypatch, model, 1, epochs=1)[0] == [(1, 1)]


def test_only_large_networks_are_shared(monkeypatch):
    assert trained(monkeypatch, headed(), 2, epochs=1)[0] == [(1, 1)]


def test_much_data_is_not_copied_for_each_core(monkeypatch, large):
    monkeypatch.setattr(dividing, "COPIED", 2 * X.nbytes)
    assert trained(monkeypatch, headed(), 2, epochs=1)[0][0][1] == 1


def test_a_stateful_series_is_done_whole(monkeypatch, large):
    model = Sequential([layers.LSTM(3, stateful=True, batch_size=14), layers.Dense(3, "softmax")])
    options = {"batch_size": 14, "shuffle": False, "epochs": 1}
    assert trained(monkeypatch, model, 2, **options)[0] == [(1, 1)]


class Watcher(callbacks.Callback):
    """Reads the weights after every batch, and halves the rate once."""

    def __init__(self):
        self.seen = []

    def on_train_batch_end(self, batch, logs=None):
        self.seen.append(float(np.abs(self.model.get_weights()[0]).sum()))
        if len(self.seen) == 2:
            self.model.optimizer.learning_rate = 0.05


def test_callbacks_see_and_change_what_all_cores_use(monkeypatch, large):
    found = []
    for cores in (1, 2):
        watcher, stop = Watcher(), callbacks.EarlyStopping("loss", patience=1)
        model = headed()
        trained(monkeypatch, model, cores, callbacks=[watcher, stop])
        found.append(watcher.seen)
        assert all(len(array.devices()) == 1 for array in jax.tree.leaves(model.weights))
        model.predict(X[:5])
        trained(monkeypatch, model, cores, epochs=1)
    np.testing.assert_allclose(*found, rtol=1e-5)
    assert len(set(found[1])) == len(found[1])


@pytest.mark.filterwarnings("ignore")
def test_a_loss_that_is_lost_on_one_core_ends_the_training(monkeypatch, large):
    bad = X.copy()
    bad[69] = np.nan
    model = headed(activation=None)
    monkeypatch.setattr(dividing, "devices", lambda: 2)
    model.compile("sgd", "sparse_categorical_crossentropy")
    with pytest.raises(DataError, match="NaN"):
        model.fit(bad, Y, batch_size=32, epochs=1, verbose=0)
    model.compile(optimizers.SGD(1e38), "mse")
    history = model.fit(X, np.eye(3)[Y], batch_size=32, epochs=2, verbose=0)
    assert history.ended == "non-finite"
    assert all(np.isfinite(weight).all() for weight in model.get_weights())
