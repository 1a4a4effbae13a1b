"""EfficientNetV2: EfficientNet whose first stages use plain convolutions, which processors compute faster.

Source: Tan and Le, EfficientNetV2: Smaller Models and Faster Training, 2021, https://arxiv.org/abs/2104.00298. Images:
pixels from 0 to 255; the network scales them itself, unless ``include_preprocessing=False``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from pellucid import Model, layers
from pellucid.modules.symbolic import SymbolicTensor
from pellucid.zoo.arguments import Arguments
from pellucid.zoo.efficientnet import KERNELS, TOP, added, conv, ready, weighed
from pellucid.zoo.parts import Published, channels_of, finished, head, in_eights

FOLDER = "https://storage.googleapis.com/tensorflow/keras-applications/efficientnet_v2/"
SUMS = {
    "b0": ("21ecbf6da12460d5c40bb2f29ceb2188", "893217f2bb855e2983157299931e43ff"),
    "b1": ("069f0534ff22adf035c89e2d9547a9dc", "0e80663031ca32d657f9caa404b6ec37"),
    "b2": ("424e49f28180edbde1e94797771950a7", "1dfe2e7a5d45b6632553a8961ea609eb"),
    "b3": ("1f1fc43bd98a6e4fd8fdfd551e02c7a0", "f6abf7b5849ac99a89b50dd3fd532856"),
    "s": ("e1d88a8495beba45748fedd0cecbe016", "af0682fb74e8c54910f2d4393339c070"),
    "m": ("a3bf6aa3276309f4fc6a34aa114c95cd", "1b8dc055df72dde80d614482840fe342"),
    "l": ("27e6d408b53c7ebc868fefa357689935", "b0b66b5c863aef5b46e8608fe1711615"),
}
MEANS = (0.485, 0.456, 0.406)
DEVIATIONS = (0.229, 0.224, 0.225)
"""Of the channels of ImageNet's images, scaled to [0, 1]."""
MOMENTUM = 0.9
DROPPED = 0.2
"""How often the last block is left out in training; earlier ones less, in proportion."""


@dataclass(frozen=True)
class Stage:
    """Some blocks in a row: how many, channels after them, how much wider inside, first stride, plain convolutions."""

    depth: int
    width: int
    expansion: int
    stride: int
    plain: bool = False


@dataclass(frozen=True)
class Plan:
    """A variant: its stages, channels of the stem, factors on width and depth, size of the images."""

    stages: tuple[Stage, ...]
    stem: int
    width: float
    depth: float
    size: int


B = (
    Stage(1, 16, 1, 1, plain=True),
    Stage(2, 32, 4, 2, plain=True),
    Stage(2, 48, 4, 2, plain=True),
    Stage(3, 96, 4, 2),
    Stage(5, 112, 6, 1),
    Stage(8, 192, 6, 2),
)
S = (
    Stage(2, 24, 1, 1, plain=True),
    Stage(4, 48, 4, 2, plain=True),
    Stage(4, 64, 4, 2, plain=True),
    Stage(6, 128, 4, 2),
    Stage(9, 160, 6, 1),
    Stage(15, 256, 6, 2),
)
M = (
    Stage(3, 24, 1, 1, plain=True),
    Stage(5, 48, 4, 2, plain=True),
    Stage(5, 80, 4, 2, plain=True),
    Stage(7, 160, 4, 2),
    Stage(14, 176, 6, 1),
    Stage(18, 304, 6, 2),
    Stage(5, 512, 6, 1),
)
L = (
    Stage(4, 32, 1, 1, plain=True),
    Stage(7, 64, 4, 2, plain=True),
    Stage(7, 96, 4, 2, plain=True),
    Stage(10, 192, 4, 2),
    Stage(19, 224, 6, 1),
    Stage(25, 384, 6, 2),
    Stage(7, 640, 6, 1),
)
PLANS = {
    "b0": Plan(B, 32, 1.0, 1.0, 224),
    "b1": Plan(B, 32, 1.0, 1.1, 240),
    "b2": Plan(B, 32, 1.1, 1.2, 260),
    "b3": Plan(B, 32, 1.2, 1.4, 300),
    "s": Plan(S, 24, 1.0, 1.0, 384),
    "m": Plan(M, 24, 1.0, 1.0, 480),
    "l": Plan(L, 32, 1.0, 1.0, 480),
}


def efficientnet_v2(arguments: Arguments, variant: str, include_preprocessing: bool) -> Model:
    """Make an EfficientNetV2.

    Args:
        arguments: What the user chose.
        variant: ``"b0"`` to ``"b3"``, ``"s"``, ``"m"`` or ``"l"``.
        include_preprocessing: Whether the network scales the pixels itself.
    """
    plan = PLANS[variant]

    def scaled(width: int) -> int:
        return in_eights(width * plan.width, keep=0.0)

    image = x = arguments.image(default_size=plan.size, min_size=32)  # (batch, 224, 224, 3) for B0
    if include_preprocessing:
        x = _pixels(x, standardised=plan.stages is B and channels_of(image) == 3)
    x = conv(x, scaled(plan.stem), 3, "stem_conv", strides=2)
    x = ready(x, "stem_bn", "stem_activation", MOMENTUM)  # (batch, 112, 112, 32)
    number, planned = 0, sum(stage.depth for stage in plan.stages)
    for letter, stage in enumerate(plan.stages, start=1):
        for repeat in range(math.ceil(plan.depth * stage.depth)):
            block = _plain_block if stage.plain else _split_block
            stride = 1 if repeat else stage.stride
            name = f"block{letter}{chr(ord('a') + repeat)}_"
            came = x
            x = block(x, stage.expansion, scaled(stage.width), stride, name)
            if stride == 1 and channels_of(came) == channels_of(x):
                x = added(x, came, DROPPED * number / planned, name)
            number += 1
    x = conv(x, scaled(1280), 1, "top_conv")  # (batch, 7, 7, 1280)
    x = ready(x, "top_bn", "top_activation", MOMENTUM)
    x = head(x, arguments, dropout=0.2, kernel_initializer=TOP)
    file, (top, no_top) = f"efficientnetv2-{variant}", SUMS[variant]
    published = Published(FOLDER, (f"{file}.h5", top), (f"{file}_notop.h5", no_top))
    return finished(image, x, arguments, published)


def _pixels(x: SymbolicTensor, standardised: bool) -> SymbolicTensor:
    """Scale pixels to mean 0 and deviation 1 of ImageNet, or roughly to [-1, 1]."""
    if not standardised:
        return layers.Rescaling(1 / 128, offset=-1.0)(x)
    x = layers.Rescaling(1 / 255)(x)
    scales = [1 / deviation for deviation in DEVIATIONS]
    offsets = [-mean / deviation for mean, deviation in zip(MEANS, DEVIATIONS, strict=True)]
    return layers.Rescaling(scales, offset=offsets, name="normalization")(x)


def _plain_block(
    x: SymbolicTensor, expansion: int, width: int, stride: int, name: str
) -> SymbolicTensor:
    """Widen by a plain convolution and narrow; or, where nothing is widened, convolve once."""
    if expansion == 1:
        x = conv(x, width, 3, f"{name}project_conv", strides=stride)
        return ready(x, f"{name}project_bn", f"{name}project_activation", MOMENTUM)
    x = conv(x, channels_of(x) * expansion, 3, f"{name}expand_conv", strides=stride)
    x = ready(x, f"{name}expand_bn", f"{name}expand_activation", MOMENTUM)
    x = conv(x, width, 1, f"{name}project_conv")
    return ready(x, f"{name}project_bn", momentum=MOMENTUM)


def _split_block(
    x: SymbolicTensor, expansion: int, width: int, stride: int, name: str
) -> SymbolicTensor:
    """Widen, look around in every channel on its own, weigh the channels, narrow."""
    channels = channels_of(x)
    x = conv(x, channels * expansion, 1, f"{name}expand_conv")
    x = ready(x, f"{name}expand_bn", f"{name}expand_activation", MOMENTUM)
    x = layers.DepthwiseConv2D(
        3,
        strides=stride,
        padding="same",
        use_bias=False,
        depthwise_initializer=KERNELS,
        name=f"{name}dwconv2",
    )(x)
    x = ready(x, f"{name}bn", f"{name}activation", MOMENTUM)
    x = weighed(x, max(1, channels // 4), name)
    x = conv(x, width, 1, f"{name}project_conv")
    return ready(x, f"{name}project_bn", momentum=MOMENTUM)


def _member(variant: str, millions: float) -> Any:
    title = f"EfficientNetV2{variant.upper()}"

    usual = f"efficientnetv2-{variant}"

    def make(
        include_top: bool = True,
        weights: Any = "imagenet",
        input_tensor: Any = None,
        input_shape: Any = None,
        pooling: str | None = None,
        classes: int = 1000,
        classifier_activation: Any = "softmax",
        include_preprocessing: bool = True,
        name: str | None = usual,
    ) -> Model:
        shared = (include_top, weights, input_tensor, input_shape, pooling, classes)
        arguments = Arguments(title, *shared, classifier_activation, name)
        return efficientnet_v2(arguments, variant, include_preprocessing)

    make.__name__ = make.__qualname__ = title
    make.__doc__ = f"""EfficientNetV2 {variant.upper()}, {millions} million parameters.

    Args:
        include_top: As for all architectures, like the arguments below: see :func:`pellucid.zoo.VGG16`.
        weights: ``"imagenet"`` for the published weights, None for random ones, or a file.
        input_tensor: A symbolic tensor to begin with.
        input_shape: (height, width, channels). Default None: {PLANS[variant].size} pixels wide with the top.
        pooling: ``"avg"``, ``"max"`` or None, without the top.
        classes: The number of classes, with the top.
        classifier_activation: The classifier's activation, None for logits.
        include_preprocessing: Whether the network scales pixels from 0 to 255 itself.
        name: The model's name.
    """
    return make


EfficientNetV2B0 = _member("b0", 7.2)
EfficientNetV2B1 = _member("b1", 8.2)
EfficientNetV2B2 = _member("b2", 10.2)
EfficientNetV2B3 = _member("b3", 14.5)
EfficientNetV2S = _member("s", 21.6)
EfficientNetV2M = _member("m", 54.4)
EfficientNetV2L = _member("l", 119.0)
