"""Files of comma-separated values as data sets."""

from __future__ import annotations

import gzip

import numpy as np
import pytest

from pellucid.core.errors import ArgumentError, DataError
from pellucid.keras import tensorflow as tf

ROWS = 'a,b,c,y\n1,2.5,x,0\n2,,"y,z",1\n3,4,w,1\n'
make, CsvDataset = tf.data.experimental.make_csv_dataset, tf.data.experimental.CsvDataset


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text(ROWS)
    return str(path)


def test_columns_come_by_name_with_the_kind_of_their_fields(file):
    first, second = list(make(file, 2, label_name="y", num_epochs=1, shuffle=False))
    features, labels = first
    assert list(features) == ["a", "b", "c"]
    assert features["a"].dtype == tf.int32
    assert features["b"].numpy().tolist() == [2.5, 0.0]
    assert features["c"].numpy().tolist() == [b"x", b"y,z"]
    assert labels.numpy().tolist() == [0, 1]
    assert second[1].numpy().tolist() == [1]


def test_defaults_and_choices(file):
    data = make(
        [file], 3, column_defaults=[0.0, [-1.0], tf.string, tf.float32], num_epochs=1, shuffle=False
    )
    found = next(iter(data))
    assert found["a"].dtype == found["y"].dtype == tf.float32
    assert found["b"].numpy().tolist() == [2.5, -1.0, 4.0]
    assert list(next(iter(make(file, 1, select_columns=["y", "a"], num_epochs=1)))) == ["y", "a"]


def test_rows_are_repeated_without_end_and_mixed(file):
    batches = make(file, 2, label_name="y", shuffle_seed=1).take(30)
    seen = np.concatenate([features["a"].numpy() for features, _ in batches])
    assert len(seen) == 60
    assert [int((seen == value).sum()) for value in (1, 2, 3)] == [20, 20, 20]
    assert seen[:6].tolist() != [1, 2, 3, 1, 2, 3]


def test_rows_as_tuples(file, tmp_path):
    packed = tmp_path / "rows.csv.gz"
    packed.write_bytes(gzip.compress(ROWS.encode()))
    options = {"header": True, "select_cols": [0, 1, 2]}
    for data in (
        CsvDataset(file, [tf.int32, tf.constant([0.0]), [""]], **options),
        CsvDataset([str(packed)], [tf.int32, 0.0, ""], compression_type="GZIP", **options),
    ):
        rows = [tuple(value.numpy() for value in row) for row in data]
        assert rows == [(1, 2.5, b"x"), (2, 0.0, b"y,z"), (3, 4.0, b"w")]


def test_mistakes_say_what_is_right(file, tmp_path):
    with pytest.raises(ArgumentError, match=r"no column 'z' among \['a', 'b', 'c', 'y'\]"):
        make(file, 2, label_name="z")
    with pytest.raises(DataError, match="there is no file"):
        make(str(tmp_path / "other.csv"), 2)
    with pytest.raises(DataError, match="row 1 has 1 fields, but there are 4 columns"):
        make(file, 2, field_delim=";", column_names=list("abcy"))
