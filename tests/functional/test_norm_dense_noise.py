"""The pure functions behind Dense, the normalisations and the noise layers, without any layer."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from pellucid.functional.dense import dense
from pellucid.functional.noise import dropout, gaussian_noise, uniform
from pellucid.functional.norm import batch_norm, layer_norm, moments

RNG = np.random.default_rng(0)
X = RNG.normal(2.0, 3.0, (5, 3, 4)).astype("float32")


def test_dense_equals_a_sum_written_out():
    kernel, bias = RNG.normal(size=(4, 2)), RNG.normal(size=2)
    wanted = [
        [[sum(row[i] * kernel[i, j] for i in range(4)) + bias[j] for j in range(2)] for row in rows]
        for rows in X
    ]
    np.testing.assert_allclose(
        dense(X, jnp.float32(kernel), jnp.float32(bias)), wanted, rtol=1e-4, atol=1e-5
    )
    without = dense(X, jnp.float32(kernel))
    np.testing.assert_allclose(without, np.array(wanted) - bias, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("axes", [(0,), (0, 1), (1, 2), (-1,)])
def test_moments_equal_numpy(axes):
    mean, variance = moments(X, axes)
    np.testing.assert_allclose(mean, X.mean(axes, keepdims=True), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(variance, X.var(axes, keepdims=True), rtol=1e-5)


def test_masked_moments_equal_those_of_what_is_kept():
    mask = RNG.uniform(size=(5, 3, 1)) > 0.4
    mean, variance = moments(X, (0, 1), mask)
    kept = X[mask[..., 0]]
    np.testing.assert_allclose(mean.ravel(), kept.mean(0), rtol=1e-5)
    np.testing.assert_allclose(variance.ravel(), kept.var(0), rtol=1e-5)
    nothing, _ = moments(X, (0, 1), np.zeros((5, 3, 1), bool))
    np.testing.assert_array_equal(nothing, np.zeros((1, 1, 4)))


@pytest.mark.parametrize("masked", [False, True])
def test_moments_of_shares_are_those_of_all_rows(masked):
    x = np.random.default_rng(3).normal(100, 2, (12, 5)).astype("float32")
    mask = np.arange(12)[:, None] % 5 > 0 if masked else np.ones((12, 1), bool)
    shares = jax.vmap(
        lambda x, mask: moments(x, (0,), mask if masked else None, over="shares"),
        axis_name="shares",
    )(x.reshape(3, 4, 5), jnp.asarray(mask).reshape(3, 4, 1))
    kept = x[mask[:, 0]].astype("float64")
    for found, wanted in zip(shares, (kept.mean(0), kept.var(0)), strict=True):
        np.testing.assert_allclose(found[:, 0], np.broadcast_to(wanted, (3, 5)), rtol=1e-5)


def test_normalised_numbers_have_the_wanted_mean_and_scale():
    gamma, beta = jnp.float32([1, 2, 3, 4]), jnp.float32([0, 1, 0, 1])
    y = np.asarray(batch_norm(X, *moments(X, (0, 1)), gamma, beta, epsilon=0.0))
    np.testing.assert_allclose(y.mean((0, 1)), beta, atol=1e-5)
    np.testing.assert_allclose(y.std((0, 1)), gamma, rtol=1e-5)
    rows = np.asarray(layer_norm(X, epsilon=0.0))
    np.testing.assert_allclose(rows.mean(-1), 0, atol=1e-5)
    scaled = np.asarray(layer_norm(X, epsilon=0.0, rms_scaling=True))
    np.testing.assert_allclose(scaled * X.std(-1, keepdims=True), X, rtol=1e-4)


def test_dropout_is_its_mask_times_the_input():
    key = jax.random.key(0)
    mask = np.asarray(dropout(jnp.ones_like(X), 0.25, key)) * 0.75
    assert set(np.unique(mask)) == {0.0, 1.0}
    np.testing.assert_allclose(dropout(X, 0.25, key), X * mask / 0.75, rtol=1e-6)
    np.testing.assert_array_equal(dropout(X, 0.0, key), X)
    rows = np.asarray(dropout(jnp.ones((50, 4)), 0.5, key, (50, 1)))
    assert (rows == rows[:, :1]).all()


def test_dropout_takes_a_traced_rate_and_keeps_gradients_finite():
    def total(rate, x):
        return dropout(x, rate, jax.random.key(1)).sum()

    gradient = jax.jit(jax.grad(total, argnums=1))(jnp.float32(0.999), jnp.asarray(X))
    assert np.isfinite(gradient).all()


def test_uniform_numbers_pass_for_independent():
    """Each statistic below is standard normal (or nearly) for independent uniform numbers."""
    u = np.stack(
        [np.asarray(uniform(jax.random.key(seed), (256, 256)), "float64") for seed in range(16)]
    )
    z = (u - 0.5) * np.sqrt(12)
    n = z[0].size
    assert u.min() >= 0 and u.max() < 1
    means = z.mean((1, 2)) * np.sqrt(n)
    rows = z.mean(2).ravel() * np.sqrt(256)
    columns = z.mean(1).ravel() * np.sqrt(256)
    neighbours = (z[:, :, 1:] * z[:, :, :-1]).mean((1, 2)) * np.sqrt(n)
    below = (z[:, 1:] * z[:, :-1]).mean((1, 2)) * np.sqrt(n)
    keys = (z[1:] * z[:-1]).mean((1, 2)) * np.sqrt(n)
    counts = np.stack([np.histogram(each, 64, (0, 1))[0] for each in u])
    chi = (((counts - n / 64) ** 2 / (n / 64)).sum(1) - 63) / np.sqrt(2 * 63)
    for statistic in (means, rows, columns, neighbours, below, keys, chi):
        assert np.abs(statistic).max() < 5
        assert np.abs(statistic.std() - 1) < 5 / np.sqrt(2 * len(statistic))


def test_every_bit_of_the_numbers_is_fair():
    bits = (np.asarray(uniform(jax.random.key(3), (1 << 16,))) * 2**24).astype("uint32")
    ones = [((bits >> i) & 1).mean() for i in range(24)]
    np.testing.assert_allclose(ones, 0.5, atol=5 * 0.5 / 256)


def test_one_key_gives_one_mask_alone_and_in_a_population():
    keys = jax.random.split(jax.random.key(0), 3)
    many = jax.vmap(lambda key: uniform(key, (4, 5)))(keys)
    for member, key in zip(many, keys, strict=True):
        np.testing.assert_array_equal(member, uniform(key, (4, 5)))
    assert len(np.unique(many)) == many.size


def test_gaussian_noise_is_additive_and_scales():
    key = jax.random.key(0)
    one, three = (np.asarray(gaussian_noise(X, s, key)) - X for s in (1.0, 3.0))
    np.testing.assert_allclose(three, 3 * one, atol=1e-5)
    assert gaussian_noise(jnp.zeros(3, "bfloat16"), 1.0, key).dtype == jnp.bfloat16
