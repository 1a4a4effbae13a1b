"""EfficientNet: one small network, made deeper, wider and sharper-sighted together by fixed factors.

Source: Tan and Le, EfficientNet, 2019, https://arxiv.org/abs/1905.11946. Images: pixels from 0 to 255; the network
scales them itself.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from pellucid import Model, initializers, layers
from pellucid.modules.symbolic import SymbolicTensor
from pellucid.zoo.arguments import Arguments
from pellucid.zoo.family import Architecture, member
from pellucid.zoo.parts import Published, channels_of, finished, halving_pad, head, in_eights

FOLDER = "https://storage.googleapis.com/keras-applications/"
SUMS = (
    ("902e53a9f72be733fc0bcb005b3ebbac", "50bc09e76180e00e4465e1a485ddc09d"),
    ("1d254153d4ab51201f1646940f018540", "74c4e6b3e1f6a1eea24c589628592432"),
    ("b15cce36ff4dcbd00b6dd88e7857a6ad", "111f8e2ac8aa800a7a99e3239f7bfb39"),
    ("ffd1fdc53d0ce67064dc6a9c7960ede0", "af6d107764bb5b1abb91932881670226"),
    ("18c95ad55216b8f92d7e70b3a046e2fc", "ebc24e6d6c33eaebbd558eafbeedf1ba"),
    ("ace28f2a6363774853a83a0b21b9421a", "38879255a25d3c92d5e44e04ae6cec6f"),
    ("165f6e37dce68623721b423839de8be5", "9ecce42647a20130c1f39a5d4cb75743"),
    ("8c03f828fec3ef71311cd463b6759d99", "cbcfe4450ddf6f3ad90b1b398090fe4a"),
)
DEVIATIONS = (0.229, 0.224, 0.225)
"""Standard deviations of the channels of ImageNet's images, scaled to [0, 1]."""
KERNELS = initializers.VarianceScaling(2.0, "fan_out", "truncated_normal")
TOP = initializers.VarianceScaling(1 / 3, "fan_out", "uniform")
SQUEEZE = 0.25
"""To what part of its channels a block squeezes them where it weighs them."""
DROPPED = 0.2
"""How often the last block is left out in training; earlier ones less, in proportion."""


@dataclass(frozen=True)
class Stage:
    """Some blocks in a row: kernel, how many, channels after them, how much wider inside, first stride."""

    kernel: int
    depth: int
    width: int
    expansion: int
    stride: int


STAGES = (
    Stage(3, 1, 16, 1, 1),
    Stage(3, 2, 24, 6, 2),
    Stage(5, 2, 40, 6, 2),
    Stage(3, 3, 80, 6, 2),
    Stage(5, 3, 112, 6, 1),
    Stage(5, 4, 192, 6, 2),
    Stage(3, 1, 320, 6, 1),
)
"""The stages of B0, which the others scale."""


def efficientnet(
    arguments: Arguments, variant: int, width: float, depth: float, size: int, dropout: float
) -> Model:
    """Make an EfficientNet.

    Args:
        arguments: What the user chose.
        variant: 0 to 7.
        width: The factor on the numbers of channels.
        depth: The factor on the numbers of blocks.
        size: Height and width of the images.
        dropout: The rate of dropout before the classifier.
    """
    image = arguments.image(default_size=size, min_size=32)  # (batch, 224, 224, 3) for B0
    x = _scaled(image, arguments.published)
    x = layers.ZeroPadding2D(halving_pad(x, 3), name="stem_conv_pad")(x)
    x = conv(x, in_eights(32 * width), 3, "stem_conv", strides=2, padding="valid")
    x = ready(x, "stem_bn", "stem_activation")  # (batch, 112, 112, 32)
    depths = [math.ceil(depth * stage.depth) for stage in STAGES]
    number = 0
    for letter, (stage, repeats) in enumerate(zip(STAGES, depths, strict=True), start=1):
        for repeat in range(repeats):
            x = _block(
                x,
                stage,
                in_eights(stage.width * width),
                1 if repeat else stage.stride,
                DROPPED * number / sum(depths),
                f"block{letter}{chr(ord('a') + repeat)}_",
            )
            number += 1
    x = conv(x, in_eights(1280 * width), 1, "top_conv")  # (batch, 7, 7, 1280)
    x = ready(x, "top_bn", "top_activation")
    x = head(x, arguments, dropout=dropout, kernel_initializer=TOP)
    file, (top, no_top) = f"efficientnetb{variant}", SUMS[variant]
    published = Published(FOLDER, (f"{file}.h5", top), (f"{file}_notop.h5", no_top))
    return finished(image, x, arguments, published)


def _scaled(x: SymbolicTensor, published: bool) -> SymbolicTensor:
    """Bring pixels to the scale that the weights were trained with.

    The published weights hold the deviations as if they were variances, so they are divided by once more.
    """
    x = layers.Rescaling(1 / 255)(x)
    x = layers.Normalization(mean=0.0, variance=1.0)(x)
    return layers.Rescaling([1 / math.sqrt(each) for each in DEVIATIONS])(x) if published else x


def conv(
    x: SymbolicTensor, width: int, kernel: int, name: str, strides: int = 1, padding: str = "same"
) -> SymbolicTensor:
    """Convolve without a bias: what normalises behind it has one."""
    return layers.Conv2D(
        width,
        kernel,
        strides=strides,
        padding=padding,
        use_bias=False,
        kernel_initializer=KERNELS,
        name=name,
    )(x)


def ready(
    x: SymbolicTensor, normal: str, swish: str | None = None, momentum: float = 0.99
) -> SymbolicTensor:
    """Normalise the batch, and apply swish where wanted."""
    x = layers.BatchNormalization(momentum=momentum, name=normal)(x)
    return layers.Activation("swish", name=swish)(x) if swish else x


def weighed(x: SymbolicTensor, squeezed: int, name: str) -> SymbolicTensor:
    """Multiply every channel by a number from 0 to 1 that follows from the means of all channels."""
    width = channels_of(x)
    share = layers.GlobalAveragePooling2D(name=f"{name}se_squeeze")(x)  # (batch, channels)
    share = layers.Reshape((1, 1, width), name=f"{name}se_reshape")(share)
    options = {"padding": "same", "kernel_initializer": KERNELS}
    share = layers.Conv2D(squeezed, 1, activation="swish", name=f"{name}se_reduce", **options)(
        share
    )
    share = layers.Conv2D(width, 1, activation="sigmoid", name=f"{name}se_expand", **options)(share)
    return layers.Multiply(name=f"{name}se_excite")([x, share])


def added(x: SymbolicTensor, came: SymbolicTensor, dropped: float, name: str) -> SymbolicTensor:
    """Add the input; in training the block is left out for some of the images."""
    if dropped > 0:
        x = layers.Dropout(dropped, noise_shape=(None, 1, 1, 1), name=f"{name}drop")(x)
    return layers.Add(name=f"{name}add")([x, came])


def _block(
    x: SymbolicTensor, stage: Stage, width: int, stride: int, dropped: float, name: str
) -> SymbolicTensor:
    """Widen, look around in every channel on its own, weigh the channels, narrow, and add the input."""
    came, channels = x, channels_of(x)
    if stage.expansion != 1:
        x = conv(x, channels * stage.expansion, 1, f"{name}expand_conv")
        x = ready(x, f"{name}expand_bn", f"{name}expand_activation")
    if stride == 2:
        x = layers.ZeroPadding2D(halving_pad(x, stage.kernel), name=f"{name}dwconv_pad")(x)
    x = layers.DepthwiseConv2D(
        stage.kernel,
        strides=stride,
        padding="same" if stride == 1 else "valid",
        use_bias=False,
        depthwise_initializer=KERNELS,
        name=f"{name}dwconv",
    )(x)
    x = ready(x, f"{name}bn", f"{name}activation")
    x = weighed(x, max(1, int(channels * SQUEEZE)), name)
    x = ready(conv(x, width, 1, f"{name}project_conv"), f"{name}project_bn")
    return added(x, came, dropped, name) if stride == 1 and channels == width else x


def _member(variant: int, width: float, depth: float, size: int, dropout: float) -> Architecture:
    title = f"EfficientNetB{variant}"
    about = (
        f"EfficientNet {width} times as wide and {depth} times as deep as B0, for {size} x {size} pixels "
        "from 0 to 255."
    )
    return member(
        title,
        title.lower(),
        about,
        lambda arguments: efficientnet(arguments, variant, width, depth, size, dropout),
    )


EfficientNetB0 = _member(0, 1.0, 1.0, 224, 0.2)
EfficientNetB1 = _member(1, 1.0, 1.1, 240, 0.2)
EfficientNetB2 = _member(2, 1.1, 1.2, 260, 0.3)
EfficientNetB3 = _member(3, 1.2, 1.4, 300, 0.3)
EfficientNetB4 = _member(4, 1.4, 1.8, 380, 0.4)
EfficientNetB5 = _member(5, 1.6, 2.2, 456, 0.4)
EfficientNetB6 = _member(6, 1.8, 2.6, 528, 0.5)
EfficientNetB7 = _member(7, 2.0, 3.1, 600, 0.5)
