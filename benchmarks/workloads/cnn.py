"""A small convolutional network, on MNIST with two batch sizes and on arrays of CIFAR's shape.

Convolution 32, pool, convolution 64, pool, convolution 128, global average, 10 classes.
"""

from benchmarks.network import Network
from benchmarks.parts import Classes, Convolution, GlobalAverage, MaxPool

PARTS = (
    Convolution(32),
    MaxPool(),
    Convolution(64),
    MaxPool(),
    Convolution(128),
    GlobalAverage(),
    Classes(),
)

NETWORKS = (
    Network("cnn", "CNN 32-64-128-10 on 28x28x1, batch 128", (28, 28, 1), PARTS, 128, "mnist"),
    Network(
        "cnn_batch32",
        "CNN 32-64-128-10 on 28x28x1, batch 32",
        (28, 28, 1),
        PARTS,
        32,
        "mnist",
        steps=24,
    ),
    Network("cnn_colour", "CNN 32-64-128-10 on 32x32x3, batch 128", (32, 32, 3), PARTS, 128),
)
