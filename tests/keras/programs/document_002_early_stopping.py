"""Document 002, "Early Stopping": the callback with all arguments as printed.

runs on: Keras 3
reaches: accuracy >= 0.85, epochs <= 199
agrees: accuracy 0.1
document: 002, lines 336-344
"""

import tensorflow as tf
import tensorflow.keras
from sklearn.datasets import load_breast_cancer
from sklearn.preprocessing import StandardScaler

X, y = load_breast_cancer(return_X_y=True)
X = StandardScaler().fit_transform(X)
early_stopping = tf.keras.callbacks.EarlyStopping(
    monitor="val_loss",
    min_delta=0,
    patience=0,
    verbose=0,
    mode="auto",
    baseline=None,
    restore_best_weights=False,
)
model = tf.keras.Sequential(
    [tf.keras.layers.Dense(32, activation="relu"), tf.keras.layers.Dense(1, activation="sigmoid")]
)
model.compile(
    optimizer=tf.keras.optimizers.Adam(0.01), loss="binary_crossentropy", metrics=["accuracy"]
)
history = model.fit(
    X[:400],
    y[:400],
    epochs=200,
    validation_data=(X[400:], y[400:]),
    callbacks=[early_stopping],
    verbose=0,
)
losses = history.history["val_loss"]

RESULT = {
    "scores": {"accuracy": history.history["val_accuracy"][-1], "epochs": float(len(losses))},
    "shapes": {
        "rose once": bool(losses[-1] >= losses[-2]),
        "stopped": early_stopping.stopped_epoch == len(losses) - 1,
    },
    "history": sorted(history.history),
}
