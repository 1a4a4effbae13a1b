"""Names that stood in ``tf`` in TensorFlow 1, when Keras scripts took its optimizers and switched it to eager."""

from __future__ import annotations

import numpy as np
import pytest

import pellucid.keras as keras
from pellucid.keras import tensorflow as tf


def test_settings_of_tensorflow_1_are_known():
    tf.enable_eager_execution()
    tf.logging.set_verbosity(tf.logging.ERROR)
    draws = []
    for seed in (3, 3, 4):
        tf.set_random_seed(seed)
        draws.append(float(tf.random.uniform(())))
    assert draws[0] == draws[1] != draws[2]
    with pytest.raises(Exception, match="TensorFlow 1"):
        tf.placeholder(tf.float32)
    with pytest.raises(AttributeError, match="does not exist here"):
        tf.such_a_name  # noqa: B018


@pytest.mark.parametrize(
    ("old", "arguments", "new", "named"),
    [
        ("AdamOptimizer", (0.1, 0.8), "Adam", {"beta_1": 0.8, "epsilon": 1e-8}),
        ("RMSPropOptimizer", (0.1, 0.8, 0.5), "RMSprop", {"rho": 0.8, "momentum": 0.5}),
        ("GradientDescentOptimizer", (0.1,), "SGD", {"momentum": 0.0}),
        ("MomentumOptimizer", (0.1, 0.9), "SGD", {"momentum": 0.9}),
        ("AdagradOptimizer", (0.1, 0.2), "Adagrad", {"initial_accumulator_value": 0.2}),
        ("AdadeltaOptimizer", (0.1, 0.8), "Adadelta", {"rho": 0.8}),
    ],
)
def test_optimizers_of_tensorflow_1_are_those_of_keras(old, arguments, new, named):
    made = getattr(tf.train, old)(*arguments, use_locking=True)
    assert isinstance(made, getattr(keras.optimizers, new))
    config = made.get_config()
    assert config["learning_rate"] == pytest.approx(0.1)
    assert {name: config[name] for name in named} == pytest.approx(named)


def test_a_subclass_may_put_an_optimizer_into_its_dict():
    class Encoder(keras.Model):
        def __init__(self, **parts):
            super().__init__()
            self.__dict__.update(parts)
            self.net = keras.Sequential(self.net)

        def train(self, x):
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean(tf.square(self.net(x)))
            gradients = tape.gradient(loss, self.trainable_variables)
            self.optimizer.apply_gradients(zip(gradients, self.trainable_variables, strict=True))
            return float(loss)

    model = Encoder(net=[keras.layers.Dense(3)], optimizer=keras.optimizers.Adam(0.01))
    x = np.ones((4, 2), "float32")
    assert model.train(x) > model.train(x)


def test_losses_of_tensorflow_1_are_means_over_the_batch():
    logits = np.array([[1.0, -2.0, 0.5], [0.0, 3.0, -1.0]], "float32")
    classes = np.array([2, 1])
    logs = logits - np.log(np.exp(logits).sum(-1, keepdims=True))
    rows = -logs[[0, 1], classes]
    hot = np.eye(3)[classes]
    assert float(tf.losses.softmax_cross_entropy(hot, logits)) == pytest.approx(rows.mean())
    sparse = tf.compat.v1.losses.sparse_softmax_cross_entropy(classes, logits, weights=[2.0, 0.0])
    assert float(sparse) == pytest.approx(2 * rows[0])
    yes = 1 / (1 + np.exp(-logits))
    expected = -np.mean(hot * np.log(yes) + (1 - hot) * np.log(1 - yes))
    found = tf.losses.sigmoid_cross_entropy(multi_class_labels=hot, logits=logits)
    assert float(found) == pytest.approx(expected, rel=1e-5)
    with pytest.raises(AttributeError, match="does not exist here"):
        tf.losses.such_a_loss  # noqa: B018
