"""REINFORCE with a tape: probabilities from a model, tf.random.categorical, gradients applied per episode.

runs on: TensorFlow
reaches: last >= 0.75, better >= 0.15
agrees: last 0.25
"""

import numpy as np
import tensorflow as tf
from tensorflow import keras

keras.utils.set_random_seed(4)
rng = np.random.default_rng(4)
model = keras.models.Sequential(
    [
        keras.layers.Dense(16, activation="elu", input_shape=[3]),
        keras.layers.Dense(2, activation="softmax"),
    ]
)
optimizer = keras.optimizers.Adam(learning_rate=0.03)
loss_fn = keras.losses.sparse_categorical_crossentropy


def play(states):
    """The right action is 1 where the first two numbers sum above zero; the reward is 1 for a right one."""
    probabilities = model(states)
    actions = tf.random.categorical(tf.math.log(probabilities), 1)[:, 0].numpy()
    rewards = (actions == (states[:, 0] + states[:, 1] > 0)).astype("float32")
    return actions, rewards


means = []
for episode in range(80):
    states = rng.normal(size=(32, 3)).astype("float32")
    actions, rewards = play(states)
    advantages = tf.constant((rewards - rewards.mean()) / (rewards.std() + 1e-6))
    with tf.GradientTape() as tape:
        losses = loss_fn(tf.constant(actions), model(states))
        loss = tf.reduce_mean(losses * advantages)
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    means.append(float(np.mean(rewards)))

RESULT = {
    "scores": {
        "last": float(np.mean(means[-10:])),
        "better": float(np.mean(means[-10:]) - np.mean(means[:5])),
    },
    "shapes": {"losses": tuple(losses.shape), "grads": [tuple(g.shape) for g in grads]},
}
