"""How long the doctor takes before the first step: static checks, and the rehearsal of a network on one batch.

    python -m benchmarks.rehearsal [--rounds 3] [--only lstm]

Each round starts two processes for each network, with a folder for compiled programs that is empty for the first and
filled for the second. Both call `examine` on random data. `facts` is `examine(rehearsal=False)`, `first`, `second` and
`again` are `examine` in the first process, in the second, and once more in the second; all without imports, which
`import` is. The median of the rounds counts. Run it on a quiet machine.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

Build = Callable[[Any], Any]

BYTECODE = os.path.join(tempfile.gettempdir(), "pellucid-benchmarks-bytecode")


def classifier(*hidden: Any) -> Any:
    from pellucid import Sequential, layers

    return Sequential([*hidden, layers.Dense(10, "softmax")])


def mlp(layers: Any) -> Any:
    return classifier(layers.Flatten(), layers.Dense(128, "relu"))


def cnn(layers: Any) -> Any:
    blocks = [
        part
        for filters in (32, 64)
        for part in (layers.Conv2D(filters, 3, activation="relu"), layers.MaxPooling2D())
    ]
    return classifier(*blocks, layers.Flatten(), layers.Dropout(0.5))


def lstm(layers: Any) -> Any:
    return classifier(layers.Reshape((28, 28)), layers.LSTM(64))


def transformer(layers: Any) -> Any:
    return classifier(
        layers.Reshape((28, 28)),
        layers.Dense(32),
        layers.PositionEmbedding(28),
        layers.TransformerEncoderBlock(64, 4),
        layers.GlobalAveragePooling1D(),
    )


NETWORKS: dict[str, Build] = {
    "MLP 784-128-10": mlp,
    "CNN 32-64, 28 x 28": cnn,
    "LSTM 64, 28 steps": lstm,
    "transformer 32, 28 steps": transformer,
}


def measure(name: str) -> dict[str, float]:
    """Examine a network three times in this process, and return the seconds of each."""
    began = time.perf_counter()
    import numpy as np

    import pellucid

    seconds = {"import": time.perf_counter() - began}
    random = np.random.default_rng(0)
    x = random.random((4000, 28, 28, 1), dtype="float32")
    y = random.integers(0, 10, 4000)
    for column, rehearsal in (("first", True), ("again", True), ("facts", False)):
        model = NETWORKS[name](pellucid.layers)
        model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        began = time.perf_counter()
        pellucid.doctor.examine(model, x, y, epochs=5, rehearsal=rehearsal)
        seconds[column] = time.perf_counter() - began
    return seconds


def in_process(name: str, folder: str) -> dict[str, float]:
    """Return what ``measure`` gives in a new process that keeps its programs in a folder."""
    command = [sys.executable, "-m", "benchmarks.rehearsal", "--measure", name]
    # Bytecode is kept, as an installed package's is: Python's own cache, outside the checkout.
    bytecode = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": BYTECODE}
    done = subprocess.run(
        command,
        env={**os.environ, **bytecode, "PELLUCID_CACHE": folder},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def one_round(name: str) -> dict[str, float]:
    """Return the seconds of one round by column."""
    with tempfile.TemporaryDirectory() as folder:
        first, second = in_process(name, folder), in_process(name, folder)
    return {
        "import": second["import"],
        "facts": second["facts"],
        "first": first["first"],
        "second": second["first"],
        "again": second["again"],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="How long the doctor takes before the first step")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="", help="part of a network's name")
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        print(json.dumps(measure(given.measure)))
        return
    for name in NETWORKS:
        if given.only.lower() not in name.lower():
            continue
        rounds = [one_round(name) for _ in range(given.rounds)]
        columns = {key: statistics.median(each[key] for each in rounds) for key in rounds[0]}
        print(f"{name:26}", *(f"{key} {value:5.2f} s" for key, value in columns.items()), sep="  ")


if __name__ == "__main__":
    main()
