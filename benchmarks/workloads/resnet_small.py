"""A small ResNet on arrays of CIFAR's shape: four residual blocks of two convolutions."""

from benchmarks.network import Network
from benchmarks.parts import Classes, Convolution, GlobalAverage, NormalizedReLU, Residual

NETWORKS = (
    Network(
        "resnet_small",
        "ResNet of 8 residual convolutions, 16-64 channels, on 32x32x3, batch 64",
        (32, 32, 3),
        (
            Convolution(16, relu=False, bias=False),
            NormalizedReLU(),
            Residual(16),
            Residual(32, stride=2),
            Residual(64, stride=2),
            Residual(64),
            GlobalAverage(),
            Classes(),
        ),
        batch_size=64,
    ),
)
