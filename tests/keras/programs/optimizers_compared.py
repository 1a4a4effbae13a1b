"""All optimizers in a loop, by name and as objects, on one regression.

runs on: Keras 3
reaches: worst <= 0.75, best <= 0.1
agrees: worst 0.35
"""

import numpy as np
from sklearn.datasets import make_regression
from sklearn.preprocessing import StandardScaler
from tensorflow.keras import optimizers
from tensorflow.keras.layers import Dense
from tensorflow.keras.models import Sequential

X, y = make_regression(n_samples=600, n_features=10, noise=0.1, random_state=1)
X = StandardScaler().fit_transform(X)
y = StandardScaler().fit_transform(y.reshape(len(y), 1))[:, 0]

candidates = {
    "sgd": "sgd",
    "Adam": "Adam",
    "rmsprop": "rmsprop",
    "momentum": optimizers.SGD(learning_rate=0.01, momentum=0.9, nesterov=True),
    "clipped": optimizers.SGD(learning_rate=0.02, clipnorm=1.0),
    "clipvalue": optimizers.RMSprop(learning_rate=0.002, clipvalue=0.5),
    "adagrad": optimizers.Adagrad(learning_rate=0.05),
    "adadelta": optimizers.Adadelta(learning_rate=1.0),
    "adamax": optimizers.Adamax(learning_rate=0.01),
    "nadam": optimizers.Nadam(learning_rate=0.005),
    "adamw": optimizers.AdamW(learning_rate=0.005, weight_decay=1e-4),
    "amsgrad": optimizers.Adam(learning_rate=0.005, amsgrad=True, epsilon=1e-6),
}
losses = {}
for name, optimizer in candidates.items():
    model = Sequential(
        [Dense(16, activation="relu", kernel_initializer="he_uniform", input_shape=(10,)), Dense(1)]
    )
    model.compile(optimizer=optimizer, loss="mean_squared_error")
    history = model.fit(X, y, epochs=8, batch_size=16, verbose=0)
    losses[name] = history.history["loss"][-1]
    print("%10s %.4f" % (name, losses[name]))

RESULT = {
    "scores": {
        "worst": max(losses.values()),
        "best": min(losses.values()),
        "mean": float(np.mean(list(losses.values()))),
    },
    "shapes": {"names": sorted(losses)},
    "history": sorted(history.history),
}
