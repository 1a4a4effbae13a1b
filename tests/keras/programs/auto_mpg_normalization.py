"""Basic regression with an adapted Normalization layer and a progress callback of dots.

runs on: Keras 3
reaches: mae <= 2.6
agrees: mae 0.4
"""

import os

import keras
import numpy as np
import pandas as pd
from keras import layers

raw = pd.read_csv(os.path.join(os.environ["PELLUCID_DATA"], "tabular", "auto-mpg", "mpg.csv"))
dataset = pd.get_dummies(raw.drop(columns="name").dropna(), columns=["origin"], dtype="float32")
train_dataset = dataset.sample(frac=0.8, random_state=0)
test_dataset = dataset.drop(train_dataset.index)
train_labels = train_dataset.pop("mpg")
test_labels = test_dataset.pop("mpg")

normalizer = layers.Normalization(axis=-1)
normalizer.adapt(np.array(train_dataset))
print(np.round(np.array(normalizer.mean), 1))


class PrintDot(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs):
        if epoch % 100 == 0:
            print("")
        print(".", end="")


def build_and_compile_model(norm):
    model = keras.Sequential(
        [
            norm,
            layers.Dense(64, activation="relu"),
            layers.Dense(64, activation="relu"),
            layers.Dense(1),
        ]
    )
    model.compile(
        loss="mean_absolute_error", optimizer=keras.optimizers.Adam(0.01), metrics=["mse"]
    )
    return model


dnn_model = build_and_compile_model(normalizer)
history = dnn_model.fit(
    train_dataset.values,
    train_labels.values,
    validation_split=0.2,
    verbose=0,
    epochs=60,
    callbacks=[PrintDot()],
)
mae, mse = dnn_model.evaluate(test_dataset.values, test_labels.values, verbose=0)
hist = pd.DataFrame(history.history)
hist["epoch"] = history.epoch
test_predictions = dnn_model.predict(test_dataset.values).flatten()
error = test_predictions - test_labels

RESULT = {
    "scores": {"mae": mae, "by hand": float(np.abs(error).mean())},
    "shapes": {"history": hist.shape, "normalizer": np.shape(normalizer.mean)},
    "history": sorted(history.history),
}
