"""Windows by tf.data, Conv1D before an LSTM, a Lambda scale, Huber loss.

runs on: TensorFlow
reaches: mae <= 22
agrees: mae 5
"""

import os

import numpy as np
import tensorflow as tf

path = os.path.join(os.environ["PELLUCID_DATA"], "time-series", "monthly-sunspots.csv")
series = np.loadtxt(path, delimiter=",", skiprows=1, usecols=1).astype("float32")
split_time = 2000
x_train, x_valid = series[:split_time], series[split_time:]
window_size, batch_size, shuffle_buffer_size = 24, 32, 1000


def windowed_dataset(series, window_size, batch_size, shuffle_buffer):
    series = tf.expand_dims(series, axis=-1)
    dataset = tf.data.Dataset.from_tensor_slices(series)
    dataset = dataset.window(window_size + 1, shift=1, drop_remainder=True)
    dataset = dataset.flat_map(lambda window: window.batch(window_size + 1))
    dataset = dataset.shuffle(shuffle_buffer)
    dataset = dataset.map(lambda window: (window[:-1], window[-1]))
    return dataset.batch(batch_size).prefetch(1)


tf.keras.backend.clear_session()
tf.random.set_seed(51)
np.random.seed(51)
train_set = windowed_dataset(x_train, window_size, batch_size, shuffle_buffer_size)
model = tf.keras.models.Sequential(
    [
        tf.keras.layers.Conv1D(
            16, 5, strides=1, padding="causal", activation="relu", input_shape=[None, 1]
        ),
        tf.keras.layers.LSTM(16),
        tf.keras.layers.Dense(16, activation="relu"),
        tf.keras.layers.Dense(1),
        tf.keras.layers.Lambda(lambda x: x * 100.0),
    ]
)
optimizer = tf.keras.optimizers.Adam(learning_rate=3e-3)
model.compile(loss=tf.keras.losses.Huber(), optimizer=optimizer, metrics=["mae"])
history = model.fit(train_set, epochs=6, verbose=2)

valid = np.stack([x_valid[i : i + window_size] for i in range(len(x_valid) - window_size)])[
    ..., np.newaxis
]
forecast = model.predict(valid, verbose=0)[:, 0]
mae = tf.keras.metrics.MeanAbsoluteError()
mae.update_state(x_valid[window_size:], forecast)

RESULT = {
    "scores": {"mae": float(mae.result().numpy())},
    "shapes": {"forecast": forecast.shape},
    "history": sorted(history.history),
}
