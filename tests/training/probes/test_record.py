"""A record is filled by whoever trains: rows in, arrays, frames and JSON out."""

import json

import numpy as np
import pytest

from pellucid.core.errors import UnknownNameError, UsageError
from pellucid.training.probes import Record


def filled():
    record = Record({"range": ("low", "high")})
    record.add(
        0, {"loss": {"whole model": 2.0}, "range": {"a": [0.0, 1.0], "b": np.array([2.0, np.inf])}}
    )
    record.add(3, {"loss": {"whole model": np.float32(1.5)}, "range": {"a": (0.5, np.nan)}})
    record.add(9, {"norm": {"a": 4}})
    return record


def test_rows_become_arrays_with_nan_where_nothing_was_measured():
    record = filled()
    assert record.steps == [0, 3, 9]
    assert record.quantities == ["loss", "range", "norm"]
    assert record.layers == ["whole model", "a", "b"]
    np.testing.assert_array_equal(record["loss"]["whole model"], [2.0, 1.5, np.nan])
    np.testing.assert_array_equal(record["range"]["a"], [[0, 1], [0.5, np.nan], [np.nan, np.nan]])
    np.testing.assert_array_equal(record["norm"]["a"], [np.nan, np.nan, 4])
    assert "norm" in record
    assert len(record) == 3


def test_through_json_and_back():
    record = filled()
    record.notes.append("a note")
    text = json.dumps(record.to_dict(), allow_nan=False)
    again = Record.from_dict(json.loads(text))
    assert again.to_dict() == record.to_dict()
    assert (again.steps, again.labels, again.notes) == (record.steps, record.labels, ["a note"])
    np.testing.assert_array_equal(again["range"]["b"], record["range"]["b"])
    assert again["range"]["b"][0, 1] == np.inf


def test_a_frame_has_a_row_a_step():
    pytest.importorskip("pandas", reason="pandas is optional")
    frame = filled().frame()
    assert list(frame.index) == [0, 3, 9]
    assert list(frame.columns) == [
        ("loss", "whole model"),
        *[(f"range: {label}", place) for place in "ab" for label in ("low", "high")],
        ("norm", "a"),
    ]
    assert frame["range: high"]["a"][0] == 1.0


def test_what_a_record_refuses():
    record = filled()
    with pytest.raises(UsageError, match="step 9 comes after step 9"):
        record.add(9, {})
    with pytest.raises(UnknownNameError, match="'range'"):
        record["rnge"]
