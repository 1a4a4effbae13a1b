"""Pooling layers against NumPy, with masks, channels first, and inputs that do not fit."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from pellucid import Sequential, layers
from pellucid.core.errors import ArgumentError, ArgumentTypeError, ShapeError
from pellucid.modules import fingerprint

RNG = np.random.default_rng(0)
SERIES = RNG.normal(size=(3, 5, 2)).astype("float32")
IMAGES = RNG.normal(size=(2, 5, 6, 3)).astype("float32")
MASK = np.arange(5) < np.array([[3], [5], [0]])


@pytest.mark.parametrize(("kind", "of_window"), [("Max", np.max), ("Average", np.mean)])
@pytest.mark.parametrize("padding", ["valid", "same"])
def test_windows_at_the_edge(kind, of_window, padding):
    """Keras's rule for `same`: half of the missing cells before, and only real cells count."""
    layer = getattr(layers, f"{kind}Pooling2D")((3, 2), strides=2, padding=padding)
    rows = {"valid": [(0, 3), (2, 5)], "same": [(0, 2), (1, 4), (3, 5)]}[padding]
    columns = [(0, 2), (2, 4), (4, 6)]
    wanted = np.stack(
        [
            np.stack([of_window(IMAGES[:, a:b, c:d], axis=(1, 2)) for c, d in columns], axis=1)
            for a, b in rows
        ],
        axis=1,
    )
    np.testing.assert_allclose(layer(IMAGES), wanted, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(("kind", "of_all"), [("Max", np.max), ("Average", np.mean)])
def test_global_poolings_reduce_all_axes(kind, of_all):
    layer = getattr(layers, f"Global{kind}Pooling2D")()
    np.testing.assert_allclose(layer(IMAGES), of_all(IMAGES, axis=(1, 2)), rtol=1e-5)
    first = layer.clone(data_format="channels_first", keepdims=True)
    wanted = of_all(IMAGES, axis=(1, 2))[:, :, None, None]
    np.testing.assert_allclose(first(np.moveaxis(IMAGES, -1, 1)), wanted, rtol=1e-5)


@pytest.mark.parametrize(("kind", "of_rows"), [("Max", np.max), ("Average", np.mean)])
def test_masked_steps_reach_no_answer(kind, of_rows):
    layer = getattr(layers, f"Global{kind}Pooling1D")()
    wanted = [
        of_rows(row[keep], axis=0) if keep.any() else np.zeros(2)
        for row, keep in zip(SERIES, MASK, strict=True)
    ]
    for garbage in (1e9, np.nan):
        dirty = np.where(MASK[..., None], SERIES, garbage).astype("float32")
        np.testing.assert_allclose(layer(dirty, mask=MASK), wanted, rtol=1e-5)
    first = layer.clone(data_format="channels_first")
    np.testing.assert_allclose(first(dirty.swapaxes(1, 2), mask=MASK), wanted, rtol=1e-5)


def test_masks_come_from_the_layer_before():
    padded = np.where(MASK[..., None], SERIES, 0.0).astype("float32")
    model = Sequential([layers.Masking(), layers.GlobalAveragePooling1D()])
    model.build((None, 5, 2))
    np.testing.assert_allclose(model(padded)[0], SERIES[0, :3].mean(axis=0), rtol=1e-5)
    windowed = Sequential(
        [layers.Masking(), layers.MaxPooling1D(1), layers.GlobalAveragePooling1D()]
    )
    windowed.build((None, 5, 2))
    np.testing.assert_allclose(windowed(padded)[0], padded[0].mean(axis=0), rtol=1e-5)


def test_a_mask_of_another_length_is_refused():
    with pytest.raises(ShapeError, match=r"shape \(batch, steps\) \(3, 5\), but it is \(3, 4\)"):
        layers.GlobalAveragePooling1D()(SERIES, mask=MASK[:, :4])


@pytest.mark.parametrize("sizes", [2, (5, 3), (7, 7)])
def test_adaptive_poolings_give_the_size_asked_for(sizes):
    for layer in (layers.AdaptiveMaxPooling2D(sizes), layers.AdaptiveAveragePooling2D(sizes)):
        assert layer(IMAGES).shape == (2, *np.broadcast_to(sizes, 2), 3)
    same = layers.AdaptiveAveragePooling2D((5, 6))(IMAGES)
    np.testing.assert_allclose(same, IMAGES, rtol=1e-6)


def test_adaptive_pooling_to_one_is_global_pooling():
    ours = layers.AdaptiveAveragePooling2D(1)(IMAGES)[:, 0, 0]
    np.testing.assert_allclose(ours, layers.GlobalAveragePooling2D()(IMAGES), rtol=1e-5)


def test_arguments_and_short_names():
    assert layers.MaxPool2D is layers.MaxPooling2D
    assert layers.GlobalAvgPool3D is layers.GlobalAveragePooling3D
    assert layers.MaxPooling2D().strides == (2, 2)
    assert layers.MaxPooling2D((3, 2)).strides == (3, 2)
    assert layers.MaxPooling2D(3, 1, "SAME").padding == "same"
    assert fingerprint(layers.MaxPooling2D(2)) == fingerprint(layers.MaxPooling2D((2, 2)))
    pixels = np.arange(16, dtype="uint8").reshape(1, 4, 4, 1)
    assert layers.AveragePooling2D(2)(pixels).dtype == "float32"


@pytest.mark.parametrize(
    ("layer", "shape", "message"),
    [
        (
            layers.MaxPooling2D(),
            (2, 1, 8, 3),
            "pool of height 2, width 2 does not fit into images of height 1, width 8",
        ),
        (
            layers.AveragePooling1D(9),
            (2, 8, 3),
            "pool of steps 9 does not fit into series of steps 8",
        ),
        (layers.MaxPooling2D(), (2, 28, 28), r"x\[\.\.\., None\] gives every image one channel"),
        (layers.GlobalAveragePooling2D(), (2, 64), r"layers\.Reshape\(\(8, 8, 1\)\)"),
        (layers.GlobalMaxPooling1D(), (2, 4, 4, 3), "layers.GlobalMaxPooling2D, or"),
        (layers.AdaptiveMaxPooling3D(2), (2, 4, 4, 3), "it needs volumes"),
    ],
)
def test_inputs_that_do_not_fit_are_refused(layer, shape, message):
    with pytest.raises(ShapeError, match=message):
        layer(np.zeros(shape, "float32"))


@pytest.mark.parametrize(
    ("cls", "arguments", "message"),
    [
        (layers.MaxPooling2D, {"pool_size": 0}, "`pool_size` must be an integer of at least 1"),
        (
            layers.MaxPooling1D,
            {"strides": (1, 2)},
            r"`strides` must be .* or None, but it is \(1, 2\)",
        ),
        (layers.AveragePooling2D, {}, "missing a required argument: 'pool_size'"),
        (layers.AdaptiveMaxPooling2D, {"output_size": (1, 2, 3)}, "`output_size` must be"),
        (layers.GlobalMaxPooling1D, {"keepdims": 1}, "`keepdims` must be True or False"),
    ],
)
def test_arguments_outside_their_limits_are_refused(cls, arguments, message):
    with pytest.raises((ArgumentError, ArgumentTypeError), match=message):
        cls(**arguments)


def test_a_mean_over_padding_has_the_gradient_of_the_valid_steps():
    layer = layers.GlobalAveragePooling1D()
    slope = jax.grad(lambda x: layer(x, mask=jnp.asarray(MASK)).sum())(jnp.asarray(SERIES))
    wanted = MASK[..., None] / np.maximum(MASK.sum(axis=1), 1)[:, None, None]
    np.testing.assert_allclose(slope, np.broadcast_to(wanted, SERIES.shape), rtol=1e-6)
