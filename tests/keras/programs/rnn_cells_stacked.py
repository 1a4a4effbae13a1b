"""Cells inside RNN: stacked LSTMCells, and a cell of one's own.

runs on: Keras 3
reaches: mae <= 0.1, own mae <= 0.12
agrees: mae 0.06, own mae 0.08
"""

import keras
import numpy as np
from keras import layers, ops

rng = np.random.default_rng(8)
x = rng.random((900, 10, 2)).astype("float32")
y = (x[..., 0] * x[..., 1]).sum(axis=1, keepdims=True) / 3


class MinimalRNNCell(keras.layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.state_size = units

    def build(self, input_shape):
        self.kernel = self.add_weight(
            shape=(input_shape[-1], self.units), initializer="glorot_uniform", name="kernel"
        )
        self.recurrent_kernel = self.add_weight(
            shape=(self.units, self.units), initializer="orthogonal", name="recurrent_kernel"
        )
        self.built = True

    def call(self, inputs, states):
        prev_output = states[0]
        output = ops.tanh(
            ops.matmul(inputs, self.kernel) + ops.matmul(prev_output, self.recurrent_kernel)
        )
        return output, [output]


def train(layer):
    inputs = keras.Input((None, 2))
    model = keras.Model(inputs, layers.Dense(1)(layer(inputs)))
    model.compile(keras.optimizers.Adam(0.005), "mse", metrics=["mae"])
    return model, model.fit(x, y, epochs=20, batch_size=32, validation_split=0.2, verbose=0)


model, history = train(layers.RNN([layers.LSTMCell(12), layers.LSTMCell(12)]))
own, own_history = train(layers.RNN(MinimalRNNCell(16)))

RESULT = {
    "scores": {
        "mae": history.history["val_mae"][-1],
        "own mae": own_history.history["val_mae"][-1],
    },
    "shapes": {
        "weights": [w.shape for w in model.get_weights()],
        "own": [w.shape for w in own.get_weights()],
    },
    "history": sorted(history.history),
}
