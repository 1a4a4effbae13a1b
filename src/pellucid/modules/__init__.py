"""Layers as ordinary objects, and the pure functions that build, initialise and apply them.

Read ``README.md`` first; it defines the terms.
"""

from pellucid.core.cores import offer
from pellucid.modules.fingerprint import fingerprint
from pellucid.modules.layer import Layer
from pellucid.modules.pure import Applied, apply, infer, init, run, split_weights
from pellucid.modules.symbolic import SymbolicTensor
from pellucid.modules.tree import places
from pellucid.modules.weight import Weight

__all__ = [
    "Applied",
    "Layer",
    "SymbolicTensor",
    "Weight",
    "apply",
    "fingerprint",
    "infer",
    "init",
    "places",
    "run",
    "split_weights",
]

# Before anything is computed: JAX then sees the cores, and large networks can share their rows among them.
offer()
