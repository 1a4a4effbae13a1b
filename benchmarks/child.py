"""What every runner does in its process: load the data, train, and print one line of facts.

A runner module holds one class that speaks its framework's idiom and ends with `child.main(Class)`.
The class has

    __init__(workload, x, y, shuffle)   build and compile the model
    set_weights(list)                   take [kernel (inputs, units), bias (units,), ...]
    fit(epochs)                         train, and return only when the weights are final
    weights()                           give them back in the same order

`check` compares the loss with the reference's, `process` trains once as a user's script does,
`steps` times one step in the steady state, `compile` what the first call of `fit` costs more.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from benchmarks import reference
from benchmarks.workload import MARK, Workload
from benchmarks.workloads import WORKLOADS

# A fit that takes longer is not repeated for its steady state: compilation is lost in it.
LONG_FIT_SECONDS = 10.0


class Trainer(Protocol):
    """What `main` needs of a runner's class."""

    def set_weights(self, weights: list[NDArray]) -> None: ...
    def fit(self, epochs: int) -> None: ...
    def weights(self) -> list[NDArray]: ...


Make = Callable[..., Trainer]


def main(make: Make) -> None:
    """Run `python -m benchmarks.runners.PEER MODE FOLDER WORKLOAD [CALLS]` and print the facts."""
    imported = time.time()
    mode, folder, name, *calls = sys.argv[1:]
    workload = WORKLOADS[name]
    read = Path(folder) / name
    facts: dict[str, Any] = MODES[mode](make, workload, read, int(calls[0]) if calls else 0)
    print(MARK + json.dumps({"imported": imported, **facts}), flush=True)


def array(folder: Path, name: str) -> NDArray:
    """Return one prepared array."""
    return np.load(folder / f"{name}.npy")


def check(make: Make, workload: Workload, folder: Path, calls: int) -> dict[str, Any]:
    """Train from the common weights, unshuffled; the parent compares the two losses."""
    rows = slice(workload.check_rows)
    x, y = array(folder, "x")[rows], array(folder, "y")[rows]
    trainer = make(workload, x, y, shuffle=False)
    with np.load(folder / "initial.npz") as initial:
        trainer.set_weights(list(initial.values()))
    trainer.fit(workload.check_epochs)
    found = reference.loss(workload, as_float64(trainer), x.astype(np.float64), y)
    return {"loss": found, "reference_loss": float(array(folder, "reference_loss"))}


def process(make: Make, workload: Workload, folder: Path, calls: int) -> dict[str, Any]:
    """Train once from scratch, as a user's script does; then time `calls` more fits of the same.

    The later fits show the steady state: the best of them counts, because a first repetition may
    still prepare something. A fit that took long is its own steady state.
    """
    trainer = make(workload, array(folder, "x"), array(folder, "y"), shuffle=True)
    seconds = timed(trainer, workload.epochs)
    trained = time.time()
    facts = {"trained": trained, **score(trainer, workload, folder)}
    if calls:
        long = seconds > LONG_FIT_SECONDS
        again = [seconds] if long else [timed(trainer, workload.epochs) for _ in range(calls)]
        facts["fit_seconds"] = again
    return facts


def steps(make: Make, workload: Workload, folder: Path, calls: int) -> dict[str, Any]:
    """Time one step in the steady state: what more epochs cost, divided by their steps.

    A call of `fit` has costs of its own (checks and transfer of the data, a callback list). They
    cancel in the difference of a long and a short call. Two short ones are timed after the one
    that compiles, because a first repetition may still prepare something.
    """
    x = array(folder, "x")
    trainer = make(workload, x, array(folder, "y"), shuffle=True)
    trainer.fit(1)
    short = min(timed(trainer, 1), timed(trainer, 1))
    count = workload.epochs * workload.steps(len(x))
    seconds = [(timed(trainer, 1 + workload.epochs) - short) / count for _ in range(calls)]
    return {"step_seconds": seconds, "short_fit_seconds": short, **score(trainer, workload, folder)}


def compile_time(make: Make, workload: Workload, folder: Path, calls: int) -> dict[str, Any]:
    """Time a first fit of one epoch against the fastest of three later ones."""
    trainer = make(workload, array(folder, "x"), array(folder, "y"), shuffle=True)
    first = timed(trainer, 1)
    return {"compile_seconds": first - min(timed(trainer, 1) for _ in range(3))}


MODES = {"check": check, "process": process, "steps": steps, "compile": compile_time}


def timed(trainer: Trainer, epochs: int) -> float:
    """Return the seconds of one call of `fit`."""
    begin = time.perf_counter()
    trainer.fit(epochs)
    return time.perf_counter() - begin


def as_float64(trainer: Trainer) -> list[NDArray[np.float64]]:
    """Return the trained weights as the reference computes with them."""
    return [np.asarray(weight, np.float64) for weight in trainer.weights()]


def score(trainer: Trainer, workload: Workload, folder: Path) -> dict[str, float]:
    """Return what the run's gate asks for: loss on training rows or accuracy on test rows."""
    weights = as_float64(trainer)
    if workload.gate[0] == "accuracy":
        x, y = array(folder, "x_test"), array(folder, "y_test")
        return {"accuracy": reference.accuracy(weights, x, y)}
    return {"loss": reference.loss(workload, weights, array(folder, "x"), array(folder, "y"))}
