"""Logistic regression; one callback without a list.

runs on: Keras 3
reaches: accuracy >= 0.9
agrees: accuracy 0.06
"""

import keras
import numpy as np

rng = np.random.default_rng(1)
points = np.concatenate(
    [rng.normal([-1, -1], 0.9, (200, 2)), rng.normal([1, 1], 0.9, (200, 2))]
).astype("float32")
labels = np.repeat([0, 1], 200)
order = rng.permutation(400)
points, labels = points[order], labels[order]

model = keras.Sequential([keras.layers.Dense(1, activation="sigmoid", input_shape=(2,))])
model.compile("sgd", "binary_crossentropy", metrics=["accuracy"])
es = keras.callbacks.EarlyStopping(monitor="loss", patience=3, min_delta=1e-3)
history = model.fit(points, labels, epochs=100, callbacks=es, verbose=0)
w, b = model.layers[-1].get_weights()
accuracy = float(np.mean(((points @ w + b)[:, 0] > 0) == labels))

RESULT = {
    "scores": {"accuracy": accuracy, "last": history.history["accuracy"][-1]},
    "shapes": {"w": w.shape, "b": b.shape},
    "history": sorted(history.history),
}
