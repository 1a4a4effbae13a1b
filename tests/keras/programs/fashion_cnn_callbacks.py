"""CNN with batch normalization; checkpoint of the best, plateau, early stopping; best model loaded again.

runs on: Keras 3
reaches: accuracy >= 0.7, same >= 1
agrees: accuracy 0.1
"""

import os

import numpy as np
from tensorflow.keras.callbacks import EarlyStopping, ModelCheckpoint, ReduceLROnPlateau
from tensorflow.keras.datasets import fashion_mnist
from tensorflow.keras.layers import (
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    GlobalAveragePooling2D,
    MaxPool2D,
)
from tensorflow.keras.models import Sequential, load_model

(X_train, y_train), (X_test, y_test) = fashion_mnist.load_data()
X_train, y_train = X_train[:3000, ..., np.newaxis] / 255.0, y_train[:3000]
X_test, y_test = X_test[:1000, ..., np.newaxis] / 255.0, y_test[:1000]

model = Sequential(
    [
        Conv2D(16, 3, padding="same", activation="relu", input_shape=(28, 28, 1)),
        BatchNormalization(momentum=0.9),
        MaxPool2D(2),
        Conv2D(32, 3, padding="same", activation="relu"),
        BatchNormalization(momentum=0.9),
        MaxPool2D(2),
        GlobalAveragePooling2D(),
        Dropout(0.2),
        Dense(32, activation="relu"),
        Dense(10, activation="softmax"),
    ]
)
model.compile(loss="sparse_categorical_crossentropy", optimizer="nadam", metrics=["accuracy"])
checkpoint = ModelCheckpoint(
    "best.keras", monitor="val_accuracy", save_best_only=True, mode="max", verbose=1
)
callbacks = [
    checkpoint,
    EarlyStopping(monitor="val_loss", patience=5),
    ReduceLROnPlateau(monitor="val_loss", factor=0.5, patience=2, min_lr=1e-5, verbose=1),
]
history = model.fit(
    X_train,
    y_train,
    batch_size=32,
    epochs=8,
    validation_data=(X_test, y_test),
    callbacks=callbacks,
    verbose=2,
)
best = load_model("best.keras")
loss, accuracy = best.evaluate(X_test, y_test, verbose=0)

RESULT = {
    "scores": {
        "accuracy": accuracy,
        "same": float(abs(accuracy - max(history.history["val_accuracy"])) < 2e-3),
    },
    "shapes": {"files": os.path.exists("best.keras")},
    "history": sorted(history.history),
}
