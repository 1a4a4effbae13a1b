"""A layer of one's own with keras.ops: build, add_weight, call, get_config; saved and loaded.

runs on: Keras 3
reaches: accuracy >= 0.93, same <= 0.00001, total >= 4
agrees: accuracy 0.05
"""

import keras
import numpy as np
from keras import ops
from sklearn.datasets import load_breast_cancer
from sklearn.preprocessing import StandardScaler

X, y = load_breast_cancer(return_X_y=True)
X = StandardScaler().fit_transform(X).astype("float32")


@keras.saving.register_keras_serializable(package="programs")
class Linear(keras.layers.Layer):
    def __init__(self, units=32, activation=None, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.activation = keras.activations.get(activation)

    def build(self, input_shape):
        self.w = self.add_weight(
            shape=(input_shape[-1], self.units),
            initializer="random_normal",
            trainable=True,
            name="w",
        )
        self.b = self.add_weight(shape=(self.units,), initializer="zeros", trainable=True, name="b")

    def call(self, inputs):
        return self.activation(ops.matmul(inputs, self.w) + self.b)

    def get_config(self):
        config = super().get_config()
        config.update(
            {"units": self.units, "activation": keras.activations.serialize(self.activation)}
        )
        return config


class ComputeSum(keras.layers.Layer):
    def __init__(self, input_dim):
        super().__init__()
        self.total = self.add_weight(initializer="zeros", shape=(input_dim,), trainable=False)

    def call(self, inputs):
        self.total.assign_add(ops.sum(inputs, axis=0))
        return self.total


my_sum = ComputeSum(2)
print(np.array(my_sum(ops.ones((2, 2)))))
total = np.array(my_sum(ops.ones((2, 2))))
linear = Linear(4)
out = linear(ops.ones((2, 3)))
print(linear.weights[0].shape, "trainable:", len(linear.trainable_weights))

model = keras.Sequential(
    [keras.Input((30,)), Linear(16, activation="relu"), keras.layers.Dropout(0.1), Linear(1)]
)
model.compile(
    "adam",
    keras.losses.BinaryCrossentropy(from_logits=True),
    metrics=[keras.metrics.BinaryAccuracy(threshold=0)],
)
history = model.fit(X[:400], y[:400], epochs=25, batch_size=32, verbose=0)
loss, accuracy = model.evaluate(X[400:], y[400:], verbose=0)
model.save("linear.keras")
loaded = keras.models.load_model("linear.keras")
same = np.abs(loaded.predict(X[:20], verbose=0) - model.predict(X[:20], verbose=0)).max()

RESULT = {
    "scores": {"accuracy": accuracy, "same": float(same), "total": float(total[0])},
    "shapes": {"out": tuple(out.shape), "config": loaded.layers[0].get_config()["units"]},
    "history": sorted(history.history),
}
