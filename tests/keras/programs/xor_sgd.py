"""XOR with a tiny network and plain gradient descent, on Python lists.

runs on: Keras 3
reaches: accuracy >= 1, loss <= 0.1
agrees: loss 0.1
"""

import numpy as np
from keras.layers import Activation, Dense
from keras.models import Sequential
from keras.optimizers import SGD
from keras.utils import set_random_seed

set_random_seed(3)
X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], "float32")
y = np.array([[0], [1], [1], [0]], "float32")

model = Sequential()
model.add(Dense(8, input_dim=2))
model.add(Activation("tanh"))
model.add(Dense(1))
model.add(Activation("sigmoid"))
model.compile(loss="binary_crossentropy", optimizer=SGD(learning_rate=0.5))
history = model.fit(X, y, epochs=600, batch_size=1, verbose=0)
predicted = model.predict(X)
print(predicted)

RESULT = {
    "scores": {
        "accuracy": float(np.mean((predicted > 0.5) == (y > 0.5))),
        "loss": history.history["loss"][-1],
    },
    "shapes": {"predicted": predicted.shape, "weights": [w.shape for w in model.get_weights()]},
    "history": sorted(history.history),
}
