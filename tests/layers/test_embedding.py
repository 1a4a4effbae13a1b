"""Embedding: what it looks up, what it masks, and what it refuses."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from pellucid import Sequential, apply, init, layers
from pellucid.core.errors import DataError, ShapeError
from pellucid.modules.binding import Scope

WORDS = np.arange(8.0).reshape(4, 2)


def test_rows_of_a_given_table():
    layer = layers.Embedding(4, 2, weights=[WORDS])
    np.testing.assert_array_equal(layer(np.array([[3, 0]])), [[[6, 7], [0, 1]]])
    np.testing.assert_array_equal(layer(np.array([[3.0, 0.0]], "float32")), [[[6, 7], [0, 1]]])
    with pytest.raises(ShapeError, match=r"\(4, 2\)"):
        layers.Embedding(5, 2, weights=WORDS)(np.array([0]))


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ([[0, 4]], r"rows 0 to 3, but the inputs hold 4[\s\S]*Embedding\(5, 2\)"),
        ([[-1, 2]], r"the inputs hold -1[\s\S]*from 0 on"),
        ([[0.5, 2.0]], r"whole numbers.*hold 0.5[\s\S]*Dense"),
        ([[np.nan, 2.0]], r"the inputs hold nan"),
    ],
)
def test_numbers_that_name_no_row_are_refused_at_the_prompt(numbers, said):
    with pytest.raises(DataError, match=said):
        layers.Embedding(4, 2)(np.array(numbers))


def test_inside_a_program_such_numbers_give_nan():
    layer = layers.Embedding(4, 2)
    params, state = init(layer, 0, np.array([[0]]))
    outputs = jax.jit(lambda x: apply(layer, params, state, x)[0])(np.array([[4, -1, 3]]))
    np.testing.assert_array_equal(np.isnan(outputs)[0, :, 0], [True, True, False])


def test_zero_is_padding_where_asked_for():
    words = jnp.array([[2, 0], [1, 3]])
    for asked in (True, False):
        layer = layers.Embedding(4, 2, mask_zero=asked)
        params, state = init(layer, 0, words)
        scope = Scope({**params, **state})
        mask = scope.mask_of(scope.bind(layer)(words))
        if asked:
            np.testing.assert_array_equal(mask, [[True, False], [True, True]])
        else:
            assert mask is None


def test_older_scripts_tell_the_length_of_the_series():
    model = Sequential([layers.Embedding(10, 3, input_length=5), layers.Flatten(), layers.Dense(1)])
    assert model.output_shape == (None, 1)
    assert model.layers[0].embeddings.shape == (10, 3)


def test_padded_words_reach_neither_attention_nor_gradients():
    words = np.array([[1, 2, 0, 0]])

    class Reader(layers.Layer):
        def __init__(self):
            super().__init__()
            self.embedding = layers.Embedding(4, 6, mask_zero=True)
            self.block = layers.TransformerEncoderBlock(5, 2)

        def call(self, inputs):
            return self.block(self.embedding(inputs))

    model = Reader()
    params, state = init(model, 0, words)

    def total(params, words):
        outputs = apply(model, params, state, words)[0][:, :2]
        return jnp.sum(jnp.sin(outputs)), outputs

    gradient, padded = jax.grad(total, has_aux=True)(params, words)
    np.testing.assert_allclose(padded, total(params, words[:, :2])[1], atol=1e-6)
    np.testing.assert_array_equal(gradient["embedding/embeddings"][0], 0)
    assert np.any(gradient["embedding/embeddings"][1])
