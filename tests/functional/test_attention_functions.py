"""Attention, positions and look-ups as pure functions, against loops in NumPy."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from pellucid.functional.attention import (
    attention_with_weights,
    dot_product_attention,
    masked_softmax,
)
from pellucid.functional.attention.dot_product import fits_cudnn
from pellucid.functional.embedding import look_up
from pellucid.functional.padding import clear_padding
from pellucid.functional.positions import rotary, sinusoidal_positions
from pellucid.functional.spectral import spectral_norm

RNG = np.random.default_rng(3)
QUERY = RNG.normal(size=(2, 4, 6, 3)).astype("float32")
KEY, VALUE = (RNG.normal(size=(2, 5, 3, width)).astype("float32") for width in (3, 2))
MASK = RNG.uniform(size=(2, 6, 4, 5)) < 0.6
MASK[0, 0, 0] = False  # a step that may look at nothing


def gathered(mask, causal, window, scale):
    """Attend pair by pair."""
    outputs, weights = np.zeros((2, 4, 6, 2)), np.zeros((2, 6, 4, 5))
    for b, t, h in np.ndindex(2, 4, 6):
        allowed = [
            s
            for s in range(5)
            if (mask is None or mask[b, h, t, s])
            and (not causal or s <= t)
            and (window is None or abs(s - t) < window)
        ]
        raised = {s: np.exp(scale * float(QUERY[b, t, h] @ KEY[b, s, h // 2])) for s in allowed}
        for s in allowed:
            weights[b, h, t, s] = raised[s] / sum(raised.values())
            outputs[b, t, h] += weights[b, h, t, s] * VALUE[b, s, h // 2]
    return outputs, weights


@pytest.mark.parametrize(
    ("mask", "causal", "window", "scale"),
    [
        (None, False, None, None),
        (MASK, False, None, 2.0),
        (None, True, 2, None),
        (MASK, True, 3, 0.1),
    ],
)
def test_attention_equals_loops(mask, causal, window, scale):
    options = {"mask": mask, "causal": causal, "window": window, "scale": scale}
    outputs, weights = attention_with_weights(QUERY, KEY, VALUE, **options)
    wanted = gathered(mask, causal, window, 1 / np.sqrt(3) if scale is None else scale)
    np.testing.assert_allclose(outputs, wanted[0], atol=1e-6)
    np.testing.assert_allclose(weights, wanted[1], atol=1e-6)
    np.testing.assert_array_equal(dot_product_attention(QUERY, KEY, VALUE, **options), outputs)


def test_a_step_that_may_look_at_nothing_gathers_zero_and_has_finite_gradients():
    nothing = np.zeros((2, 1, 4, 5), bool)

    def total(query, key, value):
        return jnp.sum(jnp.sin(dot_product_attention(query, key, value, mask=nothing)))

    np.testing.assert_array_equal(dot_product_attention(QUERY, KEY, VALUE, mask=nothing), 0)
    for each in jax.grad(total, argnums=(0, 1, 2))(QUERY, KEY, VALUE):
        np.testing.assert_array_equal(each, 0)


def test_hidden_scores_may_be_nan():
    scores = jnp.array([[0.0, jnp.nan, 1.0]])
    allowed = jnp.array([[True, False, True]])

    def first(z):
        return masked_softmax(z, allowed)[0, 0]

    assert 0 < float(first(scores)) < 0.5
    assert np.isfinite(jax.grad(first)(scores)).all()
    large = masked_softmax(jnp.array([[1e4, 0.0, -1e4]]))
    np.testing.assert_array_equal(large, [[1.0, 0.0, 0.0]])


def test_first_and_second_derivatives_equal_differences():
    with jax.enable_x64(True):
        parts = [jnp.asarray(each, "float64") for each in (QUERY, KEY, VALUE)]
        way = [jnp.asarray(RNG.normal(size=each.shape)) for each in parts]

        def total(h):
            moved = (part + h * step for part, step in zip(parts, way, strict=True))
            return jnp.sum(jnp.sin(dot_product_attention(*moved, mask=MASK, causal=True)))

        slope, step = jax.jit(jax.grad(total)), 1e-5
        rise = (total(step) - total(-step)) / (2 * step)
        np.testing.assert_allclose(slope(0.0), rise, rtol=1e-8)
        bend = (slope(step) - slope(-step)) / (2 * step)
        np.testing.assert_allclose(jax.grad(jax.grad(total))(0.0), bend, rtol=1e-7)
        np.testing.assert_allclose(jax.jvp(jax.grad(total), (0.0,), (1.0,))[1], bend, rtol=1e-7)


def test_dropping_keeps_the_mean_and_is_the_same_for_the_same_key():
    ones = jnp.ones((8, 16, 2, 4))

    def dropped(seed):
        return dot_product_attention(ones, ones, ones, rate=0.25, dropout_key=jax.random.key(seed))

    outputs = np.asarray(dropped(0))
    assert abs(outputs.mean() - 1) < 0.05 and outputs.std() > 0.05
    np.testing.assert_array_equal(dropped(0), outputs)
    assert (np.asarray(dropped(1)) != outputs).any()


def test_many_under_vmap_equal_each_alone():
    queries = jnp.stack([QUERY, 2 * QUERY])
    together = jax.vmap(lambda query: dot_product_attention(query, KEY, VALUE, mask=MASK))(queries)
    for one, query in zip(together, queries, strict=True):
        alone = dot_product_attention(query, KEY, VALUE, mask=MASK)
        np.testing.assert_allclose(one, alone, atol=1e-6)


def test_half_precision_sums_in_single():
    scores = jnp.zeros((1, 4096), "bfloat16")
    weights = masked_softmax(scores)
    assert weights.dtype == jnp.bfloat16
    np.testing.assert_allclose(np.float32(weights), 1 / 4096, rtol=1e-2)


def test_the_fused_kernel_waits_for_a_card_and_half_precision(monkeypatch):
    half, single = (jnp.zeros((1, 2, 3, 64), dtype) for dtype in ("bfloat16", "float32"))
    assert not fits_cudnn(half, half, half)
    monkeypatch.setattr(jax, "default_backend", lambda: "gpu")
    assert fits_cudnn(half, half, half)
    assert not fits_cudnn(single, single, single)
    assert not fits_cudnn(half[..., :60], half[..., :60], half[..., :60])
    assert not fits_cudnn(half, half, half[..., :32])


@pytest.mark.parametrize("width", [1, 2, 7, 8])
def test_waves_equal_their_formula(width):
    positions = np.array([0.0, 1.0, 5.0, 100.0])
    wanted = np.array(
        [
            [
                (np.cos if i % 2 else np.sin)(t / 10_000 ** (2 * (i // 2) / width))
                for i in range(width)
            ]
            for t in positions
        ]
    )
    found = sinusoidal_positions(jnp.asarray(positions, "float32"), width)
    np.testing.assert_allclose(found, wanted, atol=1e-5)


def test_turned_products_depend_on_distances_alone():
    q, k = RNG.normal(size=(2, 1, 1, 1, 8)).astype("float32")

    def product(t, s):
        turned = rotary(q, jnp.array([float(t)])), rotary(k, jnp.array([float(s)]))
        return float(jnp.sum(turned[0] * turned[1]))

    assert product(3, 5) == pytest.approx(product(40, 42), abs=1e-5)
    assert product(3, 5) != pytest.approx(product(3, 6), abs=1e-2)
    length = np.linalg.norm(rotary(q, jnp.array([17.0])))
    assert length == pytest.approx(np.linalg.norm(q), rel=1e-6)


def test_looking_up_makes_nothing_of_the_tables_length():
    table, rows = jnp.zeros((50_000, 2)), jnp.array([1, 1, 7])
    gradient = jax.grad(lambda table: jnp.sum(look_up(table, rows)))
    np.testing.assert_array_equal(np.asarray(gradient(table))[[0, 1, 7]], [[0, 0], [2, 2], [1, 1]])
    traced = jax.make_jaxpr(gradient)(table)
    sizes = {v.aval.shape for equation in traced.eqns for v in equation.outvars}
    assert not {shape for shape in sizes if 50_000 in shape} - {(50_000, 2)}


def test_rows_that_are_not_there_give_nan_and_no_gradient():
    table, rows = jnp.ones((3, 2)), jnp.array([-1, 0, 3])
    np.testing.assert_array_equal(np.isnan(look_up(table, rows))[:, 0], [True, False, True])
    gradient = jax.grad(lambda table: jnp.sum(look_up(table, rows)))(table)
    np.testing.assert_array_equal(gradient, [[1, 1], [0, 0], [0, 0]])


def test_padding_is_cleared_whatever_it_holds():
    x = jnp.array([[[1.0], [jnp.inf]], [[jnp.nan], [2.0]]])
    mask = jnp.array([[True, False], [False, True]])
    np.testing.assert_array_equal(clear_padding(x, mask)[..., 0], [[1, 0], [0, 2]])
    gradient = jax.grad(lambda x: jnp.sum(jnp.square(clear_padding(x, mask))))(x)
    np.testing.assert_array_equal(gradient[..., 0], [[2, 0], [0, 4]])


def test_the_spectral_norm_is_the_largest_singular_value():
    kernel = RNG.normal(size=(3, 4, 5)).astype("float32")
    sigma, u = spectral_norm(jnp.asarray(kernel), jnp.ones((1, 5)), iterations=100)
    _, values, right = np.linalg.svd(kernel.reshape(12, 5))
    assert float(sigma) == pytest.approx(values[0], rel=1e-4)
    np.testing.assert_allclose(np.abs(u[0]), np.abs(right[0]), atol=1e-3)
    gradient = jax.grad(lambda w: spectral_norm(w, u, iterations=1)[0])(jnp.asarray(kernel))
    left = np.linalg.svd(kernel.reshape(12, 5))[0][:, 0]
    wanted = np.abs(np.outer(left, right[0]))
    np.testing.assert_allclose(np.abs(gradient).reshape(12, 5), wanted, atol=1e-3)


@pytest.mark.oracle
def test_equal_torch():
    torch = pytest.importorskip("torch", reason="oracle extra")
    heads_first = [torch.tensor(np.moveaxis(each, 1, 2)) for each in (QUERY, KEY, VALUE)]
    for options in ({"is_causal": False}, {"is_causal": True}):
        query, key, value = (each.clone().requires_grad_() for each in heads_first)
        peer = torch.nn.functional.scaled_dot_product_attention(
            query, key, value, enable_gqa=True, **options
        )
        peer.sin().sum().backward()

        def total(q, k, v):
            outputs = dot_product_attention(q, k, v, causal=options["is_causal"])  # noqa: B023
            return jnp.sum(jnp.sin(outputs)), outputs

        ours, outputs = jax.grad(total, argnums=(0, 1, 2), has_aux=True)(QUERY, KEY, VALUE)
        np.testing.assert_allclose(np.moveaxis(outputs, 1, 2), peer.detach(), atol=1e-5)
        for mine, theirs in zip(ours, (query, key, value), strict=True):
            np.testing.assert_allclose(np.moveaxis(mine, 1, 2), theirs.grad, atol=1e-5)
