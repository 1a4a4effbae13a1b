"""Keras's `fit` of the networks; the parent chooses the backend with KERAS_BACKEND.

`STEPS_PER_EXECUTION` holds, for each backend and network, the value that made it fastest among 1, 4
and a whole epoch, tried in turn in one process on the LSTM, the GRU, the 1-D convolutions and the CNN
of batch 32. Elsewhere in these long steps the default was as fast; `python -m benchmarks tune` tries
again.
"""

import os

import keras
from numpy.typing import NDArray

from benchmarks import network_child
from benchmarks.network import Network
from benchmarks.runners.keras_style import KerasStyle

# Keras's default, 1, stands where nothing is named; the PyTorch backend allows nothing else.
STEPS_PER_EXECUTION = {
    ("tensorflow", "gru64"): 16,
    ("tensorflow", "cnn_batch32"): 4,
}


class Keras(KerasStyle):
    """Keras with its best number of steps for one execution."""

    def __init__(self, network: Network, x: NDArray, y: NDArray) -> None:
        keras.utils.set_random_seed(0)
        best = STEPS_PER_EXECUTION.get((keras.config.backend(), network.name), 1)
        chosen = int(os.environ.get("BENCHMARK_STEPS_PER_EXECUTION", best))
        super().__init__(keras, network, x, y, steps_per_execution=chosen)


if __name__ == "__main__":
    network_child.main(Keras)
