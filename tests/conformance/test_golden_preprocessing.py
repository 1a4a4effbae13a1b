"""Layers with a vocabulary, and learned buckets, against Keras's numbers, which are kept in a file."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from golden.preprocessing_cases import CASES, name

from pellucid import layers

KEPT = json.loads(Path(__file__).with_name("golden").joinpath("preprocessing.json").read_text())


def test_the_file_has_all_cases():
    assert list(KEPT) == [name(index) for index in range(len(CASES))]


@pytest.mark.parametrize("index", range(len(CASES)), ids=name)
def test_numbers_are_kerass(index):
    kind, arguments, data, inputs = CASES[index]
    wanted = KEPT[name(index)]
    layer = getattr(layers, kind)(**arguments)
    if data is not None:
        layer.adapt(np.array(data))
    given = np.array(inputs, "float32") if kind == "Discretization" else np.array(inputs)
    outputs = np.asarray(layer(given))
    learned = layer.bin_boundaries if kind == "Discretization" else layer.get_vocabulary()
    if kind == "Discretization":
        np.testing.assert_allclose(learned, wanted["learned"], rtol=1e-6)
    else:
        assert learned == wanted["learned"]
    if outputs.dtype.kind == "U":
        assert outputs.tolist() == wanted["outputs"]
    else:
        theirs = np.array(wanted["outputs"])
        assert outputs.shape == theirs.shape
        np.testing.assert_allclose(outputs, theirs, rtol=2e-6, atol=1e-7)
