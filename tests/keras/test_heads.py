"""Batches of models with several outputs, one by one: losses with their weights, and metrics for each output."""

from __future__ import annotations

import numpy as np
import pytest

import pellucid.keras as keras

RANDOM = np.random.default_rng(0)
ROWS = RANDOM.normal(size=(12, 4)).astype("float32")
YES, KINDS = (ROWS[:, :1] > 0).astype("float32"), RANDOM.integers(0, 3, (12, 1))


def model(**options):
    inputs = keras.Input((4,))
    yes = keras.layers.Dense(1, activation="sigmoid", name="yes")(inputs)
    kind = keras.layers.Dense(3, activation="softmax", name="kind")(inputs)
    made = keras.Model(inputs, [yes, kind])
    losses = options.pop("loss", ["binary_crossentropy", "sparse_categorical_crossentropy"])
    made.compile(keras.optimizers.SGD(0.1), losses, **options)
    return made


def parts(made):
    yes, kind = (part.astype("float64") for part in made.predict(ROWS))
    first = -np.mean(np.log(np.where(YES > 0, yes, 1 - yes)))
    second = -np.mean(np.log(np.take_along_axis(kind, KINDS, axis=1)))
    return first, second, np.mean((yes > 0.5) == YES), np.mean(kind.argmax(-1) == KINDS[:, 0])


@pytest.mark.parametrize(
    "loss",
    [
        ["binary_crossentropy", "sparse_categorical_crossentropy"],
        {"yes": "binary_crossentropy", "kind": "sparse_categorical_crossentropy"},
    ],
)
@pytest.mark.parametrize("weights", [None, [0.25, 4.0], {"yes": 0.25, "kind": 4.0}])
def test_a_batch_gives_the_sum_its_parts_and_the_metrics(loss, weights):
    made = model(loss=loss, loss_weights=weights, metrics=["accuracy"])
    first, second, *shares = parts(made)
    total = first + second if weights is None else 0.25 * first + 4 * second
    target = [YES, KINDS] if isinstance(loss, list) else {"kind": KINDS, "yes": YES}
    found = made.test_on_batch(ROWS, target)
    assert found == pytest.approx([total, first, second, *shares], rel=1e-5)
    assert made.metrics_names == ["loss", "yes_loss", "kind_loss", "yes_accuracy", "kind_accuracy"]


def test_a_batch_trains_as_fit_does():
    one, other = (model(loss_weights=[0.25, 4.0]) for _ in range(2))
    other.set_weights(one.get_weights())
    one.train_on_batch(ROWS, [YES, KINDS])
    other.fit(ROWS, [YES, KINDS], batch_size=12, shuffle=False, verbose=0)
    for mine, theirs in zip(one.get_weights(), other.get_weights(), strict=True):
        assert mine == pytest.approx(theirs, abs=1e-6)


def test_one_flat_list_of_metrics_is_for_all_outputs():
    history = model(metrics=["accuracy"]).fit(ROWS, [YES, KINDS], verbose=0).history
    assert {"yes_accuracy", "kind_accuracy"} <= set(history)


def test_weights_of_classes_for_each_output():
    weights = [{0: 1.0, 1: 3.0}, {0: 2.0, 1: 1.0, 2: 0.5}]
    made = model()
    yes, kind = (part.astype("float64") for part in made.predict(ROWS))
    first = -np.log(np.where(YES > 0, yes, 1 - yes))[:, 0] * np.where(YES[:, 0] > 0, 3, 1)
    second = -np.log(np.take_along_axis(kind, KINDS, axis=1))[:, 0]
    second *= np.array([2, 1, 0.5])[KINDS[:, 0]]
    found = made.train_on_batch(ROWS, [YES, KINDS], class_weight=weights)
    assert found == pytest.approx(
        [first.mean() + second.mean(), first.mean(), second.mean()], rel=1e-5
    )
