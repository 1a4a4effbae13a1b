"""Merging of arrays against NumPy written another way, with and without masks."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from pellucid.functional.merging import average, batch_dot, merge, same_rank

RNG = np.random.default_rng(0)
A, B, C = (RNG.normal(size=(2, 4, 3)).astype("float32") for _ in range(3))
MASK_A = np.array([[True, True, False, False], [True, False, False, True]])
MASK_B = np.array([[True, False, True, False], [True, True, False, True]])


def taking_part(pairs):
    """Return, place by place, the numbers that count, one list per place."""
    return [
        [[float(x[i, j, k]) for x, mask in pairs if mask is None or mask[i, j]] for k in range(3)]
        for i in range(2)
        for j in range(4)
    ]


@pytest.mark.parametrize(
    ("operation", "neutral", "of_list"),
    [
        (jnp.add, 0, sum),
        (jnp.multiply, 1, np.prod),
        (jnp.maximum, -np.inf, max),
        (jnp.minimum, np.inf, min),
    ],
)
def test_what_is_masked_does_not_take_part(operation, neutral, of_list):
    dirty = [np.where(MASK_A[..., None], A, np.nan), np.where(MASK_B[..., None], B, np.nan)]
    merged = merge(operation, dirty, [MASK_A, MASK_B], neutral)
    lists = taking_part([(A, MASK_A), (B, MASK_B)])
    wanted = [[of_list(numbers) if numbers else 0.0 for numbers in place] for place in lists]
    np.testing.assert_allclose(merged.reshape(-1, 3), wanted, rtol=1e-6)


def test_an_array_without_a_mask_counts_everywhere():
    merged = average([np.where(MASK_A[..., None], A, 7e9), B, C], [MASK_A, None, None])
    lists = taking_part([(A, MASK_A), (B, None), (C, None)])
    wanted = [[np.mean(numbers) for numbers in place] for place in lists]
    np.testing.assert_allclose(merged.reshape(-1, 3), wanted, rtol=1e-5)


def test_garbage_reaches_no_gradient():
    def total(x):
        return merge(jnp.multiply, [x, B], [MASK_A, MASK_B], 1).sum()

    clean, dirty = (jax.grad(total)(np.where(MASK_A[..., None], A, g)) for g in (0.5, np.nan))
    np.testing.assert_array_equal(clean, dirty)
    assert not np.any(np.asarray(clean)[~MASK_A])


def test_whole_numbers_have_ends_too():
    x = jnp.array([[3, -5]], "int8")
    masks = [jnp.array([[True, False]]), None]
    merged = merge(jnp.maximum, [x, jnp.array([[1, -100]], "int8")], masks, -jnp.inf)
    assert merged.dtype == jnp.int8
    assert merged.tolist() == [[3, -100]]


def test_missing_axes_come_after_the_batch():
    rows = RNG.normal(size=(2, 3)).astype("float32")
    wanted = np.stack([A[i] + rows[i] for i in range(2)])
    np.testing.assert_allclose(merge(jnp.add, [A, rows]), wanted, rtol=1e-6)
    assert [x.shape for x in same_rank([rows, A[:, :, :, None]])] == [(2, 1, 1, 3), (2, 4, 3, 1)]


@pytest.mark.parametrize(
    ("x", "y", "axes", "sum_as"),
    [
        ((2, 3), (2, 3), (1, 1), None),
        ((2, 3), (2, 4, 3), (1, 2), "bk,bjk->bj"),
        ((2, 5, 3), (2, 3), (2, 1), "bik,bk->bi"),
        ((2, 5, 3), (2, 3, 4), (2, 1), "bik,bkj->bij"),
        ((2, 3, 5, 2), (2, 4, 3), (1, 2), "bkmn,bjk->bmnj"),
    ],
)
def test_inner_products_are_einsums(x, y, axes, sum_as):
    x, y = RNG.normal(size=x).astype("float32"), RNG.normal(size=y).astype("float32")
    wanted = np.einsum(sum_as, x, y) if sum_as else np.sum(x * y, axis=1, keepdims=True)
    np.testing.assert_allclose(batch_dot(jnp.asarray(x), jnp.asarray(y), axes), wanted, rtol=1e-5)
