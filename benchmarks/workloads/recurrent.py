"""LSTM and GRU on series of 100 steps with 8 features; the last output is classified."""

from benchmarks.network import Network
from benchmarks.parts import Classes, Recurrent

SERIES = (100, 8)

NETWORKS = (
    Network(
        "lstm64",
        "LSTM 64, 100 steps, 8 features, batch 32",
        SERIES,
        (Recurrent("lstm", 64), Classes()),
        32,
        steps=16,
        epochs=10,
        without=("flax",),
    ),
    Network(
        "gru64",
        "GRU 64, 100 steps, 8 features, batch 32",
        SERIES,
        (Recurrent("gru", 64), Classes()),
        32,
        steps=16,
        epochs=10,
        without=("flax",),
    ),
    Network(
        "lstm256",
        "LSTM 256, 100 steps, 8 features, batch 64",
        SERIES,
        (Recurrent("lstm", 256), Classes()),
        64,
        without=("flax",),
    ),
)
