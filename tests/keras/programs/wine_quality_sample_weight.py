"""Regression where rare rows weigh more, by sample_weight.

runs on: Keras 3
reaches: mae <= 0.6
agrees: mae 0.06
"""

import os

import numpy as np
from keras.layers import Dense, Input
from keras.models import Sequential
from keras.optimizers import RMSprop
from sklearn.preprocessing import MinMaxScaler

path = os.path.join(os.environ["PELLUCID_DATA"], "tabular", "wine-quality", "winequality-red.csv")
data = np.genfromtxt(path, delimiter=",")
rng = np.random.default_rng(2)
data = data[rng.permutation(len(data))]
X, y = MinMaxScaler().fit_transform(data[:, :-1]), data[:, -1]
weights = np.where(np.abs(y - 5.5) > 1, 2.0, 1.0)
X_train, X_test, y_train, y_test, w_train = X[:1200], X[1200:], y[:1200], y[1200:], weights[:1200]

model = Sequential(
    [Input(shape=(11,)), Dense(32, activation="tanh"), Dense(16, activation="elu"), Dense(1)]
)
model.compile(
    loss="mse", optimizer=RMSprop(learning_rate=0.001), metrics=["mae"], weighted_metrics=["mse"]
)
history = model.fit(X_train, y_train, sample_weight=w_train, epochs=50, batch_size=32, verbose=0)
mae = float(np.mean(np.abs(model.predict(X_test, verbose=0)[:, 0] - y_test)))

RESULT = {
    "scores": {"mae": mae, "trained loss": history.history["loss"][-1]},
    "shapes": {"output": model.output_shape},
    "history": sorted(history.history),
}
