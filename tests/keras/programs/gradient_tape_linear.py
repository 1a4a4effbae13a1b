"""A line fitted by hand: tf.Variable, GradientTape, assign_sub.

runs on: TensorFlow
reaches: slope error <= 0.1, intercept error <= 0.1, cube >= 11.999, mixed <= 0.001
agrees: slope error 0.1
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

print(tf.__version__)
TRUE_W, TRUE_B = 3.0, 2.0
NUM_EXAMPLES = 500
tf.random.set_seed(1)
x = tf.linspace(-2, 2, NUM_EXAMPLES)
x = tf.cast(x, tf.float32)
noise = tf.random.normal(shape=[NUM_EXAMPLES])
y = x * TRUE_W + TRUE_B + 0.5 * noise


class MyModel(tf.Module):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.w = tf.Variable(5.0)
        self.b = tf.Variable(0.0)

    def __call__(self, x):
        return self.w * x + self.b


def loss(target_y, predicted_y):
    return tf.reduce_mean(tf.square(target_y - predicted_y))


def train(model, x, y, learning_rate):
    with tf.GradientTape() as t:
        current_loss = loss(y, model(x))
    dw, db = t.gradient(current_loss, [model.w, model.b])
    model.w.assign_sub(learning_rate * dw)
    model.b.assign_sub(learning_rate * db)


model = MyModel()
first = loss(y, model(x)).numpy()
weights = []
for _ in range(40):
    train(model, x, y, learning_rate=0.1)
    weights.append((model.w.numpy(), model.b.numpy()))
plt.scatter(x, y, c="b")
plt.plot(x, model(x).numpy(), c="r")
plt.close()

u = tf.Variable(2.0)
with tf.GradientTape(persistent=True) as tape:
    tape.watch(u)
    v = u**3
    with tf.GradientTape() as inner:
        z = tf.exp(u)
    dz = inner.gradient(z, u)
    total = dz * v
print("third power:", tape.gradient(v, u).numpy(), "mixed:", tape.gradient(total, u).numpy())

RESULT = {
    "scores": {
        "slope error": abs(float(model.w) - TRUE_W),
        "intercept error": abs(float(model.b.numpy()) - TRUE_B),
        "fell": float(loss(y, model(x)).numpy() / first),
        "cube": float(tape.gradient(v, u)),
        "mixed": float(tape.gradient(total, u) - np.exp(2.0) * (8 + 12)),
    },
    "shapes": {"x": tuple(x.shape), "weights": np.shape(weights)},
}
