"""PyTorch, eager, with images and kernels kept channels last: one line more than a usual script has."""

import torch
from numpy.typing import NDArray

from benchmarks import network_child
from benchmarks.network import Network
from benchmarks.runners.pytorch_network import PyTorch


class ChannelsLast(PyTorch):
    """The eager loop on tensors in PyTorch's other memory format."""

    def __init__(self, network: Network, x: NDArray, y: NDArray) -> None:
        super().__init__(network, x, y)
        self.model = self.model.to(memory_format=torch.channels_last)
        self.x = self.x.contiguous(memory_format=torch.channels_last)


if __name__ == "__main__":
    network_child.main(ChannelsLast)
