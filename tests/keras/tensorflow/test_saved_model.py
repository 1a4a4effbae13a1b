"""Models in folders: what `tf.saved_model` writes and reads."""

from __future__ import annotations

import numpy as np
import pytest

import pellucid.keras as keras
import pellucid.keras.tensorflow as tf
from pellucid.core.errors import UsageError
from pellucid.keras.naming import reset_uids

X = np.arange(6, dtype="float32").reshape(2, 3)


def test_a_model_comes_back_with_its_signature(tmp_path):
    reset_uids()
    model = keras.Sequential([keras.layers.Dense(4, input_shape=(3,)), keras.layers.Dense(2)])
    path = str(tmp_path / "models" / "1")
    tf.saved_model.save(model, path)
    wanted = model.predict(X, verbose=0)
    reset_uids()
    again = tf.saved_model.load(path)
    assert tf.saved_model.contains_saved_model(path)
    assert list(again.signatures) == ["serving_default"]
    assert np.allclose(again(X), wanted)
    ask = again.signatures["serving_default"]
    assert np.allclose(ask(tf.constant(X))["dense_1"], wanted)
    assert np.allclose(ask(dense_input=tf.constant(X))["dense_1"], wanted)
    assert {name: spec.shape[-1] for name, spec in ask.structured_outputs.items()} == {"dense_1": 2}
    assert len(again.trainable_variables) == 4
    assert np.allclose(keras.models.load_model(path).predict(X, verbose=0), wanted)


def test_what_export_wrote_is_read(tmp_path):
    model = keras.Sequential([keras.layers.Dense(2, input_shape=(3,), name="scores")])
    model.export(tmp_path / "exported")
    again = tf.saved_model.load(str(tmp_path / "exported"))
    found = again.signatures["serving_default"](X)["scores"]
    assert np.allclose(found, model.predict(X, verbose=0))


def test_code_is_not_written(tmp_path):
    with pytest.raises(UsageError, match="never code"):
        tf.saved_model.save(tf.Module(), str(tmp_path / "module"))
