"""Convolution layers against loops in NumPy, against each other, and against PyTorch."""

from __future__ import annotations

import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from pellucid import apply, infer, init, layers
from pellucid.functional import activations
from pellucid.modules.binding import Scope

RNG = np.random.default_rng(0)
SERIES = RNG.normal(size=(2, 7, 4)).astype("float32")
IMAGES = RNG.normal(size=(2, 6, 7, 4)).astype("float32")
QUICK = {"xla_backend_optimization_level": 0}


def weighted(layer, x, seed=1):
    """Build a layer and give it random weights, the bias too; return its outputs and its weights."""
    infer(layer, x)
    rng = np.random.default_rng(seed)
    layer.set_weights([rng.normal(size=w.shape).astype("float32") for w in layer.get_weights()])
    return np.asarray(layer(x)), layer.get_weights()


def by_loops(x, kernel, strides, padding, dilation, groups):
    """Return a convolution, one output cell at a time, from the definition."""
    rank = x.ndim - 2
    sizes, reach = (
        kernel.shape[:rank],
        [(k - 1) * d + 1 for k, d in zip(kernel.shape, dilation, strict=False)],
    )
    if padding == "valid":
        counts = [(n - r) // s + 1 for n, r, s in zip(x.shape[1:], reach, strides, strict=False)]
    else:
        counts = [-(-n // s) for n, s in zip(x.shape[1:], strides, strict=False)]
    total = [
        max((c - 1) * s + r - n, 0)
        for c, s, r, n in zip(counts, strides, reach, x.shape[1:], strict=False)
    ]
    low = {"valid": [0] * rank, "same": [t // 2 for t in total], "causal": total}[padding]
    y = np.zeros((x.shape[0], *counts, kernel.shape[-1]))
    inside, outside = kernel.shape[-2], kernel.shape[-1] // groups
    for position in itertools.product(*map(range, counts)):
        for tap in itertools.product(*map(range, sizes)):
            place = [
                i * s + t * d - lo
                for i, s, t, d, lo in zip(position, strides, tap, dilation, low, strict=False)
            ]
            if not all(0 <= p < n for p, n in zip(place, x.shape[1:], strict=False)):
                continue
            for g in range(groups):
                cell = x[(slice(None), *place)][:, g * inside : (g + 1) * inside]
                columns = slice(g * outside, (g + 1) * outside)
                y[(slice(None), *position, columns)] += cell @ kernel[tap][:, columns]
    return y


@pytest.mark.parametrize(
    "arguments",
    [
        {"kernel_size": 3},
        {"kernel_size": 3, "padding": "same", "strides": 2},
        {"kernel_size": 2, "padding": "SAME", "groups": 2},
        {"kernel_size": 3, "padding": "causal", "dilation_rate": 2},
    ],
)
def test_series_are_convolved_as_defined(arguments):
    layer = layers.Conv1D(4, **arguments)
    y, (kernel, bias) = weighted(layer, SERIES)
    wanted = by_loops(
        SERIES, kernel, layer.strides, layer.padding, layer.dilation_rate, layer.groups
    )
    np.testing.assert_allclose(y, wanted + bias, atol=1e-4)


@pytest.mark.parametrize(
    "arguments",
    [
        {"kernel_size": (2, 3), "strides": (1, 2)},
        {"kernel_size": 3, "padding": "same", "strides": 2, "groups": 2},
        {"kernel_size": 2, "dilation_rate": (1, 3), "activation": "relu"},
    ],
)
def test_images_are_convolved_as_defined(arguments):
    layer = layers.Conv2D(6, **arguments)
    y, (kernel, bias) = weighted(layer, IMAGES)
    wanted = by_loops(
        IMAGES, kernel, layer.strides, layer.padding, layer.dilation_rate, layer.groups
    )
    wanted = wanted + bias
    np.testing.assert_allclose(
        y, np.maximum(wanted, 0) if layer.activation is activations.relu else wanted, atol=1e-4
    )


def test_causal_outputs_do_not_see_the_future():
    layer = layers.Conv1D(3, 3, padding="causal", dilation_rate=2)
    y, _ = weighted(layer, SERIES)
    later = SERIES.copy()
    later[:, 4:] += 10.0
    np.testing.assert_array_equal(layer(later)[:, :4], y[:, :4])
    assert not np.allclose(layer(later)[:, 4:], y[:, 4:])


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("Conv2D", {"filters": 3, "kernel_size": 2}),
        ("Conv2DTranspose", {"filters": 3, "kernel_size": 2, "strides": 2}),
        ("DepthwiseConv2D", {"kernel_size": 2, "depth_multiplier": 2}),
        ("SeparableConv2D", {"filters": 3, "kernel_size": 2}),
    ],
)
def test_channels_first_are_channels_last_moved(name, arguments):
    cls = getattr(layers, name)
    last = cls(**arguments)
    y, weights = weighted(last, IMAGES)
    first = cls(**arguments, data_format="channels_first")
    x = np.moveaxis(IMAGES, -1, 1)
    infer(first, x)
    first.set_weights(weights)
    np.testing.assert_allclose(np.moveaxis(first(x), 1, -1), y, atol=1e-5)


@pytest.mark.parametrize(
    ("kernel_size", "strides", "padding"), [(3, 2, "valid"), (3, 1, "same"), (2, 2, "same")]
)
def test_the_transposed_convolution_is_the_adjoint(kernel_size, strides, padding):
    """`<conv(x), y> = <x, transposed(y)>` with one kernel: the definition of a transpose."""
    there = layers.Conv1D(3, kernel_size, strides=strides, padding=padding, use_bias=False)
    x = SERIES if strides == 1 or padding == "valid" else SERIES[:, :6]
    forward, (kernel,) = weighted(there, x)
    back = layers.Conv1DTranspose(4, kernel_size, strides=strides, padding=padding, use_bias=False)
    y = RNG.normal(size=forward.shape).astype("float32")
    infer(back, y)
    back.set_weights([kernel])
    np.testing.assert_allclose(np.vdot(forward, y), np.vdot(x, back(y)), rtol=1e-4)


def test_output_padding_adds_cells_at_the_end():
    plain = layers.Conv1DTranspose(2, 3, strides=3, output_padding=0)
    y, weights = weighted(plain, SERIES)
    longer = layers.Conv1DTranspose(2, 3, strides=3, output_padding=2)
    infer(longer, SERIES)
    longer.set_weights(weights)
    assert longer(SERIES).shape[1] == y.shape[1] + 2
    np.testing.assert_allclose(longer(SERIES)[:, : y.shape[1]], y, atol=1e-5)


def test_the_order_of_positional_arguments_is_keras():
    assert layers.Conv2DTranspose(2, 3, 2, "same", 1, "channels_first").output_padding == (1, 1)
    assert layers.Conv3DTranspose(2, 3, 2, "same", "channels_first", 1).output_padding == (1, 1, 1)
    assert layers.DepthwiseConv1D(3, 2, "same", 4).depth_multiplier == 4
    assert layers.SeparableConv1D(3, 2, 1, "same", None, 2, 4).depth_multiplier == 4


def test_depthwise_is_a_convolution_with_a_group_for_each_channel():
    layer = layers.DepthwiseConv2D(3, depth_multiplier=2)
    y, (kernel, bias) = weighted(layer, IMAGES)
    grouped = layers.Conv2D(8, 3, groups=4)
    infer(grouped, IMAGES)
    grouped.set_weights([kernel.reshape(3, 3, 1, 8), bias])
    np.testing.assert_allclose(y, grouped(IMAGES), atol=1e-5)


def test_separable_is_depthwise_then_pointwise():
    layer = layers.SeparableConv1D(5, 3, depth_multiplier=2, padding="same", activation="tanh")
    y, (each, mixed, bias) = weighted(layer, SERIES)
    depthwise = layers.DepthwiseConv1D(3, padding="same", depth_multiplier=2, use_bias=False)
    infer(depthwise, SERIES)
    depthwise.set_weights([each])
    np.testing.assert_allclose(y, np.tanh(depthwise(SERIES) @ mixed[0] + bias), atol=1e-5)


def test_weights_have_keras_names_shapes_and_order():
    cases = {
        layers.Conv2D(6, (3, 2), groups=2): {"kernel": (3, 2, 2, 6), "bias": (6,)},
        layers.Conv2DTranspose(6, 3): {"kernel": (3, 3, 6, 4), "bias": (6,)},
        layers.DepthwiseConv2D(3, depth_multiplier=2): {"kernel": (3, 3, 4, 2), "bias": (8,)},
        layers.SeparableConv2D(6, 3, depth_multiplier=2): {
            "depthwise_kernel": (3, 3, 4, 2),
            "pointwise_kernel": (1, 1, 8, 6),
            "bias": (6,),
        },
    }
    for layer, wanted in cases.items():
        params, _ = init(layer, 0, IMAGES)
        assert {name: array.shape for name, array in params.items()} == wanted


def test_pixels_become_floats_and_double_precision_stays():
    pixels = np.arange(2 * 6 * 6).reshape(2, 6, 6, 1).astype("uint8")
    assert layers.Conv2D(2, 3)(pixels).dtype == "float32"
    with jax.enable_x64(True):
        layer = layers.Conv2D(2, 3, dtype="float64")
        assert layer(IMAGES.astype("float64")).dtype == "float64"


def test_a_population_of_layers_is_each_alone():
    layer = layers.Conv2D(3, 2)
    members = [init(layer, seed, IMAGES)[0] for seed in (0, 1, 2)]
    stacked = jax.tree.map(lambda *each: jnp.stack(each), *members)
    many = jax.jit(
        jax.vmap(lambda params: apply(layer, params, {}, IMAGES)[0]), compiler_options=QUICK
    )(stacked)
    alone = [apply(layer, params, {}, IMAGES)[0] for params in members]
    np.testing.assert_allclose(many, jnp.stack(alone), atol=1e-5)


def test_masks_are_dropped():
    layer = layers.Conv1D(2, 3, padding="same")
    params, state = init(layer, 0, SERIES)
    scope = Scope({**params, **state})
    x = jnp.asarray(SERIES)
    scope.set_mask(x, jnp.ones((2, 7), bool))
    assert scope.mask_of(scope.bind(layer)(x)) is None


@pytest.mark.oracle
@pytest.mark.parametrize("strides", [1, 2])
def test_a_convolution_is_pytorchs(strides):
    torch = pytest.importorskip("torch", reason="extra `oracle`")
    layer = layers.Conv2D(6, 3, strides=strides, groups=2)
    y, (kernel, bias) = weighted(layer, IMAGES)
    theirs = torch.nn.functional.conv2d(
        torch.tensor(np.moveaxis(IMAGES, -1, 1)),
        torch.tensor(np.transpose(kernel, (3, 2, 0, 1)).copy()),
        torch.tensor(bias),
        stride=strides,
        groups=2,
    )
    np.testing.assert_allclose(y, np.moveaxis(theirs.numpy(), 1, -1), atol=1e-4)
