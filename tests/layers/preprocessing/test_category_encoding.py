"""CategoryEncoding: what it refuses at the prompt, and what becomes of it inside programs."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import pellucid
from pellucid import layers
from pellucid.core.errors import ArgumentError, DataError, ShapeError


@pytest.mark.parametrize("mode", ["multi_hot", "count", "one_hot"])
def test_numbers_out_of_range_are_refused_or_nan(mode):
    layer = layers.CategoryEncoding(3, output_mode=mode)
    x = np.array([[0, 1], [2, 3], [-1, 0], [1, 1]])
    with pytest.raises(DataError, match=r"knows the numbers 0 to 2, but the inputs hold 3"):
        layer(x[:2])
    with pytest.raises(DataError, match="IntegerLookup"):
        layer(x[2:])
    params, state = pellucid.init(layer, 0, x)
    inside = jax.jit(lambda x: pellucid.apply(layer, params, state, x)[0])(jnp.asarray(x))
    rows_with_nan = np.isnan(inside).reshape(4, -1).any(axis=1)
    assert rows_with_nan.tolist() == [False, True, True, False]
    np.testing.assert_array_equal(inside[jnp.array([0, 3])], layer(x[[0, 3]]))


def test_a_single_axis_counts_the_rows():
    assert layers.CategoryEncoding(3)([2, 0]).tolist() == [[0, 0, 1], [1, 0, 0]]


def test_the_number_of_categories_has_to_be_given():
    with pytest.raises(ArgumentError, match=r"needs `num_tokens`[\s\S]*IntegerLookup"):
        layers.CategoryEncoding()


def test_weights_and_fractions_are_checked():
    layer = layers.CategoryEncoding(3, output_mode="count")
    x, weights = np.array([[0, 2]]), np.array([[0.5, 2.0]])
    assert layer(x, count_weights=weights).tolist() == [[0.5, 0, 2]]
    assert layer(x.astype("float32")).tolist() == [[1, 0, 1]]
    with pytest.raises(ShapeError, match=r"shape \(1, 1\), but the inputs \(1, 2\)"):
        layer(x, count_weights=weights[:, :1])
    with pytest.raises(ArgumentError, match='need output_mode="count"'):
        layers.CategoryEncoding(3)(x, count_weights=weights)
    with pytest.raises(DataError, match=r"whole numbers, but the inputs hold 0.5"):
        layer(weights)
