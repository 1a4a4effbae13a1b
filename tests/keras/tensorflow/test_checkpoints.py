"""``tf.train.Checkpoint``: what was saved comes back, with the optimizer's state, into new objects too."""

from __future__ import annotations

import os

import numpy as np
import pytest

from pellucid.core.errors import DataError, UsageError
from pellucid.keras import tensorflow as tf

keras = tf.keras


def made():
    """Return a model, its optimizer, a counter, and a checkpoint of them."""
    model = keras.Sequential(
        [keras.layers.Dense(3, input_shape=(2,)), keras.layers.BatchNormalization()]
    )
    optimizer, step = keras.optimizers.Adam(0.1), tf.Variable(0)
    return model, optimizer, tf.train.Checkpoint(step=step, optimizer=optimizer, net=model)


def train(model, optimizer, kept, times=3):
    """Do some steps by hand."""
    x = np.arange(8.0, dtype="float32").reshape(4, 2)
    for _ in range(times):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((model(x, training=True) - 1.0) ** 2)
        variables = model.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables, strict=True))
        kept.step.assign_add(1)


def test_a_restored_training_goes_on_as_the_first_one(tmp_path):
    model, optimizer, kept = made()
    train(model, optimizer, kept)
    path = kept.save(tmp_path / "ckpt")
    other, others_optimizer, others_kept = made()
    others_kept.restore(tf.train.latest_checkpoint(tmp_path)).assert_consumed()
    assert os.path.basename(path) == "ckpt-1"
    assert int(others_kept.step) == 3
    assert int(others_optimizer.iterations) == 3
    train(model, optimizer, kept)
    train(other, others_optimizer, others_kept)
    for mine, restored in zip(model.get_weights(), other.get_weights(), strict=True):
        assert np.allclose(mine, restored, atol=1e-6)


def test_a_manager_keeps_the_last_ones(tmp_path):
    *_, kept = made()
    manager = tf.train.CheckpointManager(kept, tmp_path / "some", max_to_keep=2)
    assert manager.latest_checkpoint is None
    assert kept.restore(manager.latest_checkpoint).expect_partial() is not None
    for _ in range(11):
        manager.save()
    assert [os.path.basename(path) for path in manager.checkpoints] == ["ckpt-10", "ckpt-11"]
    assert manager.latest_checkpoint == tf.train.latest_checkpoint(tmp_path / "some")


def test_weights_of_a_model_are_found_as_the_latest(tmp_path):
    model, *_ = made()
    model.save_weights(tmp_path / "cp-0001.ckpt")
    assert os.path.basename(tf.train.latest_checkpoint(tmp_path)) == "cp-0001.ckpt"
    assert tf.train.latest_checkpoint(tmp_path / "nowhere") is None


def test_what_does_not_fit_is_refused(tmp_path):
    path = made()[2].save(tmp_path / "ckpt")
    unbuilt = keras.Sequential([keras.layers.Dense(3)])
    with pytest.raises(UsageError, match="call `net` once"):
        tf.train.Checkpoint(net=unbuilt).restore(path)
    with pytest.raises(DataError, match="there is no checkpoint"):
        tf.train.Checkpoint(net=unbuilt).restore(tmp_path / "other-1")
