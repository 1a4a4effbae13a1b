"""Models of every make: what is recorded is what really happened to their weights and outputs."""

import numpy as np
import pytest

from pellucid import Input, Model, Sequential, callbacks, layers, optimizers
from pellucid.modules.tree import current_arrays, weights_of
from pellucid.training.probes import Probes, Schedule

RNG = np.random.default_rng(3)
X = RNG.normal(size=(16, 6, 4)).astype("float32")
Y = RNG.normal(size=(16, 2)).astype("float32")
EACH = Schedule(1, points=None)


def length(arrays):
    return np.sqrt(sum(float((np.asarray(a, float) ** 2).sum()) for a in arrays))


def parts():
    return [layers.LSTM(5), layers.BatchNormalization(), layers.Dropout(0.5), layers.Dense(2)]


def nested():
    encoder = Sequential([layers.Conv1D(3, 3, activation="relu"), layers.Flatten()], name="encoder")
    frozen = layers.Dense(4, activation="tanh")
    frozen.trainable = False
    return [encoder, frozen, layers.Dense(2, kernel_constraint="non_neg")]


@pytest.mark.parametrize("make", [parts, nested])
@pytest.mark.parametrize("scaled", [False, True])
def test_updates_and_gradients_are_those_of_the_training_itself(make, scaled):
    """The weights before and after each step are read by a callback: with SGD they say the gradient too."""
    model = Sequential([Input(shape=(6, 4)), *make()])
    paths = [p for p, slot in weights_of(model) if slot.trainable]
    paths = [p for p in paths if not p.startswith("dense/") or make is parts]
    seen = []

    def look(*_):
        arrays = current_arrays(model, model.seed)
        seen.append({path: np.array(arrays[path]) for path in paths})

    rate = 0.5
    sgd = optimizers.SGD(rate)
    model.compile(optimizers.LossScaleOptimizer(sgd) if scaled else sgd, "mse")
    look()
    hook = callbacks.LambdaCallback(on_epoch_end=look)
    history = model.fit(
        X, Y, batch_size=16, epochs=4, verbose=0, callbacks=[hook], probes=Probes(schedule=EACH)
    )
    record = history.record
    assert record.steps == [0, 1, 2, 3]
    np.testing.assert_allclose(record["loss"]["whole model"], history.history["loss"], rtol=1e-6)
    places = sorted({path.rpartition("/")[0] for path in paths})
    assert sorted(record["update_ratio"]) == places
    for step in range(4):
        now, after = seen[step], seen[step + 1]
        for place in places:
            own = [path for path in paths if path.rpartition("/")[0] == place]
            move = length([after[path] - now[path] for path in own])
            way = length([now[path] - seen[0][path] for path in own])
            found = {
                name: record[name][place][step] for name in ("update_ratio", "parameter_change")
            }
            assert found["update_ratio"] == pytest.approx(
                move / length([now[p] for p in own]), rel=1e-3
            )
            begun = length([seen[0][p] for p in own])
            assert found["parameter_change"] == pytest.approx(way / begun, rel=1e-3, abs=1e-6)
            if "dense_1" not in place:  # a constraint moves those weights too
                gradient = record["gradient_norm"][place][step]
                assert gradient == pytest.approx(move / rate, rel=2e-3)


def test_places_of_nested_shared_and_several():
    one, two = Input(shape=(4,)), Input(shape=(4,))
    shared = layers.Dense(4, activation="relu", name="shared")
    inner = Sequential([layers.Dense(3, activation="tanh", name="deep")], name="inner")
    left, right = shared(one), shared(two)
    both = layers.Concatenate()([inner(left), right])
    outputs = {
        "a": layers.Dense(1, name="a")(both),
        "b": layers.Dense(2, activation="softmax", name="b")(right),
    }
    model = Model([one, two], outputs)
    x = [RNG.normal(size=(8, 4)).astype("float32") for _ in range(2)]
    y = {"a": x[0][:, :1], "b": RNG.integers(0, 2, 8)}
    start = [np.array(w, float) for w in model.get_weights()]
    names = [path for path, _ in weights_of(model)]
    weights = dict(zip(names, start, strict=True))
    model.compile(
        "sgd",
        {"a": "mse", "b": "sparse_categorical_crossentropy"},
        loss_weights={"a": 2.0, "b": 0.5},
    )
    record = model.fit(x, y, batch_size=8, epochs=1, verbose=0, probes=Probes(schedule=EACH)).record
    relu = [np.maximum(each @ weights["shared/kernel"] + weights["shared/bias"], 0) for each in x]
    deep = np.tanh(relu[0] @ weights["inner/deep/kernel"] + weights["inner/deep/bias"])
    a = np.concatenate([deep, relu[1]], 1) @ weights["a/kernel"] + weights["a/bias"]
    b = np.exp(relu[1] @ weights["b/kernel"] + weights["b/bias"])
    b /= b.sum(1, keepdims=True)
    means = {"shared": relu[0], "shared#2": relu[1], "inner/deep": deep, "a": a, "b": b}
    assert set(record["activation_mean"]) == set(means)
    for place, wanted in means.items():
        assert record["activation_mean"][place][0] == pytest.approx(wanted.mean(), abs=1e-6), place
    assert set(record["gradient_norm"]) == {"shared", "inner/deep", "a", "b", "whole model"}
    assert record["prediction_variance"]["a"][0] == pytest.approx(a.var(0).mean(), rel=1e-4)
    rows = 2 * (a[:, 0] - y["a"][:, 0]) ** 2 - 0.5 * np.log(b[np.arange(8), y["b"]])
    assert record["loss"]["whole model"][0] == pytest.approx(rows.mean(), rel=1e-5)
    assert record["loss_noise"]["whole model"][0] == pytest.approx(
        rows.std(ddof=1) / 8**0.5, rel=1e-4
    )


def test_the_mode_difference_of_batch_normalisation_by_hand():
    x = RNG.normal(2.0, 3.0, size=(10, 3)).astype("float32")
    model = Sequential([Input(shape=(3,)), layers.BatchNormalization(momentum=0.9, epsilon=1e-3)])
    model.compile(optimizers.SGD(0.0), "mse")
    probes = Probes(["mode_difference", "prediction_variance"], EACH)
    record = model.fit(
        x, x, batch_size=10, epochs=3, shuffle=False, verbose=0, probes=probes
    ).record
    mean, variance = np.zeros(3), np.ones(3)
    trained = (x - x.mean(0)) / np.sqrt(x.var(0) + 1e-3)
    for step in range(3):
        calm = (x - mean) / np.sqrt(variance + 1e-3)
        wanted = length([trained - calm]) / length([calm])
        assert record["mode_difference"]["whole model"][step] == pytest.approx(wanted, rel=1e-4)
        assert record["prediction_variance"]["whole model"][step] == pytest.approx(
            trained.var(0).mean(), rel=1e-4
        )
        mean = 0.9 * mean + 0.1 * x.mean(0)
        variance = 0.9 * variance + 0.1 * x.var(0)


def test_dropout_is_measured_with_the_noise_that_the_step_has():
    model = Sequential(
        [Input(shape=(4,)), layers.Dropout(0.5), layers.Dense(1, kernel_initializer="ones")]
    )
    model.compile(
        optimizers.SGD(0.0), lambda y, p: p
    )  # the history's loss is the mean of the outputs
    x = np.ones((8, 4), "float32")
    chosen = Probes(["activation_mean", "mode_difference"], EACH)
    history = model.fit(x, x[:, :1], batch_size=8, epochs=5, verbose=0, probes=chosen)
    losses = history.history["loss"]
    np.testing.assert_allclose(history.record["activation_mean"]["dense"], losses, rtol=1e-6)
    assert len(set(losses)) > 2
    assert (history.record["mode_difference"]["whole model"] > 0.1).all()


def test_a_second_fit_goes_on_counting_and_begins_anew_to_compare():
    model = Sequential([Input(shape=(6, 4)), *parts()])
    model.compile("sgd", "mse")
    chosen = Probes(["parameter_change", "loss"], Schedule(4))
    options = {"batch_size": 4, "verbose": 0, "probes": chosen}
    first = model.fit(X, Y, epochs=3, **options).record
    second = model.fit(X, Y, epochs=3, **options).record
    assert (first.steps, second.steps) == ([0, 1, 2, 4, 8], [12, 16, 20])
    assert first["parameter_change"]["dense"][0] == second["parameter_change"]["dense"][0] == 0
    model.fit(X, Y, batch_size=4, epochs=1, verbose=0)
    third = model.fit(X, Y, epochs=1, initial_epoch=0, **options).record
    assert third.steps == [28]


def test_a_run_shorter_than_the_schedule():
    model = Sequential([Input(shape=(6, 4)), *parts()])
    model.compile("sgd", "mse")
    model.fit(X, Y, epochs=1, verbose=0)
    record = model.fit(
        X, Y, epochs=1, verbose=0, probes=Probes(["loss"], Schedule(50, False))
    ).record
    assert record.steps == []
    assert record.quantities == []
    assert "nothing yet" in repr(record)


def test_more_points_than_the_ring_has_rows():
    model = Sequential([Input(shape=(2,)), layers.Dense(1)])
    model.compile("sgd", "mse")
    chosen = Probes(["loss"], EACH)
    history = model.fit(X[:, 0, :2], Y[:, :1], batch_size=16, epochs=700, verbose=0, probes=chosen)
    assert history.record.steps == list(range(700))
    np.testing.assert_allclose(
        history.record["loss"]["whole model"], history.history["loss"], rtol=1e-6
    )
