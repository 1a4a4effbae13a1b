"""Callbacks of one's own: all hooks, stopping at a target, predictions watched, a LambdaCallback.

runs on: Keras 3
reaches: accuracy >= 0.95, epochs >= 5, confidence >= 0.3, losses >= 1
agrees: accuracy 0.05
"""

import keras
import numpy as np
from sklearn.datasets import load_digits

X, y = load_digits(return_X_y=True)
X = (X / 16).astype("float32")


class StopAt(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs={}):  # noqa: B006
        if logs.get("accuracy") > 0.95:
            print("\nReached 95% accuracy so cancelling training!")
            self.model.stop_training = True


class LossHistory(keras.callbacks.Callback):
    def on_train_begin(self, logs=None):
        self.losses, self.events = [], ["begin"]

    def on_epoch_begin(self, epoch, logs=None):
        self.events.append(f"epoch {epoch}")

    def on_train_batch_end(self, batch, logs=None):
        self.losses.append(logs.get("loss"))

    def on_train_end(self, logs=None):
        self.events.append("end")


class Watcher(keras.callbacks.Callback):
    def __init__(self, images):
        super().__init__()
        self.images, self.confidence = images, []

    def on_epoch_end(self, epoch, logs=None):
        predicted = self.model.predict(self.images, verbose=0)
        self.confidence.append(float(np.max(predicted, axis=1).mean()))


model = keras.Sequential(
    [
        keras.layers.Dense(32, activation="relu", input_shape=(64,)),
        keras.layers.Dense(10, activation="softmax"),
    ]
)
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
batches, watcher, seen = LossHistory(), Watcher(X[:50]), []
tell = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: seen.append(epoch))
history = model.fit(
    X, y, epochs=40, batch_size=32, callbacks=[batches, watcher, tell, StopAt()], verbose=0
)
epochs = len(history.history["loss"])

RESULT = {
    "scores": {
        "accuracy": history.history["accuracy"][-1],
        "epochs": float(epochs),
        "confidence": watcher.confidence[-1] - watcher.confidence[0],
        "losses": batches.losses[0] - batches.losses[-1],
    },
    "shapes": {
        "batches": len(batches.losses) == 57 * epochs,
        "events": [batches.events[0], batches.events[1], batches.events[-1]],
        "seen": seen == list(range(epochs)),
        "stopped": epochs < 40,
    },
    "history": sorted(history.history),
}
