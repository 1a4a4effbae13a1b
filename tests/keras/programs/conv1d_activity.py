"""Kinds of waves told apart by a one-dimensional CNN, with class names and a confusion matrix.

runs on: old Keras (tensorflow.python.keras)
reaches: accuracy >= 0.9
"""

import keras
import numpy as np
from sklearn.metrics import confusion_matrix
from tensorflow.python.keras.layers import (
    AveragePooling1D,
    Conv1D,
    Dense,
    Dropout,
    Flatten,
    MaxPooling1D,
)
from tensorflow.python.keras.models import Sequential

rng = np.random.default_rng(6)
time = np.linspace(0, 1, 64)
kinds = {
    "sine": np.sin,
    "saw": lambda t: 2 * (t / (2 * np.pi) % 1) - 1,
    "square": lambda t: np.sign(np.sin(t)),
}
X, y = [], []
for number, kind in enumerate(kinds.values()):
    for _ in range(300):
        wave = kind(2 * np.pi * (rng.uniform(2, 5) * time + rng.random()))
        X.append(wave + rng.normal(0, 0.3, 64))
        y.append(number)
order = rng.permutation(900)
X, y = np.array(X)[order, :, None], np.array(y)[order]

model = Sequential()
model.add(Conv1D(filters=16, kernel_size=5, activation="relu", input_shape=(64, 1)))
model.add(MaxPooling1D(pool_size=2))
model.add(Conv1D(16, 5, strides=2, activation="relu"))
model.add(AveragePooling1D(2))
model.add(Dropout(0.2))
model.add(Flatten())
model.add(Dense(3, activation="softmax"))
model.compile(
    loss="sparse_categorical_crossentropy",
    optimizer=keras.optimizers.Adam(0.003),
    metrics=["accuracy"],
)
history = model.fit(
    X[:700], y[:700], epochs=12, batch_size=32, verbose=0, validation_data=(X[700:], y[700:])
)
matrix = confusion_matrix(y[700:], model.predict(X[700:]).argmax(axis=1))

RESULT = {
    "scores": {"accuracy": float(np.trace(matrix) / matrix.sum())},
    "shapes": {
        "matrix": matrix.shape,
        "output": model.output_shape,
        "parameters": model.count_params(),
    },
    "history": sorted(history.history),
}
