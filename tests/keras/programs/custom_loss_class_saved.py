"""A Loss subclass with get_config, saved with the model and loaded by custom_objects; training goes on.

runs on: Keras 3
reaches: mae <= 3.4, same <= 0.0001
agrees: mae 0.8
"""

import os

import numpy as np
from tensorflow import keras

if not hasattr(keras, "ops"):
    raise SystemExit("needs keras.ops")
ops = keras.ops


class HuberLoss(keras.losses.Loss):
    def __init__(self, threshold=1.0, **kwargs):
        self.threshold = threshold
        super().__init__(**kwargs)

    def call(self, y_true, y_pred):
        error = y_true - y_pred
        is_small_error = ops.abs(error) < self.threshold
        squared_loss = ops.square(error) / 2
        linear_loss = self.threshold * ops.abs(error) - self.threshold**2 / 2
        return ops.where(is_small_error, squared_loss, linear_loss)

    def get_config(self):
        base_config = super().get_config()
        return {**base_config, "threshold": self.threshold}


path = os.path.join(os.environ["PELLUCID_DATA"], "tabular", "boston-housing", "housing.csv")
data = np.loadtxt(path, delimiter=",")
data = data[np.random.default_rng(1).permutation(len(data))]
X = (data[:, :-1] - data[:, :-1].mean(axis=0)) / data[:, :-1].std(axis=0)
y = data[:, -1:]

model = keras.models.Sequential(
    [
        keras.layers.Dense(30, activation="relu", kernel_initializer="he_normal", input_shape=[13]),
        keras.layers.Dense(1),
    ]
)
model.compile(loss=HuberLoss(2.0), optimizer="nadam", metrics=["mae"])
model.fit(X[:400], y[:400], epochs=30, batch_size=16, verbose=0)
before = model.evaluate(X[400:], y[400:], verbose=0)
model.save("my_model_with_a_custom_loss_class.keras")
loaded = keras.models.load_model(
    "my_model_with_a_custom_loss_class.keras", custom_objects={"HuberLoss": HuberLoss}
)
after = loaded.evaluate(X[400:], y[400:], verbose=0)
history = loaded.fit(X[:400], y[:400], epochs=20, batch_size=16, verbose=0)

RESULT = {
    "scores": {
        "mae": loaded.evaluate(X[400:], y[400:], verbose=0)[1],
        "same": float(abs(before[0] - after[0])),
        "threshold": float(loaded.loss.threshold),
    },
    "shapes": {"output": loaded.output_shape},
    "history": sorted(history.history),
}
