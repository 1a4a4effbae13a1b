"""A workload whose steps are timed: a network of parts, its data and how it is trained.

All of them are classifications into ten classes, trained with Adam on the cross-entropy.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from benchmarks.parts import Leaf, Part, Shape

LEARNING_RATE = 0.001
# So small that it does not matter whether it is added before Adam's bias correction (Keras) or
# after it (PyTorch, Optax): the checks can be strict.
ADAM_EPSILON = 1e-10


@dataclass(frozen=True)
class Network:
    """One network on arrays of a fixed shape.

    `shape` is that of one example. `data` is "mnist" (its first images) or "patterns" (ten random
    patterns under noise, since only the time matters). An epoch has `steps` full
    batches; timing takes what `epochs` further ones cost.
    """

    name: str
    title: str
    shape: Shape
    parts: tuple[Part, ...]
    batch_size: int
    data: str = "patterns"
    steps: int = 8
    epochs: int = 4
    # Peers for which this network is not written.
    without: tuple[str, ...] = ()
    # Every timed run must bring the mean loss of an epoch, 2.3 at first, below this.
    highest_loss: float = 2.2

    @property
    def rows(self) -> int:
        """Return the number of examples."""
        return self.steps * self.batch_size

    @cached_property
    def leaves(self) -> list[Leaf]:
        """Return the common starting weights."""
        random, shape, found = np.random.default_rng(0), self.shape, []
        for part in self.parts:
            found += part.leaves(shape, random)
            shape = part.output(shape)
        return found

    def patterns(self) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
        """Return examples and labels: noise on each class's random pattern and level of features."""
        random = np.random.default_rng(1)
        y = random.integers(0, 10, self.rows).astype(np.int32)
        places = (1,) * (len(self.shape) - 1)
        pattern = random.standard_normal((10, *self.shape), np.float32)
        pattern += random.standard_normal((10, *places, self.shape[-1]), np.float32)
        return pattern[y] + random.standard_normal((self.rows, *self.shape), np.float32), y
