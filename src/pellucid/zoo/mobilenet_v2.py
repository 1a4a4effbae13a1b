"""MobileNetV2: blocks that are wide inside and narrow between, where they are added.

Source: Sandler et al., MobileNetV2: Inverted Residuals and Linear Bottlenecks, 2018,
https://arxiv.org/abs/1801.04381. Images: ``preprocess_input(x, mode="tf")``.
"""

from __future__ import annotations

from typing import Any

from pellucid import Model, layers
from pellucid.core.errors import ArgumentError
from pellucid.modules.symbolic import SymbolicTensor
from pellucid.zoo.arguments import Arguments
from pellucid.zoo.mobilenet import image_size, known_size
from pellucid.zoo.parts import Published, channels_of, finished, halving_pad, head, in_eights

STAGES = (
    (16, 1, 1), (24, 2, 2), (32, 3, 2), (64, 4, 2), (96, 3, 1), (160, 3, 2), (320, 1, 1),
)  # fmt: skip
"""Channels, number of blocks and first stride of each stage."""
EXPANSION = 6
"""How many times wider a block is inside; the first block is not."""
FOLDER = "https://storage.googleapis.com/tensorflow/keras-applications/mobilenet_v2/"
SIZES = (96, 128, 160, 192, 224)
"""Image sizes for which weights were published."""
WIDTHS = (0.35, 0.5, 0.75, 1.0, 1.3, 1.4)
"""Values of ``alpha`` for which weights were published."""


def MobileNetV2(
    input_shape: Any = None,
    alpha: float = 1.0,
    include_top: bool = True,
    weights: Any = "imagenet",
    input_tensor: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
    classifier_activation: Any = "softmax",
    name: str | None = None,
) -> Model:
    """MobileNetV2, 3.5 million parameters at full width.

    Args:
        input_shape: (height, width, channels). Default None: 224 x 224 with the top, else any height and width.
        alpha: The factor on all numbers of channels.
        include_top: As for all architectures, like the arguments below: see :func:`pellucid.zoo.VGG16`.
        weights: ``"imagenet"`` for the published weights, None for random ones, or a file.
        input_tensor: A symbolic tensor to begin with.
        pooling: ``"avg"``, ``"max"`` or None, without the top.
        classes: The number of classes, with the top.
        classifier_activation: The classifier's activation, None for logits.
        name: The model's name. Default ``"mobilenetv2_1.00_224"``, with ``alpha`` and the size.

    Raises:
        ArgumentError: There are no published weights for this ``alpha``.
    """
    arguments = Arguments(
        "MobileNetV2",
        include_top,
        weights,
        input_tensor,
        input_shape,
        pooling,
        classes,
        classifier_activation,
        name,
    )
    if arguments.published and alpha not in WIDTHS:
        raise ArgumentError(
            "MobileNetV2",
            f"weights were published for alpha in {WIDTHS}, but it is {alpha}.",
            f"MobileNetV2(alpha={alpha}, weights=None)",
        )
    size = known_size(input_shape or _shape_of(input_tensor), SIZES)
    image = arguments.image(default_size=size or 224, min_size=32)  # (batch, 224, 224, 3)
    x = layers.Conv2D(
        in_eights(32 * alpha), 3, strides=2, padding="same", use_bias=False, name="Conv1"
    )(image)
    x = _ready(x, "bn_Conv1", "Conv1_relu")  # (batch, 112, 112, 32)
    number = 0
    for width, depth, stride in STAGES:
        for repeat in range(depth):
            x = _block(x, in_eights(int(width * alpha)), 1 if repeat else stride, number)
            number += 1
    last = in_eights(1280 * alpha) if alpha > 1.0 else 1280
    x = layers.Conv2D(last, 1, use_bias=False, name="Conv_1")(x)  # (batch, 7, 7, 1280)
    x = _ready(x, "Conv_1_bn", "out_relu")
    x = head(x, arguments, names=(None, None, None))
    size = image_size(image, size, arguments)
    file = f"mobilenet_v2_weights_tf_dim_ordering_tf_kernels_{float(alpha)}_{size}"
    published = Published(FOLDER, (f"{file}.h5", None), (f"{file}_no_top.h5", None))
    return finished(image, x, arguments, published, f"mobilenetv2_{alpha:0.2f}_{size}")


def _shape_of(tensor: Any) -> tuple[int | None, ...] | None:
    return None if tensor is None else tuple(tensor.shape[1:])


def _ready(x: SymbolicTensor, normal: str, relu: str | None = None) -> SymbolicTensor:
    """Normalise the batch, and where wanted cut off below 0 and above 6."""
    x = layers.BatchNormalization(epsilon=1e-3, momentum=0.999, name=normal)(x)
    return layers.ReLU(6.0, name=relu)(x) if relu else x


def _block(x: SymbolicTensor, width: int, stride: int, number: int) -> SymbolicTensor:
    """Widen, look around in every channel on its own, and narrow to ``width`` channels."""
    came, name = x, f"block_{number}_" if number else "expanded_conv_"
    channels = channels_of(x)
    if number:
        x = layers.Conv2D(
            EXPANSION * channels, 1, padding="same", use_bias=False, name=f"{name}expand"
        )(x)
        x = _ready(x, f"{name}expand_BN", f"{name}expand_relu")
    if stride == 2:
        x = layers.ZeroPadding2D(halving_pad(x, 3), name=f"{name}pad")(x)
    padding = "same" if stride == 1 else "valid"
    x = layers.DepthwiseConv2D(
        3, strides=stride, padding=padding, use_bias=False, name=f"{name}depthwise"
    )(x)
    x = _ready(x, f"{name}depthwise_BN", f"{name}depthwise_relu")
    x = layers.Conv2D(width, 1, padding="same", use_bias=False, name=f"{name}project")(x)
    x = _ready(x, f"{name}project_BN")
    return layers.Add(name=f"{name}add")([came, x]) if stride == 1 and channels == width else x
