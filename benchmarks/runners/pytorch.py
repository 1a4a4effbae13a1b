"""PyTorch, eager: the loop of the course's document.

SimpleMLP draws its batches from a shuffling `DataLoader`, as the document does. The other workloads
index an in-memory tensor instead, because the loader's rows-to-batch work would cost more than
their training steps; this favours PyTorch.
"""

from itertools import pairwise

import torch
from numpy.typing import NDArray
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from benchmarks import child, reference
from benchmarks.workload import Workload


class Network(nn.Module):
    """Fully connected layers with ReLU between them."""

    def __init__(self, sizes: tuple[int, ...]) -> None:
        super().__init__()
        pairs = pairwise(sizes)
        self.layers = nn.ModuleList(nn.Linear(inputs, units) for inputs, units in pairs)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for layer in self.layers[:-1]:
            x = torch.relu(layer(x))
        return self.layers[-1](x)


class PyTorch:
    """Model, criterion and optimizer, and the hand-written loop over them."""

    def __init__(self, workload: Workload, x: NDArray, y: NDArray, shuffle: bool) -> None:
        torch.manual_seed(0)
        self.workload = workload
        self.shuffle = shuffle
        self.x = torch.from_numpy(x)
        regression = workload.task == "regression"
        self.y = torch.from_numpy(y) if regression else torch.from_numpy(y).long()
        self.model = Network(workload.sizes)
        self.criterion = nn.MSELoss() if regression else nn.CrossEntropyLoss()
        self.optimizer = self.make_optimizer()
        self.loader = DataLoader(
            TensorDataset(self.x, self.y), batch_size=workload.batch_size, shuffle=shuffle
        )

    def make_optimizer(self) -> torch.optim.Optimizer:
        rate = self.workload.learning_rate
        if self.workload.optimizer == "sgd":
            momentum = self.workload.momentum
            return torch.optim.SGD(self.model.parameters(), lr=rate, momentum=momentum)
        betas = (reference.BETA_1, reference.BETA_2)
        return torch.optim.Adam(self.model.parameters(), rate, betas, reference.EPSILON)

    def step(self, batch_x: torch.Tensor, batch_y: torch.Tensor) -> torch.Tensor:
        """Do one training step and return the batch's loss."""
        batch_loss = self.criterion(self.model(batch_x), batch_y)
        self.optimizer.zero_grad()
        batch_loss.backward()
        self.optimizer.step()
        return batch_loss

    def fit(self, epochs: int) -> None:
        """Train, keeping each epoch's mean loss as the document's loop does."""
        batches = self.loaded if self.workload.name == "simple_mlp" else self.indexed
        epoch_losses = []
        for _ in range(epochs):
            epoch_loss = 0.0
            for batch_x, batch_y in batches():
                epoch_loss += self.step(batch_x, batch_y).item() * batch_x.size(0)
            epoch_losses.append(epoch_loss / len(self.x))

    def loaded(self):
        """Yield batches as the document does."""
        yield from self.loader

    def indexed(self):
        """Yield batches by index from the tensors in memory."""
        rows = torch.randperm(len(self.x)) if self.shuffle else torch.arange(len(self.x))
        for chosen in rows.split(self.workload.batch_size):
            yield self.x[chosen], self.y[chosen]

    def set_weights(self, weights: list[NDArray]) -> None:
        pairs = zip(weights[::2], weights[1::2], strict=True)
        with torch.no_grad():
            for layer, (kernel, bias) in zip(self.model.layers, pairs, strict=True):
                layer.weight.copy_(torch.from_numpy(kernel.T))
                layer.bias.copy_(torch.from_numpy(bias))

    def weights(self) -> list[NDArray]:
        found = []
        for layer in self.model.layers:
            found += [layer.weight.detach().numpy().T, layer.bias.detach().numpy()]
        return found


if __name__ == "__main__":
    child.main(PyTorch)
