"""Forecast of generated waves with SimpleRNN, sequence to vector and sequence to sequence.

runs on: Keras 3
reaches: next mse <= 0.012, last mse <= 0.03
agrees: next mse 0.008, last mse 0.02
"""

import keras
import numpy as np


def generate_time_series(batch_size, n_steps):
    rng = np.random.default_rng(42)
    freq1, freq2, offsets1, offsets2 = rng.random((4, batch_size, 1))
    time = np.linspace(0, 1, n_steps)
    series = 0.5 * np.sin((time - offsets1) * (freq1 * 10 + 10))
    series += 0.2 * np.sin((time - offsets2) * (freq2 * 20 + 20))
    series += 0.05 * (rng.random((batch_size, n_steps)) - 0.5)
    return series[..., np.newaxis].astype(np.float32)


n_steps = 30
series = generate_time_series(1500, n_steps + 5)
X_train, y_train = series[:1200, :n_steps], series[:1200, n_steps]
X_valid, y_valid = series[1200:, :n_steps], series[1200:, n_steps]
model = keras.models.Sequential(
    [
        keras.layers.SimpleRNN(20, return_sequences=True, input_shape=[None, 1]),
        keras.layers.SimpleRNN(20),
        keras.layers.Dense(1),
    ]
)
model.compile(loss="mse", optimizer=keras.optimizers.Adam(0.005))
history = model.fit(X_train, y_train, epochs=10, validation_data=(X_valid, y_valid), verbose=0)

Y = np.stack([series[:, step : step + n_steps, 0] for step in range(1, 6)], axis=-1)


def last_time_step_mse(Y_true, Y_pred):
    return keras.ops.mean(keras.ops.square(Y_true[:, -1] - Y_pred[:, -1]))


seq = keras.models.Sequential(
    [
        keras.layers.Input(shape=[None, 1]),
        keras.layers.SimpleRNN(20, return_sequences=True),
        keras.layers.TimeDistributed(keras.layers.Dense(5)),
    ]
)
seq.compile(loss="mse", optimizer=keras.optimizers.Adam(0.01), metrics=[last_time_step_mse])
more = seq.fit(X_train, Y[:1200], epochs=10, validation_data=(X_valid, Y[1200:]), verbose=0)

RESULT = {
    "scores": {
        "next mse": history.history["val_loss"][-1],
        "last mse": more.history["val_last_time_step_mse"][-1],
    },
    "shapes": {"seq": seq.predict(X_valid[:3], verbose=0).shape, "output": seq.output_shape},
    "history": sorted(more.history),
}
