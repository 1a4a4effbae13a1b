"""Whatever is called data becomes right arrays, or a message that says where it is wrong."""

from __future__ import annotations

import re
import time

import jax.numpy as jnp
import numpy as np
import pandas as pd
import pytest

from pellucid.core.errors import DataError
from pellucid.data import as_inputs, check_same_rows, feature_names, rows

FRAME = pd.DataFrame({"age": [1, 2], "fare": [0.5, 1.5]})

GOOD = {
    "lists": ([[1, 2], [3, 4]], "int32", (2, 2)),
    "float64": (np.zeros((2, 3)), "float32", (2, 3)),
    "float16": (np.zeros(2, "float16"), "float32", (2,)),
    "int64": (np.arange(3), "int32", (3,)),
    "uint8": (np.zeros((2, 2), "uint8"), "uint8", (2, 2)),
    "bool": ([True, False], "bool", (2,)),
    "jax": (jnp.ones((2, 2)), "float32", (2, 2)),
    "bfloat16": (jnp.ones((2, 2), "bfloat16"), "float32", (2, 2)),
    "frame": (FRAME, "float32", (2, 2)),
    "nullable frame": (pd.DataFrame({"n": pd.array([1, 2], dtype="Int64")}), "int32", (2, 1)),
    "series": (pd.Series([1.0, 2.0]), "float32", (2,)),
    "masked, nothing hidden": (np.ma.array([1.0, 2.0]), "float32", (2,)),
    "transposed": (np.zeros((2, 3), "float32").T, "float32", (3, 2)),
}


@pytest.mark.parametrize("name", GOOD)
def test_good_data_become_narrow_contiguous_arrays(name: str) -> None:
    data, dtype, shape = GOOD[name]
    found = as_inputs(data)
    assert (found.dtype.name, found.shape) == (dtype, shape)
    assert type(found) is np.ndarray
    assert found.flags.c_contiguous


BAD = {
    "ragged": ([[1, 2], [3]], "row 0 has 2 and row 1 has 1", "pad"),
    "ragged arrays": (
        np.array([np.zeros(2), np.zeros(3)], object),
        "row 0 has 2 and row 1 has 3",
        "pad",
    ),
    "object": (np.array([[1, "x"]], object), "'x' in row 0, column 1", "TablePreprocessor"),
    "object of numbers": (np.array([[1, 2.0]], object), "only numbers", "astype"),
    "text": (np.array(["a"]), "text: the first is 'a'", "TablePreprocessor"),
    "dates": (np.array(["2020-01-01"], "datetime64[D]"), "dates", "astype"),
    "nan": (
        [[1.0, np.nan], [np.nan, 0.0]],
        "2 of the 4 numbers are NaN or infinite, the first in row 0, column 1",
        "isfinite",
    ),
    "infinite image": (np.full((1, 2, 2), -np.inf), "row 0, position (0, 0)", "axis=(1, 2)"),
    "too large": ([1.0, 1e300], "too large for float32, the first in row 1", "scale"),
    "large integer": ([1, 2**40], "1099511627776 in row 1 does not fit", "float32"),
    "complex": ([1j], "complex", "real"),
    "empty": (np.zeros((0, 4)), "empty: shape (0, 4)", "check"),
    "empty list": ([], "empty", "check"),
    "empty dict": ({}, "empty", ""),
    "single number": (3, "a single int", "np.array"),
    "nothing": (None, "a single NoneType", "np.array"),
    "function": (len, "a single builtin_function", "np.array"),
    "hidden": (np.ma.array([1.0, 2.0], mask=[0, 1]), "row 1", "isfinite"),
    "text column": (
        pd.DataFrame({"age": [1, 2], "sex": ["f", "m"]}),
        "'sex' holds no numbers (dtype String): row 0 is 'f'",
        "TablePreprocessor",
    ),
    "hole in a column": (
        pd.DataFrame({"age": [1, None]}),
        "'age' has 1 missing values, the first in row 1",
        "fillna",
    ),
    "no columns": (pd.DataFrame(index=[0, 1]), "no columns", "select"),
    "inside a dict": ({"left": [[np.inf]]}, "x['left']", "isfinite"),
    "inside a list": ([np.zeros((2, 2)), np.array([1j, 2])], "x[1]", "real"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_data_are_refused_with_place_and_repair(name: str) -> None:
    data, problem, repair = BAD[name]
    with pytest.raises(DataError, match=re.escape(problem)) as caught:
        as_inputs(data)
    assert repair in (caught.value.repair or "")


def test_sparse_matrices_are_refused() -> None:
    sparse = pytest.importorskip("scipy.sparse", reason="comes with scikit-learn")
    with pytest.raises(DataError, match="sparse"):
        as_inputs(sparse.eye(3))


def test_values_are_kept() -> None:
    assert as_inputs(FRAME).tolist() == [[1.0, 0.5], [2.0, 1.5]]
    assert as_inputs([[1, 2], [3, 4]]).tolist() == [[1, 2], [3, 4]]
    assert as_inputs(np.arange(6.0).reshape(2, 3).T).tolist() == [[0, 3], [1, 4], [2, 5]]


def test_structure_is_kept() -> None:
    found = as_inputs({"a": [np.zeros((2, 1)), [1, 2]], "b": FRAME})
    assert [part.shape for part in found["a"]] == [(2, 1), (2,)]
    assert found["b"].shape == (2, 2)


def test_right_arrays_are_not_copied() -> None:
    for array in (np.zeros((3, 2), "float32"), np.zeros((3, 2), "uint8"), np.zeros(3, "int32")):
        assert np.shares_memory(as_inputs(array), array)


def test_large_arrays_are_checked_fast() -> None:
    """60,000 MNIST rows in less than 50 ms of processor time; the best of three."""
    images = np.full((60_000, 784), 0.5, "float32")

    def seconds() -> float:
        start = time.process_time()
        as_inputs(images)
        return time.process_time() - start

    assert min(seconds() for _ in range(3)) < 0.05


def test_numbers_whose_sum_overflows_are_still_finite() -> None:
    assert as_inputs(np.full(8, 3e38, "float32")).shape == (8,)


@pytest.mark.oracle
def test_torch_tensors() -> None:
    torch = pytest.importorskip("torch", reason="oracle extra")
    assert as_inputs(torch.ones(2, 2, requires_grad=True)).dtype == "float32"
    assert as_inputs(torch.ones(2, dtype=torch.bfloat16)).tolist() == [1.0, 1.0]
    assert as_inputs([torch.zeros(3, 1), torch.zeros(3)])[0].shape == (3, 1)


def test_polars_frames() -> None:
    polars = pytest.importorskip("polars", reason="a frame library among others")
    frame = polars.DataFrame({"a": [1, 2], "b": [0.5, 1.5]})
    assert as_inputs(frame).tolist() == [[1.0, 0.5], [2.0, 1.5]]
    assert as_inputs(frame.lazy()).shape == (2, 2)
    assert feature_names(frame) == ["a", "b"]
    with pytest.raises(DataError, match="'b' has 1 missing"):
        as_inputs(polars.DataFrame({"b": [1.0, None]}))


def test_arrow_tables() -> None:
    arrow = pytest.importorskip("pyarrow", reason="a frame library among others")
    assert as_inputs(arrow.table({"a": [1, 2], "b": [0.5, 1.5]})).tolist() == [
        [1.0, 0.5],
        [2.0, 1.5],
    ]


def test_feature_names() -> None:
    assert feature_names(FRAME) == ["age", "fare"]
    assert feature_names(FRAME["age"]) is None
    assert feature_names(np.zeros((2, 2))) is None


def test_rows_of_trees() -> None:
    assert rows({"a": np.zeros((4, 2)), "b": [np.zeros(4)]}) == 4
    assert rows(["cat", "dog"], "y") == 2
    with pytest.raises(DataError, match=r"x\[0\] has 3, x\[1\] has 2") as caught:
        rows([np.zeros(3), np.zeros(2)])
    assert "np.stack" in str(caught.value.repair)


LENGTHS = {
    "one row of targets": (np.zeros((5, 2)), np.zeros((1, 5)), "y = y.reshape(-1)"),
    "transposed": (np.zeros((2, 5)), np.zeros(5), "x = x.T"),
    "list of rows": ([np.zeros(2), np.zeros(2), np.zeros(2)], np.zeros(3), "np.stack(x)"),
    "shorter": (np.zeros((5, 2)), np.zeros(4), "x[:4], y[:4]"),
}


@pytest.mark.parametrize("name", LENGTHS)
def test_lengths_that_differ_are_refused(name: str) -> None:
    x, y, repair = LENGTHS[name]
    with pytest.raises(DataError, match="rows but y has") as caught:
        check_same_rows(x, y)
    assert repair in str(caught.value.repair)


@pytest.mark.parametrize(
    "y",
    [
        ["a", "b", "c"],
        [0, 1, 2],
        [[1], [2], [3]],
        [np.zeros(2), np.zeros(2), np.zeros(2)],
        [np.zeros(3), np.zeros((3, 1))],
        {"first": np.zeros(3), "second": np.zeros((3, 2))},
        pd.Series([1, 2, 3]),
        pd.DataFrame({"y": [1, 2, 3]}),
        jnp.zeros(3),
    ],
    ids=lambda y: type(y).__name__,
)
def test_targets_as_the_user_gave_them_are_counted(y) -> None:
    assert check_same_rows(np.zeros((3, 4)), y) == 3
    with pytest.raises(DataError, match="x has 7 rows but y has"):
        check_same_rows(np.zeros((7, 4)), y)


@pytest.mark.parametrize(
    "y", [3, 1.5, np.float32(2), jnp.asarray(1)], ids=lambda y: type(y).__name__
)
def test_single_targets_are_refused(y) -> None:
    with pytest.raises(DataError, match="one value per row"):
        check_same_rows(np.zeros((3, 4)), y)


def test_equal_lengths_pass() -> None:
    assert check_same_rows(np.zeros((5, 2)), None) == 5
    assert check_same_rows([np.zeros(5), np.zeros((5, 1))], np.zeros(5), np.ones(5)) == 5
    with pytest.raises(DataError, match="sample_weight has 3"):
        check_same_rows(np.zeros(5), np.zeros(5), np.ones(3))


def test_frames_whose_columns_have_numbers_for_names():
    frame = pd.DataFrame({0: [1.0, 2.0], 1: [3.0, 4.0]})
    assert np.array_equal(as_inputs(frame), [[1.0, 3.0], [2.0, 4.0]])
    assert feature_names(frame) == ["0", "1"]
