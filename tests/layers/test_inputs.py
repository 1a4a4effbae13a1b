"""Inputs and the penalty layer."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid import Input, layers, run
from pellucid.core.errors import ArgumentError, ArgumentTypeError


@pytest.mark.parametrize(
    ("given", "shape"),
    [
        ({"shape": (784,)}, (None, 784)),
        ({"shape": 784}, (None, 784)),
        ({"shape": [None, 8]}, (None, None, 8)),
        ({"shape": (3,), "batch_size": 5}, (5, 3)),
        ({"batch_shape": (5, 3)}, (5, 3)),
        ({"shape": ()}, (None,)),
    ],
)
def test_batch_shape(given, shape):
    assert Input(**given).shape == layers.InputLayer(**given).batch_shape == shape


@pytest.mark.parametrize("given", [{}, {"shape": (3,), "batch_shape": (None, 3)}])
def test_one_of_the_two_shapes(given):
    with pytest.raises(ArgumentError, match="exactly one of `shape`"):
        Input(**given)


def test_a_shape_is_no_text():
    with pytest.raises((ArgumentError, ArgumentTypeError), match="`shape` must be a tuple"):
        Input(shape="784")


def test_dtype_and_name():
    made = Input(shape=(2,), dtype="int32", name="tokens")
    assert (made.dtype, made.name, Input(shape=(2,)).dtype) == ("int32", "tokens", "float32")


def test_activity_regularization_adds_its_penalty():
    x = np.array([[1.0, -2.0], [3.0, 0.0]], "float32")
    applied = run(layers.ActivityRegularization(l1=0.5, l2=0.1), {}, {}, x)
    np.testing.assert_array_equal(applied.outputs, x)
    np.testing.assert_allclose(applied.losses, [(0.5 * 6 + 0.1 * 14) / 2], rtol=1e-6)
