"""A PyDataset (the former Sequence): length, batches by number, a new order after each epoch.

runs on: Keras 3
reaches: accuracy >= 0.8, epochs >= 8
agrees: accuracy 0.08
"""

import math

import keras
import numpy as np
from sklearn.datasets import load_digits

X, y = load_digits(return_X_y=True)


class DigitsDataset(keras.utils.PyDataset):
    def __init__(self, x_set, y_set, batch_size, **kwargs):
        super().__init__(**kwargs)
        self.x, self.y, self.batch_size = x_set, y_set, batch_size
        self.order = np.arange(len(x_set))
        self.ended = 0

    def __len__(self):
        return math.ceil(len(self.x) / self.batch_size)

    def __getitem__(self, idx):
        rows = self.order[idx * self.batch_size : (idx + 1) * self.batch_size]
        return self.x[rows].astype("float32") / 16, self.y[rows]

    def on_epoch_end(self):
        self.ended += 1
        np.random.default_rng(self.ended).shuffle(self.order)


train, test = DigitsDataset(X[:1300], y[:1300], 32), DigitsDataset(X[1300:], y[1300:], 64)
model = keras.Sequential(
    [keras.Input((64,)), keras.layers.Dense(48, "relu"), keras.layers.Dense(10, "softmax")]
)
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(train, epochs=8, validation_data=test, verbose=0)
loss, accuracy = model.evaluate(test, verbose=0)

RESULT = {
    "scores": {"accuracy": accuracy, "epochs": float(train.ended)},
    "shapes": {"predicted": model.predict(test, verbose=0).shape, "length": len(train)},
    "history": sorted(history.history),
}
