"""TensorBoard in a folder named by the time, beside early stopping; weights kept, as a notebook does it.

runs on: TensorFlow
reaches: accuracy >= 0.85, logs >= 1
agrees: accuracy 0.06
"""

import datetime
import os

import tensorflow as tf
from tensorflow.keras.callbacks import EarlyStopping, TensorBoard

mnist = tf.keras.datasets.mnist
(x_train, y_train), (x_test, y_test) = mnist.load_data()
x_train, x_test = x_train[:3000] / 255.0, x_test[:1000] / 255.0
y_train, y_test = y_train[:3000], y_test[:1000]

model = tf.keras.models.Sequential(
    [
        tf.keras.layers.Flatten(input_shape=(28, 28)),
        tf.keras.layers.Dense(64, activation="relu"),
        tf.keras.layers.Dropout(0.2),
        tf.keras.layers.Dense(10, activation="softmax"),
    ]
)
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
log_dir = os.path.join("logs", "fit", datetime.datetime.now().strftime("%Y%m%d-%H%M%S"))
tensorboard_callback = TensorBoard(log_dir=log_dir, histogram_freq=1, write_graph=True, write_images=False)
history = model.fit(
    x_train,
    y_train,
    epochs=5,
    validation_data=(x_test, y_test),
    callbacks=[tensorboard_callback, EarlyStopping(patience=3)],
    verbose=0,
)

RESULT = {
    "scores": {"accuracy": history.history["val_accuracy"][-1], "logs": float(os.path.isdir(log_dir))},
    "shapes": {"output": model.output_shape},
    "history": sorted(history.history),
}
