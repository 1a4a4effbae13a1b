"""What convolution layers say to inputs and arguments that do not fit: who, what came, and the line that repairs it."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid import infer, layers
from pellucid.core.errors import ArgumentError, ArgumentTypeError, ShapeError


def zeros(*shape):
    return np.zeros(shape, "float32")


@pytest.mark.parametrize(
    ("layer", "shape", "problem", "repair"),
    [
        (
            layers.Conv2D(4, 3),
            (5, 28, 28),
            r"needs images, shape \(batch, height, width, channels\).*shape \(28, 28\)",
            r"x\[\.\.\., None\] gives every image one channel",
        ),
        (
            layers.Conv2D(4, 3, data_format="channels_first"),
            (5, 28, 28),
            r"shape \(batch, channels, height, width\)",
            r"x\[:, None\] gives every image one channel",
        ),
        (
            layers.Conv1D(4, 3),
            (5, 100),
            r"needs series, shape \(batch, steps, channels\).*rows of 100 features",
            r"x\[\.\.\., None\] gives every series one channel",
        ),
        (
            layers.Conv2D(4, 3),
            (5, 784),
            "rows of 784 features",
            r"layers\.Reshape\(\(28, 28, 1\)\) before it",
        ),
        (
            layers.Conv2D(4, 3),
            (5, 10),
            "rows of 10 features",
            r"layers\.Reshape\(\(height, width, 1\)\) before it",
        ),
        (
            layers.Conv1D(4, 3),
            (5, 8, 8, 3),
            r"rows of shape \(8, 8, 3\)",
            r"layers\.Conv2D, or layers\.TimeDistributed\(layers\.Conv1D\(\.\.\.\)\)",
        ),
        (
            layers.SeparableConv2D(4, 3),
            (5, 2, 8, 8, 3),
            r"rows of shape \(2, 8, 8, 3\)",
            r"TimeDistributed\(layers\.SeparableConv2D",
        ),
        (layers.Conv3D(4, 3), (5,), "single numbers", r"x\.shape tells"),
        (
            layers.Conv2D(4, 3),
            (5, 2, 8, 1),
            r"kernel of height 3, width 3 does not fit into images of height 2, width 8",
            "padding='same', a smaller kernel, or fewer poolings",
        ),
        (
            layers.Conv1D(4, 3, dilation_rate=4),
            (5, 8, 1),
            r"kernel of steps 9 does not fit into series of steps 8",
            "padding='same'",
        ),
        (
            layers.DepthwiseConv2D((1, 9)),
            (5, 4, 8, 1),
            "width 9 does not fit into images of height 4, width 8",
            "padding='same'",
        ),
        (
            layers.Conv2D(4, 3, groups=2),
            (5, 8, 8, 3),
            "channels must be a multiple of `groups`, but 3 is none of 2",
            "groups=1, or images of 4 channels",
        ),
    ],
)
def test_inputs_that_do_not_fit_are_refused(layer, shape, problem, repair):
    with pytest.raises(ShapeError, match=problem) as caught:
        infer(layer.clone(), zeros(*shape))
    assert type(layer).__name__ in str(caught.value)
    assert caught.match(rf"Repair: .*{repair}")


@pytest.mark.parametrize(
    "layer",
    [layers.Conv2D(4, 3), layers.Conv2DTranspose(4, 3), layers.DepthwiseConv2D(3)],
    ids=lambda each: type(each).__name__,
)
def test_other_channels_than_at_the_build_are_refused(layer):
    infer(layer, zeros(2, 8, 9, 3))
    with pytest.raises(
        ShapeError, match=r"built for images of 3 channels.*\(8, 9, 1\): 1 channels"
    ):
        layer(zeros(2, 8, 9, 1))
    with pytest.raises(ShapeError, match=r"channels seem to come first: jnp\.moveaxis\(x, 1, -1\)"):
        layer(zeros(2, 3, 8, 9))


def test_grouped_layers_count_all_channels():
    layer = layers.Conv2D(4, 3, groups=2)
    infer(layer, zeros(2, 8, 8, 6))
    with pytest.raises(ShapeError, match="built for images of 6 channels"):
        layer(zeros(2, 8, 8, 3))


@pytest.mark.parametrize(
    ("cls", "arguments", "problem", "repair"),
    [
        (
            layers.Conv2D,
            {"filters": 3, "kernel_size": 2, "groups": 2},
            "3 is none of 2",
            "filters=4",
        ),
        (
            layers.Conv1D,
            {"filters": 3, "kernel_size": 2, "strides": 2, "dilation_rate": 2},
            r"`strides` \(2,\) and `dilation_rate` \(2,\) cannot both be above 1",
            r"layers\.MaxPooling1D\(\)",
        ),
        (
            layers.Conv2DTranspose,
            {"filters": 3, "kernel_size": 2, "strides": 2, "dilation_rate": (1, 2)},
            "cannot both be above 1",
            "strides=1",
        ),
        (
            layers.Conv2DTranspose,
            {"filters": 3, "kernel_size": 2, "strides": (1, 2), "output_padding": 1},
            r"`output_padding` must be below `strides` \(1, 2\), but it is \(1, 1\)",
            "output_padding=None",
        ),
    ],
)
def test_arguments_that_do_not_fit_together_are_refused(cls, arguments, problem, repair):
    with pytest.raises(ArgumentError, match=problem) as caught:
        cls(**arguments)
    assert caught.match(f"Repair: .*{repair}")


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (
            {"filters": 0, "kernel_size": 3},
            "`filters` must be an integer of at least 1, but it is 0",
        ),
        (
            {"filters": 3, "kernel_size": 0},
            "`kernel_size` must be an integer of at least 1, or a tuple of 2",
        ),
        (
            {"filters": 3, "kernel_size": (3, 3, 3)},
            r"`kernel_size` must be .* but it is \(3, 3, 3\)",
        ),
        ({"filters": 3, "kernel_size": 3, "strides": (0, 1)}, r"`strides` must be .* \(0, 1\)"),
        (
            {"filters": 3, "kernel_size": 3, "padding": "causal"},
            "`padding` must be one of 'valid', 'same'",
        ),
        (
            {"filters": 3, "kernel_size": 3, "padding": 1},
            "`padding` must be one of 'valid', 'same'",
        ),
        (
            {"filters": 3, "kernel_size": 3, "data_format": "NCHW"},
            "'channels_last', 'channels_first'",
        ),
        ({"filters": 3, "kernel": 3}, "write `kernel_size=` instead of `kernel=`"),
    ],
)
def test_arguments_outside_their_limits_are_refused(arguments, problem):
    with pytest.raises((ArgumentError, ArgumentTypeError), match=problem):
        layers.Conv2D(**arguments)


def test_a_stack_that_pools_too_often_says_where():
    """The typical mistake of a first network: one pooling too many for small images."""
    from pellucid import Sequential

    stack = [layers.Conv2D(4, 3), layers.MaxPooling2D(), layers.Conv2D(4, 3), layers.MaxPooling2D()]
    with pytest.raises(ShapeError, match="does not fit into images of height 1, width 1") as caught:
        Sequential([*stack, layers.Conv2D(4, 3)]).build((None, 12, 12, 1))
    assert "fewer poolings" in str(caught.value)
