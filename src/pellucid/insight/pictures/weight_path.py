"""The callback that records the weights of a training, so that its path can be drawn."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from pellucid.callbacks import Callback
from pellucid.core.limits import Choice, Integer, Limit
from pellucid.modules.tree import current_arrays
from pellucid.training.start import weight_kinds


class WeightPath(Callback):
    """Record the trainable weights before a training and after each epoch (or batch).

    Args:
        every: Record after every so many epochs or batches, at least 1. Default 1.
        unit: ``"epoch"`` (default) or ``"batch"``, with which the training comes back to Python at every step.

    Attributes:
        moments: When each was recorded: the number of epochs, or batches, that were done.
        weights: The weights at these moments, by path; copies on the host.

    A second ``fit`` with the same object starts the record anew. :func:`~pellucid.insight.loss_landscape` draws the
    path.

    Example:
        >>> import numpy as np, pellucid
        >>> from pellucid import insight, layers
        >>> model = pellucid.Sequential([layers.Dense(1)])
        >>> model.compile("sgd", "mse")
        >>> path = insight.WeightPath(every=2)
        >>> history = model.fit(np.ones((4, 2)), np.ones(4), epochs=4, callbacks=[path], verbose=0)
        >>> path.moments, path.weights[0]["dense/kernel"].shape
        ([0, 2, 4], (2, 1))

    Keras and PyTorch have none.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "every": Integer(1),
        "unit": Choice(("epoch", "batch")),
    }

    def __init__(self, every: int = 1, unit: str = "epoch"):
        super().__init__()
        self.every = every
        self.unit = unit
        self.moments: list[int] = []
        self.weights: list[dict[str, np.ndarray]] = []
        self._done = 0

    @property
    def pauses(self) -> Any:
        """How often the program must come back to Python."""
        return self.unit

    def on_train_begin(self, logs: Any = None) -> None:
        """Start the record with the weights before the training."""
        self.moments, self.weights, self._done = [], [], 0
        self._record()

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Record after a batch, if batches are counted."""
        self._count("batch")

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Record after an epoch, if epochs are counted."""
        self._count("epoch")

    def _count(self, unit: str) -> None:
        if unit == self.unit:
            self._done += 1
            if self._done % self.every == 0:
                self._record()

    def _record(self) -> None:
        arrays = current_arrays(self.model, self.model.seed)
        trainable, _ = weight_kinds(self.model)
        # Copies: the program may write over its arrays in the next dispatch.
        self.weights.append({p: np.array(a) for p, a in arrays.items() if p in trainable})
        self.moments.append(self._done)
