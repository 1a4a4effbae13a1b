"""Document 003: every one-line TensorFlow snippet, on values that can be checked by hand.

runs on: old Keras (Dropout(p=0.5))
reaches: sigmoid <= 0.000001, tanh <= 0.000001, relu <= 0, same <= 0.000001, dropped >= 0.3
document: 003, lines 101, 113, 124, 188, 189, 293
"""

import numpy as np
import tensorflow as tf

z = tf.constant([-6.0, -1.0, 0.0, 2.0])
values = z.numpy()
sigmoid = tf.math.sigmoid(z)
tanh = tf.math.tanh(z)
relu = tf.nn.relu(z)

y = tf.constant([[1.0, 2.0], [3.0, 4.0]])
predicted = tf.constant([[1.5, 2.0], [2.0, 6.0]])
loss = tf.reduce_mean(tf.square(tf.subtract(y, predicted)))
by_hand = loss.numpy()
loss = tf.keras.losses.MSE(y, predicted)

layer = tf.keras.layers.Dropout(p=0.5)
dropped = layer(tf.ones((200, 10)), training=True).numpy()
kept = layer(tf.ones((2, 10))).numpy()

RESULT = {
    "scores": {
        "sigmoid": float(np.abs(sigmoid.numpy() - 1 / (1 + np.exp(-values))).max()),
        "tanh": float(np.abs(tanh.numpy() - np.tanh(values)).max()),
        "relu": float(np.abs(relu.numpy() - np.maximum(values, 0)).max()),
        "same": float(abs(np.mean(loss.numpy()) - by_hand)),
        "dropped": float((dropped == 0).mean()),
    },
    "shapes": {
        "loss": tuple(loss.shape),
        "values": sorted(set(dropped.ravel().tolist())),
        "kept": float(kept.min()),
    },
}
