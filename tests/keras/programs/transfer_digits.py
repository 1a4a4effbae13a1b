"""A CNN trained on the digits below five; its features frozen, its head trained on the others.

runs on: Keras 3
reaches: below five >= 0.8, others >= 0.65, frozen <= 0
agrees: below five 0.15, others 0.15
"""

import numpy as np
from keras.layers import Activation, Conv2D, Dense, Dropout, Flatten, MaxPooling2D
from keras.models import Sequential
from keras.utils import to_categorical
from sklearn.datasets import load_digits

digits = load_digits()
x, y = (digits.images / 16).astype("float32").reshape(-1, 8, 8, 1), digits.target
num_classes = 5


def train_model(model, x, y):
    split = int(0.8 * len(x))
    model.compile(loss="categorical_crossentropy", optimizer="adadelta", metrics=["accuracy"])
    model.optimizer.learning_rate = 1.0
    targets = to_categorical(y, num_classes)
    model.fit(x[:split], targets[:split], batch_size=32, epochs=12, verbose=0)
    return model.evaluate(x[split:], targets[split:], verbose=0)[1]


feature_layers = [
    Conv2D(12, 3, padding="valid", input_shape=(8, 8, 1)),
    Activation("relu"),
    Conv2D(12, 3),
    Activation("relu"),
    MaxPooling2D(pool_size=2),
    Dropout(0.25),
    Flatten(),
]
classification_layers = [
    Dense(32),
    Activation("relu"),
    Dropout(0.5),
    Dense(num_classes),
    Activation("softmax"),
]
model = Sequential(feature_layers + classification_layers)
below = train_model(model, x[y < 5], y[y < 5])
for layer in feature_layers:
    layer.trainable = False
kept = feature_layers[0].get_weights()[0].copy()
others = train_model(model, x[y >= 5], y[y >= 5] - 5)

RESULT = {
    "scores": {
        "below five": below,
        "others": others,
        "frozen": float(np.abs(kept - feature_layers[0].get_weights()[0]).max()),
    },
    "shapes": {"trainable": len(model.trainable_weights), "all": len(model.weights)},
}
