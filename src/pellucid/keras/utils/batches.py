"""Batches by number, as a class: ``keras.utils.PyDataset``, which Keras 2 called ``Sequence``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pellucid.core.errors import UsageError


class Unsaid(UsageError, NotImplementedError):
    """A subclass leaves out what only it can say."""


class PyDataset:
    """The base of one's own batches: a subclass says how many there are and what each holds.

    Args:
        workers: Accepted; batches are made in the order in which they are used.
        use_multiprocessing: Accepted, without effect.
        max_queue_size: Accepted, without effect.

    Example:
        >>> class Squares(PyDataset):
        ...     def __len__(self):
        ...         return 3
        ...
        ...     def __getitem__(self, index):
        ...         return index, index**2
        >>> list(Squares())
        [(0, 0), (1, 1), (2, 4)]
    """

    workers = 1
    use_multiprocessing = False
    max_queue_size = 10

    def __init__(
        self, workers: int = 1, use_multiprocessing: bool = False, max_queue_size: int = 10
    ):
        self.workers = workers
        self.use_multiprocessing = use_multiprocessing
        self.max_queue_size = max_queue_size

    def __getitem__(self, index: int) -> Any:
        raise Unsaid(
            type(self).__name__,
            "a subclass of PyDataset says what a batch holds.",
            "def __getitem__(self, index): return x, y",
        )

    def __len__(self) -> int:
        told = type(self).num_batches is not PyDataset.num_batches
        if told and self.num_batches is not None:
            return self.num_batches
        raise Unsaid(
            type(self).__name__,
            "a subclass of PyDataset says how many batches there are.",
            "def __len__(self): return 10",
        )

    @property
    def num_batches(self) -> int | None:
        """How many batches there are, or None for no end."""
        return len(self)

    def on_epoch_begin(self) -> None:
        """Is called before each epoch."""

    def on_epoch_end(self) -> None:
        """Is called after each epoch, to mix the rows for instance."""

    def __iter__(self) -> Iterator[Any]:
        """Give the batches of one epoch."""
        return (self[number] for number in range(len(self)))
