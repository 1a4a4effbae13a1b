"""Kept numbers of other frameworks: written, read, and compared so that each kind of mistake is told."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from layer_table import golden
from layer_table.cases import FAMILIES

from pellucid import layers
from pellucid.testing import check_layer


@pytest.fixture(scope="module")
def told():
    return check_layer(layers.Dense, {"units": 2, "activation": "tanh"}, (3, 4)).numbers


def vector_of(told):
    weights = [*told.params.values(), *told.state.values()]
    arrays = [array.ravel() for _, array in golden.parts(told.outputs, told.gradient)]
    return np.concatenate([[golden.fingerprint(told.inputs, weights)], *arrays])


def test_equal_numbers_agree_also_after_a_file(told, tmp_path):
    vector = vector_of(told)
    assert vector.size == 1 + 3 * 2 + 4 * 2 + 2 + 3 * 4
    golden.write(tmp_path / "family.npz", {"Dense/0": vector, "Dense/1": vector[:1]})
    read = golden.read(tmp_path / "family.npz")
    assert list(read) == ["Dense/0", "Dense/1"]
    assert not golden.mistakes(told, read["Dense/0"])
    assert golden.read(tmp_path / "nothing.npz") == {}


@pytest.mark.parametrize(
    ("place", "name"),
    [
        (1, "output 0"),
        (7, "gradient by kernel"),
        (16, "gradient by bias"),
        (17, "gradient by input 0"),
    ],
)
def test_a_wrong_number_is_told_by_the_name_of_its_part(told, place, name):
    vector = vector_of(told)
    vector[place] += 1e-4
    (mistake,) = golden.mistakes(told, vector)
    assert mistake.startswith(f"{name}: 1 of ")


def test_numbers_of_other_weights_are_no_witness(told):
    vector = vector_of(told)
    other = replace(told, params={path: array + 0.01 for path, array in told.params.items()})
    assert golden.COMMAND in golden.mistakes(other, vector)[0]


def test_missing_numbers_are_told(told):
    assert "in the file" in golden.mistakes(told, vector_of(told)[:-12])[-1]


def test_files_are_small_and_have_no_rows_that_are_gone():
    files = list(golden.FOLDER.glob("*.npz"))
    assert sum(file.stat().st_size for file in files) < 2_000_000
    for file in files:
        table = FAMILIES[file.stem]
        wanted = {
            golden.key(n, i) for n, rows in table.items() for i, r in enumerate(rows) if r.keras
        }
        assert set(golden.read(file)) == wanted, f"make it again: {golden.COMMAND} {file.stem}"
