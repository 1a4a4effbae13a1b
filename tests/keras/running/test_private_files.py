"""Files inside TensorFlow that were never public: scripts import from them, and find the names."""

from __future__ import annotations

from importlib import import_module

import numpy as np
import pytest

from pellucid.datasets import mnist
from pellucid.keras.names.private import PRIVATE_FILES
from pellucid.keras.notices import collected

pytestmark = pytest.mark.usefixtures("installed")


@pytest.mark.parametrize("path", PRIVATE_FILES)
def test_every_file_is_found_by_import_and_by_name(path):
    package, _, name = f"tensorflow.{path}".rpartition(".")
    module = import_module(f"{package}.{name}")
    assert vars(module)["_targets"]
    assert getattr(import_module(package), name) is module


def test_names_of_such_files_are_those_of_tensorflow():
    space = {}
    exec(
        "from tensorflow.python.client import device_lib\n"
        "from tensorflow.python.framework.ops import disable_eager_execution\n"
        "from tensorflow.python.ops import math_ops, nn\n"
        "from tensorflow.python.util import deprecation\n"
        "from tensorflow.python.ops.numpy_ops import np_config\n"
        "import tensorflow as tf\n"
        "deprecation._PRINT_DEPRECATION_WARNINGS = False\n"
        "np_config.enable_numpy_behavior()\n"
        "found = float(math_ops.reduce_mean(tf.constant([1.0, 3.0])))\n"
        "soft = nn.softmax(tf.zeros((1, 2))).numpy().tolist()\n"
        "kinds = [device.device_type for device in device_lib.list_local_devices()]\n",
        space,
    )
    assert (space["found"], space["soft"]) == (2.0, [[0.5, 0.5]])
    assert "CPU" in space["kinds"]
    assert any("never public" in notice.text for notice in collected())


def test_the_digits_of_the_first_lessons(monkeypatch):
    images = np.arange(8, dtype="uint8")[:, None, None] * np.ones((28, 28), "uint8")
    labels = np.arange(8, dtype="uint8")
    monkeypatch.setattr(mnist, "load_data", lambda: ((images, labels), (images[:2], labels[:2])))
    from tensorflow.examples.tutorials.mnist import input_data

    digits = input_data.read_data_sets("MNIST_data/", one_hot=True, validation_size=3)
    assert [part.num_examples for part in digits] == [5, 3, 2]
    seen = [digits.train.next_batch(2) for _ in range(5)]
    rows = np.concatenate([batch[0][:, 0] for batch in seen]) * 255
    kinds = np.concatenate([batch[1].argmax(1) for batch in seen])
    assert np.allclose(rows, kinds)
    assert sorted(kinds[:4].round()) == sorted(set(kinds[:4])), "no row comes twice in an epoch"
    assert digits.train.epochs_completed >= 1
    plain = input_data.read_data_sets("MNIST_data/", validation_size=0)
    assert plain.test.labels.tolist() == [0, 1]
