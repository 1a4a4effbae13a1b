"""Pellucid's `fit` of the networks: the Keras program with its import changed."""

from functools import partial

import pellucid
from benchmarks import network_child
from benchmarks.runners.keras_style import KerasStyle

if __name__ == "__main__":
    network_child.main(partial(KerasStyle, pellucid))
