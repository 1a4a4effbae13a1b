"""CSV files of every dialect become the same columns of text; a wrong line is named."""

from __future__ import annotations

import csv
import gzip
import time

import numpy as np
import pandas as pd
import pytest

from pellucid.core.errors import DataError
from pellucid.data import as_table, read_csv, take_rows

PLAIN = "age,port\n22,Cork\n38,New York\n"
EXPECTED = {"age": ["22", "38"], "port": ["Cork", "New York"]}

DIALECTS = {
    "plain": PLAIN.encode(),
    "mark": b"\xef\xbb\xbf" + PLAIN.encode(),
    "windows line ends": PLAIN.replace("\n", "\r\n").encode(),
    "semicolons": PLAIN.replace(",", ";").encode(),
    "tabs": PLAIN.replace(",", "\t").encode(),
    "bars": PLAIN.replace(",", "|").encode(),
    "blanks": PLAIN.replace(",", ", ").encode(),
    "quotes": b'"age","port"\n"22","Cork"\n"38","New York"\n',
    "empty lines": b"age,port\n\n22,Cork\n38,New York\n\n\n",
    "no last line end": PLAIN.encode().rstrip(),
    "gzip": gzip.compress(PLAIN.encode()),
}


def as_lists(table):
    return {name: values.tolist() for name, values in table.items()}


@pytest.mark.parametrize("name", DIALECTS)
def test_every_dialect_gives_the_same_table(name: str, tmp_path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(DIALECTS[name])
    assert as_lists(read_csv(path)) == EXPECTED


@pytest.fixture
def write(tmp_path):
    def save(text: str):
        path = tmp_path / "table.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return save


def test_quoted_fields_hold_commas_quotes_and_line_ends(write) -> None:
    table = read_csv(write('name,n\n"Braund, Mr. ""Owen""",1\n"two\nlines",2\n'))
    assert table["name"].tolist() == ['Braund, Mr. "Owen"', "two\nlines"]


def test_commas_inside_quotes_do_not_decide_the_delimiter(write) -> None:
    table = read_csv(write('name;n\n"a, b, c";1\n"d, e, f";2\n'))
    assert list(table) == ["name", "n"]


def test_missing_fields(write) -> None:
    table = read_csv(write("a,b\n?,NA\n ,nan\n1,x\n"))
    assert as_lists(table) == {"a": [None, None, "1"], "b": [None, None, "x"]}


def test_header_is_found_or_told(write) -> None:
    assert list(read_csv(write("1,a\n2,b\n"))) == ["column_1", "column_2"]
    assert list(read_csv(write("x,a\n2,b\n"))) == ["x", "a"]
    assert list(read_csv(write("2019,2020\n2,3\n"), header=True)) == ["2019", "2020"]
    assert read_csv(write("x,a\ny,b\n"), header=False)["column_1"].tolist() == ["x", "y"]


def test_one_column(write) -> None:
    assert as_lists(read_csv(write("age\n1\n2\n"))) == {"age": ["1", "2"]}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a,b\n1,2\n3\n", "line 3 has 1 fields, but the first line has 2"),
        ('a,b\n"1\n1",2\n3,4,5\n', "line 4 has 3 fields"),
        ("", "empty"),
        ("  \n \n", "empty"),
        ("a,b\n", "no rows"),
        ("a,a\n1,2\n", "two columns are called 'a'"),
    ],
)
def test_broken_files_are_refused_by_line(write, text: str, problem: str) -> None:
    with pytest.raises(DataError, match=problem):
        read_csv(write(text))


def test_files_that_cannot_be_read(tmp_path) -> None:
    with pytest.raises(DataError, match="no such file"):
        read_csv(tmp_path / "nothing.csv")
    path = tmp_path / "west.csv"
    path.write_bytes("town,n\nKöln,1\n".encode("cp1252"))
    with pytest.raises(DataError, match="not UTF-8") as caught:
        read_csv(path)
    assert "cp1252" in str(caught.value.repair)
    assert read_csv(path, encoding="cp1252")["town"].tolist() == ["Köln"]
    path.write_bytes(gzip.compress(b"a,b\n1,2\n" * 100)[:-20])
    with pytest.raises(DataError, match="unpacked"):
        read_csv(path)


def test_equals_pandas_on_awkward_text(write) -> None:
    path = write('a,b\n1.5,"x,y"\n-2e3,"say ""no"""\n.5,z\n')
    frame = pd.read_csv(path)
    table = read_csv(path)
    assert [float(v) for v in table["a"]] == frame["a"].tolist()
    assert table["b"].tolist() == frame["b"].tolist()


def test_fifty_thousand_rows_are_read_fast(tmp_path) -> None:
    """0.45 s when this was written; the limit leaves room for a busy machine."""
    rng = np.random.default_rng(0)
    numbers = rng.random((50_000, 15)).round(4).astype(str).tolist()
    path = tmp_path / "large.csv"
    with path.open("w", newline="") as stream:
        csv.writer(stream).writerows([[f"c{i}" for i in range(15)], *numbers])
    start = time.process_time()
    table = read_csv(path)
    assert time.process_time() - start < 3
    assert len(table["c14"]) == 50_000


TABLES = {
    "frame": pd.DataFrame({"n": [1, 2], "f": [0.5, None], "s": ["a", None], "b": [True, False]}),
    "dict": {"n": [1, 2], "f": [0.5, None], "s": ["a", None], "b": [True, False]},
}


@pytest.mark.parametrize("name", TABLES)
def test_frames_and_dicts_become_tables(name: str) -> None:
    table = as_table(TABLES[name])
    assert table["n"].tolist() == [1.0, 2.0]
    assert np.isnan(table["f"]).tolist() == [False, True]
    assert table["s"].tolist() == ["a", None]
    assert table["b"].tolist() == [True, False]
    assert [values.dtype.kind for values in table.values()] == ["f", "f", "O", "b"]


def test_nullable_and_categorical_columns() -> None:
    frame = pd.DataFrame(
        {"n": pd.array([1, None], dtype="Int64"), "c": pd.Categorical(["a", None])}
    )
    table = as_table(frame)
    assert np.isnan(table["n"]).tolist() == [False, True]
    assert table["c"].tolist() == ["a", None]


def test_arrays_become_tables() -> None:
    assert as_lists(as_table(np.array([[1, 2], [3, 4]]))) == {
        "column_1": [1.0, 3.0],
        "column_2": [2.0, 4.0],
    }
    assert as_table(np.array([[1, "a"]], dtype=object))["column_2"].tolist() == ["a"]


@pytest.mark.parametrize(
    "bad", [{}, {"a": []}, {"a": [1], "b": [1, 2]}, np.zeros(3), pd.DataFrame()]
)
def test_what_is_no_table_is_refused(bad) -> None:
    with pytest.raises(DataError, match="table"):
        as_table(bad)


def test_rows_are_taken_by_number_or_mask() -> None:
    table = {"a": np.arange(4.0)}
    assert take_rows(table, np.array([3, 0]))["a"].tolist() == [3.0, 0.0]
    assert take_rows(table, np.array([True, False, False, True]))["a"].tolist() == [0.0, 3.0]
