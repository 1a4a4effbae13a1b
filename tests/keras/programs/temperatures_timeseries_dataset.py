"""timeseries_dataset_from_array into a GRU, beside the common-sense baseline.

runs on: TensorFlow
reaches: mae <= 2
agrees: mae 0.2
"""

import os

import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers

path = os.path.join(os.environ["PELLUCID_DATA"], "time-series", "daily-min-temperatures.csv")
temperature = np.loadtxt(path, delimiter=",", skiprows=1, usecols=1, dtype="str")
temperature = np.array([float(value.strip('"?')) for value in temperature], "float32")
mean, std = temperature[:2500].mean(), temperature[:2500].std()
scaled = (temperature - mean) / std
sequence_length, batch_size = 14, 64


def make(start, end):
    return keras.utils.timeseries_dataset_from_array(
        data=scaled[start : end - sequence_length, None],
        targets=scaled[start + sequence_length : end],
        sequence_length=sequence_length,
        shuffle=start == 0,
        batch_size=batch_size,
    )


train_dataset, val_dataset = make(0, 2500), make(2500, 3650)
for samples, targets in train_dataset.take(1):
    print("samples shape:", samples.shape, "targets shape:", targets.shape)

inputs = keras.Input(shape=(sequence_length, 1))
x = layers.GRU(16, recurrent_dropout=0.1)(inputs)
x = layers.Dropout(0.1)(x)
outputs = layers.Dense(1)(x)
model = keras.Model(inputs, outputs)
callbacks = [keras.callbacks.ModelCheckpoint("gru.keras", save_best_only=True)]
model.compile(optimizer=tf.keras.optimizers.RMSprop(0.003), loss="mse", metrics=["mae"])
history = model.fit(
    train_dataset, epochs=6, validation_data=val_dataset, callbacks=callbacks, verbose=2
)
best = keras.models.load_model("gru.keras")

RESULT = {
    "scores": {"mae": best.evaluate(val_dataset, verbose=0)[1] * float(std)},
    "shapes": {"samples": tuple(samples.shape), "targets": tuple(targets.shape)},
    "history": sorted(history.history),
}
