"""Masking: which steps are padding, and what later layers make of it."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from pellucid import Sequential, layers
from pellucid.core.errors import ArgumentTypeError, ShapeError
from pellucid.modules.binding import Scope

SERIES = np.array([[[1.0, 2.0], [0.0, 0.0], [0.0, 3.0]], [[4.0, 5.0], [6.0, 7.0], [0.0, 0.0]]])
COUNTS = np.array([[True, False, True], [True, True, False]])


@pytest.mark.parametrize("value", [0, -1.5, 1e9, np.nan])
def test_steps_of_one_value_are_padding(value):
    x = np.where(COUNTS[..., None], SERIES, value).astype("float32")
    layer = layers.Masking(mask_value=value)
    np.testing.assert_array_equal(layer.compute_mask(jnp.asarray(x)), COUNTS)
    np.testing.assert_array_equal(layer(x), np.where(COUNTS[..., None], x, 0))


def test_a_step_counts_if_one_feature_does():
    gaps = np.array([[[np.nan, np.nan], [np.nan, 1.0]]], "float32")
    assert layers.Masking(np.nan).compute_mask(jnp.asarray(gaps)).tolist() == [[False, True]]


def test_the_mask_travels_and_no_garbage_does():
    x = np.where(COUNTS[..., None], SERIES, 7.0).astype("float32")
    model = Sequential([layers.Masking(7.0), layers.GlobalAveragePooling1D()])
    model.build((None, 3, 2))
    np.testing.assert_allclose(model(x), [[0.5, 2.5], [5.0, 6.0]], rtol=1e-6)
    slope = jax.grad(lambda x: model(x).sum())(jnp.asarray(x))
    assert not np.asarray(slope)[~COUNTS].any()


def test_what_was_masked_before_stays_masked():
    scope, x = Scope({}), jnp.asarray(SERIES, "float32")
    scope.set_mask(x, jnp.array([[True, True, True], [False, True, True]]))
    outputs = scope.bind(layers.Masking())(x)
    assert scope.mask_of(outputs).tolist() == [[True, False, True], [False, True, False]]
    assert not np.asarray(outputs)[1, 0].any()


def test_token_numbers_stay_whole_numbers():
    tokens = np.array([[[5], [0]]], "int32")
    assert layers.Masking()(tokens).dtype == "int32"


def test_inputs_and_values_that_do_not_fit_are_refused():
    with pytest.raises(
        ShapeError, match=r"(?s)needs series.*rows of 3 features.*x\[\.\.\., None\]"
    ):
        layers.Masking()(np.ones((2, 3), "float32"))
    with pytest.raises(ArgumentTypeError, match="`mask_value` must be a number"):
        layers.Masking(mask_value=[0, 1])
