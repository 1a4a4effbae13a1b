"""A stateful LSTM, epochs by hand and reset_states between them.

runs on: old Keras (batch_input_shape, model.reset_states)
reaches: rmse <= 45
"""

import os

import numpy as np
from keras.layers import LSTM, Dense
from keras.models import Sequential

path = os.path.join(os.environ["PELLUCID_DATA"], "time-series", "airline-passengers.csv")
series = np.loadtxt(path, delimiter=",", skiprows=1, usecols=1)
low, high = series.min(), series.max()
scaled = (series - low) / (high - low)
x, y = scaled[:-1].reshape(-1, 1, 1), scaled[1:]

model = Sequential()
model.add(LSTM(8, batch_input_shape=(1, 1, 1), stateful=True))
model.add(Dense(1))
model.compile(loss="mean_squared_error", optimizer="adam")
for _ in range(15):
    model.fit(x, y, epochs=1, batch_size=1, verbose=0, shuffle=False)
    model.reset_states()
first = model.predict(x[:5], batch_size=1)
again = model.predict(x[:5], batch_size=1)
model.reset_states()
fresh = model.predict(x[:5], batch_size=1)
model.reset_states()
rmse = np.sqrt(np.mean(((model.predict(x, batch_size=1)[:, 0] - y) * (high - low)) ** 2))

RESULT = {
    "scores": {"rmse": rmse},
    "shapes": {
        "state matters": bool(np.abs(first - again).max() > 1e-5),
        "reset starts anew": bool(np.allclose(first, fresh, atol=1e-5)),
        "output": model.output_shape,
    },
}
