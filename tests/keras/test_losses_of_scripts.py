"""Losses of scripts: dtypes, masks of another rank, pickles, refusals."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest

import pellucid.keras as keras

TRUE = np.array([1.0, 0.0, 1.0, 0.0], "float32")
PRED = np.array([0.1, 0.2, 0.3, 0.4], "float32")


class Squares(keras.losses.Loss):
    def call(self, y_true: Any, y_pred: Any) -> Any:
        return (y_true - y_pred) ** 2


@pytest.mark.parametrize("axis", [None, "mask", "weight", "both"])
def test_masks_and_weights_may_have_a_last_axis_of_one(axis: str | None) -> None:
    mask, weight = np.array([True, False, True, True]), np.array([0.4, 0.3, 0.2, 0.1])
    true, pred = (a[:, None] if axis == "both" else a for a in (TRUE, PRED))
    mask = mask[:, None] if axis == "mask" else mask
    weight = weight[:, None] if axis == "weight" else weight
    y_pred = keras.ops.convert_to_tensor(pred)
    y_pred._keras_mask = keras.ops.convert_to_tensor(mask)
    found = Squares()(keras.ops.convert_to_tensor(true), y_pred, sample_weight=weight)
    kept = [0, 2, 3]
    wanted = np.sum(np.array([0.4, 0.2, 0.1]) * (TRUE[kept] - PRED[kept]) ** 2) / 3
    assert float(found) == pytest.approx(wanted, rel=1e-6)


@pytest.mark.parametrize("kind", [Squares, keras.losses.MeanSquaredError, keras.losses.Huber])
def test_the_dtype_is_that_of_the_result(kind: Any) -> None:
    loss = kind(dtype="float16")
    found = loss(TRUE, PRED)
    assert str(found.dtype) == "float16"
    assert float(found) == pytest.approx(float(kind()(TRUE, PRED)), rel=1e-2)
    assert kind.from_config(loss.get_config()).dtype == "float16"
    with pytest.raises(AttributeError, match="chosen"):
        loss.dtype = "float32"


def test_functions_are_pickled_by_their_name() -> None:
    for function in (keras.losses.get("mse"), keras.metrics.binary_accuracy):
        assert pickle.loads(pickle.dumps(function)) is function


def test_unknown_reductions_are_refused() -> None:
    for kind in (Squares, keras.losses.Hinge):
        with pytest.raises(ValueError, match="Invalid value for argument `reduction`"):
            kind(reduction="abc")
        assert kind(reduction=None)(TRUE, PRED).ndim == 1


@pytest.mark.parametrize("kind", ["binary", "categorical", "sparse_categorical"])
def test_crossentropy_is_the_one_that_fits(kind: str) -> None:
    units = 1 if kind == "binary" else 3
    y = np.array([0, 1, 1, 0]) if units == 1 else np.array([0, 1, 2, 1])
    y = np.eye(3, dtype="float32")[y] if kind == "categorical" else y
    x = np.arange(8, dtype="float32").reshape(4, 2) / 8
    found = []
    for loss in ("crossentropy", f"{kind}_crossentropy"):
        last = keras.layers.Dense(
            units, "sigmoid" if units == 1 else "softmax", kernel_initializer="ones"
        )
        model = keras.Sequential([keras.Input((2,)), last])
        model.compile("sgd", loss)
        found.append(model.fit(x, y, epochs=2, shuffle=False, verbose=0).history["loss"])
    assert found[0] == pytest.approx(found[1], rel=1e-5)


def test_a_number_is_the_target_of_every_entry():
    activity = np.array([0.2, 0.4], "float32")
    found = float(keras.losses.kl_divergence(0.1, activity))
    assert found == pytest.approx(np.sum(0.1 * np.log(0.1 / activity)), rel=1e-5)
    target = keras.Variable(2.0)
    with keras.tensorflow.GradientTape() as tape:
        loss = keras.losses.mean_squared_error(target, activity)
    assert float(tape.gradient(loss, target)) == pytest.approx(2 * np.mean(2.0 - activity))


@pytest.mark.parametrize("shape", [(3,), (1, 3), (2, 6)])
def test_values_that_are_not_one_per_row_count_by_their_mean(shape: tuple[int, ...]) -> None:
    x = np.random.default_rng(0).normal(size=(12, 3)).astype("float32")

    def apart(y_true: Any, y_pred: Any) -> Any:
        squares = keras.ops.square(y_true - y_pred)
        if shape == (2, 6):
            return keras.ops.reshape(keras.ops.mean(squares, axis=-1), shape)
        return keras.ops.reshape(keras.ops.mean(squares, axis=0), shape)

    model = keras.Sequential([keras.layers.Dense(3)])
    model.compile("sgd", apart, metrics=[apart])
    wanted = float(np.mean((model.predict(x, verbose=0) - x) ** 2))
    assert model.evaluate(x, x, batch_size=12, verbose=0) == pytest.approx([wanted] * 2, rel=1e-5)
    losses = model.fit(x, x, epochs=2, batch_size=12, verbose=0).history["loss"]
    assert losses[0] == pytest.approx(wanted, rel=1e-5)
    assert losses[1] < losses[0]
    assert model.train_on_batch(x, x)[0] < losses[1]
