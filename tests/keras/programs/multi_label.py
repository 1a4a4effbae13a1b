"""Several labels at once: sigmoids, binary_crossentropy, a threshold.

runs on: Keras 3
reaches: f1 >= 0.7, binary accuracy >= 0.75
agrees: f1 0.08, binary accuracy 0.06
"""

import keras
from sklearn.datasets import make_multilabel_classification
from sklearn.metrics import f1_score

X, y = make_multilabel_classification(
    n_samples=1500, n_features=20, n_classes=5, n_labels=2, random_state=1
)
X = (X - X.mean(axis=0)) / X.std(axis=0)


def get_model(n_inputs, n_outputs):
    model = keras.Sequential()
    model.add(
        keras.layers.Dense(
            32, input_dim=n_inputs, kernel_initializer="he_uniform", activation="relu"
        )
    )
    model.add(keras.layers.Dense(n_outputs, activation="sigmoid"))
    model.compile(loss="binary_crossentropy", optimizer="adam", metrics=["binary_accuracy", "AUC"])
    return model


model = get_model(X.shape[1], y.shape[1])
history = model.fit(X[:1200], y[:1200], epochs=25, batch_size=32, verbose=0)
yhat = model.predict(X[1200:]).round()
loss, binary_accuracy, auc = model.evaluate(X[1200:], y[1200:], verbose=0)

RESULT = {
    "scores": {
        "f1": f1_score(y[1200:], yhat, average="micro"),
        "binary accuracy": binary_accuracy,
        "auc": auc,
    },
    "shapes": {"yhat": yhat.shape},
    "history": sorted(history.history),
}
