"""Buckets and quantiles against NumPy."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from pellucid.functional.bucketing import boundaries, bucket, merge, summarise


@pytest.mark.parametrize("count", [1, 5, 64, 65, 300])
def test_buckets_are_numpys(count):
    rng = np.random.default_rng(count)
    edges = np.sort(rng.normal(size=count)).astype("float32")
    x = np.concatenate([rng.normal(size=50).astype("float32"), edges, [-np.inf, np.inf, np.nan]])
    found = jax.jit(bucket)(jnp.asarray(x, "float32"), edges)
    np.testing.assert_array_equal(found, np.digitize(x, edges))
    assert found.dtype == jnp.int32


def test_quantiles_of_few_numbers_are_exact():
    x = np.random.default_rng(0).normal(size=60).astype("float32")
    wanted = np.quantile(x, np.arange(1, 8) / 8, method="interpolated_inverted_cdf")
    np.testing.assert_allclose(boundaries(summarise(x, 0.01), 8), wanted, rtol=1e-5)


def test_fewer_numbers_than_buckets_make_fewer_buckets():
    assert boundaries(summarise(np.array([3.0, 1.0, 2.0]), 0.01), 10).tolist() == [1.0, 2.0]


@pytest.mark.parametrize("batches", [1, 20])
def test_quantiles_of_many_numbers_are_within_a_few_epsilon(batches):
    x = np.random.default_rng(1).exponential(size=20_000)
    summary = np.zeros((2, 0))
    for batch in np.split(x, batches):
        summary = merge(summarise(batch, 0.01), summary, 0.01)
    assert summary.shape[1] <= 103
    ranks = np.searchsorted(np.sort(x), boundaries(summary, 10)) / x.size
    np.testing.assert_allclose(ranks, np.arange(1, 10) / 10, atol=0.03)
