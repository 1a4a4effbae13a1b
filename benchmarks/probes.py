"""What measuring costs: the steps of a `fit` with the usual probes against those of one without.

    python -m benchmarks.probes [--rounds 5] [--turns 30] [--only lstm]

Two trainings of one network, with the usual probes and without, take turns: a block of steps each, which holds as many
measured steps as the schedule has there; both blocks of a turn see the same machine, and which comes first changes.
`beside` is how much longer the block with probes takes, the median of the turns, and its quartiles.

`in the long run` says the same by another way: a measured step costs some steps more; how many, comes from fits that
measure every twentieth step, best of the rounds, by the processor's time. That is divided by the distance of the usual
schedule. `compile` is what the first fit takes longer.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np

import pellucid
from pellucid import layers, optimizers
from pellucid.training.probes import Probes, Schedule
from pellucid.training.trainer import Training, prepare_training

OFTEN = 20
BLOCK = 0.5
"""Seconds of a block, at least."""


def classes(shape: tuple[int, ...], rows: int, many: int = 10) -> tuple[np.ndarray, np.ndarray]:
    """Draw inputs and labels."""
    random = np.random.default_rng(0)
    return random.standard_normal((rows, *shape)).astype("float32"), random.integers(0, many, rows)


def dense(*widths: int, last: str = "softmax") -> list[Any]:
    hidden = [layers.Dense(width, activation="relu") for width in widths[:-1]]
    return [*hidden, layers.Dense(widths[-1], activation=last)]


def small_cnn() -> list[Any]:
    convolutions = [
        part
        for filters in (32, 64, 128)
        for part in (
            layers.Conv2D(filters, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
        )
    ]
    return [*convolutions, layers.GlobalAveragePooling2D(), layers.Dense(10, activation="softmax")]


# Name: layers, shape of a row, rows of a batch, optimizer, steps of a fit.
NETWORKS: dict[str, tuple[Callable[[], list[Any]], tuple[int, ...], int, str, int]] = {
    "2-20-10-1, batch 32": (lambda: dense(20, 10, 1, last="sigmoid"), (2,), 32, "adam", 60_000),
    "784-128-10, batch 32": (lambda: dense(128, 10), (784,), 32, "sgd", 3_000),
    "784-512-512-10, batch 128": (lambda: dense(512, 512, 10), (784,), 128, "adam", 300),
    "CNN 32-64-128-10, batch 32": (small_cnn, (28, 28, 1), 32, "adam", 40),
    "LSTM 64, batch 64": (
        lambda: [layers.LSTM(64), layers.Dense(10, activation="softmax")], (28, 28), 64, "adam", 300,
    ),
}  # fmt: skip


def seconds(model: Any, data: Any, batch: int, steps: int, probes: Any) -> float:
    """Return how long so many steps take."""
    x, y = data
    epochs = max(1, steps * batch // len(x))
    started = time.process_time()
    model.fit(x, y, batch_size=batch, epochs=epochs, verbose=0, probes=probes)
    return time.process_time() - started


def compiled_model(name: str) -> tuple[Any, tuple[np.ndarray, np.ndarray]]:
    """Return a network of the table, compiled, and its data."""
    make, shape, batch, optimizer, _ = NETWORKS[name]
    last = make()[-1].units
    model = pellucid.Sequential(make())
    loss = "binary_crossentropy" if last == 1 else "sparse_categorical_crossentropy"
    model.compile(optimizers.get(optimizer), loss)
    return model, classes(shape, batch * 20, max(2, last))


def in_the_long_run(name: str, rounds: int) -> tuple[float, float, int, float]:
    """Return microseconds of a step, steps that a measured one costs more, the schedule's distance, compilation."""
    batch, steps = NETWORKS[name][2], NETWORKS[name][4]
    ways = {"off": None, "usual": True, "often": Probes(schedule=Schedule(OFTEN, False, None))}
    models, first = {}, {}
    _, data = compiled_model(name)
    for way, probes in ways.items():
        models[way], _ = compiled_model(name)
        first[way] = seconds(models[way], data, batch, 20, probes)
    times: dict[str, list[float]] = {"off": [], "often": []}
    for _ in range(rounds):
        for way, found in times.items():
            found.append(seconds(models[way], data, batch, steps, ways[way]))
    done = max(1, steps * batch // len(data[0])) * 20
    best = {way: min(found) / done for way, found in times.items()}
    measured = (best["often"] - best["off"]) * OFTEN
    every = models["usual"]._session.history.record.schedule.every
    return 1e6 * best["off"], measured / best["off"], every, first["usual"] - first["off"]


def beside(name: str, turns: int, step: float, every: int) -> list[float]:
    """Return how many per cent longer the steps of a training with probes take, turn by turn.

    Args:
        name: The network.
        turns: How many.
        step: Seconds of a step.
        every: Steps from one measured step to the next.
    """
    trainings = {}
    for way, probes in (("off", None), ("usual", True)):
        model, (x, y) = compiled_model(name)
        trainings[way] = prepare_training(
            model, x, y, batch_size=NETWORKS[name][2], epochs=10**9, probes=probes
        )
    steps = every * max(1, round(BLOCK / step / every))
    for training in trainings.values():
        # Compiles, learns its pace, and passes the steps that are measured at the start.
        block(training, steps)
    found = []
    for turn in range(turns):
        order = ("off", "usual") if turn % 2 else ("usual", "off")
        taken = {way: block(trainings[way], steps) for way in order}
        found.append(100 * (taken["usual"] / taken["off"] - 1))
    return found


def block(training: Training, steps: int) -> float:
    """Return how long so many steps of a training take."""
    run = training.run
    end = int(run.state["step"]) + steps
    started = time.perf_counter()
    while (done := int(run.state["step"])) < end:
        run.advance(end - done)
    return time.perf_counter() - started


def main() -> None:
    """Print one line for each network."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--turns", type=int, default=30)
    parser.add_argument("--only", default="")
    chosen = parser.parse_args()
    print("| network | step | a measured step costs | every | in the long run | beside | compile |")
    print("| --- | --: | --: | --: | --: | --: | --: |")
    shares, medians = [], []
    for name in NETWORKS:
        if chosen.only.lower() not in name.lower():
            continue
        step, cost, every, compiled = in_the_long_run(name, chosen.rounds)
        low, median, high = statistics.quantiles(beside(name, chosen.turns, step / 1e6, every))
        shares.append(100 * cost / every)
        medians.append(median)
        print(
            f"| {name} | {step:.1f} µs | {cost:.1f} steps more | {every:,} | {shares[-1]:.2f} % | "
            f"{median:+.2f} % ({low:+.1f} to {high:+.1f}) | {compiled:+.2f} s |",
            flush=True,
        )
    for column, found in (("In the long run", shares), ("Beside", medians)):
        print(f"{column}: median {statistics.median(found):.2f} %, most {max(found):.2f} %.")


if __name__ == "__main__":
    main()
