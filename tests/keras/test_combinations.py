"""Last layers, losses and targets that scripts combine, sound or not: loss and accuracy are those of Keras.

The numbers were computed by Keras 3.15 on JAX with the same weights (kernels and biases counted up in tenths); the
`oracle` test computes them anew.
"""

import importlib.util
import os
import subprocess
import sys

import numpy as np
import pytest

import pellucid.keras as keras
from pellucid.keras import notices

RNG = np.random.default_rng(0)
X = RNG.normal(size=(64, 4)).astype("float32")
CLASSES = RNG.integers(0, 3, 64)
YES = (CLASSES > 0).astype(int)
ONE_HOT = np.eye(3)[CLASSES]
SOFT = RNG.random((64, 4))

# name: units, activation, loss, targets, Keras's loss and accuracy
CASES = {
    "softmax, binary loss": (3, "softmax", "binary_crossentropy", ONE_HOT, 0.6535, 0.2969),
    "linear, binary loss": (1, None, "binary_crossentropy", YES, 6.4254, 0.4062),
    "sigmoids, categorical loss": (3, "sigmoid", "categorical_crossentropy", ONE_HOT, 1.1062, 0.2969),
    "softmax of one unit": (1, "softmax", "binary_crossentropy", YES, 5.2311, 0.6719),
    "sigmoid, squared error": (1, "sigmoid", "mse", YES, 0.2781, 0.4688),
    "softmax, squared error": (3, "softmax", "mse", ONE_HOT, 0.2297, 0.2969),
    "relu, squared error": (1, "relu", "mse", X[:, 0], 1.0768, 0.0),
    "tanh, binary loss": (1, "tanh", "binary_crossentropy", YES, 5.7596, 0.3906),
    "indices in a column": (3, "softmax", "sparse_categorical_crossentropy", CLASSES[:, None], 1.1314, 0.2969),
    "linear, sparse loss": (3, None, "sparse_categorical_crossentropy", CLASSES, 1.3367, 0.2969),
    "sigmoids, binary loss": (3, "sigmoid", "binary_crossentropy", ONE_HOT, 1.0499, 0.2969),
    "booleans": (1, "sigmoid", "binary_crossentropy", YES.astype(bool), 0.7588, 0.4688),
    "indices as floats": (3, "softmax", "sparse_categorical_crossentropy", CLASSES.astype("float32"), 1.1314, 0.2969),
    "linear, categorical loss": (3, None, "categorical_crossentropy", ONE_HOT, 1.3367, 0.2969),
    "hinge": (1, "tanh", "hinge", 2 * YES - 1, 1.0095, 0.1719),
    "more units than classes": (10, "softmax", "sparse_categorical_crossentropy", CLASSES, 2.8948, 0.0625),
    "softmax of one unit on labels": (1, "softmax", "mse", CLASSES, 0.6562, 0.3438),
    "regression": (1, None, "mse", X[:, :1], 1.0912, 0.0),
    "labels above one": (1, "sigmoid", "binary_crossentropy", CLASSES, 0.716, 0.2812),
    "soft targets": (4, "sigmoid", "binary_crossentropy", SOFT, 1.225, 0.3281),
    "targets outside": (4, "sigmoid", "binary_crossentropy", X, 0.1158, 0.2812),
    "counts": (1, "exponential", "poisson", CLASSES, 1.2822, 0.3125),
    "cosine": (3, None, "cosine_similarity", ONE_HOT, 0.0111, 0.2969),
}  # fmt: skip


def measured(library, case):
    """Train one epoch, set known weights, and return loss and accuracy."""
    units, activation, loss, targets = case[:4]
    dense = library.layers.Dense(units, activation=activation)
    model = library.Sequential([library.Input((4,)), dense])
    model.compile("adam", loss, metrics=["accuracy"])
    model.fit(X, targets, epochs=1, verbose=0)
    shapes = [weight.shape for weight in model.get_weights()]
    model.set_weights([0.1 * (1 + np.arange(np.prod(s)).reshape(s)) for s in shapes])
    return model.evaluate(X, targets, verbose=0)


@pytest.mark.parametrize("name", CASES)
def test_loss_and_accuracy_are_keras_s(name):
    np.testing.assert_allclose(measured(keras, CASES[name]), CASES[name][4:], atol=1.1e-4)


def test_what_is_unsound_is_said_even_by_a_silent_training(capsys):
    notices.reset()
    measured(keras, CASES["softmax of one unit"])
    assert "a softmax over one unit is always 1" in capsys.readouterr().err
    measured(keras, CASES["sigmoid, squared error"])
    assert "as it stands" not in capsys.readouterr().err


def test_shapes_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="Targets, layer 'dense'"):
        measured(keras, (3, None, "mse", X[:, :2]))


@pytest.mark.oracle
def test_the_numbers_are_those_of_keras():
    if importlib.util.find_spec("keras") is None:
        pytest.skip("needs Keras, of the extra `oracle`")
    code = (
        "import keras, test_combinations as t\n"
        "for name, case in t.CASES.items():\n"
        "    t.np.testing.assert_allclose(t.measured(keras, case), case[4:], atol=1.1e-4, err_msg=name)\n"
    )
    env = os.environ | {"KERAS_BACKEND": "jax", "PYTHONPATH": os.path.dirname(__file__)}
    subprocess.run([sys.executable, "-c", code], env=env, check=True)
