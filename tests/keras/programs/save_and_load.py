"""All ways to keep a model: .keras, .h5, weights, configuration as JSON, clone_model, get_weights.

runs on: Keras 3
reaches: accuracy >= 0.85, worst <= 0.00001, goes on >= 1
agrees: accuracy 0.06
"""

import keras
import numpy as np
from sklearn.datasets import load_digits

X, y = load_digits(return_X_y=True)
X = (X / 16).astype("float32")


def create_model():
    model = keras.models.Sequential(
        [
            keras.layers.Dense(48, activation="relu", input_shape=(64,)),
            keras.layers.BatchNormalization(),
            keras.layers.Dropout(0.2),
            keras.layers.Dense(10),
        ]
    )
    model.compile(
        optimizer="adam",
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["sparse_categorical_accuracy"],
    )
    return model


model = create_model()
history = model.fit(X[:1400], y[:1400], epochs=10, verbose=0)
loss, accuracy = model.evaluate(X[1400:], y[1400:], verbose=0)
expected = model.predict(X[1400:], verbose=0)

model.save("my_model.keras")
model.save("my_model.h5")
model.save_weights("my.weights.h5")
text = model.to_json()
config = model.get_config()
restored = {
    "keras": keras.models.load_model("my_model.keras"),
    "h5": keras.models.load_model("my_model.h5", compile=False),
    "json": keras.models.model_from_json(text),
    "config": keras.Sequential.from_config(config),
    "clone": keras.models.clone_model(model),
    "weights": create_model(),
}
restored["json"].load_weights("my.weights.h5")
restored["weights"].load_weights("my.weights.h5")
restored["config"].set_weights(model.get_weights())
restored["clone"].set_weights(model.get_weights())
worst = max(
    float(np.abs(other.predict(X[1400:], verbose=0) - expected).max())
    for other in restored.values()
)
again = restored["keras"].evaluate(X[1400:], y[1400:], verbose=0)
more = restored["keras"].fit(X[:1400], y[:1400], epochs=2, verbose=0)

RESULT = {
    "scores": {
        "accuracy": accuracy,
        "worst": worst,
        "evaluated again": abs(again[0] - loss),
        "goes on": float(more.history["loss"][0] < 1.5 * history.history["loss"][-1]),
    },
    "shapes": {"weights": [w.shape for w in model.get_weights()]},
    "history": sorted(history.history),
}
