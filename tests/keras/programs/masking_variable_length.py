"""Series of unequal lengths: Masking before an LSTM; the padding must not matter.

runs on: Keras 3
reaches: mae <= 0.06, same <= 0.00001
agrees: mae 0.04
"""

import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(5)
lengths = rng.integers(3, 9, 800)
x = np.full((800, 8, 1), -1.0, "float32")
y = np.zeros(800, "float32")
for i, length in enumerate(lengths):
    values = rng.random(length)
    x[i, :length, 0] = values
    y[i] = values.mean()

model = keras.Sequential()
model.add(layers.Masking(mask_value=-1.0, input_shape=(None, 1)))
model.add(layers.LSTM(16))
model.add(layers.Dense(1))
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="mae")
history = model.fit(x, y, epochs=20, batch_size=32, validation_split=0.2, verbose=0)
short = x[lengths <= 5][:10]
same = np.abs(model.predict(short[:, :5], verbose=0) - model.predict(short, verbose=0)).max()

RESULT = {
    "scores": {"mae": history.history["val_loss"][-1], "same": float(same)},
    "shapes": {"output": model.output_shape},
    "history": sorted(history.history),
}
