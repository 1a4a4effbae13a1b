"""MobileNetV3: MobileNetV2's blocks, some of which also weigh their channels, in an order that a search found.

Source: Howard et al., Searching for MobileNetV3, 2019, https://arxiv.org/abs/1905.02244. Images: pixels from 0 to 255;
the network scales them itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pellucid import Model, layers
from pellucid.core.errors import ArgumentError
from pellucid.modules.symbolic import SymbolicTensor
from pellucid.zoo.arguments import Arguments
from pellucid.zoo.parts import (
    Counted,
    Published,
    channels_of,
    finished,
    halving_pad,
    in_eights,
    pooled,
)

FOLDER = "https://storage.googleapis.com/tensorflow/keras-applications/mobilenet_v3/"
SUMS = {
    "large_224_0.75": ("765b44a33ad4005b3ac83185abf1d0eb", "40af19a13ebea4e2ee0c676887f69a2e"),
    "large_224_1.0": ("59e551e166be033d707958cf9e29a6a7", "07fb09a5933dd0c8eaafa16978110389"),
    "large_minimalistic_224_1.0": (
        "675e7b876c45c57e9e63e6d90a36599c",
        "ec5221f64a2f6d1ef965a614bdae7973",
    ),
    "small_224_0.75": ("cb65d4e5be93758266aa0a7f2c6708b7", "ebdb5cc8e0b497cd13a7c275d475c819"),
    "small_224_1.0": ("8768d4c2e7dee89b9d02b2d03d65d862", "d3e8ec802a04aa4fc771ee12a9a9b836"),
    "small_minimalistic_224_1.0": (
        "99cd97fb2fcdad2bf028eb838de69e37",
        "cde8136e733e811080d9fcd8a252f7e4",
    ),
}


@dataclass(frozen=True)
class Block:
    """One block: how many times wider it is inside, its channels, and whether what is special about it applies.

    Attributes:
        expansion: How many times wider the block is inside.
        width: Channels that leave it.
        stride: 2 where it halves the size.
        large: Whether its kernel is 5 and not 3.
        weighs: Whether it weighs its channels (squeeze and excite).
        hard: Whether its activation is hard swish and not the rectifier.
    """

    expansion: float
    width: int
    stride: int = 1
    large: bool = False
    weighs: bool = False
    hard: bool = False


SMALL = (
    Block(1, 16, 2, weighs=True),
    Block(72 / 16, 24, 2),
    Block(88 / 24, 24),
    Block(4, 40, 2, large=True, weighs=True, hard=True),
    *[Block(6, 40, large=True, weighs=True, hard=True)] * 2,
    *[Block(3, 48, large=True, weighs=True, hard=True)] * 2,
    Block(6, 96, 2, large=True, weighs=True, hard=True),
    *[Block(6, 96, large=True, weighs=True, hard=True)] * 2,
)
LARGE = (
    Block(1, 16),
    Block(4, 24, 2),
    Block(3, 24),
    Block(3, 40, 2, large=True, weighs=True),
    *[Block(3, 40, large=True, weighs=True)] * 2,
    Block(6, 80, 2, hard=True),
    Block(2.5, 80, hard=True),
    *[Block(2.3, 80, hard=True)] * 2,
    *[Block(6, 112, weighs=True, hard=True)] * 2,
    Block(6, 160, 2, large=True, weighs=True, hard=True),
    *[Block(6, 160, large=True, weighs=True, hard=True)] * 2,
)


class _MobileNetV3:
    """The pieces of the network.

    Args:
        minimalistic: Leave out what is slow on some processors: kernels of 5, weighed channels, hard swish.
    """

    def __init__(self, minimalistic: bool):
        self.minimalistic = minimalistic
        self.names = Counted()

    def activated(self, x: SymbolicTensor, hard: bool = True) -> SymbolicTensor:
        """Apply hard swish or the rectifier."""
        if hard and not self.minimalistic:
            return layers.Activation("hard_swish", name=self.names("activation"))(x)
        return layers.ReLU(name=self.names("re_lu"))(x)

    def normalised(self, x: SymbolicTensor, name: str) -> SymbolicTensor:
        """Normalise the batch."""
        return layers.BatchNormalization(epsilon=1e-3, momentum=0.999, name=name)(x)

    def conv(self, x: SymbolicTensor, width: int, name: str) -> SymbolicTensor:
        """Mix the channels of every cell, and normalise."""
        x = layers.Conv2D(width, 1, padding="same", use_bias=False, name=name)(x)
        return self.normalised(x, f"{name}_bn")

    def weighed(self, x: SymbolicTensor, width: int, name: str) -> SymbolicTensor:
        """Multiply every channel by a number from 0 to 1 that follows from the means of all channels."""
        share = layers.GlobalAveragePooling2D(keepdims=True, name=f"{name}_avg_pool")(x)
        share = layers.Conv2D(in_eights(width * 0.25), 1, padding="same", name=f"{name}_conv")(
            share
        )
        share = layers.ReLU(name=f"{name}_relu")(share)
        share = layers.Conv2D(width, 1, padding="same", name=f"{name}_conv_1")(share)
        share = layers.ReLU(6.0, name=self.names("re_lu"))(share + 3.0) * (1.0 / 6.0)
        return layers.Multiply(name=f"{name}_mul")([x, share])

    def block(self, x: SymbolicTensor, number: int, plan: Block, width: int) -> SymbolicTensor:
        """Widen, look around in every channel on its own, weigh the channels, narrow."""
        name = f"expanded_conv_{number}_" if number else "expanded_conv_"
        came, channels = x, channels_of(x)
        inner = in_eights(channels * plan.expansion)
        if number:
            x = self.activated(self.conv(x, inner, f"{name}expand"), plan.hard)
        kernel = 5 if plan.large and not self.minimalistic else 3
        if plan.stride == 2:
            x = layers.ZeroPadding2D(halving_pad(x, kernel), name=f"{name}depthwise_pad")(x)
        padding = "same" if plan.stride == 1 else "valid"
        x = layers.DepthwiseConv2D(
            kernel, strides=plan.stride, padding=padding, use_bias=False, name=f"{name}depthwise"
        )(x)
        x = self.activated(self.normalised(x, f"{name}depthwise_bn"), plan.hard)
        if plan.weighs and not self.minimalistic:
            x = self.weighed(x, inner, f"{name}squeeze_excite")
        x = self.conv(x, width, f"{name}project")
        if plan.stride == 1 and channels == width:
            x = layers.Add(name=f"{name}add")([came, x])
        return x

    def classifier(
        self, x: SymbolicTensor, width: int, dropout_rate: float, arguments: Arguments
    ) -> SymbolicTensor:
        """End the network with two convolutions of the mean cell."""
        x = layers.GlobalAveragePooling2D(keepdims=True)(x)  # (batch, 1, 1, channels)
        x = self.activated(layers.Conv2D(width, 1, padding="same", name="conv_2")(x))
        if dropout_rate > 0:
            x = layers.Dropout(dropout_rate)(x)
        x = layers.Conv2D(arguments.classes, 1, padding="same", name="logits")(x)
        x = layers.Flatten()(x)  # (batch, classes)
        return layers.Activation(arguments.classifier_activation, name="predictions")(x)


def mobilenet_v3(
    arguments: Arguments,
    size: str,
    alpha: float,
    minimalistic: bool,
    dropout_rate: float,
    include_preprocessing: bool,
) -> Model:
    """Make a MobileNetV3.

    Args:
        arguments: What the user chose.
        size: ``"small"`` or ``"large"``.
        alpha: The factor on all numbers of channels.
        minimalistic: Leave out what is slow on some processors.
        dropout_rate: The rate of dropout before the classifier.
        include_preprocessing: Whether the network scales the pixels itself.
    """
    if arguments.published and alpha not in ((1.0,) if minimalistic else (0.75, 1.0)):
        raise ArgumentError(
            arguments.network,
            f"weights were published for alpha 0.75 and 1.0, minimalistic for 1.0 only, but it is {alpha}.",
            f"{arguments.network}(alpha={alpha}, weights=None)",
        )
    make = _MobileNetV3(minimalistic)
    image = x = arguments.image(default_size=224, min_size=32, fixed=False)  # (batch, 224, 224, 3)
    if include_preprocessing:
        x = layers.Rescaling(1.0 / 127.5, offset=-1.0)(x)
    x = layers.Conv2D(16, 3, strides=2, padding="same", use_bias=False, name="conv")(x)
    x = make.activated(make.normalised(x, "conv_bn"))  # (batch, 112, 112, 16)
    for number, plan in enumerate(SMALL if size == "small" else LARGE):
        x = make.block(x, number, plan, in_eights(plan.width * alpha))
    x = make.conv(x, in_eights(channels_of(x) * 6), "conv_1")  # (batch, 7, 7, 576 or 960)
    x = make.activated(x)
    last = 1024 if size == "small" else 1280
    last = in_eights(last * alpha) if alpha > 1.0 else last
    if arguments.include_top:
        x = make.classifier(x, last, dropout_rate, arguments)
    else:
        x = pooled(x, arguments, "avg_pool", "max_pool")
    key = f"{size}{'_minimalistic' if minimalistic else ''}_224_{alpha}"
    top, no_top = SUMS.get(key, (None, None))
    file = f"weights_mobilenet_v3_{key}_float"
    published = Published(FOLDER, (f"{file}.h5", top), (f"{file}_no_top_v2.h5", no_top))
    return finished(image, x, arguments, published)


def _member(title: str, size: str, millions: float) -> Any:
    def make(
        input_shape: Any = None,
        alpha: float = 1.0,
        minimalistic: bool = False,
        include_top: bool = True,
        weights: Any = "imagenet",
        input_tensor: Any = None,
        classes: int = 1000,
        pooling: str | None = None,
        dropout_rate: float = 0.2,
        classifier_activation: Any = "softmax",
        include_preprocessing: bool = True,
        name: str | None = title,
    ) -> Model:
        shared = (include_top, weights, input_tensor, input_shape, pooling, classes)
        arguments = Arguments(title, *shared, classifier_activation, name)
        own = (alpha, minimalistic, dropout_rate, include_preprocessing)
        return mobilenet_v3(arguments, size, *own)

    make.__name__ = make.__qualname__ = title
    make.__doc__ = f"""The {size} MobileNetV3, {millions} million parameters.

    Args:
        input_shape: (height, width, channels). Default None: any height and width.
        alpha: The factor on all numbers of channels.
        minimalistic: Leave out kernels of 5, weighed channels and hard swish, which are slow on some processors.
        include_top: As for all architectures: see :func:`pellucid.zoo.VGG16`.
        weights: ``"imagenet"`` for the published weights, None for random ones, or a file.
        input_tensor: A symbolic tensor to begin with.
        classes: The number of classes, with the top.
        pooling: ``"avg"``, ``"max"`` or None, without the top.
        dropout_rate: The rate of dropout before the classifier.
        classifier_activation: The classifier's activation, None for logits.
        include_preprocessing: Whether the network scales pixels from 0 to 255 itself.
        name: The model's name.
    """
    return make


MobileNetV3Small = _member("MobileNetV3Small", "small", 2.6)
MobileNetV3Large = _member("MobileNetV3Large", "large", 5.5)
