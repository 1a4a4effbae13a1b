"""A learning-rate finder: a callback that raises the rate after each batch and notes the loss.

runs on: Keras 3
reaches: ratio <= 0.9, last rate >= 0.7
agrees: ratio 0.3
"""

import keras
import numpy as np
from keras import backend as K
from sklearn.datasets import load_digits

X, y = load_digits(return_X_y=True)
X = (X / 16).astype("float32")


class ExponentialLearningRate(keras.callbacks.Callback):
    def __init__(self, factor):
        super().__init__()
        self.factor = factor
        self.rates = []
        self.losses = []

    def on_train_batch_end(self, batch, logs=None):
        rate = float(np.array(self.model.optimizer.learning_rate))
        self.rates.append(rate)
        self.losses.append(logs["loss"])
        self.model.optimizer.learning_rate.assign(rate * self.factor)


K.clear_session()
model = keras.Sequential(
    [
        keras.Input((64,)),
        keras.layers.Dense(64, activation="relu"),
        keras.layers.Dense(10, activation="softmax"),
    ]
)
model.compile(
    loss="sparse_categorical_crossentropy", optimizer=keras.optimizers.SGD(learning_rate=1e-3)
)
expon_lr = ExponentialLearningRate(factor=1.06)
model.fit(X, y, epochs=2, callbacks=[expon_lr], verbose=0)

RESULT = {
    "scores": {
        "ratio": float(np.min(expon_lr.losses) / expon_lr.losses[0]),
        "last rate": expon_lr.rates[-1],
        "growth": expon_lr.rates[10] / expon_lr.rates[9],
    },
    "shapes": {"rates": len(expon_lr.rates), "losses": len(expon_lr.losses)},
}
