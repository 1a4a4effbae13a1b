"""What measuring costs: the steps of a `fit` with the usual probes against those of one without.

    python -m benchmarks.probes [--rounds 5] [--only lstm]

A measured step costs some steps more; how many, comes from fits that measure every twentieth step. That divided by the
distance of the usual schedule is what measuring costs in the long run. Beside it stands the plain comparison at the
usual schedule. Times are the processor's (of all threads), so that other work on the machine counts little; fits with
and without probes take turns, and the best of the rounds counts. `compile` is what the first fit takes longer.
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

OFTEN = 20


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


def measure(name: str, rounds: int) -> tuple[float, ...]:
    """Return microseconds of a step, steps that a measured one costs more, the share at the usual schedule, ..."""
    make, shape, batch, optimizer, steps = NETWORKS[name]
    last = make()[-1].units
    data = classes(shape, batch * 20, max(2, last))
    ways = {"off": None, "usual": True, "often": Probes(schedule=Schedule(OFTEN, False, None))}
    models, first = {}, {}
    for way, probes in ways.items():
        models[way] = pellucid.Sequential(make())
        loss = "binary_crossentropy" if last == 1 else "sparse_categorical_crossentropy"
        models[way].compile(optimizers.get(optimizer), loss)
        first[way] = seconds(models[way], data, batch, 20, probes)
    times: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(rounds):
        for way, probes in ways.items():
            times[way].append(seconds(models[way], data, batch, steps, probes))
    done = max(1, steps * batch // len(data[0])) * 20
    best = {way: min(found) / done for way, found in times.items()}
    measured = (best["often"] - best["off"]) * OFTEN
    every = models["usual"]._session.history.record.schedule.every
    medians = {way: statistics.median(found) for way, found in times.items()}
    return (
        1e6 * best["off"],
        measured / best["off"],
        every,
        100 * measured / best["off"] / every,
        100 * (best["usual"] / best["off"] - 1),
        100 * (medians["usual"] / medians["off"] - 1),
        first["usual"] - first["off"],
    )


def main() -> None:
    """Print one line for each network."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="")
    chosen = parser.parse_args()
    print(
        "| network | step | a measured step costs | every | in the long run | best | median | compile |"
    )
    print("| --- | --: | --: | --: | --: | --: | --: | --: |")
    shares = []
    for name in NETWORKS:
        if chosen.only.lower() not in name.lower():
            continue
        step, cost, every, share, best, median, compiled = measure(name, chosen.rounds)
        shares.append(share)
        print(
            f"| {name} | {step:.1f} µs | {cost:.1f} steps more | {every:,} | {share:.2f} % | {best:+.1f} % | "
            f"{median:+.1f} % | {compiled:+.2f} s |",
            flush=True,
        )
    if shares:
        print(
            f"\nMedian in the long run: {statistics.median(shares):.2f} %, most: {max(shares):.2f} %."
        )


if __name__ == "__main__":
    main()
