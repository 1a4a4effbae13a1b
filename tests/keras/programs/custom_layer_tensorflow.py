"""Layers of one's own written with tf functions; nested layers; add_loss in call; regularizers.

runs on: TensorFlow
reaches: accuracy >= 0.83
agrees: accuracy 0.06
"""

import tensorflow as tf
from sklearn.datasets import load_digits
from tensorflow.keras import layers

X, y = load_digits(return_X_y=True)
X = (X / 16).astype("float32")


class Linear(layers.Layer):
    def __init__(self, units=32, **kwargs):
        super(Linear, self).__init__(**kwargs)
        self.units = units

    def build(self, input_shape):
        self.w = self.add_weight(
            name="w",
            shape=(input_shape[-1], self.units),
            initializer="glorot_uniform",
            regularizer=tf.keras.regularizers.l2(1e-4),
            trainable=True,
        )
        self.b = self.add_weight(name="b", shape=(self.units,), initializer="zeros", trainable=True)
        super(Linear, self).build(input_shape)

    def call(self, inputs):
        return tf.matmul(inputs, self.w) + self.b

    def compute_output_shape(self, input_shape):
        return (input_shape[0], self.units)


class ActivityRegularization(layers.Layer):
    def __init__(self, rate=1e-3):
        super().__init__()
        self.rate = rate

    def call(self, inputs):
        self.add_loss(self.rate * tf.reduce_mean(tf.square(inputs)))
        return inputs


class MLPBlock(layers.Layer):
    def __init__(self):
        super().__init__()
        self.linear_1 = Linear(48)
        self.regular = ActivityRegularization()
        self.linear_2 = Linear(10)

    def call(self, inputs, training=None):
        x = self.linear_1(inputs)
        x = tf.nn.relu(x)
        x = self.regular(x)
        if training:
            x = tf.nn.dropout(x, rate=0.1)
        return self.linear_2(x)


mlp = MLPBlock()
first = mlp(tf.ones(shape=(3, 64)))
print("weights:", len(mlp.weights), "losses:", len(mlp.losses))

inputs = tf.keras.Input(shape=(64,))
outputs = tf.keras.layers.Softmax()(mlp(inputs))
model = tf.keras.Model(inputs, outputs)
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(X[:1400], y[:1400], epochs=15, batch_size=32, verbose=0)
loss, accuracy = model.evaluate(X[1400:], y[1400:], verbose=0)

RESULT = {
    "scores": {"accuracy": accuracy, "plus": float(len(mlp.losses))},
    "shapes": {"first": tuple(first.shape), "weights": [tuple(w.shape) for w in mlp.weights]},
    "history": sorted(history.history),
}
