"""Random numbers depend on seed and path only, in any process."""

import subprocess
import sys

import numpy as np

from pellucid.core.keys import generator, path_hash


def test_same_path_same_numbers_in_another_process():
    code = "from pellucid.core.keys import generator; print(generator(3, 'a/b').standard_normal())"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert float(other.stdout) == generator(3, "a/b").standard_normal()


def test_other_seed_or_path_other_numbers():
    draws = {generator(s, p).standard_normal() for s in (0, 1) for p in ("a", "b", "a/b")}
    assert len(draws) == 6


def test_parts_are_not_simply_joined():
    assert path_hash("a", "bc") != path_hash("ab", "c")


def test_draws_of_different_paths_are_uncorrelated():
    first, second = (
        generator(0, p).standard_normal(10_000) for p in ("dense/kernel", "dense_1/kernel")
    )
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.05
