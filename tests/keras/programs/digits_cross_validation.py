"""StratifiedKFold around a model function, with clear_session in each fold.

runs on: Keras 3
reaches: mean >= 0.93
agrees: mean 0.04
"""

import keras
import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import StratifiedKFold

X, y = load_digits(return_X_y=True)
X = (X / 16).astype("float32")


def create_model():
    model = keras.models.Sequential()
    model.add(keras.layers.Dense(48, activation="relu", input_shape=(64,)))
    model.add(keras.layers.Dense(10, activation="softmax"))
    model.compile(
        keras.optimizers.Adam(0.005), "sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    return model


cvscores = []
for train, test in StratifiedKFold(n_splits=3, shuffle=True, random_state=7).split(X, y):
    keras.backend.clear_session()
    model = create_model()
    model.fit(X[train], y[train], epochs=15, batch_size=32, verbose=0)
    scores = model.evaluate(X[test], y[test], verbose=0)
    print("%s: %.2f%%" % (model.metrics_names[1], scores[1] * 100))
    cvscores.append(scores[1] * 100)
print("%.2f%% (+/- %.2f%%)" % (np.mean(cvscores), np.std(cvscores)))

RESULT = {
    "scores": {"mean": np.mean(cvscores) / 100},
    "shapes": {"folds": len(cvscores), "names": model.name},
}
