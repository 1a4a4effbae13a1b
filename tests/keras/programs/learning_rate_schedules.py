"""Learning rates that change: LearningRateScheduler, decay objects, a schedule of one's own.

runs on: Keras 3
reaches: worst >= 0.8, noted <= 0.0751, halved <= 0.0251
agrees: worst 0.08
"""

import math

import keras
import numpy as np
from keras import ops
from keras.optimizers import schedules
from sklearn.datasets import load_digits

X, y = load_digits(return_X_y=True)
X = (X / 16).astype("float32")


class WarmUp(schedules.LearningRateSchedule):
    def __init__(self, rate, warmup_steps):
        super().__init__()
        self.rate, self.warmup_steps = rate, warmup_steps

    def __call__(self, step):
        step = ops.cast(step, "float32")
        return self.rate * ops.minimum(1.0, (step + 1) / self.warmup_steps)

    def get_config(self):
        return {"rate": self.rate, "warmup_steps": self.warmup_steps}


def step_decay(epoch):
    return 0.3 * math.pow(0.5, math.floor((1 + epoch) / 3))


def scheduler(epoch, lr):
    if epoch < 3:
        return lr
    return lr * math.exp(-0.1)


def train(rate, callbacks=None):
    model = keras.Sequential(
        [keras.Input((64,)), keras.layers.Dense(32, "relu"), keras.layers.Dense(10, "softmax")]
    )
    optimizer = keras.optimizers.SGD(learning_rate=rate, momentum=0.5)
    model.compile(optimizer=optimizer, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model.fit(
        X, y, epochs=8, batch_size=32, validation_split=0.2, callbacks=callbacks, verbose=0
    )


histories = {
    "steps": train(0.3, [keras.callbacks.LearningRateScheduler(step_decay, verbose=0)]),
    "drop": train(0.2, [keras.callbacks.LearningRateScheduler(scheduler)]),
    "exponential": train(
        schedules.ExponentialDecay(0.3, decay_steps=100, decay_rate=0.8, staircase=True)
    ),
    "pieces": train(schedules.PiecewiseConstantDecay([150, 250], [0.3, 0.1, 0.05])),
    "cosine": train(schedules.CosineDecay(0.3, 360)),
    "inverse": train(schedules.InverseTimeDecay(0.3, decay_steps=100, decay_rate=0.5)),
    "own": train(WarmUp(0.2, 40)),
}
rates = [float(np.array(schedules.ExponentialDecay(0.1, 10, 0.5)(step))) for step in (0, 10, 20)]

RESULT = {
    "scores": {
        "worst": min(h.history["val_accuracy"][-1] for h in histories.values()),
        "noted": float(histories["steps"].history["learning_rate"][-1]),
        "dropped": float(histories["drop"].history["learning_rate"][-1]),
        "halved": rates[2],
    },
    "shapes": {"histories": len(histories)},
    "history": sorted(histories["steps"].history),
}
