"""InceptionV3: kernels of several sizes side by side, large ones taken apart into small ones.

Source: Szegedy et al., Rethinking the Inception Architecture for Computer Vision, 2015,
https://arxiv.org/abs/1512.00567. Images: ``preprocess_input(x, mode="tf")``.
"""

from __future__ import annotations

from typing import Any

from pellucid import Model, layers
from pellucid.modules.symbolic import SymbolicTensor
from pellucid.zoo.arguments import Arguments
from pellucid.zoo.family import member
from pellucid.zoo.parts import Counted, Published, finished, head

FILE = "inception_v3_weights_tf_dim_ordering_tf_kernels"
PUBLISHED = Published(
    "https://storage.googleapis.com/tensorflow/keras-applications/inception_v3/",
    (f"{FILE}.h5", "9a0d58056eeedaa3f26cb7ebd46da564"),
    (f"{FILE}_notop.h5", "bcbd6486424b2319ff4ef7d526e38f63"),
)


class _Inception:
    """The pieces of the network; its convolutions are numbered in the order in which they are written down."""

    def __init__(self):
        self.names = Counted()

    def conv(
        self, x: SymbolicTensor, width: int, kernel: Any, strides: int = 1, padding: str = "same"
    ) -> SymbolicTensor:
        """Convolve, normalise without a scale (the next convolution has one), cut off below zero."""
        names = self.names
        x = layers.Conv2D(
            width, kernel, strides=strides, padding=padding, use_bias=False, name=names("conv2d")
        )(x)
        x = layers.BatchNormalization(scale=False, name=names("batch_normalization"))(x)
        return layers.Activation("relu", name=names("activation"))(x)

    def chain(self, x: SymbolicTensor, *steps: tuple[int, Any]) -> SymbolicTensor:
        """Apply convolutions one after the other, each (channels, kernel)."""
        for width, kernel in steps:
            x = self.conv(x, width, kernel)
        return x

    def mean(self, x: SymbolicTensor, width: int) -> SymbolicTensor:
        """Average over neighbours, then mix the channels."""
        name = self.names("average_pooling2d")
        x = layers.AveragePooling2D(3, strides=1, padding="same", name=name)(x)
        return self.conv(x, width, 1)

    def largest(self, x: SymbolicTensor) -> SymbolicTensor:
        """Halve the size by the largest neighbour."""
        return layers.MaxPooling2D(3, strides=2, name=self.names("max_pooling2d"))(x)

    def join(self, branches: list[SymbolicTensor], name: str | None = None) -> SymbolicTensor:
        """Put the channels of all branches one after the other."""
        return layers.Concatenate(name=name or self.names("concatenate"))(branches)

    def stem(self, x: SymbolicTensor) -> SymbolicTensor:
        """Reduce the image to a grid of cells."""
        x = self.conv(x, 32, 3, strides=2, padding="valid")  # (batch, 149, 149, 32)
        x = self.conv(x, 32, 3, padding="valid")  # (batch, 147, 147, 32)
        x = self.largest(self.conv(x, 64, 3))  # (batch, 73, 73, 64)
        x = self.conv(x, 80, 1, padding="valid")
        return self.largest(self.conv(x, 192, 3, padding="valid"))  # (batch, 35, 35, 192)

    def small(self, x: SymbolicTensor, pooled: int, name: str) -> SymbolicTensor:
        """Look at 1, 5 and 5 cells around, the latter by two kernels of 3."""
        one = self.conv(x, 64, 1)
        five = self.chain(x, (48, 1), (64, 5))
        twice = self.chain(x, (64, 1), (96, 3), (96, 3))
        return self.join([one, five, twice, self.mean(x, pooled)], name)  # 224 + pooled channels

    def reduce_small(self, x: SymbolicTensor) -> SymbolicTensor:
        """Go from 35 to 17 cells."""
        three = self.conv(x, 384, 3, strides=2, padding="valid")
        twice = self.chain(x, (64, 1), (96, 3))
        twice = self.conv(twice, 96, 3, strides=2, padding="valid")
        return self.join([three, twice, self.largest(x)], "mixed3")  # (batch, 17, 17, 768)

    def long(self, x: SymbolicTensor, inner: int, name: str) -> SymbolicTensor:
        """Look at 7 cells in each direction, one direction after the other."""
        one = self.conv(x, 192, 1)
        seven = self.chain(x, (inner, 1), (inner, (1, 7)), (192, (7, 1)))
        steps = ((inner, (7, 1)), (inner, (1, 7)), (inner, (7, 1)), (192, (1, 7)))
        twice = self.chain(x, (inner, 1), *steps)
        return self.join([one, seven, twice, self.mean(x, 192)], name)  # 768 channels

    def reduce_long(self, x: SymbolicTensor) -> SymbolicTensor:
        """Go from 17 to 8 cells."""
        three = self.conv(self.conv(x, 192, 1), 320, 3, strides=2, padding="valid")
        seven = self.chain(x, (192, 1), (192, (1, 7)), (192, (7, 1)))
        seven = self.conv(seven, 192, 3, strides=2, padding="valid")
        return self.join([three, seven, self.largest(x)], "mixed8")  # (batch, 8, 8, 1280)

    def wide(self, x: SymbolicTensor, number: int) -> SymbolicTensor:
        """Look along both directions side by side."""
        one = self.conv(x, 320, 1)
        three = self.conv(x, 384, 1)
        both = [self.conv(three, 384, (1, 3)), self.conv(three, 384, (3, 1))]
        three = self.join(both, f"mixed9_{number}")
        twice = self.chain(x, (448, 1), (384, 3))
        twice = self.join([self.conv(twice, 384, (1, 3)), self.conv(twice, 384, (3, 1))])
        return self.join([one, three, twice, self.mean(x, 192)], f"mixed{9 + number}")  # 2048


def inception_v3(arguments: Arguments) -> Model:
    """Make InceptionV3 of the arguments."""
    image = arguments.image(default_size=299, min_size=75)  # (batch, 299, 299, 3)
    make = _Inception()
    x = make.stem(image)  # (batch, 35, 35, 192)
    for number, pooled in enumerate((32, 64, 64)):
        x = make.small(x, pooled, f"mixed{number}")  # (batch, 35, 35, 256), then 288
    x = make.reduce_small(x)  # (batch, 17, 17, 768)
    for number, inner in enumerate((128, 160, 160, 192), start=4):
        x = make.long(x, inner, f"mixed{number}")
    x = make.reduce_long(x)  # (batch, 8, 8, 1280)
    for number in range(2):
        x = make.wide(x, number)  # (batch, 8, 8, 2048)
    x = head(x, arguments, names=("avg_pool", None, None))
    return finished(image, x, arguments, PUBLISHED)


InceptionV3 = member(
    "InceptionV3", "inception_v3", "InceptionV3, 23.9 million parameters.", inception_v3
)
