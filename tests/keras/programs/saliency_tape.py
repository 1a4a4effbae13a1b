"""Gradients by the input: a saliency map, and an image climbed to please one class.

runs on: TensorFlow
reaches: accuracy >= 0.83, pleased >= 0.8
agrees: accuracy 0.08
"""

import numpy as np
import tensorflow as tf
from sklearn.datasets import load_digits

digits = load_digits()
x, y = (digits.images / 16).astype("float32")[..., None], digits.target
model = tf.keras.Sequential(
    [
        tf.keras.Input((8, 8, 1)),
        tf.keras.layers.Conv2D(12, 3, activation="relu"),
        tf.keras.layers.Flatten(),
        tf.keras.layers.Dense(10, activation="softmax"),
    ]
)
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x[:1400], y[:1400], epochs=15, verbose=0)
accuracy = model.evaluate(x[1400:], y[1400:], verbose=0)[1]

images = tf.Variable(x[:3], dtype=tf.float32)
with tf.GradientTape() as tape:
    pred = model(images, training=False)
    class_idxs_sorted = np.argsort(pred.numpy(), axis=1)[:, ::-1]
    loss = tf.reduce_sum(tf.reduce_max(pred, axis=1))
grads = tape.gradient(loss, images)
dgrad_abs = tf.math.abs(grads)
saliency = np.max(dgrad_abs, axis=3)


@tf.function
def gradient_ascent_step(img, filter_index, learning_rate):
    with tf.GradientTape() as tape:
        tape.watch(img)
        score = tf.reduce_mean(tf.math.log(model(img)[:, 7] + 1e-7))
    grads = tape.gradient(score, img)
    grads = tf.math.l2_normalize(grads)
    img += learning_rate * grads
    return score, tf.clip_by_value(img, 0.0, 1.0)


image = tf.random.uniform((1, 8, 8, 1)) * 0.25
for _ in range(40):
    score, image = gradient_ascent_step(image, 7, 0.3)
chance = model(image)[0, 7].numpy()

RESULT = {
    "scores": {"accuracy": accuracy, "pleased": float(chance)},
    "shapes": {
        "saliency": saliency.shape,
        "sorted": class_idxs_sorted.shape,
        "image": tuple(image.shape),
    },
}
