"""CSVLogger, ModelCheckpoint with a file per epoch, and training taken up again.

runs on: Keras 3
reaches: accuracy >= 0.8
agrees: accuracy 0.06
"""

import csv
import os

import keras
from keras.callbacks import CSVLogger, ModelCheckpoint, TerminateOnNaN
from sklearn.datasets import load_digits

X, y = load_digits(return_X_y=True)
X = X / 16


def create():
    model = keras.Sequential(
        [keras.Input((64,)), keras.layers.Dense(32, activation="relu"), keras.layers.Dense(10)]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer="adam", loss=loss, metrics=["accuracy"])
    return model


model = create()
callbacks = [
    CSVLogger("training.log"),
    ModelCheckpoint("cp-{epoch:02d}-{val_loss:.2f}.weights.h5", save_weights_only=True, verbose=1),
    TerminateOnNaN(),
]
model.fit(X, y, epochs=4, validation_split=0.2, callbacks=callbacks, verbose=0)
files = sorted(name for name in os.listdir(".") if name.startswith("cp-"))
again = create()
again.load_weights(files[-1])
history = again.fit(X, y, epochs=10, initial_epoch=4, validation_split=0.2, verbose=0)
with open("training.log") as file:
    rows = list(csv.DictReader(file))

RESULT = {
    "scores": {"accuracy": history.history["val_accuracy"][-1]},
    "shapes": {
        "files": len(files),
        "rows": len(rows),
        "columns": sorted(rows[0]),
        "epochs": history.epoch,
    },
    "history": sorted(history.history),
}
