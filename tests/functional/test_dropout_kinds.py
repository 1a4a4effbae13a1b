"""Alpha dropout and Gaussian dropout: their formulas, number by number, and their statistics."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from pellucid.functional.activations import selu
from pellucid.functional.dropout import SATURATION, alpha_dropout, gaussian_dropout
from pellucid.functional.noise import uniform

KEY = jax.random.key(3)
X = np.random.default_rng(0).normal(size=(50_000,)).astype("float32")


def test_the_saturation_is_selus():
    assert float(selu(jnp.float32(-50.0))) == pytest.approx(SATURATION, rel=1e-6)


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_alpha_dropout_keeps_mean_and_variance(rate):
    y = np.asarray(alpha_dropout(jnp.asarray(X), rate, KEY))
    np.testing.assert_allclose([y.mean(), y.std()], [0.0, 1.0], atol=0.03)
    kept = np.asarray(uniform(KEY, X.shape)) < 1 - rate
    np.testing.assert_allclose(kept.mean(), 1 - rate, atol=0.01)
    a = 1 / np.sqrt((1 - rate) * (1 + rate * 1.7580993408473766**2))
    b = a * 1.7580993408473766 * rate
    np.testing.assert_allclose(y, a * np.where(kept, X, -1.7580993408473766) + b, atol=1e-5)


def test_one_mask_may_serve_several_numbers():
    y = np.asarray(alpha_dropout(jnp.ones((4, 6, 3)), 0.5, KEY, (4, 1, 3)))
    assert (y == y[:, :1]).all()
    assert len(np.unique(y)) == 2


@pytest.mark.parametrize("rate", [0.0, 0.2, 0.8])
def test_gaussian_factors_have_mean_one_and_the_variance_of_dropout(rate):
    factors = np.asarray(gaussian_dropout(jnp.asarray(X), rate, KEY)) / X
    deviation = np.sqrt(rate / (1 - rate))
    np.testing.assert_allclose(factors.mean(), 1.0, atol=0.02 * deviation + 1e-6)
    np.testing.assert_allclose(factors.std(), deviation, rtol=0.02, atol=1e-6)


def test_the_gradient_is_the_factor():
    slopes = jax.grad(lambda x: gaussian_dropout(x, 0.3, KEY).sum())(jnp.asarray(X[:100]))
    wanted = gaussian_dropout(jnp.asarray(X[:100]), 0.3, KEY) / X[:100]
    np.testing.assert_allclose(slopes, wanted, rtol=1e-5)
