"""PyTorch, eager: the layers of its own library, batches indexed from tensors in memory."""

from collections.abc import Callable
from typing import Any

import torch
from numpy.typing import NDArray
from torch import nn

from benchmarks import network_child, parts, reference
from benchmarks.conversions import TORCH, images_for_torch
from benchmarks.network import ADAM_EPSILON, LEARNING_RATE, Network
from benchmarks.parts import EPSILON, RUNNING, Shape

CONVOLUTIONS = {1: nn.Conv1d, 2: nn.Conv2d}
BATCH_NORMS = {1: nn.BatchNorm1d, 2: nn.BatchNorm2d}
MAX_POOLS = {1: nn.MaxPool1d, 2: nn.MaxPool2d}


def convolution(part: parts.Convolution, shape: Shape) -> nn.Module:
    """Return the convolution for the rank of `shape`, padded on both sides."""
    make = CONVOLUTIONS[len(shape) - 1]
    padding = part.size // 2
    return make(shape[-1], part.filters, part.size, part.stride, padding, bias=part.bias)


def batch_norm(channels: int, rank: int = 2) -> nn.Module:
    """Return batch normalisation; PyTorch's momentum is what Keras's leaves of 1."""
    return BATCH_NORMS[rank](channels, EPSILON, 1.0 - RUNNING)


class Residual(nn.Module):
    """ReLU of the shortcut plus two normalised convolutions."""

    def __init__(self, part: parts.Residual, shape: Shape) -> None:
        super().__init__()
        channels, filters, stride = shape[-1], part.filters, part.stride
        self.first = nn.Conv2d(channels, filters, 3, stride, 1, bias=False)
        self.first_norm = batch_norm(filters)
        self.second = nn.Conv2d(filters, filters, 3, 1, 1, bias=False)
        self.second_norm = batch_norm(filters)
        self.shortcut = nn.Sequential()
        if part.changes(channels):
            if stride > 1:
                self.shortcut.append(nn.AvgPool2d(stride))
            self.shortcut.append(nn.Conv2d(channels, filters, 1, bias=False))
            self.shortcut.append(batch_norm(filters))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        inner = torch.relu(self.first_norm(self.first(x)))
        return torch.relu(self.shortcut(x) + self.second_norm(self.second(inner)))


class Recurrent(nn.Module):
    """An LSTM or a GRU, of which the last output is kept."""

    def __init__(self, part: parts.Recurrent, shape: Shape) -> None:
        super().__init__()
        kind = {"lstm": nn.LSTM, "gru": nn.GRU}[part.kind]
        self.layer = kind(shape[-1], part.units, batch_first=True)
        if part.kind == "lstm":
            # One bias is enough, and Keras has one; with two, Adam would move their sum twice as far.
            self.layer.bias_hh_l0.requires_grad_(False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.layer(x)[0][:, -1]


class GlobalAverage(nn.Module):
    """The mean over the axes of places: behind the channels in images, before them in series."""

    def __init__(self, axes: tuple[int, ...]) -> None:
        super().__init__()
        self.axes = axes

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.mean(self.axes)


def encoder(part: parts.Encoder, shape: Shape) -> nn.Module:
    """Return PyTorch's own encoder layer."""
    return nn.TransformerEncoderLayer(
        shape[-1], part.heads, part.hidden, 0.0, "relu", EPSILON, batch_first=True
    )


def modules(part: Any, shape: Shape, images: bool) -> list[nn.Module]:
    """Return PyTorch's modules for one part."""
    rank = len(shape) - 1
    make: dict[type, Callable[[], list[nn.Module]]] = {
        parts.Convolution: lambda: [convolution(part, shape), *[nn.ReLU()] * part.relu],
        parts.MaxPool: lambda: [MAX_POOLS[rank](2)],
        parts.NormalizedReLU: lambda: [batch_norm(shape[-1], rank), nn.ReLU()],
        parts.Residual: lambda: [Residual(part, shape)],
        parts.Recurrent: lambda: [Recurrent(part, shape)],
        parts.Encoder: lambda: [encoder(part, shape)],
        parts.GlobalAverage: lambda: [GlobalAverage(tuple(range(2, 2 + rank)) if images else (1,))],
        parts.Classes: lambda: [nn.Linear(shape[-1], part.units)],
    }
    return make[type(part)]()


def leaf_modules(module: nn.Module) -> list[nn.Module]:
    """Return the modules that hold weights, in the order of `parts`."""
    if isinstance(module, nn.TransformerEncoderLayer):
        return [module.self_attn, module.norm1, module.linear1, module.linear2, module.norm2]
    if any(True for _ in module.parameters(recurse=False)):
        return [module]
    return [leaf for child in module.children() for leaf in leaf_modules(child)]


class PyTorch:
    """Model, criterion and optimizer, and the hand-written loop over them."""

    def __init__(self, network: Network, x: NDArray, y: NDArray) -> None:
        torch.manual_seed(0)
        images = any(isinstance(part, parts.Convolution) for part in network.parts)
        self.x = torch.from_numpy(images_for_torch(x) if images else x)
        self.y = torch.from_numpy(y).long()
        self.batch_size = network.batch_size
        made, shape = [], network.shape
        for part in network.parts:
            made += modules(part, shape, images)
            shape = part.output(shape)
        self.model = nn.Sequential(*made).to(self.x.dtype)
        for module, leaf in zip(leaf_modules(self.model), network.leaves, strict=True):
            named = TORCH[leaf.kind](*leaf.arrays)
            tensors = {name: torch.from_numpy(array.copy()) for name, array in named.items()}
            # Not strict, because PyTorch also counts the batches that a normalisation has seen.
            module.load_state_dict(tensors, strict=False)
        self.criterion = nn.CrossEntropyLoss()
        betas = (reference.BETA_1, reference.BETA_2)
        trained = [weight for weight in self.model.parameters() if weight.requires_grad]
        self.optimizer = torch.optim.Adam(trained, LEARNING_RATE, betas, ADAM_EPSILON)

    def step(self, batch_x: torch.Tensor, batch_y: torch.Tensor) -> float:
        """Do one training step and return the batch's loss."""
        batch_loss = self.criterion(self.model(batch_x), batch_y)
        self.optimizer.zero_grad()
        batch_loss.backward()
        self.optimizer.step()
        return batch_loss.item()

    def fit(self, epochs: int, shuffle: bool) -> float:
        """Train, and return the last epoch's mean loss."""
        losses: list[float] = []
        for _ in range(epochs):
            rows = torch.randperm(len(self.x)) if shuffle else torch.arange(len(self.x))
            chosen = rows.split(self.batch_size)
            losses = [self.step(self.x[batch], self.y[batch]) for batch in chosen]
        return sum(losses) / len(losses)


if __name__ == "__main__":
    network_child.main(PyTorch)
