"""Batches from a Python generator without end; steps_per_epoch and validation_steps.

runs on: Keras 3
reaches: accuracy >= 0.85
agrees: accuracy 0.08
"""

import keras
import numpy as np
from sklearn.datasets import load_digits

X, y = load_digits(return_X_y=True)


def generator(features, labels, batch_size):
    rng = np.random.default_rng(0)
    while True:
        index = rng.choice(len(features), batch_size, replace=False)
        batch = features[index] / 16.0
        yield batch.astype("float32"), keras.utils.to_categorical(labels[index], 10)


train_gen = generator(X[:1300], y[:1300], 32)
val_gen = generator(X[1300:], y[1300:], 49)
model = keras.models.Sequential()
model.add(keras.layers.Dense(48, activation="relu", input_shape=(64,)))
model.add(keras.layers.Dense(10, activation="softmax"))
model.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
history = model.fit(
    train_gen, steps_per_epoch=40, epochs=8, validation_data=val_gen, validation_steps=10, verbose=0
)
scores = model.evaluate(generator(X[1300:], y[1300:], 70), steps=7, verbose=0)

RESULT = {
    "scores": {"accuracy": history.history["val_accuracy"][-1], "evaluated": scores[1]},
    "shapes": {"predicted": model.predict(X[1300:] / 16, verbose=0).shape},
    "history": sorted(history.history),
}
