"""InceptionResNetV2: Inception's branches, added to what came in as in ResNet.

Source: Szegedy et al., Inception-v4, Inception-ResNet and the Impact of Residual Connections on Learning, 2016,
https://arxiv.org/abs/1602.07261. Images: ``preprocess_input(x, mode="tf")``.
"""

from __future__ import annotations

from typing import Any

from pellucid import Model, layers
from pellucid.modules.symbolic import SymbolicTensor
from pellucid.zoo.arguments import Arguments
from pellucid.zoo.family import member
from pellucid.zoo.parts import Counted, Published, channels_of, finished, head

FILE = "inception_resnet_v2_weights_tf_dim_ordering_tf_kernels"
PUBLISHED = Published(
    "https://storage.googleapis.com/tensorflow/keras-applications/inception_resnet_v2/",
    (f"{FILE}.h5", "e693bd0210a403b3192acc6073ad2e96"),
    (f"{FILE}_notop.h5", "d19885ff4a710c122648d3b5c3b684e4"),
)
BRANCHES: dict[str, tuple[tuple[tuple[int, Any], ...], ...]] = {
    "block35": (((32, 1),), ((32, 1), (32, 3)), ((32, 1), (48, 3), (64, 3))),
    "block17": (((192, 1),), ((128, 1), (160, (1, 7)), (192, (7, 1)))),
    "block8": (((192, 1),), ((192, 1), (224, (1, 3)), (256, (3, 1)))),
}
"""For each kind of block its branches, each a chain of convolutions (channels, kernel)."""


class _InceptionResNet:
    """The pieces of the network; its convolutions are numbered in the order in which they are written down."""

    def __init__(self):
        self.names = Counted()

    def conv(
        self,
        x: SymbolicTensor,
        width: int,
        kernel: Any,
        strides: int = 1,
        padding: str = "same",
        name: str | None = None,
    ) -> SymbolicTensor:
        """Convolve, normalise without a scale (the next convolution has one), cut off below zero."""
        conv, bn, ac = (
            (name, f"{name}_bn", f"{name}_ac")
            if name
            else map(self.names, ("conv2d", "batch_normalization", "activation"))
        )
        x = layers.Conv2D(
            width, kernel, strides=strides, padding=padding, use_bias=False, name=conv
        )(x)
        x = layers.BatchNormalization(scale=False, name=bn)(x)
        return layers.Activation("relu", name=ac)(x)

    def chain(self, x: SymbolicTensor, *steps: tuple[int, Any]) -> SymbolicTensor:
        """Apply convolutions one after the other, each (channels, kernel)."""
        for width, kernel in steps:
            x = self.conv(x, width, kernel)
        return x

    def halved(self, x: SymbolicTensor, width: int) -> SymbolicTensor:
        """Convolve with stride 2, without zeros around."""
        return self.conv(x, width, 3, strides=2, padding="valid")

    def largest(self, x: SymbolicTensor) -> SymbolicTensor:
        """Halve the size by the largest neighbour."""
        return layers.MaxPooling2D(3, strides=2, name=self.names("max_pooling2d"))(x)

    def stem(self, x: SymbolicTensor) -> SymbolicTensor:
        """Reduce the image to a grid of cells, and look at it with kernels of several sizes."""
        x = self.halved(x, 32)  # (batch, 149, 149, 32)
        x = self.conv(x, 32, 3, padding="valid")
        x = self.largest(self.conv(x, 64, 3))  # (batch, 73, 73, 64)
        x = self.conv(x, 80, 1, padding="valid")
        x = self.largest(self.conv(x, 192, 3, padding="valid"))  # (batch, 35, 35, 192)
        one = self.conv(x, 96, 1)
        five = self.chain(x, (48, 1), (64, 5))
        twice = self.chain(x, (64, 1), (96, 3), (96, 3))
        mean = layers.AveragePooling2D(3, strides=1, padding="same")(x)
        mean = self.conv(mean, 64, 1)
        return layers.Concatenate(name="mixed_5b")([one, five, twice, mean])

    def block(
        self, x: SymbolicTensor, kind: str, number: int, scale: float, relu: bool = True
    ) -> SymbolicTensor:
        """Add ``scale`` times what the branches see; the shape stays."""
        name = f"{kind}_{number}"
        branches = [self.chain(x, *steps) for steps in BRANCHES[kind]]
        seen = layers.Concatenate(name=f"{name}_mixed")(branches)
        seen = layers.Conv2D(channels_of(x), 1, padding="same", name=f"{name}_conv")(seen)
        seen = layers.Rescaling(scale, name=f"{name}_scale")(seen)
        x = layers.Add(name=self.names("custom_scale_layer"))([x, seen])
        return layers.Activation("relu", name=f"{name}_ac")(x) if relu else x

    def reduce_35(self, x: SymbolicTensor) -> SymbolicTensor:
        """Go from 35 to 17 cells."""
        one = self.halved(x, 384)
        twice = self.halved(self.chain(x, (256, 1), (256, 3)), 384)
        return layers.Concatenate(name="mixed_6a")([one, twice, self.largest(x)])

    def reduce_17(self, x: SymbolicTensor) -> SymbolicTensor:
        """Go from 17 to 8 cells."""
        one = self.halved(self.conv(x, 256, 1), 384)
        two = self.halved(self.conv(x, 256, 1), 288)
        three = self.halved(self.chain(x, (256, 1), (288, 3)), 320)
        return layers.Concatenate(name="mixed_7a")([one, two, three, self.largest(x)])


def inception_resnet_v2(arguments: Arguments) -> Model:
    """Make InceptionResNetV2 of the arguments."""
    image = arguments.image(default_size=299, min_size=75)  # (batch, 299, 299, 3)
    make = _InceptionResNet()
    x = make.stem(image)  # (batch, 35, 35, 320)
    for number in range(1, 11):
        x = make.block(x, "block35", number, 0.17)
    x = make.reduce_35(x)  # (batch, 17, 17, 1088)
    for number in range(1, 21):
        x = make.block(x, "block17", number, 0.1)
    x = make.reduce_17(x)  # (batch, 8, 8, 2080)
    for number in range(1, 10):
        x = make.block(x, "block8", number, 0.2)
    x = make.block(x, "block8", 10, 1.0, relu=False)
    x = make.conv(x, 1536, 1, name="conv_7b")  # (batch, 8, 8, 1536)
    x = head(x, arguments, names=("avg_pool", None, None))
    return finished(image, x, arguments, PUBLISHED)


InceptionResNetV2 = member(
    "InceptionResNetV2",
    "inception_resnet_v2",
    "InceptionResNetV2, 55.9 million parameters.",
    inception_resnet_v2,
)
