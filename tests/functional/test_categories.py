"""Vectors of categories against loops, in programs and on the host."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from pellucid.functional.categories import encode, encode_on_host

TOKENS = np.array([[0, 2, 2, 5], [-1, 3, 3, 3], [4, 9, 0, 0]])


def counted(tokens, depth, weights=None):
    found = np.zeros((*tokens.shape[:-1], depth))
    for place, token in np.ndenumerate(tokens):
        if 0 <= token < depth:
            found[(*place[:-1], token)] += 1 if weights is None else weights[place]
    return found


@pytest.mark.parametrize("shape", [(3, 4), (3, 2, 2), (12, 1), (12,)])
def test_counts_and_multi_hot(shape):
    tokens = TOKENS.reshape(shape)
    wanted = counted(tokens if len(shape) > 1 else tokens[:, None], 5)
    program = jax.jit(encode, static_argnums=(1, 2))
    np.testing.assert_array_equal(program(jnp.asarray(tokens), 5, "count"), wanted)
    np.testing.assert_array_equal(program(jnp.asarray(tokens), 5, "multi_hot"), wanted > 0)


def test_one_hot():
    np.testing.assert_array_equal(
        encode(jnp.asarray(TOKENS), 5, "one_hot"), counted(TOKENS[..., None], 5)
    )
    assert encode(jnp.zeros((3, 1), int), 5, "one_hot").shape == (3, 5)
    assert encode(jnp.zeros(3, int), 5, "one_hot").shape == (3, 5)


def test_weights_are_added_and_have_a_gradient():
    weights = np.random.default_rng(0).normal(size=TOKENS.shape).astype("float32")
    found = encode(jnp.asarray(TOKENS), 5, "count", weights=weights)
    np.testing.assert_allclose(found, counted(TOKENS, 5, weights), rtol=1e-6)

    def second(w):
        return encode(jnp.asarray(TOKENS), 5, "count", weights=w)[0, 2]

    np.testing.assert_array_equal(jax.grad(second)(weights), (TOKENS == 2) * [[1.0], [0], [0]])


@pytest.mark.parametrize("mode", ["count", "multi_hot"])
def test_the_host_gives_the_same(mode):
    rows = np.repeat(np.arange(3), 4)
    found = encode_on_host(rows, TOKENS.ravel(), (3, 5), mode)
    np.testing.assert_array_equal(found, encode(jnp.asarray(TOKENS), 5, mode))
    assert found.dtype == np.float32
    scale = np.arange(5.0)
    weighted = encode_on_host(rows, TOKENS.ravel(), (3, 5), "count", weights=scale)
    np.testing.assert_array_equal(weighted, counted(TOKENS, 5) * scale)
