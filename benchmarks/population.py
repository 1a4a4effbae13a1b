"""What several trainings at once gain, side by side or as one program, against one after the other.

    python -m benchmarks.population [--rounds 5] [--only lstm] [--members 3 6]

The members differ in their weights, seeds and learning rates. `alone` is one after the other; `side by side` is each by
its own chunks of the same compiled program, on as many threads as there are cores; `as one` is `vmap`, one program for
all. All ways take turns in each round; how many times as fast a way is, is taken within a round: median, and extremes.
`first` is the time of the first training of each way, which is mostly compilation; `side by side` finds its program
compiled by `alone`. Run it on a quiet machine: cores that others keep busy cannot be shared.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any

import jax

import pellucid
from benchmarks.probes import classes, dense
from pellucid import layers, optimizers
from pellucid.core.cores import usable
from pellucid.training import cache
from pellucid.training.beside import train_beside
from pellucid.training.population import train_population
from pellucid.training.progress import choose
from pellucid.training.trainer import Training, prepare_training, run_alone


def small_cnn() -> list[Any]:
    return [
        layers.Conv2D(8, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(16, 3, activation="relu"),
        layers.GlobalAveragePooling2D(),
        layers.Dense(10, activation="softmax"),
    ]


def lstm(units: int) -> list[Any]:
    return [layers.LSTM(units), layers.Dense(10, activation="softmax")]


# Name: layers, shape of a row, rows of a batch, steps of a training.
NETWORKS: dict[str, tuple[Callable[[], list[Any]], tuple[int, ...], int, int]] = {
    "MLP 10-32-16-2, batch 32": (lambda: dense(32, 16, 2), (10,), 32, 4_000),
    "MLP 30-64-64-2, batch 32": (lambda: dense(64, 64, 2), (30,), 32, 3_000),
    "MLP 100-128-10, batch 32": (lambda: dense(128, 10), (100,), 32, 2_000),
    "MLP 784-32-10, batch 32": (lambda: dense(32, 10), (784,), 32, 1_000),
    "MLP 784-128-10, batch 32": (lambda: dense(128, 10), (784,), 32, 600),
    "MLP 784-512-512-10, batch 128": (lambda: dense(512, 512, 10), (784,), 128, 40),
    "CNN 8-16-10, batch 32": (small_cnn, (28, 28, 1), 32, 40),
    "LSTM 16, 20 steps, batch 32": (lambda: lstm(16), (20, 8), 32, 400),
    "LSTM 64, 28 steps, batch 32": (lambda: lstm(64), (28, 28), 32, 100),
}


def prepared(name: str, members: int) -> list[Training]:
    """Return trainings of one network that are ready to run."""
    make, shape, batch, steps = NETWORKS[name]
    x, y = classes(shape, batch * 20, make()[-1].units)
    found = []
    for number in range(members):
        model = pellucid.Sequential(make(), seed=number)
        model.compile(optimizers.Adam(1e-3 / (1 + number)), "sparse_categorical_crossentropy")
        found.append(
            prepare_training(model, x, y, batch_size=batch, epochs=steps // 20, seed=number)
        )
    return found


def one_after_the_other(trainings: Sequence[Training]) -> None:
    for training in trainings:
        run_alone(training, choose(0))


WAYS: dict[str, Callable[[Sequence[Training]], None]] = {
    "alone": one_after_the_other,
    "side by side": lambda trainings: train_beside(trainings, usable()),
    "as one": train_population,
}


def seconds(name: str, members: int, way: str) -> float:
    """Return how long all members' trainings take in one of the ways."""
    trainings = prepared(name, members)
    started = time.perf_counter()
    WAYS[way](trainings)
    return time.perf_counter() - started


def measure(
    name: str, members: int, rounds: int
) -> tuple[dict[str, list[float]], dict[str, float]]:
    """Return for each way its times and the time of the first training."""
    cache.clear()
    first = {way: seconds(name, members, way) for way in WAYS}
    times: dict[str, list[float]] = {way: [] for way in WAYS}
    for _ in range(rounds):
        for way, found in times.items():
            found.append(seconds(name, members, way))
    return times, first


def ratio(times: dict[str, list[float]], way: str) -> str:
    """Return how many times as fast a way is: the median of the rounds, and their extremes."""
    found = [alone / other for alone, other in zip(times["alone"], times[way], strict=True)]
    return f"{statistics.median(found):.2f} ({min(found):.2f} to {max(found):.2f})"


def main() -> None:
    """Print one line for each network and number of members."""
    parser = argparse.ArgumentParser(description="What a population gains.")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="")
    parser.add_argument("--members", type=int, nargs="+", default=[3, 6])
    chosen = parser.parse_args()
    jax.config.update("jax_enable_compilation_cache", False)  # it would hide what compiling takes
    os.environ["PELLUCID_STORE"] = "0"
    print(
        "| network | members | alone | side by side | as one | first: alone, side by side, as one |"
    )
    print("| --- | --: | --: | --: | --: | --: |")
    for name in NETWORKS:
        if chosen.only.lower() not in name.lower():
            continue
        for members in chosen.members:
            times, first = measure(name, members, chosen.rounds)
            alone = statistics.median(times["alone"])
            print(
                f"| {name} | {members} | {alone:.2f} s | {ratio(times, 'side by side')} | "
                f"{ratio(times, 'as one')} | {', '.join(f'{each:.1f} s' for each in first.values())} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
