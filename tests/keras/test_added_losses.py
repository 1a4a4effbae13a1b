"""Losses that are tensors of the graph: with several outputs, without other losses, with empty targets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import pellucid.keras as keras

X = np.random.default_rng(0).normal(size=(16, 4)).astype("float32")
Y = X[:, :2]


def model_with(outputs: int, loss: Any) -> Any:
    """Return a model that answers, perhaps with its own loss, and the mean of the absolute errors as added loss."""
    rows, targets = keras.Input((4,)), keras.Input((2,))
    answers = keras.layers.Dense(2)(rows)
    added = keras.layers.Lambda(
        lambda pair: keras.ops.mean(keras.ops.abs(pair[0] - pair[1])), name="apart"
    )([answers, targets])
    model = keras.Model([rows, targets], [answers, added] if outputs == 2 else answers)
    model.add_loss(added)
    model.compile("sgd", loss)
    return model


def errors_of(model: Any) -> float:
    found = model([X, Y])
    answers = found[0] if isinstance(found, (list, tuple)) else found
    return float(np.mean(np.abs(answers.numpy() - Y)))


@pytest.mark.parametrize(("outputs", "loss"), [(1, None), (2, [None, None]), (2, None)])
def test_added_losses_train_alone(outputs: int, loss: Any) -> None:
    model = model_with(outputs, loss)
    wanted = errors_of(model)
    assert model.train_on_batch([X, Y], []) == pytest.approx(wanted, rel=1e-5)
    assert errors_of(model) < wanted
    wanted = errors_of(model)
    history = model.fit([X, Y], [], epochs=2, batch_size=16, verbose=0).history["loss"]
    assert history[0] == pytest.approx(wanted, rel=1e-5)
    assert history[1] < history[0]


def test_the_step_of_several_outputs_counts_what_was_added_to_this_batch() -> None:
    model = model_with(2, ["mse", None])
    for rows in (X[:8], X[8:]):
        answers = model([rows, rows[:, :2]])[0].numpy()
        apart = answers - rows[:, :2]
        total = model.train_on_batch([rows, rows[:, :2]], [rows[:, :2], None])[0]
        assert total == pytest.approx(np.mean(apart**2) + np.mean(np.abs(apart)), rel=1e-5)


def test_generators_may_give_no_targets() -> None:
    def batches() -> Iterator[Any]:
        while True:
            yield [X, Y], []

    model = model_with(2, [None, None])
    wanted = errors_of(model)
    history = model.fit(batches(), epochs=2, steps_per_epoch=1, verbose=0).history["loss"]
    assert history[0] == pytest.approx(wanted, rel=1e-5)
    assert history[1] < history[0]
