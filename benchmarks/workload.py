"""What a workload is: data, network and hyper-parameters, the same for every peer.

Terms used throughout the harness
    workload   one network on one data set with fixed hyper-parameters (`workloads/`, a file each)
    peer       one framework in one setting, with its own interpreter (`peers.py`)
    run        one process of one peer on one workload
    round      one run of every peer, so that a noisy minute hurts all of them
    first      a process that finds an empty compilation cache; second: one that finds it filled
"""

from dataclasses import dataclass

# Begins the line on which a measured process prints its facts.
MARK = "BENCHMARK "


@dataclass(frozen=True)
class Workload:
    """A fully connected network with ReLU in the hidden layers, and how it is trained.

    `sizes` are the layers' widths, input first. A regression ends in a linear unit and the mean
    squared error; a classification in a softmax and the cross-entropy. `measured` is "process"
    (spawn to trained weights) or "steps" (steady state inside one process).
    """

    name: str
    title: str
    data: str
    task: str
    sizes: tuple[int, ...]
    optimizer: str
    learning_rate: float
    batch_size: int
    epochs: int
    measured: str
    # Quality every run must reach: ("loss", highest) on the training rows or
    # ("accuracy", lowest) on the test rows.
    gate: tuple[str, float]
    momentum: float = 0.0
    # The check of the arithmetic: this many rows and epochs, unshuffled, from common weights.
    check_rows: int = 320
    check_epochs: int = 3

    def steps(self, rows: int) -> int:
        """Return the steps of one epoch; the last one may have fewer rows."""
        return -(-rows // self.batch_size)
