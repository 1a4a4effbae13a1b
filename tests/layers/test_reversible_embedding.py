"""ReversibleEmbedding: both ways, their common gradient, the cap and the masks."""

from __future__ import annotations

import jax
import numpy as np
import pytest

import pellucid
from pellucid import Input, Model, layers
from pellucid.core.errors import ShapeError
from pellucid.modules.binding import Scope

TABLE = np.array([[0.0, 0.0], [2.0, 2.0], [3.0, 3.0]])


def test_there_and_back():
    layer = layers.ReversibleEmbedding(3, 2, weights=TABLE)
    np.testing.assert_array_equal(layer(np.array([2, 1, 0])), TABLE[::-1])
    np.testing.assert_array_equal(layer(np.ones((1, 2)), reverse=True), [[0, 4, 6]])
    capped = layers.ReversibleEmbedding(3, 2, weights=TABLE, logit_soft_cap=5.0)
    wanted = 5 * np.tanh(np.array([[0, 4, 6]]) / 5)
    np.testing.assert_allclose(capped(np.ones((1, 2)), reverse=True), wanted, rtol=1e-6)


def test_a_matrix_of_its_own():
    layer = layers.ReversibleEmbedding(3, 2, tie_weights=False)
    x = np.array([[1.0, -1.0]])
    found = layer(x, reverse=True)
    assert [tuple(w.shape) for w in layer.weights] == [(3, 2), (2, 3)]
    np.testing.assert_allclose(found, x @ np.asarray(layer.reverse_embeddings), rtol=1e-6)


def test_the_way_back_in_another_dtype():
    layer = layers.ReversibleEmbedding(3, 2, reverse_dtype="float16")
    assert layer(np.ones((4, 2)), reverse=True).dtype == "float16"


def language_model(**options):
    words = Input((4,), dtype="int32")
    table = layers.ReversibleEmbedding(6, 3, **options)
    return Model(words, table(layers.Dense(3, "tanh")(table(words)), reverse=True))


def test_both_uses_add_to_the_gradient():
    model = language_model()
    words = np.array([[1, 2, 3, 4]])
    params, state = pellucid.init(model, 0)
    assert list(params) == ["reversible_embedding/embeddings", "dense/kernel", "dense/bias"]
    path = "reversible_embedding/embeddings"

    def score(params):
        return (pellucid.apply(model, params, state, words)[0][0, :, 4] ** 2).sum()

    slopes = np.asarray(jax.grad(score)(params)[path])
    for row in (2, 4):  # 2 is read only, 4 is read and written
        step = np.zeros_like(params[path])
        step[row, 1] = 1e-2
        up, down = (score({**params, path: params[path] + way * step}) for way in (1, -1))
        np.testing.assert_allclose(slopes[row, 1], (up - down) / 2e-2, rtol=2e-2, atol=1e-5)
    assert np.abs(slopes[5]).max() == 0 < np.abs(slopes[4]).max()


def test_padding_is_masked_both_ways():
    model = language_model(mask_zero=True)
    words = np.array([[1, 2, 0, 0]])
    params, state = pellucid.init(model, 0)
    scope = Scope({**params, **state})
    mask = scope.mask_of(scope.bind(model)(words))
    np.testing.assert_array_equal(mask, [[True, True, False, False]])


def test_features_of_another_number_are_refused():
    with pytest.raises(ShapeError, match="rows of 2 features"):
        layers.ReversibleEmbedding(3, 2)(np.ones((1, 3)), reverse=True)
