"""L1, L2, max_norm, dropout and noise against overfitting of few rows.

runs on: Keras 3
reaches: l2 >= 0.88, worst >= 0.85, longest <= 1.0001, smaller >= 1, penalty <= 0.001
agrees: l2 0.06
"""

import numpy as np
from keras import regularizers
from keras.constraints import max_norm
from keras.layers import Dense, Dropout, GaussianNoise, Input
from keras.models import Sequential
from sklearn.datasets import load_breast_cancer
from sklearn.preprocessing import StandardScaler

X, y = load_breast_cancer(return_X_y=True)
X = StandardScaler().fit_transform(X)
X_train, y_train, X_test, y_test = X[:120], y[:120], X[120:], y[120:]


def evaluate(*layers):
    model = Sequential([Input((30,)), *layers, Dense(1, activation="sigmoid")])
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    history = model.fit(
        X_train, y_train, epochs=40, batch_size=16, validation_data=(X_test, y_test), verbose=0
    )
    return model, history


plain, _ = evaluate(Dense(32, "relu"))
l2, history = evaluate(Dense(32, "relu", kernel_regularizer=regularizers.l2(0.01)))
both, _ = evaluate(
    Dense(
        32, "relu", kernel_regularizer=regularizers.l1_l2(l1=0.001, l2=0.001), bias_regularizer="l2"
    )
)
string, _ = evaluate(
    Dense(32, "relu", kernel_regularizer="l2", activity_regularizer=regularizers.l1(1e-5))
)
bounded, _ = evaluate(
    Dense(32, "relu", kernel_constraint=max_norm(1.0)), Dropout(0.3), GaussianNoise(0.1)
)
scores = {}
for name, model in (
    ("plain", plain),
    ("l2", l2),
    ("both", both),
    ("string", string),
    ("bounded", bounded),
):
    scores[name] = model.evaluate(X_test, y_test, verbose=0)[1]
longest = np.linalg.norm(bounded.layers[0].get_weights()[0], axis=0).max()
norms = [float(np.square(model.layers[0].get_weights()[0]).sum()) for model in (plain, l2)]
loss = l2.evaluate(X_test, y_test, verbose=0)[0]
p = np.clip(l2.predict(X_test, verbose=0)[:, 0], 1e-7, 1 - 1e-7)
by_hand = float(-np.mean(y_test * np.log(p) + (1 - y_test) * np.log(1 - p)) + 0.01 * norms[1])

RESULT = {
    "scores": {
        "l2": scores["l2"],
        "worst": min(scores.values()),
        "longest": float(longest),
        "smaller": float(norms[1] < norms[0]),
        "penalty": abs(by_hand - loss),
    },
    "shapes": {"losses": len(l2.losses)},
    "history": sorted(history.history),
}
