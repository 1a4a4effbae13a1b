"""The training program: results do not depend on chunks, the last batch is exact, nothing compiles twice."""

import os

import numpy as np
import pytest

import pellucid
from pellucid import layers, training
from pellucid.training import cache, engine


def data(rows=10, features=3):
    random = np.random.default_rng(0)
    x = random.standard_normal((rows, features)).astype("float32")
    return x, (x @ np.arange(1.0, features + 1) + 0.5).astype("float32")[:, None]


def network(**kwargs):
    return pellucid.Sequential([layers.Dense(4, activation="tanh"), layers.Dense(1)], **kwargs)


def trained(model, *arguments, optimizer="adam", **kwargs):
    model.compile(optimizer=optimizer, loss="mse")
    history = model.fit(*arguments, verbose=0, **kwargs)
    return history, model.get_weights()


def equal(first, second):
    return all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))


@pytest.mark.parametrize("growth", [1, 3])
def test_results_are_bit_equal_for_any_chunking(monkeypatch, growth):
    x, y = data()
    history, weights = trained(network(), x, y, batch_size=4, epochs=7, validation_split=0.3)
    monkeypatch.setattr(engine, "GROWTH", growth)
    monkeypatch.setattr(engine, "WAKE_SECONDS", 1e-9 if growth == 1 else 0.25)
    again, chunked = trained(network(), x, y, batch_size=4, epochs=7, validation_split=0.3)
    assert equal(weights, chunked)
    assert history.history == again.history


def test_same_seed_same_weights_other_seed_other_weights():
    x, y = data()
    _, first = trained(network(), x, y, epochs=3)
    _, second = trained(network(), x, y, epochs=3)
    _, other = trained(network(seed=1), x, y, epochs=3)
    assert equal(first, second)
    assert not equal(first, other)


def by_hand(x, y, weights, batch_size, epochs, rate):
    """SGD on a linear model, in float64 NumPy, rows in order."""
    kernel, bias = (w.astype(float) for w in weights)
    losses = []
    for _ in range(epochs):
        total = 0.0
        for first in range(0, len(x), batch_size):
            rows, goal = x[first : first + batch_size], y[first : first + batch_size]
            error = rows @ kernel + bias - goal
            total += (error**2).mean() * len(rows)
            kernel = kernel - rate * 2 * rows.T @ error / len(rows)
            bias = bias - rate * 2 * error.mean(0)
        losses.append(total / len(x))
    return kernel, bias, losses


def test_last_smaller_batch_counts_with_its_exact_weight():
    x, y = data(10)
    model = pellucid.Sequential([layers.Dense(1)])
    model.build((None, 3))
    start = model.get_weights()
    model.compile(optimizer=pellucid.optimizers.SGD(0.05), loss="mse")
    history = model.fit(x, y, batch_size=4, epochs=3, shuffle=False, verbose=0)
    kernel, bias, losses = by_hand(x, y, start, 4, 3, 0.05)
    np.testing.assert_allclose(model.get_weights()[0], kernel, rtol=1e-5)
    np.testing.assert_allclose(model.get_weights()[1], bias, rtol=1e-5)
    np.testing.assert_allclose(history.history["loss"], losses, rtol=1e-6)


def test_batch_normalisation_sees_only_the_rows_of_the_last_batch():
    x, _ = data(6, 2)
    model = pellucid.Sequential([layers.BatchNormalization(momentum=0.5)])
    model.compile(optimizer=pellucid.optimizers.SGD(0.0), loss="mse")
    model.fit(x, x, batch_size=4, epochs=1, shuffle=False, verbose=0)
    mean = 0.5 * 0.5 * x[:4].mean(0) + 0.5 * x[4:].mean(0)
    found = dict(zip(["gamma", "beta", "mean", "variance"], model.get_weights(), strict=True))
    np.testing.assert_allclose(found["mean"], mean, rtol=1e-5)


def test_every_row_is_used_once_an_epoch():
    x = np.eye(7, dtype="float32")
    model = pellucid.Sequential([layers.Dense(1, use_bias=False, kernel_initializer="zeros")])
    model.compile(optimizer=pellucid.optimizers.SGD(1.0), loss=lambda y, p: p)
    model.fit(x, np.zeros((7, 1)), batch_size=1, epochs=3, verbose=0)
    np.testing.assert_allclose(model.get_weights()[0], -3.0)


def test_equal_models_share_one_program():
    cache.clear()
    x, y = data()
    for rate, epochs, seed in ((0.1, 2, 0), (0.1, 5, 0), (0.2, 2, 7)):
        model = pellucid.Sequential([layers.Dense(1)], seed=seed)
        model.compile(optimizer=pellucid.optimizers.SGD(rate), loss="mse")
        model.fit(x, y, batch_size=4, epochs=epochs, verbose=0)
        model.fit(x, y, batch_size=4, epochs=epochs, verbose=0)
    (program,) = cache._programs.values()
    assert program._cache_size() == 1


def test_fit_twice_continues():
    x, y = data()
    whole, weights = trained(network(), x, y, batch_size=4, epochs=4)
    model = network()
    model.compile(optimizer="adam", loss="mse")
    model.fit(x, y, batch_size=4, epochs=2, verbose=0)
    second = model.fit(x, y, batch_size=4, epochs=4, initial_epoch=2, verbose=0)
    assert equal(weights, model.get_weights())
    assert second.epoch == [2, 3]
    assert second.history["loss"] == whole.history["loss"][2:]


def test_reset_starts_over():
    x, y = data()
    model = network()
    _, weights = trained(model, x, y, epochs=2)
    model.reset()
    model.fit(x, y, epochs=2, verbose=0)
    assert equal(weights, model.get_weights())


def test_frozen_layers_stay_bit_equal():
    x, y = data()
    model = pellucid.Sequential([layers.Dense(4), layers.BatchNormalization(), layers.Dense(1)])
    model.build((None, 3))
    model.layers[0].trainable = False
    model.layers[1].trainable = False
    before = model.get_weights()
    trained(model, x, y, epochs=2)
    after = model.get_weights()
    assert equal(before[:6], after[:6])
    assert not equal(before[6:], after[6:])


def test_train_on_batch_is_one_step_of_fit():
    x, y = data()
    first, second = network(), network()
    first.compile("adam", "mse")
    losses = [first.train_on_batch(x, y) for _ in range(3)]
    second.compile("adam", "mse")
    history = second.fit(x, y, batch_size=10, epochs=3, shuffle=False, verbose=0)
    assert equal(first.get_weights(), second.get_weights())
    assert losses == history.history["loss"]


def test_evaluate_equals_numpy_and_the_last_epochs_validation():
    x, y = data(23)
    model = network()
    history, _ = trained(model, x, y, epochs=2, batch_size=5, validation_data=(x, y))
    expected = ((model.predict(x) - y) ** 2).mean()
    for batch_size in (1, 7, 23, None):
        np.testing.assert_allclose(
            model.evaluate(x, y, batch_size=batch_size, verbose=0), expected, rtol=2e-6
        )
    np.testing.assert_allclose(history.history["val_loss"][-1], expected, rtol=2e-6)


def test_predict_gives_the_same_for_any_number_of_rows():
    x, y = data(20)
    model = network()
    trained(model, x, y, epochs=1)
    whole = model.predict(x)
    for rows in (1, 3, 8, 20):
        np.testing.assert_allclose(model.predict(x[:rows]), whole[:rows], rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(model.predict(x, batch_size=6), whole, rtol=1e-5, atol=1e-7)


def test_hyperparameters_of_layers_share_a_program_and_still_count():
    x, y = data()

    def weights(rate):
        model = pellucid.Sequential(
            [layers.Dense(8, kernel_regularizer=pellucid.regularizers.L2(rate)), layers.Dense(1)]
        )
        return trained(model, x, y, epochs=2)[1]

    programs = len(cache._programs)
    strong = weights(0.5)
    made = len(cache._programs)
    weak = weights(0.1)
    assert len(cache._programs) == made == programs + 1
    assert np.abs(strong[0]).sum() < np.abs(weak[0]).sum()


def test_regularisation_enters_the_loss():
    x, y = data()
    model = pellucid.Sequential([layers.Dense(1, kernel_regularizer=pellucid.regularizers.L2(0.5))])
    model.compile("sgd", "mse")
    model.build((None, 3))
    kernel = model.get_weights()[0]
    expected = ((model.predict(x) - y) ** 2).mean() + 0.5 * (kernel**2).sum()
    np.testing.assert_allclose(model.evaluate(x, y, verbose=0), expected, rtol=1e-6)


def test_softmax_and_crossentropy_are_fused():
    """Logits of 200: the probability rounds to 0, its logarithm would be infinite or clipped."""
    model = pellucid.Sequential(
        [layers.Dense(2, activation="softmax", kernel_initializer="identity")]
    )
    model.compile("sgd", "sparse_categorical_crossentropy")
    x = np.array([[200.0, 0.0]], "float32")
    assert model.evaluate(x, np.array([1]), verbose=0) == pytest.approx(200.0, rel=1e-6)


def test_pace_learns_to_wake_four_times_a_second():
    pace = training.engine.Pace()
    for _ in range(6):
        steps = pace.steps(None, 10**9)
        pace.note(steps, steps * 1e-4)
    assert 1000 < pace.guess < 4000


def test_cache_is_pruned_to_its_size(tmp_path):
    for number in range(5):
        (tmp_path / f"program{number}").write_bytes(b"x" * 100)
    assert cache.prune(tmp_path, 250) == 3
    assert len(list(tmp_path.iterdir())) == 2


def test_another_process_may_delete_while_the_cache_is_pruned(tmp_path, monkeypatch):
    for number in range(3):
        (tmp_path / f"program{number}").write_bytes(b"x" * 100)
    listed = list(os.scandir(tmp_path))
    (tmp_path / "program1").unlink()
    monkeypatch.setattr(os, "scandir", lambda where: listed)
    assert cache.prune(tmp_path, 150) == 1
