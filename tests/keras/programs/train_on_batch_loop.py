"""Epochs by hand: shuffled batches, train_on_batch, test_on_batch, predict_on_batch, the rate changed.

runs on: Keras 3
reaches: accuracy >= 0.85
agrees: accuracy 0.06
"""

import keras
import numpy as np
from keras.layers import ELU, Dense, PReLU, ReLU
from sklearn.datasets import load_digits

X, y = load_digits(return_X_y=True)
X = (X / 16).astype("float32")
Y = keras.utils.to_categorical(y)
model = keras.Sequential()
model.add(keras.Input((64,)))
model.add(Dense(32))
model.add(PReLU())
model.add(Dense(32))
model.add(ELU(alpha=0.5))
model.add(Dense(16))
model.add(ReLU(max_value=6))
model.add(Dense(10, activation="softmax"))
model.compile(
    loss="categorical_crossentropy", optimizer=keras.optimizers.Adam(0.005), metrics=["accuracy"]
)
rng = np.random.default_rng(0)
logs = []
for epoch in range(10):
    order = rng.permutation(1400)
    for start in range(0, 1400, 50):
        rows = order[start : start + 50]
        logs.append(model.train_on_batch(X[rows], Y[rows]))
    if epoch == 6:
        model.optimizer.learning_rate.assign(0.001)
    loss, acc = model.test_on_batch(X[1400:], Y[1400:])
    print(epoch, float(loss), float(acc))
named = model.test_on_batch(X[1400:], Y[1400:], return_dict=True)
predicted = model.predict_on_batch(X[1400:])

RESULT = {
    "scores": {
        "accuracy": float(acc),
        "by hand": float(np.mean(np.argmax(predicted, axis=1) == y[1400:])) - float(acc),
    },
    "shapes": {
        "logs": [len(logs), len(logs[0])],
        "named": sorted(named),
        "predicted": np.shape(predicted),
    },
}
