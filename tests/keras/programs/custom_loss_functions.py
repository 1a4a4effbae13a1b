"""Losses and metrics as functions of (y_true, y_pred), plain and made by a function.

runs on: Keras 3
reaches: mae <= 52, r2 >= 0.35, difference <= 0.001
agrees: mae 6, r2 0.15, second mae 6
"""

import keras
import numpy as np
from keras import ops
from sklearn.datasets import load_diabetes

X, y = load_diabetes(return_X_y=True)
X = X / X.std(axis=0)
y = y.reshape(-1, 1)


def huber_fn(y_true, y_pred):
    error = y_true - y_pred
    is_small_error = ops.abs(error) < 1
    squared_loss = ops.square(error) / 2
    linear_loss = ops.abs(error) - 0.5
    return ops.where(is_small_error, squared_loss, linear_loss)


def create_huber(threshold=1.0):
    def huber(y_true, y_pred):
        error = y_true - y_pred
        is_small_error = ops.abs(error) < threshold
        return ops.where(
            is_small_error, error**2 / 2, threshold * ops.abs(error) - threshold**2 / 2
        )

    return huber


def r_squared(y_true, y_pred):
    residual = ops.sum(ops.square(y_true - y_pred))
    total = ops.sum(ops.square(y_true - ops.mean(y_true)))
    return 1 - residual / (total + keras.config.epsilon())


def build(loss):
    model = keras.Sequential(
        [keras.layers.Dense(30, activation="selu", input_shape=(10,)), keras.layers.Dense(1)]
    )
    model.compile(loss=loss, optimizer=keras.optimizers.Adam(0.03), metrics=["mae", r_squared])
    return model


model = build(huber_fn)
history = model.fit(X[:350], y[:350], epochs=40, batch_size=32, verbose=0)
first = model.evaluate(X[350:], y[350:], batch_size=200, verbose=0)
second_model = build(create_huber(2.0))
second_model.fit(X[:350], y[:350], epochs=40, batch_size=32, verbose=0)
second = second_model.evaluate(X[350:], y[350:], batch_size=200, verbose=0)
by_hand = np.mean(np.abs(model.predict(X[350:], verbose=0) - y[350:]))

RESULT = {
    "scores": {
        "mae": first[1],
        "r2": first[2],
        "second mae": second[1],
        "difference": float(abs(by_hand - first[1])),
    },
    "shapes": {"names": sorted(history.history)},
    "history": sorted(history.history),
}
