"""The rows of the tables in Keras today, on PyTorch: against the kept numbers, and against ours."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest
from layer_table.cases import CASES, FAMILIES, FAMILY_OF, TABLE, numbers
from layer_table.golden import FOLDER, TOLERANCE, key, mistakes, read

COMPARED = [(name, number) for name, number in CASES if TABLE[name][number].keras]
FEWEST = 300

pytestmark = pytest.mark.oracle


@pytest.fixture(scope="module")
def keras_today(tmp_path_factory, root):
    """Ask Keras for all rows, in a process of its own: this one has Keras on JAX."""
    pytest.importorskip("keras", reason="oracle extra")
    pytest.importorskip("torch", reason="oracle extra")
    folder = tmp_path_factory.mktemp("keras")
    told = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.conformance.golden.make_layers"],
        cwd=root,
        env={**os.environ, "PELLUCID_GOLDEN": str(folder)},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert told.returncode == 0, told.stderr[-4000:]
    return folder


def row_of(folder, name, number):
    return read(folder / f"{FAMILY_OF[name]}.npz")[key(name, number)]


def test_kept_numbers_are_those_of_keras(keras_today):
    for family in FAMILIES:
        kept, today = read(FOLDER / f"{family}.npz"), read(keras_today / f"{family}.npz")
        assert kept.keys() == today.keys()
        for name, vector in today.items():
            scale = float(np.max(np.abs(vector), initial=0.0))
            np.testing.assert_allclose(
                kept[name], vector, rtol=TOLERANCE, atol=TOLERANCE * scale, err_msg=name
            )


@pytest.mark.parametrize(("name", "number"), COMPARED)
def test_layer_agrees_with_keras(keras_today, name, number):
    """Outputs, and gradients by every weight and input, with the same weights."""
    assert not mistakes(numbers(name, number), row_of(keras_today, name, number))


def test_enough_is_compared(keras_today, capsys):
    compared = sum(len(read(keras_today / f"{family}.npz")) for family in FAMILIES)
    with capsys.disabled():
        print(f"\n  {compared} rows of {len(TABLE)} layers compared with Keras")
    assert compared == len(COMPARED) >= FEWEST
