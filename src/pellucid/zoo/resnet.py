"""ResNet: what a block computes is added to what came in, so that a hundred layers can be trained.

Sources: He et al., Deep Residual Learning for Image Recognition, 2015, https://arxiv.org/abs/1512.03385 (images:
``preprocess_input(x, mode="caffe")``); version 2, which normalises before each convolution: He et al., Identity
Mappings in Deep Residual Networks, 2016, https://arxiv.org/abs/1603.05027 (``mode="tf"``).
"""

from __future__ import annotations

from pellucid import Model, layers
from pellucid.modules.symbolic import SymbolicTensor
from pellucid.zoo.arguments import Arguments
from pellucid.zoo.family import Architecture, member
from pellucid.zoo.parts import Published, finished, head

WIDTHS = (64, 128, 256, 512)
"""Channels inside the blocks of the four stages; four times as many leave them."""
EPSILON = 1.001e-5
"""What the published weights were trained with."""
FOLDER = "https://storage.googleapis.com/tensorflow/keras-applications/resnet/"
SUMS = {
    "resnet50": ("2cb95161c43110f7111970584f804107", "4d473c1dd8becc155b73f8504c6f6626"),
    "resnet101": ("f1aeb4b969a6efcfb50fad2f0c20cfc5", "88cf7a10940856eca736dc7b7e228a21"),
    "resnet152": ("100835be76be38e30d865e96f2aaae62", "ee4c566cf9a93f14d82f913c2dc6dd0c"),
    "resnet50v2": ("3ef43a0b657b3be2300d5770ece849e0", "fac2f116257151a9d068a22e544a4917"),
    "resnet101v2": ("6343647c601c52e1368623803854d971", "c0ed64b8031c3730f411d2eb4eea35b5"),
    "resnet152v2": ("a49b44d1979771252814e80f8ec446f9", "ed17cf2e0169df9d443503ef94b23b33"),
}


def resnet(arguments: Arguments, depths: tuple[int, ...], weights: str, version: int) -> Model:
    """Make a ResNet.

    Args:
        arguments: What the user chose.
        depths: How many blocks each of the four stages has.
        weights: The name of the published weights.
        version: 1 or 2.
    """
    image = arguments.image(default_size=224, min_size=32)  # (batch, 224, 224, 3)
    x = layers.ZeroPadding2D(3, name="conv1_pad")(image)
    x = layers.Conv2D(64, 7, strides=2, name="conv1_conv")(x)  # (batch, 112, 112, 64)
    if version == 1:
        x = _normalised(x, "conv1", relu=True)
    x = layers.ZeroPadding2D(1, name="pool1_pad")(x)
    x = layers.MaxPooling2D(3, strides=2, name="pool1_pool")(x)  # (batch, 56, 56, 64)
    stage = _stage_1 if version == 1 else _stage_2
    for number, (width, depth) in enumerate(zip(WIDTHS, depths, strict=True), start=2):
        # version 1: 56, 28, 14, 7 cells wide; version 2: 28, 14, 7, 7; channels: 256, 512, 1024, 2048
        x = stage(x, width, depth, f"conv{number}")
    if version == 2:
        x = _normalised(x, "post", relu=True)
    x = head(x, arguments)
    file = f"{weights}_weights_tf_dim_ordering_tf_kernels"
    top, no_top = SUMS[weights]
    published = Published(FOLDER, (f"{file}.h5", top), (f"{file}_notop.h5", no_top))
    return finished(image, x, arguments, published)


def _normalised(x: SymbolicTensor, name: str, relu: bool = False) -> SymbolicTensor:
    """Normalise the batch, and cut off below zero where wanted; the shape stays."""
    x = layers.BatchNormalization(epsilon=EPSILON, name=f"{name}_bn")(x)
    return layers.Activation("relu", name=f"{name}_relu")(x) if relu else x


def _stage_1(x: SymbolicTensor, width: int, depth: int, name: str) -> SymbolicTensor:
    """Add ``depth`` blocks; the first halves the size, except right after the pooling."""
    x = _block_1(x, width, 1 if name == "conv2" else 2, f"{name}_block1", widens=True)
    for number in range(2, depth + 1):
        x = _block_1(x, width, 1, f"{name}_block{number}")
    return x


def _block_1(
    x: SymbolicTensor, width: int, stride: int, name: str, widens: bool = False
) -> SymbolicTensor:
    """Squeeze to ``width`` channels, look around, widen to four times as many, and add the input."""
    kept = x
    if widens:
        kept = layers.Conv2D(4 * width, 1, strides=stride, name=f"{name}_0_conv")(x)
        kept = _normalised(kept, f"{name}_0")
    x = layers.Conv2D(width, 1, strides=stride, name=f"{name}_1_conv")(x)
    x = _normalised(x, f"{name}_1", relu=True)
    x = layers.Conv2D(width, 3, padding="same", name=f"{name}_2_conv")(x)
    x = _normalised(x, f"{name}_2", relu=True)
    x = layers.Conv2D(4 * width, 1, name=f"{name}_3_conv")(x)
    x = _normalised(x, f"{name}_3")
    x = layers.Add(name=f"{name}_add")([kept, x])
    return layers.Activation("relu", name=f"{name}_out")(x)


def _stage_2(x: SymbolicTensor, width: int, depth: int, name: str) -> SymbolicTensor:
    """Add ``depth`` blocks; the last halves the size, except at the end of the network."""
    x = _block_2(x, width, 1, f"{name}_block1", widens=True)
    for number in range(2, depth):
        x = _block_2(x, width, 1, f"{name}_block{number}")
    return _block_2(x, width, 1 if name == "conv5" else 2, f"{name}_block{depth}")


def _block_2(
    x: SymbolicTensor, width: int, stride: int, name: str, widens: bool = False
) -> SymbolicTensor:
    """Do as :func:`_block_1`, with normalisation before the convolutions, and nothing after the sum."""
    ready = _normalised(x, f"{name}_preact", relu=True)
    kept = x
    if widens:
        kept = layers.Conv2D(4 * width, 1, strides=stride, name=f"{name}_0_conv")(ready)
    elif stride > 1:
        kept = layers.MaxPooling2D(1, strides=stride)(x)
    x = layers.Conv2D(width, 1, use_bias=False, name=f"{name}_1_conv")(ready)
    x = _normalised(x, f"{name}_1", relu=True)
    x = layers.ZeroPadding2D(1, name=f"{name}_2_pad")(x)
    x = layers.Conv2D(width, 3, strides=stride, use_bias=False, name=f"{name}_2_conv")(x)
    x = _normalised(x, f"{name}_2", relu=True)
    x = layers.Conv2D(4 * width, 1, name=f"{name}_3_conv")(x)
    return layers.Add(name=f"{name}_out")([kept, x])


def _member(title: str, depths: tuple[int, ...], version: int, millions: float) -> Architecture:
    name = title.lower()
    about = f"ResNet, version {version}, of {sum(depths)} blocks, {millions} million parameters."
    return member(title, name, about, lambda arguments: resnet(arguments, depths, name, version))


ResNet50 = _member("ResNet50", (3, 4, 6, 3), 1, 25.6)
ResNet101 = _member("ResNet101", (3, 4, 23, 3), 1, 44.7)
ResNet152 = _member("ResNet152", (3, 8, 36, 3), 1, 60.4)
ResNet50V2 = _member("ResNet50V2", (3, 4, 6, 3), 2, 25.6)
ResNet101V2 = _member("ResNet101V2", (3, 4, 23, 3), 2, 44.7)
ResNet152V2 = _member("ResNet152V2", (3, 8, 36, 3), 2, 60.4)
