"""Document 001, "Tensorflow + Keras": SimpleMLP as a subclass of Model, compiled and fitted.

runs on: TensorFlow
reaches: loss <= 2
agrees: loss 2
document: 001, lines 220-235
"""

import numpy as np
import tensorflow as tf
from tensorflow.keras import layers, Model


# Simple fully connected model with 2 hidden layers
class SimpleMLP(Model):
    def __init__(self):
        super(SimpleMLP, self).__init__()
        self.fc1 = layers.Dense(20, activation='relu')  # Input layer to 1st hidden layer
        self.fc2 = layers.Dense(10, activation='relu')  # 1st hidden layer to 2nd hidden layer
        self.fc3 = layers.Dense(
            1
        )  # 2nd hidden layer to output layer (no activation for regression)

    def call(self, inputs):
        x = self.fc1(inputs)
        x = self.fc2(x)
        return self.fc3(x)


rng = np.random.default_rng(0)
X = rng.normal(size=(100, 2)).astype("float32")
y = (2 * X[:, 0] ** 3 + 0.5 * X[:, 1] ** 2).reshape(-1, 1)
model = SimpleMLP()
print(model(tf.constant(X[:3])).shape)
model.compile(optimizer=tf.keras.optimizers.Adam(0.01), loss="mse")
history = model.fit(X, y, epochs=150, batch_size=32, verbose=0)
model.summary()

RESULT = {
    "scores": {"loss": history.history["loss"][-1]},
    "shapes": {"weights": [tuple(w.shape) for w in model.weights], "names": len(model.layers)},
    "history": sorted(history.history),
}
