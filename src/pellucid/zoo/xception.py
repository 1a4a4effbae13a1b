"""Xception: an Inception network whose branches are single channels, that is, separable convolutions.

Source: Chollet, Xception: Deep Learning with Depthwise Separable Convolutions, 2016,
https://arxiv.org/abs/1610.02357. Images: ``preprocess_input(x, mode="tf")``.
"""

from __future__ import annotations

from pellucid import Model, layers
from pellucid.modules.symbolic import SymbolicTensor
from pellucid.zoo.arguments import Arguments
from pellucid.zoo.family import member
from pellucid.zoo.parts import Published, finished, head

FILE = "xception_weights_tf_dim_ordering_tf_kernels"
PUBLISHED = Published(
    "https://storage.googleapis.com/tensorflow/keras-applications/xception/",
    (f"{FILE}.h5", "0a58e3b7378bc2990ea3b43d5981f1f6"),
    (f"{FILE}_notop.h5", "b0042744bf5b25fce3cb969f33bebb97"),
)


def xception(arguments: Arguments) -> Model:
    """Make Xception of the arguments."""
    image = x = arguments.image(default_size=299, min_size=71)  # (batch, 299, 299, 3)
    for number, (width, stride) in enumerate(((32, 2), (64, 1)), start=1):
        name = f"block1_conv{number}"
        x = layers.Conv2D(width, 3, strides=stride, use_bias=False, name=name)(x)
        x = layers.BatchNormalization(name=f"{name}_bn")(x)
        x = layers.Activation("relu", name=f"{name}_act")(x)
    # The image has become a grid of 147 x 147 cells with 64 channels each.
    for block, width in enumerate((128, 256, 728), start=2):
        x = _halving(x, (width, width), f"block{block}")  # 74, 37, 19 cells
    for block in range(5, 13):
        x = _keeping(x, f"block{block}")  # (batch, 19, 19, 728)
    x = _halving(x, (728, 1024), "block13")  # (batch, 10, 10, 1024)
    for number, width in enumerate((1536, 2048), start=1):
        name = f"block14_sepconv{number}"
        x = _separable(x, width, name)
        x = layers.Activation("relu", name=f"{name}_act")(x)
    x = head(x, arguments, names=("avg_pool", None, None))
    return finished(image, x, arguments, PUBLISHED)


def _separable(x: SymbolicTensor, width: int, name: str) -> SymbolicTensor:
    x = layers.SeparableConv2D(width, 3, padding="same", use_bias=False, name=name)(x)
    return layers.BatchNormalization(name=f"{name}_bn")(x)


def _halving(x: SymbolicTensor, widths: tuple[int, int], name: str) -> SymbolicTensor:
    """Add what two separable convolutions and a pooling see to a strided view of the input."""
    kept = layers.Conv2D(widths[1], 1, strides=2, padding="same", use_bias=False)(x)
    kept = layers.BatchNormalization()(kept)
    if name != "block2":  # the block before it ends with an activation
        x = layers.Activation("relu", name=f"{name}_sepconv1_act")(x)
    x = _separable(x, widths[0], f"{name}_sepconv1")
    x = layers.Activation("relu", name=f"{name}_sepconv2_act")(x)
    x = _separable(x, widths[1], f"{name}_sepconv2")
    x = layers.MaxPooling2D(3, strides=2, padding="same", name=f"{name}_pool")(x)
    return layers.Add()([x, kept])


def _keeping(x: SymbolicTensor, name: str) -> SymbolicTensor:
    """Add what three separable convolutions see to the input; the shape stays."""
    kept = x
    for number in (1, 2, 3):
        x = layers.Activation("relu", name=f"{name}_sepconv{number}_act")(x)
        x = _separable(x, 728, f"{name}_sepconv{number}")
    return layers.Add()([x, kept])


Xception = member("Xception", "xception", "Xception, 22.9 million parameters.", xception)
