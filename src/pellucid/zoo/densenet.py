"""DenseNet: every layer sees the maps of all layers before it in its block.

Source: Huang et al., Densely Connected Convolutional Networks, 2016, https://arxiv.org/abs/1608.06993. Images:
``preprocess_input(x, mode="torch")``.
"""

from __future__ import annotations

from pellucid import Model, layers
from pellucid.modules.symbolic import SymbolicTensor
from pellucid.zoo.arguments import Arguments
from pellucid.zoo.family import Architecture, member
from pellucid.zoo.parts import Published, channels_of, finished, head

GROWTH = 32
"""How many channels each layer adds."""
EPSILON = 1.001e-5
FOLDER = "https://storage.googleapis.com/tensorflow/keras-applications/densenet/"
SUMS = {
    "densenet121": ("9d60b8095a5708f2dcce2bca79d332c7", "30ee3e1110167f948a6b9946edeeb738"),
    "densenet169": ("d699b8f76981ab1b30698df4c175e90b", "b8c4d4c20dd625c148057b9ff1c1176b"),
    "densenet201": ("1ceb130c1ea1b78c3bf6114dbdfd8807", "c13680b51ded0fb44dff2d8f86ac8bb1"),
}


def densenet(arguments: Arguments, depths: tuple[int, ...], weights: str) -> Model:
    """Make a DenseNet.

    Args:
        arguments: What the user chose.
        depths: How many layers each of the four blocks has.
        weights: The name of the published weights.
    """
    image = arguments.image(default_size=224, min_size=32)  # (batch, 224, 224, 3)
    x = layers.ZeroPadding2D(3)(image)
    x = layers.Conv2D(64, 7, strides=2, use_bias=False, name="conv1_conv")(x)
    x = _ready(x, "conv1_bn", "conv1_relu")  # (batch, 112, 112, 64)
    x = layers.ZeroPadding2D(1)(x)
    x = layers.MaxPooling2D(3, strides=2, name="pool1")(x)  # (batch, 56, 56, 64)
    for block, depth in enumerate(depths, start=2):
        if block > 2:
            x = _transition(x, f"pool{block - 1}")  # half the size and half the channels
        for number in range(1, depth + 1):
            x = _growing(x, f"conv{block}_block{number}")  # 32 channels more
    x = _ready(x, "bn", "relu")  # (batch, 7, 7, 1024) for DenseNet121
    x = head(x, arguments)
    file = f"{weights}_weights_tf_dim_ordering_tf_kernels"
    top, no_top = SUMS[weights]
    published = Published(FOLDER, (f"{file}.h5", top), (f"{file}_notop.h5", no_top))
    return finished(image, x, arguments, published)


def _ready(x: SymbolicTensor, normal: str, relu: str) -> SymbolicTensor:
    x = layers.BatchNormalization(epsilon=EPSILON, name=normal)(x)
    return layers.Activation("relu", name=relu)(x)


def _growing(x: SymbolicTensor, name: str) -> SymbolicTensor:
    """Put 32 new channels behind those that came in."""
    new = _ready(x, f"{name}_0_bn", f"{name}_0_relu")
    new = layers.Conv2D(4 * GROWTH, 1, use_bias=False, name=f"{name}_1_conv")(new)
    new = _ready(new, f"{name}_1_bn", f"{name}_1_relu")
    new = layers.Conv2D(GROWTH, 3, padding="same", use_bias=False, name=f"{name}_2_conv")(new)
    return layers.Concatenate(name=f"{name}_concat")([x, new])


def _transition(x: SymbolicTensor, name: str) -> SymbolicTensor:
    """Halve the number of channels, then the size."""
    x = _ready(x, f"{name}_bn", f"{name}_relu")
    x = layers.Conv2D(channels_of(x) // 2, 1, use_bias=False, name=f"{name}_conv")(x)
    return layers.AveragePooling2D(2, strides=2, name=f"{name}_pool")(x)


def _member(title: str, depths: tuple[int, ...], millions: float) -> Architecture:
    name = title.lower()
    about = f"DenseNet with blocks of {depths} layers, {millions} million parameters."
    return member(title, name, about, lambda arguments: densenet(arguments, depths, name))


DenseNet121 = _member("DenseNet121", (6, 12, 24, 16), 8.1)
DenseNet169 = _member("DenseNet169", (6, 12, 32, 32), 14.3)
DenseNet201 = _member("DenseNet201", (6, 12, 48, 32), 20.2)
