"""NASNet: two kinds of cells, found by a search, stacked over and over; each sees the two cells before it.

Source: Zoph et al., Learning Transferable Architectures for Scalable Image Recognition, 2017,
https://arxiv.org/abs/1707.07012 (figure 4). Images: ``preprocess_input(x, mode="tf")``.
"""

from __future__ import annotations

from typing import Any

from pellucid import Model, layers
from pellucid.modules.symbolic import SymbolicTensor
from pellucid.zoo.arguments import Arguments
from pellucid.zoo.parts import Counted, Published, channels_of, finished, halving_pad, head

FOLDER = "https://storage.googleapis.com/tensorflow/keras-applications/nasnet/"
SUMS = {
    "mobile": ("020fb642bf7360b370c678b08e0adf61", "1ed92395b5b598bdda52abe5c0dbfd63"),
    "large": ("11577c9a518f0070763c2b964a382f17", "d81d89dc07e6e56530c4e77faddd61b5"),
}


class _NASNet:
    """The pieces of the network; ``h`` is the cell before, ``p`` the one before that, both brought to one shape."""

    def __init__(self):
        self.names = Counted()

    def relu(self, x: SymbolicTensor) -> SymbolicTensor:
        """Cut off below zero."""
        return layers.Activation("relu", name=self.names("activation"))(x)

    def normalised(self, x: SymbolicTensor, name: str) -> SymbolicTensor:
        """Normalise the batch."""
        return layers.BatchNormalization(momentum=0.9997, epsilon=1e-3, name=name)(x)

    def conv(self, x: SymbolicTensor, width: int, name: str) -> SymbolicTensor:
        """Mix the channels of every cell."""
        return layers.Conv2D(
            width, 1, padding="same", use_bias=False, kernel_initializer="he_normal", name=name
        )(x)

    def mean(self, x: SymbolicTensor, name: str) -> SymbolicTensor:
        """Average over neighbours; the shape stays."""
        return layers.AveragePooling2D(3, strides=1, padding="same", name=name)(x)

    def seen(
        self, x: SymbolicTensor, width: int, kernel: int, name: str, stride: int = 1
    ) -> SymbolicTensor:
        """Look around twice, by separable convolutions; the first may halve the size."""
        x = self.relu(x)
        if stride == 2:
            x = layers.ZeroPadding2D(halving_pad(x, kernel), name=f"separable_conv_1_pad_{name}")(x)
        x = layers.SeparableConv2D(
            width,
            kernel,
            strides=stride,
            padding="same" if stride == 1 else "valid",
            use_bias=False,
            name=f"separable_conv_1_{name}",
        )(x)
        x = self.relu(self.normalised(x, f"separable_conv_1_bn_{name}"))
        x = layers.SeparableConv2D(
            width, kernel, padding="same", use_bias=False, name=f"separable_conv_2_{name}"
        )(x)
        return self.normalised(x, f"separable_conv_2_bn_{name}")

    def adjusted(
        self, p: SymbolicTensor | None, x: SymbolicTensor, width: int, name: str
    ) -> SymbolicTensor:
        """Bring the cell before the last to the size of the last one, and to ``width`` channels."""
        if p is None:
            return x
        if p.shape[2] != x.shape[2]:
            return self.halved(p, width, name)
        if channels_of(p) != width:
            p = self.conv(self.relu(p), width, f"adjust_conv_projection_{name}")
            return self.normalised(p, f"adjust_bn_{name}")
        return p

    def halved(self, p: SymbolicTensor, width: int, name: str) -> SymbolicTensor:
        """Take every second cell, and once more those between, half of the channels each."""
        p = layers.Activation("relu", name=f"adjust_relu_1_{name}")(p)
        even = layers.AveragePooling2D(1, strides=2, name=f"adjust_avg_pool_1_{name}")(p)
        even = self.conv(even, width // 2, f"adjust_conv_1_{name}")
        odd = layers.ZeroPadding2D(((0, 1), (0, 1)), name=self.names("zero_padding2d"))(p)
        odd = layers.Cropping2D(((1, 0), (1, 0)), name=self.names("cropping2d"))(odd)
        odd = layers.AveragePooling2D(1, strides=2, name=f"adjust_avg_pool_2_{name}")(odd)
        odd = self.conv(odd, width // 2, f"adjust_conv_2_{name}")
        both = layers.Concatenate(name=self.names("concatenate"))([even, odd])
        return self.normalised(both, f"adjust_bn_{name}")

    def normal(
        self, x: SymbolicTensor, p: SymbolicTensor | None, width: int, name: str
    ) -> SymbolicTensor:
        """Look at the two cells before in five ways; the size stays, six times ``width`` channels leave."""
        p = self.adjusted(p, x, width, name)
        h = self.conv(self.relu(x), width, f"normal_conv_1_{name}")
        h = self.normalised(h, f"normal_bn_1_{name}")

        def add(number: int, one: SymbolicTensor, two: SymbolicTensor) -> SymbolicTensor:
            return layers.Add(name=f"normal_add_{number}_{name}")([one, two])

        five, three = (
            self.seen(h, width, 5, f"normal_left1_{name}"),
            self.seen(p, width, 3, f"normal_right1_{name}"),
        )
        one = add(1, five, three)
        five, three = (
            self.seen(p, width, 5, f"normal_left2_{name}"),
            self.seen(p, width, 3, f"normal_right2_{name}"),
        )
        two = add(2, five, three)
        third = add(3, self.mean(h, f"normal_left3_{name}"), p)
        means = self.mean(p, f"normal_left4_{name}"), self.mean(p, f"normal_right4_{name}")
        fourth = add(4, *means)
        fifth = add(5, self.seen(h, width, 3, f"normal_left5_{name}"), h)
        return layers.Concatenate(name=f"normal_concat_{name}")([p, one, two, third, fourth, fifth])

    def reduction(
        self, x: SymbolicTensor, p: SymbolicTensor | None, width: int, name: str
    ) -> SymbolicTensor:
        """Look at the two cells before in five ways; half the size, four times ``width`` channels leave."""
        p = self.adjusted(p, x, width, name)
        h = self.conv(self.relu(x), width, f"reduction_conv_1_{name}")
        h = self.normalised(h, f"reduction_bn_1_{name}")
        padded = layers.ZeroPadding2D(halving_pad(h, 3), name=f"reduction_pad_1_{name}")(h)

        def add(which: str | None, one: SymbolicTensor, two: SymbolicTensor) -> SymbolicTensor:
            named = f"reduction_add{which}_{name}" if which else self.names("add")
            return layers.Add(name=named)([one, two])

        left = self.seen(h, width, 5, f"reduction_left1_{name}", 2)
        first = add("_1", left, self.seen(p, width, 7, f"reduction_right1_{name}", 2))
        left = layers.MaxPooling2D(3, strides=2, name=f"reduction_left2_{name}")(padded)
        second = add("_2", left, self.seen(p, width, 7, f"reduction_right2_{name}", 2))
        left = layers.AveragePooling2D(3, strides=2, name=f"reduction_left3_{name}")(padded)
        third = add("3", left, self.seen(p, width, 5, f"reduction_right3_{name}", 2))
        fourth = add(None, second, self.mean(first, f"reduction_left4_{name}"))
        left = self.seen(first, width, 3, f"reduction_left4_{name}")
        right = layers.MaxPooling2D(3, strides=2, name=f"reduction_right5_{name}")(padded)
        fifth = add("4", left, right)
        joined = [second, third, fourth, fifth]
        return layers.Concatenate(name=f"reduction_concat_{name}")(joined)


def nasnet(
    arguments: Arguments, variant: str, size: int, stem: int, width: int, depth: int, skip: bool
) -> Model:
    """Make a NASNet.

    Args:
        arguments: What the user chose.
        variant: ``"mobile"`` or ``"large"``.
        size: Height and width of the images.
        stem: Channels of the first convolution.
        width: Channels inside the first normal cells; twice and four times as many after each reduction.
        depth: How many normal cells come after each other.
        skip: Whether the cell behind a reduction also sees the one before the reduction's input.
    """
    make = _NASNet()
    # Whether a cell before has another size must be known, so sizes cannot be left open.
    image = arguments.image(default_size=size, min_size=32, fixed=True)
    x = layers.Conv2D(
        stem, 3, strides=2, use_bias=False, kernel_initializer="he_normal", name="stem_conv1"
    )(image)
    x = make.normalised(x, "stem_bn1")  # (batch, 111, 111, 32) for the mobile one
    before: SymbolicTensor | None = None
    for number, part in enumerate((4, 2), start=1):
        x, before = make.reduction(x, before, width // part, f"stem_{number}"), x
    for stage, factor in enumerate((1, 2, 4)):
        first = stage * depth + (1 if stage else 0)
        if stage:
            name = f"reduce_{stage * depth}"
            x, last = make.reduction(x, before, width * factor, name), x
            before = before if skip else last
        for number in range(depth):
            x, before = make.normal(x, before, width * factor, f"{first + number}"), x
    x = make.relu(x)  # (batch, 7, 7, 1056) for the mobile one
    x = head(x, arguments, names=(None, None, None))
    file, (top, no_top) = f"NASNet-{variant}", SUMS[variant]
    published = Published(FOLDER, (f"{file}.h5", top), (f"{file}-no-top.h5", no_top))
    return finished(image, x, arguments, published)


def _member(title: str, variant: str, millions: float, *plan: Any) -> Any:
    usual = f"nasnet_{variant}"

    def make(
        input_shape: Any = None,
        include_top: bool = True,
        weights: Any = "imagenet",
        input_tensor: Any = None,
        pooling: str | None = None,
        classes: int = 1000,
        classifier_activation: Any = "softmax",
        name: str | None = usual,
    ) -> Model:
        shared = (include_top, weights, input_tensor, input_shape, pooling, classes)
        arguments = Arguments(title, *shared, classifier_activation, name)
        return nasnet(arguments, variant, *plan)

    make.__name__ = make.__qualname__ = title
    make.__doc__ = f"""The {variant} NASNet, {millions} million parameters.

    Args:
        input_shape: (height, width, channels), all known. Default None: {plan[0]} x {plan[0]}.
        include_top: As for all architectures, like the arguments below: see :func:`pellucid.zoo.VGG16`.
        weights: ``"imagenet"`` for the published weights, None for random ones, or a file.
        input_tensor: A symbolic tensor to begin with.
        pooling: ``"avg"``, ``"max"`` or None, without the top.
        classes: The number of classes, with the top.
        classifier_activation: The classifier's activation, None for logits.
        name: The model's name.
    """
    return make


NASNetMobile = _member("NASNetMobile", "mobile", 5.3, 224, 32, 44, 4, False)
NASNetLarge = _member("NASNetLarge", "large", 88.9, 331, 96, 168, 6, True)
