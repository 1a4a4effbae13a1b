"""What every network runner does in its process: train, time the steps, print one line of facts.

A runner module holds one class that speaks its framework's idiom, and ends with
`network_child.main(Class)`. The class has

    __init__(network, x, y)     build and compile the model, with the common starting weights
    fit(epochs, shuffle)        train on, and return the mean loss of the last epoch

`steps` first trains unshuffled from the common weights, which is compared with `reference`: the
same training by PyTorch in double precision. `memory` trains for an epoch and nothing else.
"""

import json
import resource
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from benchmarks.measure import peak
from benchmarks.network import Network
from benchmarks.workload import MARK
from benchmarks.workloads import NETWORKS

# The loss of the last of these epochs is compared.
CHECK_EPOCHS = 2
# No further sample is taken of a peer that has been timed for so long.
ENOUGH_SECONDS = 2.0
LONG_EPOCH_SECONDS = 1.0


class Trainer(Protocol):
    """What `main` needs of a runner's class."""

    def fit(self, epochs: int, shuffle: bool) -> float: ...


Make = Callable[[Network, NDArray, NDArray], Trainer]
Mode = Callable[[Network, NDArray, NDArray, int], dict[str, Any]]


def main(make: Make) -> None:
    """Run the mode that the command line names with a runner's class."""
    modes = {"reference": reference, "steps": steps, "memory": memory}
    run({name: partial(mode, make) for name, mode in modes.items()})


def run(modes: dict[str, Mode]) -> None:
    """Run `python -m benchmarks.runners.PEER MODE FOLDER NETWORK CALLS` and print the facts."""
    mode, folder, name, calls = sys.argv[1:]
    read = Path(folder) / name
    x, y = np.load(read / "x.npy"), np.load(read / "y.npy")
    facts = modes[mode](NETWORKS[name], x, y, int(calls))
    print(MARK + json.dumps(facts), flush=True)


def reference(make: Make, network: Network, x: NDArray, y: NDArray, calls: int) -> dict[str, Any]:
    """Train in double precision, unshuffled."""
    return {"loss": make(network, x.astype(np.float64), y).fit(CHECK_EPOCHS, shuffle=False)}


def steps(make: Make, network: Network, x: NDArray, y: NDArray, calls: int) -> dict[str, Any]:
    """Train unshuffled for the check; then time one step in the steady state `calls` times.

    As in `child.steps`, a long `fit` minus a short one leaves the steps alone.
    """
    trainer = make(network, x, y)
    loss = trainer.fit(CHECK_EPOCHS, shuffle=False)
    trainer.fit(1, shuffle=True)
    begin = time.perf_counter()
    short = min(timed(trainer, 1), timed(trainer, 1))
    # The costs of a fit itself are lost in an epoch that lasts so long.
    seconds = [short / network.steps] if short > LONG_EPOCH_SECONDS else []
    while len(seconds) < calls and (not seconds or time.perf_counter() - begin < ENOUGH_SECONDS):
        long = timed(trainer, 1 + network.epochs)
        seconds.append((long - short) / (network.epochs * network.steps))
    return {
        "loss": loss,
        "step_seconds": seconds,
        **memory_now(),
        "last_loss": trainer.fit(1, shuffle=True),
    }


def memory(make: Make, network: Network, x: NDArray, y: NDArray, calls: int) -> dict[str, Any]:
    """Train for an epoch and tell how much memory that took."""
    make(network, x, y).fit(1, shuffle=True)
    return memory_now()


def memory_now() -> dict[str, int]:
    """Return this process's largest resident size so far."""
    return {"peak_bytes": peak(resource.getrusage(resource.RUSAGE_SELF))}


def timed(trainer: Trainer, epochs: int) -> float:
    """Return the seconds of one call of `fit`."""
    begin = time.perf_counter()
    trainer.fit(epochs, shuffle=True)
    return time.perf_counter() - begin
