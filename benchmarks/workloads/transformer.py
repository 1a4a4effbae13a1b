"""A two-layer transformer encoder over 64 tokens that are already vectors of width 128."""

from benchmarks.network import Network
from benchmarks.parts import Classes, Encoder, GlobalAverage

NETWORKS = (
    Network(
        "transformer",
        "transformer encoder: 2 layers, width 128, 4 heads, hidden 512, 64 tokens, batch 32",
        (64, 128),
        (Encoder(4, 512), Encoder(4, 512), GlobalAverage(), Classes()),
        32,
    ),
)
