"""Randomness by path: every random number follows from a seed and the name of what it is for.

A weight's start is drawn by NumPy's counter-based Philox generator, keyed by a hash of the seed and the
weight's path, on the host: nothing is compiled for it (JAX's generator costs half a second of compilation in a
fresh process), the numbers are the same in every process, and adding a layer never changes another layer's
start. Inside a compiled program (dropout masks, noise, permutations) JAX's keys are folded with the hash of
the path in the same way.
"""

from __future__ import annotations

import hashlib

import numpy as np


def path_hash(*parts: object) -> int:
    """Return 64 bits that depend on the parts alone, equal in every process (unlike Python's ``hash``).

    >>> path_hash("dense/kernel") == path_hash("dense/kernel")
    True
    """
    text = "\x1f".join(str(part) for part in parts).encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "little")


def generator(seed: int, *parts: object) -> np.random.Generator:
    """Return a NumPy generator for the thing that ``parts`` name, under ``seed``.

    >>> float(generator(0, "dense/kernel").standard_normal()) == float(
    ...     generator(0, "dense/kernel").standard_normal()
    ... )
    True
    """
    return np.random.Generator(np.random.Philox(key=path_hash("pellucid", int(seed), *parts)))
