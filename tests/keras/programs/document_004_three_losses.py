"""Document 004, "Loss functions for classification": the three losses it counts, each with its labels.

runs on: Keras 3
reaches: binary >= 0.86, categorical >= 0.84, sparse >= 0.84
agrees: binary 0.06, categorical 0.06, sparse 0.06
document: 004, line 333 (and "Classifying handwritten digits")
"""

from sklearn.datasets import load_digits
from tensorflow import keras

digits = load_digits()
X, y = digits.images / 16, digits.target
labels = {"binary": (y >= 5).astype(int), "categorical": keras.utils.to_categorical(y), "sparse": y}
losses = {
    "binary": "binary_crossentropy",
    "categorical": "categorical_crossentropy",
    "sparse": "sparse_categorical_crossentropy",
}
scores, shapes = {}, {}
for kind, target in labels.items():
    model = keras.Sequential(
        [
            keras.layers.Flatten(input_shape=(8, 8)),
            keras.layers.Dense(100, activation="relu"),
            keras.layers.Dense(1, activation="sigmoid")
            if kind == "binary"
            else keras.layers.Dense(10, activation="sigmoid" if kind == "sparse" else "softmax"),
        ]
    )
    model.compile(optimizer="adam", loss=losses[kind], metrics=["accuracy"])
    model.fit(X[:1400], target[:1400], epochs=12, verbose=0)
    scores[kind] = model.evaluate(X[1400:], target[1400:], verbose=0)[1]
    shapes[kind] = model.predict(X[:2], verbose=0).shape

RESULT = {"scores": scores, "shapes": shapes}
