"""BatchNormalization with `renorm`: the paper's formula in NumPy, several steps of Keras, and what is refused."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import pellucid
from pellucid.core.errors import ArgumentError
from pellucid.layers import BatchNormalization

CLIPPED = {"rmin": 0.5, "rmax": 1.5, "dmax": 0.25}
STATE = ("moving_mean", "moving_variance", "moving_stddev", "renorm_mean", "renorm_stddev")


def batches(count=3):
    rng = np.random.default_rng(4)
    return [rng.normal(2 * step, 1 + step, (6, 5, 3)).astype("float32") for step in range(count)]


def renormalised(x, state, limits, epsilon=1e-3, momentum=0.9, kept=0.8):
    """Return outputs and the next state, number by number as in Ioffe's algorithm 1."""
    outputs, after = np.empty_like(x), {name: np.array(values) for name, values in state.items()}
    for k in range(x.shape[-1]):
        mean, deviation = x[..., k].mean(), np.sqrt(x[..., k].var() + epsilon)
        r = deviation / state["renorm_stddev"][k]
        r = min(max(r, limits.get("rmin", 0)), limits.get("rmax", np.inf))
        d = (mean - state["renorm_mean"][k]) / state["renorm_stddev"][k]
        d = min(max(d, -limits.get("dmax", np.inf)), limits.get("dmax", np.inf))
        outputs[..., k] = (x[..., k] - mean) / deviation * r + d
        for name, value, slow in (
            ("renorm_mean", mean, kept),
            ("renorm_stddev", deviation, kept),
            ("moving_mean", mean, momentum),
            ("moving_stddev", deviation, momentum),
        ):
            after[name][k] += (1 - slow) * (value - state[name][k])
        after["moving_variance"][k] = after["moving_stddev"][k] ** 2 - epsilon
    return outputs, after


@pytest.mark.parametrize("limits", [{}, CLIPPED])
def test_batches_are_renormalised_as_in_the_paper(limits):
    layer = BatchNormalization(
        momentum=0.9, renorm=True, renorm_momentum=0.8, renorm_clipping=limits or None
    )
    state = {name: np.full(3, float(name not in ("moving_mean", "renorm_mean"))) for name in STATE}
    for x in batches():
        wanted, state = renormalised(x, state, limits)
        np.testing.assert_allclose(layer(jnp.asarray(x), training=True), wanted, atol=2e-5)
        for name in STATE:
            np.testing.assert_allclose(getattr(layer, name), state[name], rtol=1e-5, err_msg=name)
    x = batches(1)[0]
    wanted = (x - state["moving_mean"]) / np.sqrt(state["moving_variance"] + 1e-3)
    np.testing.assert_allclose(layer(jnp.asarray(x)), wanted, atol=2e-5)


def test_no_gradient_flows_through_the_corrections():
    layer = BatchNormalization(renorm=True, epsilon=0.0, center=False, scale=False)
    x = jnp.asarray([[1.0], [2.0], [6.0]])
    layer(x)
    state = {"moving_mean": 0.0, "moving_variance": 1.0, "moving_stddev": 1.0}
    state = {
        n: jnp.array([v]) for n, v in (state | {"renorm_mean": 0.5, "renorm_stddev": 2}).items()
    }

    def weighted(x):
        outputs, _ = pellucid.apply(layer, {}, state, x, training=True)
        return (outputs * jnp.array([[1.0], [0.0], [0.0]])).sum()

    found = jax.grad(weighted)(x)
    # With r and d constant, moving all rows together changes nothing, nor does stretching them.
    np.testing.assert_allclose(found.sum(), 0, atol=1e-6)
    np.testing.assert_allclose((found * (x - x.mean())).sum(), 0, atol=1e-5)


def test_limits_are_checked():
    for limits, text in (
        ({"random_key": 1.0}, "invalid keys"),
        ({"rmax": 0.0, "rmin": 1.0}, "rmax should be"),
        ({"dmax": -1.0}, "dmax should be non-negative"),
    ):
        with pytest.raises(ArgumentError, match=text):
            BatchNormalization(renorm=True, renorm_clipping=limits)


@pytest.mark.oracle
@pytest.mark.parametrize("limits", [None, CLIPPED])
def test_keras_renormalises_alike(limits):
    keras = pytest.importorskip("keras")
    options = {"renorm": True, "renorm_clipping": limits, "momentum": 0.9, "renorm_momentum": 0.7}
    ours, theirs = BatchNormalization(**options), keras.layers.BatchNormalization(**options)
    for x in batches():
        wanted = np.asarray(theirs(x, training=True))
        np.testing.assert_allclose(ours(jnp.asarray(x), training=True), wanted, atol=2e-5)
    for name in STATE:
        wanted = np.asarray(getattr(theirs, name))
        np.testing.assert_allclose(getattr(ours, name), wanted, rtol=1e-5, err_msg=name)
