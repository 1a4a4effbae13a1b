"""A stack of 1-D convolutions on series of 1,000 steps: 32-64-64, each with size 5 and stride 2."""

from benchmarks.network import Network
from benchmarks.parts import Classes, Convolution, GlobalAverage

NETWORKS = (
    Network(
        "conv1d",
        "1-D convolutions 32-64-64, size 5, stride 2, on 1,000 steps, batch 32",
        (1000, 1),
        (
            Convolution(32, 5, 2),
            Convolution(64, 5, 2),
            Convolution(64, 5, 2),
            GlobalAverage(),
            Classes(),
        ),
        32,
        steps=16,
    ),
)
