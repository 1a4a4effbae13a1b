"""Weights go to Keras and come back, and predictions stay: positions and shapes of all arrays are Keras's."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from pellucid import keras

HERE = Path(__file__).parent
SPEC = importlib.util.spec_from_file_location("architectures", HERE / "architectures.py")
architectures = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(architectures)
ARCHITECTURES, WORDS = architectures.ARCHITECTURES, architectures.WORDS


@pytest.fixture(scope="module")
def ask():
    """Return a function that has Keras, in a process of its own, answer a request."""
    if importlib.util.find_spec("keras") is None:
        pytest.skip("Keras is not installed (extra `oracle`)")
    process = subprocess.Popen(
        [sys.executable, str(HERE / "on_keras.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "KERAS_BACKEND": "jax"},
    )

    def answer(**request) -> None:
        print(json.dumps(request), file=process.stdin, flush=True)
        said = json.loads(process.stdout.readline())
        assert said["error"] is None, said["error"]

    yield answer
    process.stdin.close()
    process.stdout.close()
    process.wait(timeout=30)


def sample_for(model) -> list[np.ndarray]:
    """Return a few rows for each input of a model: words where it takes integers."""
    rows = []
    for number, tensor in enumerate(getattr(model, "inputs", None) or [keras.Input((4,))]):
        shape, rng = (3, *tuple(tensor.shape)[1:]), np.random.default_rng(number)
        words = "int" in str(tensor.dtype)
        rows.append(
            rng.integers(1, WORDS, shape) if words else rng.normal(size=shape).astype("float32")
        )
    return rows


@pytest.mark.oracle
@pytest.mark.parametrize("name", ARCHITECTURES)
def test_weights_go_to_keras_and_come_back_with_equal_predictions(name, ask, tmp_path):
    model = ARCHITECTURES[name](keras)
    inputs, rng = sample_for(model), np.random.default_rng(9)
    weights = [
        rng.uniform(0.05, 0.6, weight.shape).astype("float32") for weight in model.get_weights()
    ]
    model.set_weights(weights)
    given, result = tmp_path / "given.npz", tmp_path / "result.npz"
    arrays = {f"input_{i}": each for i, each in enumerate(inputs)}
    np.savez(given, **arrays, **{f"weight_{i}": each for i, each in enumerate(weights)})
    ask(architecture=name, given=str(given), result=str(result))
    theirs = np.load(result)
    fed = inputs if len(inputs) > 1 else inputs[0]
    np.testing.assert_allclose(model.predict(fed, verbose=0), theirs["ours"], rtol=1e-5, atol=1e-5)
    model.set_weights([theirs[f"weight_{i}"] for i in range(len(weights))])
    np.testing.assert_allclose(
        model.predict(fed, verbose=0), theirs["theirs"], rtol=1e-5, atol=1e-5
    )


def test_there_are_architectures_enough():
    assert len(ARCHITECTURES) >= 15
