"""VGG16 and VGG19: small kernels, many of them, and nothing else.

Source: Simonyan and Zisserman, Very Deep Convolutional Networks for Large-Scale Image Recognition, 2014,
https://arxiv.org/abs/1409.1556. Images: ``preprocess_input(x, mode="caffe")``.
"""

from __future__ import annotations

from pellucid import Model, layers
from pellucid.zoo.arguments import Arguments
from pellucid.zoo.family import member
from pellucid.zoo.parts import Published, finished, pooled

WIDTHS = (64, 128, 256, 512, 512)
"""Channels of the five blocks."""
FOLDER = "https://storage.googleapis.com/tensorflow/keras-applications/"
FILE = "{}_weights_tf_dim_ordering_tf_kernels{}.h5"
SUMS = {
    "vgg16": ("64373286793e3c8b2b4e3219cbf3544b", "6d6bbae143d832006294945121d1f1fc"),
    "vgg19": ("cbe5617147190e668d6c5d5026f83318", "253f8cb515780f3b799900260a226db6"),
}


def vgg(arguments: Arguments, depths: tuple[int, ...], weights: str) -> Model:
    """Make a VGG network.

    Args:
        arguments: What the user chose.
        depths: How many convolutions each of the five blocks has.
        weights: The name of the published weights.
    """
    image = x = arguments.image(default_size=224, min_size=32)  # (batch, 224, 224, 3)
    for block, (width, depth) in enumerate(zip(WIDTHS, depths, strict=True), start=1):
        for number in range(1, depth + 1):
            name = f"block{block}_conv{number}"
            x = layers.Conv2D(width, 3, activation="relu", padding="same", name=name)(x)
        x = layers.MaxPooling2D(2, strides=2, name=f"block{block}_pool")(x)  # half the size
    # The image has become a grid of 7 x 7 cells with 512 channels each.
    if arguments.include_top:
        x = layers.Flatten(name="flatten")(x)  # (batch, 25088)
        x = layers.Dense(4096, activation="relu", name="fc1")(x)
        x = layers.Dense(4096, activation="relu", name="fc2")(x)
        activation = arguments.classifier_activation
        x = layers.Dense(arguments.classes, activation=activation, name="predictions")(x)
    else:
        x = pooled(x, arguments)
    top, no_top = SUMS[weights]
    published = Published(
        f"{FOLDER}{weights}/",
        (FILE.format(weights, ""), top),
        (FILE.format(weights, "_notop"), no_top),
    )
    return finished(image, x, arguments, published)


VGG16 = member(
    "VGG16",
    "vgg16",
    "VGG with 13 convolutions and 3 dense layers, 138 million parameters.",
    lambda arguments: vgg(arguments, (2, 2, 3, 3, 3), "vgg16"),
)
VGG19 = member(
    "VGG19",
    "vgg19",
    "VGG with 16 convolutions and 3 dense layers, 144 million parameters.",
    lambda arguments: vgg(arguments, (2, 2, 4, 4, 4), "vgg19"),
)
