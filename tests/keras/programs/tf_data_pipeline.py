"""A tf.data pipeline with map, cache, shuffle, repeat, batch, prefetch; fit with steps; evaluate and predict on it.

runs on: TensorFlow
reaches: accuracy >= 0.72
agrees: accuracy 0.07
"""

import numpy as np
import tensorflow as tf

(x_train, y_train), (x_test, y_test) = tf.keras.datasets.fashion_mnist.load_data()
x_train, y_train, x_test, y_test = x_train[:4000], y_train[:4000], x_test[:1000], y_test[:1000]


def normalize_img(image, label):
    return tf.cast(image, tf.float32) / 255.0, label


def augment(image, label):
    image = tf.expand_dims(image, -1)
    image = tf.image.random_flip_left_right(image)
    return tf.squeeze(image, axis=-1), label


ds_train = tf.data.Dataset.from_tensor_slices((x_train, y_train))
ds_train = ds_train.map(normalize_img, num_parallel_calls=tf.data.AUTOTUNE).cache()
ds_train = ds_train.shuffle(4000).map(augment).repeat().batch(64).prefetch(tf.data.AUTOTUNE)
ds_test = tf.data.Dataset.from_tensor_slices((x_test, y_test)).map(normalize_img).batch(128).cache()
print(ds_test.element_spec if hasattr(ds_test, "element_spec") else "")

model = tf.keras.models.Sequential(
    [
        tf.keras.layers.Flatten(input_shape=(28, 28)),
        tf.keras.layers.Dense(64, activation=tf.nn.relu),
        tf.keras.layers.Dropout(0.1),
        tf.keras.layers.Dense(10, activation=tf.nn.softmax),
    ]
)
model.compile(
    optimizer=tf.keras.optimizers.Adam(0.001),
    loss=tf.keras.losses.SparseCategoricalCrossentropy(),
    metrics=[tf.keras.metrics.SparseCategoricalAccuracy()],
)
history = model.fit(ds_train, epochs=5, steps_per_epoch=62, validation_data=ds_test, verbose=2)
loss, accuracy = model.evaluate(ds_test, verbose=0)
predicted = model.predict(ds_test, verbose=0)

numbers = (
    tf.data.Dataset.range(10)
    .filter(lambda n: n % 2 == 0)
    .map(lambda n: n * n)
    .batch(2, drop_remainder=True)
)
squares = [batch.tolist() for batch in numbers.as_numpy_iterator()]
pairs = tf.data.Dataset.zip((tf.data.Dataset.range(3), tf.data.Dataset.range(3, 6)))
zipped = [(int(a), int(b)) for a, b in pairs]

RESULT = {
    "scores": {
        "accuracy": accuracy,
        "by hand": float(np.mean(predicted.argmax(axis=1) == y_test)) - accuracy,
    },
    "shapes": {"predicted": predicted.shape, "squares": squares, "zipped": zipped},
    "history": sorted(history.history),
}
