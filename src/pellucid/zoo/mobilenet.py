"""MobileNet: every convolution is split into one of each channel and one of each cell, so that phones can compute it.

Source: Howard et al., MobileNets, 2017, https://arxiv.org/abs/1704.04861. Images: ``preprocess_input(x, mode="tf")``.
"""

from __future__ import annotations

from typing import Any

from pellucid import Model, layers
from pellucid.core.errors import ArgumentError
from pellucid.modules.symbolic import SymbolicTensor
from pellucid.zoo.arguments import Arguments
from pellucid.zoo.parts import Published, finished, pooled

BLOCKS = (
    (64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), (512, 1), (512, 1), (512, 1), (512, 1), (512, 1),
    (1024, 2), (1024, 1),
)  # fmt: skip
"""Channels and stride of each block."""
FOLDER = "https://storage.googleapis.com/tensorflow/keras-applications/mobilenet/"
SIZES = (128, 160, 192, 224)
"""Image sizes for which weights were published."""
WIDTHS = {0.25: "2_5", 0.5: "5_0", 0.75: "7_5", 1.0: "1_0"}
"""Values of ``alpha`` for which weights were published, and how files name them."""


def MobileNet(
    input_shape: Any = None,
    alpha: float = 1.0,
    depth_multiplier: int = 1,
    dropout: float = 1e-3,
    include_top: bool = True,
    weights: Any = "imagenet",
    input_tensor: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
    classifier_activation: Any = "softmax",
    name: str | None = None,
) -> Model:
    """MobileNet, 4.3 million parameters at full width.

    Args:
        input_shape: (height, width, channels). Default None: 224 x 224 with the top, else any height and width.
        alpha: The factor on all numbers of channels.
        depth_multiplier: How many kernels every channel gets of its own.
        dropout: The rate of dropout before the classifier.
        include_top: As for all architectures, like the arguments below: see :func:`pellucid.zoo.VGG16`.
        weights: ``"imagenet"`` for the published weights, None for random ones, or a file.
        input_tensor: A symbolic tensor to begin with.
        pooling: ``"avg"``, ``"max"`` or None, without the top.
        classes: The number of classes, with the top.
        classifier_activation: The classifier's activation, None for logits.
        name: The model's name. Default ``"mobilenet_1.00_224"``, with ``alpha`` and the size.

    Raises:
        ArgumentError: There are no published weights for this ``alpha`` or ``depth_multiplier``.
    """
    arguments = Arguments(
        "MobileNet",
        include_top,
        weights,
        input_tensor,
        input_shape,
        pooling,
        classes,
        classifier_activation,
        name,
    )
    if arguments.published and (alpha not in WIDTHS or depth_multiplier != 1):
        raise ArgumentError(
            "MobileNet",
            f"weights were published for alpha in {sorted(WIDTHS)} and depth_multiplier=1, but they are {alpha} and "
            f"{depth_multiplier}.",
            "MobileNet(weights=None, ...)",
        )
    size = known_size(input_shape, SIZES)
    image = arguments.image(default_size=size or 224, min_size=32)  # (batch, 224, 224, 3)
    x = layers.Conv2D(int(32 * alpha), 3, strides=2, padding="same", use_bias=False, name="conv1")(
        image
    )
    x = _ready(x, "conv1")  # (batch, 112, 112, 32)
    for number, (width, stride) in enumerate(BLOCKS, start=1):
        x = _block(x, int(width * alpha), stride, depth_multiplier, number)
    # The image has become a grid of 7 x 7 cells with 1024 channels each.
    if include_top:
        x = layers.GlobalAveragePooling2D(keepdims=True)(x)  # (batch, 1, 1, 1024)
        x = layers.Dropout(dropout, name="dropout")(x)
        x = layers.Conv2D(classes, 1, padding="same", name="conv_preds")(x)
        x = layers.Reshape((classes,), name="reshape_2")(x)  # (batch, classes)
        x = layers.Activation(classifier_activation, name="predictions")(x)
    else:
        x = pooled(x, arguments)
    size = image_size(image, size, arguments)
    file = f"mobilenet_{WIDTHS.get(alpha)}_{size}_tf"
    published = Published(FOLDER, (f"{file}.h5", None), (f"{file}_no_top.h5", None))
    return finished(image, x, arguments, published, f"mobilenet_{alpha:0.2f}_{size}")


def known_size(input_shape: Any, sizes: tuple[int, ...]) -> int | None:
    """Return the size of square images for which weights were published, else None."""
    if input_shape is None or input_shape[0] != input_shape[1]:
        return None
    return input_shape[0] if input_shape[0] in sizes else None


def image_size(image: SymbolicTensor, size: int | None, arguments: Arguments) -> int | None:
    """Return the size that names the weights and the model: 224 where no better weights were published."""
    return size or (224 if arguments.published else image.shape[1])


def _ready(x: SymbolicTensor, name: str) -> SymbolicTensor:
    """Normalise the batch and cut off below 0 and above 6."""
    x = layers.BatchNormalization(name=f"{name}_bn")(x)
    return layers.ReLU(6.0, name=f"{name}_relu")(x)


def _block(
    x: SymbolicTensor, width: int, stride: int, multiplier: int, number: int
) -> SymbolicTensor:
    """Convolve every channel on its own, then mix the channels of every cell."""
    if stride == 2:
        x = layers.ZeroPadding2D(((0, 1), (0, 1)), name=f"conv_pad_{number}")(x)
    x = layers.DepthwiseConv2D(
        3,
        strides=stride,
        padding="same" if stride == 1 else "valid",
        depth_multiplier=multiplier,
        use_bias=False,
        name=f"conv_dw_{number}",
    )(x)
    x = _ready(x, f"conv_dw_{number}")
    x = layers.Conv2D(width, 1, padding="same", use_bias=False, name=f"conv_pw_{number}")(x)
    return _ready(x, f"conv_pw_{number}")
