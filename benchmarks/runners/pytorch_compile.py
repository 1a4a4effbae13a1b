"""PyTorch with `torch.compile` around the whole step: forward, backward and optimizer."""

from typing import Any

import torch

from benchmarks import child
from benchmarks.runners.pytorch import PyTorch


class CompiledPyTorch(PyTorch):
    """The eager loop with model and optimizer step compiled."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.compiled_model = torch.compile(self.model)
        self.compiled_update = torch.compile(self.optimizer.step)

    def step(self, batch_x: torch.Tensor, batch_y: torch.Tensor) -> torch.Tensor:
        batch_loss = self.criterion(self.compiled_model(batch_x), batch_y)
        self.optimizer.zero_grad()
        batch_loss.backward()
        self.compiled_update()
        return batch_loss


if __name__ == "__main__":
    child.main(CompiledPyTorch)
