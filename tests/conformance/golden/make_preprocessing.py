"""Write `preprocessing.json`: what Keras's layers with a vocabulary learn and give for `preprocessing_cases`.

These layers of Keras need TensorFlow, which nothing else here does, so it is no part of the extra `oracle`. In an
environment with `keras` and `tensorflow`:

    KERAS_BACKEND=tensorflow python -m tests.conformance.golden.make_preprocessing
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from tests.conformance.golden.preprocessing_cases import CASES, name


def numbers(layer: str, arguments: dict[str, Any], data: Any, inputs: Any) -> dict[str, Any]:
    """Return what a layer of Keras has learned, and what it gives."""
    import keras

    made = getattr(keras.layers, layer)(**arguments)
    if data is not None:
        made.adapt(np.array(data))
    given = np.array(inputs, "float32") if layer == "Discretization" else np.array(inputs)
    told: dict[str, Any] = {"outputs": plain(np.asarray(made(given)))}
    if layer == "Discretization":
        return {**told, "learned": [float(edge) for edge in made.bin_boundaries]}
    return {**told, "learned": plain(np.array(made.get_vocabulary(), object))}


def plain(array: np.ndarray) -> Any:
    """Return an array as lists; bytes as text."""
    if array.dtype.kind in "OS":
        decode = np.frompyfunc(
            lambda each: each.decode() if isinstance(each, bytes) else each_plain(each), 1, 1
        )
        return decode(array).tolist()
    return array.tolist()


def each_plain(value: Any) -> Any:
    """Return a number of NumPy as one of Python."""
    return value.item() if hasattr(value, "item") else value


if __name__ == "__main__":
    found = {name(index): numbers(*case) for index, case in enumerate(CASES)}
    path = Path(__file__).with_name("preprocessing.json")
    lines = (f"{json.dumps(key)}: {json.dumps(value)}" for key, value in found.items())
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    print(f"{len(found)} cases")
