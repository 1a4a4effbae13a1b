"""Group, root-mean-square, unit and spectral normalisation: what their formulas promise, and what they refuse."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from pellucid import apply, init, layers
from pellucid.core.errors import ArgumentError, ArgumentTypeError, ShapeError
from pellucid.functional.norm import layer_norm

RNG = np.random.default_rng(4)
IMAGES = RNG.normal(1.0, 3.0, (2, 3, 5, 6)).astype("float32")


@pytest.mark.parametrize(("groups", "axis"), [(1, -1), (2, -1), (6, -1), (3, 1), (5, 2)])
def test_every_group_has_mean_zero_and_variance_one(groups, axis):
    outputs = np.asarray(layers.GroupNormalization(groups, axis, epsilon=0.0)(IMAGES))
    for row in np.moveaxis(outputs, axis, 1):
        for group in np.split(row, groups):
            assert abs(group.mean()) < 1e-5 and abs(group.std() - 1) < 1e-4


def test_a_group_per_feature_is_instance_normalisation():
    each = layers.GroupNormalization(-1)(IMAGES)
    np.testing.assert_array_equal(each, layers.GroupNormalization(6)(IMAGES))


def test_padding_counts_in_no_statistic():
    series = RNG.normal(size=(2, 5, 4)).astype("float32")
    mask = np.array([[True, True, True, False, False]] * 2)
    dirty = np.where(mask[..., None], series, np.nan)
    for layer in (
        layers.GroupNormalization(2),
        layers.GroupNormalization(1),
        layers.LayerNormalization(epsilon=0.1),
        layers.UnitNormalization([1, 2]),
        layers.UnitNormalization(1),
    ):
        outputs = np.asarray(layer(dirty, mask=mask))
        np.testing.assert_allclose(outputs[:, :3], layer(series[:, :3]), atol=1e-6)
        assert np.isfinite(outputs).all()


def test_the_root_mean_square_becomes_one():
    outputs = np.asarray(layers.RMSNormalization(epsilon=0.0)(IMAGES))
    np.testing.assert_allclose((outputs**2).mean(-1), 1, rtol=1e-5)
    moved = np.asarray(layers.RMSNormalization()(IMAGES + 100))
    assert moved.mean() > 0.9  # the mean is not taken away


def test_lengths_become_one_and_zeros_stay():
    rows = np.array([[3.0, 4.0], [0.0, 0.0], [1e-3, 0.0]], "float32")
    np.testing.assert_allclose(
        np.linalg.norm(layers.UnitNormalization()(rows), axis=1), [1, 0, 1], rtol=1e-6
    )


def test_group_normalisation_refuses_what_cannot_be_split():
    with pytest.raises(
        ArgumentError, match=r"32, which does not divide the 6 features[\s\S]*groups=6"
    ):
        layers.GroupNormalization()(IMAGES)
    with pytest.raises(ArgumentError, match=r"groups=3\)"):
        layers.GroupNormalization(4)(IMAGES)
    with pytest.raises(ArgumentError, match="at least 1, or -1"):
        layers.GroupNormalization(0)
    with pytest.raises(ShapeError, match="axis 4 is no feature axis"):
        layers.GroupNormalization(2, axis=4)(IMAGES)
    layer = layers.GroupNormalization(2)
    layer(IMAGES)
    with pytest.raises(ShapeError, match="built for rows of 6 features"):
        layer(IMAGES[..., :4])


def test_a_wrapped_kernel_lengthens_nothing_and_only_training_moves_the_vector():
    x = np.ones((2, 4), "float32")
    inner = layers.Dense(3, use_bias=False, kernel_initializer="random_normal")
    layer = layers.SpectralNormalization(inner, power_iterations=50)
    params, state = init(layer, 0, x)
    kernel = np.asarray(params["layer/kernel"])
    rows = np.eye(4, dtype="float32")
    outputs, kept = apply(layer, params, state, rows)
    assert np.linalg.norm(outputs, 2) == pytest.approx(1.0, rel=1e-4)
    np.testing.assert_allclose(outputs, kernel / np.linalg.norm(kernel, 2), rtol=1e-3, atol=1e-5)
    np.testing.assert_array_equal(kept["vector_u"], state["vector_u"])
    _, moved = apply(layer, params, state, rows, training=True)
    assert np.any(np.asarray(moved["vector_u"]) != np.asarray(state["vector_u"]))
    # The kernel itself is the optimizer's: the wrapper leaves it as it was.
    np.testing.assert_array_equal(inner(rows), inner.kernel)


def test_one_iteration_a_step_finds_the_largest_value_in_the_end():
    x = np.eye(4, dtype="float32")
    layer = layers.SpectralNormalization(layers.Dense(3, use_bias=False))
    params, state = init(layer, 0, x)
    for _ in range(60):
        state = apply(layer, params, state, x, training=True)[1]
    outputs, _ = apply(layer, params, state, x)
    assert np.linalg.norm(outputs, 2) == pytest.approx(1.0, rel=1e-3)


def test_a_layer_without_a_kernel_cannot_be_wrapped():
    with pytest.raises(ArgumentTypeError, match="neither `kernel` nor `embeddings`"):
        layers.SpectralNormalization(layers.Flatten())(np.ones((2, 3)))
    with pytest.raises(ArgumentTypeError, match="`layer` must be a layer, but it is 3"):
        layers.SpectralNormalization(3)


@pytest.mark.oracle
def test_equal_torch():
    torch = pytest.importorskip("torch", reason="oracle extra")
    first = torch.tensor(np.moveaxis(IMAGES, -1, 1))
    np.testing.assert_allclose(
        np.moveaxis(layers.GroupNormalization(3)(IMAGES), -1, 1),
        torch.nn.GroupNorm(3, 6, eps=1e-3)(first).detach(),
        atol=1e-5,
    )
    np.testing.assert_allclose(
        layers.RMSNormalization()(IMAGES),
        torch.nn.RMSNorm(6, eps=1e-6)(torch.tensor(IMAGES)).detach(),
        atol=1e-5,
    )


def test_layer_normalisation_has_derivatives_of_every_order():
    with jax.enable_x64(True):
        x, way = (jnp.asarray(RNG.normal(size=(2, 3, 4))) for _ in range(2))

        def total(h):
            return jnp.sum(jnp.sin(layer_norm(x + h * way, axes=(1, 2), epsilon=0.1)))

        slope, step = jax.grad(total), 1e-5
        np.testing.assert_allclose(slope(0.0), (total(step) - total(-step)) / (2 * step), rtol=1e-8)
        bend = (slope(step) - slope(-step)) / (2 * step)
        np.testing.assert_allclose(jax.grad(slope)(0.0), bend, rtol=1e-7)
        np.testing.assert_allclose(jax.jvp(slope, (0.0,), (1.0,))[1], bend, rtol=1e-7)
