"""Tables become numbers, the way is kept, and real tables need no cleaning."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression, Ridge

from pellucid.core.errors import ArgumentError, DataError, FileFormatError, UsageError
from pellucid.data import TablePreprocessor, as_table, infer_task, train_validation_split
from pellucid.data.csv_files import take_rows

FOLDER = os.environ.get("PELLUCID_DATA", "")
needs_data = pytest.mark.skipif(
    not FOLDER, reason="PELLUCID_DATA names no local copy of the data sets"
)

SHIPS = {
    "age": [20.0, None, 40.0, 60.0],
    "port": ["Cork", "Oslo", None, "Cork"],
    "paid": [True, False, True, True],
    "same": [7, 7, 7, 7],
    "lived": ["no", "yes", "yes", "no"],
}


def test_each_kind_of_column() -> None:
    prepare = TablePreprocessor(target="lived").fit(SHIPS)
    x = prepare.transform(SHIPS)
    std = np.std([20, 40, 60])
    expected = {
        "age": [-20 / std, 0, 0, 20 / std],
        "age is missing": [0, 1, 0, 0],
        "port = (missing)": [0, 0, 1, 0],
        "port = Cork": [1, 0, 0, 1],
        "port = Oslo": [0, 1, 0, 0],
        "paid": [1, 0, 1, 1],
    }
    assert prepare.feature_names == list(expected)
    np.testing.assert_allclose(x, np.array(list(expected.values())).T, rtol=1e-6)
    assert (x.dtype, x.flags.c_contiguous) == (np.float32, True)
    assert "same: left out (always the same number)." in prepare.notes
    assert "age: 1 missing values were filled with the median 40 and flagged." in prepare.notes


def test_other_rows_of_the_same_table() -> None:
    prepare = TablePreprocessor(target="lived").fit(SHIPS)
    later = prepare.transform(
        {"port": ["Rome", None], "age": [None, "30"], "paid": ["true", None], "more": [1, 2]}
    )
    assert later[:, 1:].tolist() == [[1, 0, 0, 0, 1], [0, 1, 0, 0, 0]]


def test_rare_categories_share_a_feature_with_unknown_ones() -> None:
    colours = ["red"] * 5 + ["blue"] * 4 + ["green", "pink"] + ["black"] * 3
    prepare = TablePreprocessor(max_categories=3).fit({"colour": colours})
    assert prepare.feature_names == ["colour = blue", "colour = red", "colour = (other)"]
    assert prepare.transform({"colour": ["pink", "white", "red"]}).tolist() == [
        [0, 0, 1],
        [0, 0, 1],
        [0, 1, 0],
    ]
    assert "the 3 rarest categories share one feature" in prepare.notes[0]


def test_categories_written_as_numbers_stay_categories() -> None:
    """A later file may hold only those categories that look like numbers."""
    prepare = TablePreprocessor().fit({"kids": ["0", "1", "3+", "1"] * 5})
    assert prepare.transform({"kids": [1, 0]}).tolist() == [[0, 1, 0], [1, 0, 0]]


def test_decimal_commas(tmp_path) -> None:
    path = tmp_path / "europe.csv"
    path.write_text("n;y\n7,5;1\n2,5;0\n")
    np.testing.assert_allclose(TablePreprocessor(target="y").fit(path).transform(path), [[1], [-1]])


MANY = [f"passenger {i}" for i in range(40)]


def test_identifiers_are_left_out_or_refused() -> None:
    table = {"name": MANY, "row": list(range(1, 41)), "fare": np.arange(40.0) ** 2}
    prepare = TablePreprocessor().fit(table)
    assert prepare.feature_names == ["fare"]
    assert prepare.notes == [
        "name: left out (40 different texts in 40 rows look like identifiers).",
        "row: left out (row numbers).",
    ]
    with pytest.raises(DataError, match="column 'name': 40 different texts") as caught:
        TablePreprocessor(identifiers="refuse").fit(table)
    assert "drop the column 'name'" in str(caught.value.repair)


def test_a_wrong_number_is_named_by_column_row_and_value() -> None:
    numbers: list = [str(n / 7) for n in range(60)]
    numbers[17] = "abc"
    with pytest.raises(
        DataError, match=r"column 'size': numbers are needed, but row 17 .* is 'abc'"
    ):
        TablePreprocessor().fit({"size": numbers})
    prepare = TablePreprocessor().fit({"size": [1.0, 2.0]})
    with pytest.raises(
        DataError, match=r"column 'size': numbers are needed, but row 1 .* is '12 kg'"
    ):
        prepare.transform({"size": ["1", "12 kg"]})


def test_nothing_to_learn_from() -> None:
    with pytest.raises(DataError, match=r"no column is left.*name: left out"):
        TablePreprocessor().fit({"name": MANY})
    with pytest.raises(DataError, match="all targets are the same"):
        TablePreprocessor(target="y").fit({"x": [1, 2], "y": ["a", "a"]})
    with pytest.raises(DataError, match="all targets are missing"):
        TablePreprocessor(target="y").fit({"x": [1, 2], "y": [None, None]})


def test_misspelt_columns_are_suggested() -> None:
    with pytest.raises(ArgumentError, match="there is no column 'livd'") as caught:
        TablePreprocessor(target="livd").fit(SHIPS)
    assert caught.value.repair == "target='lived'"
    with pytest.raises(DataError, match="lacks the column 'age'") as caught:
        TablePreprocessor(target="lived").fit(SHIPS).transform(
            {"Age": [1], "port": ["Cork"], "paid": [True]}
        )
    assert caught.value.repair == "rename 'Age' to 'age'"


@pytest.mark.parametrize("target", ["lived", -1, "-1", 4])
def test_target_by_name_or_position(target) -> None:
    assert TablePreprocessor(target=target).fit(SHIPS).target_name == "lived"


def test_rows_without_a_target_are_left_out() -> None:
    table = {"x": [1.0, 2.0, 3.0], "y": ["a", None, "b"]}
    prepare = TablePreprocessor(target="y").fit(table)
    x, y = prepare.arrays(table)
    np.testing.assert_allclose(x, [[-1], [1]])
    assert y.tolist() == ["a", "b"]
    with pytest.raises(DataError, match="missing in 1 rows, the first is row 1"):
        prepare.targets(table)


def test_quantities_are_scaled_and_brought_back() -> None:
    table = {"x": [1.0, 2.0, 4.0], "price": [100.5, 200.5, 600.5]}
    prepare = TablePreprocessor(target="price").fit(table)
    y = prepare.targets(table)
    scaled = prepare.scale_targets(y)
    assert (scaled.shape, scaled.dtype) == ((3, 1), np.float32)
    assert [scaled.mean(), scaled.std()] == pytest.approx([0, 1], abs=1e-6)
    np.testing.assert_allclose(prepare.unscale_targets(scaled)[:, 0], y, rtol=1e-6)


TASKS = {
    "text": (["a", "b"], "classification"),
    "booleans": ([True, False], "classification"),
    "zeros and ones": ([0, 1, 1], "classification"),
    "grades": ([3, 4, 5, 6] * 10, "classification"),
    "whole prices": (list(range(1000, 1100)), "regression"),
    "fractions": ([0.5, 1.0] * 10, "regression"),
    "few whole numbers, all different": ([1, 2, 3, 4, 5], "regression"),
    "numbers as text": (["1.5", "2.5", None], "regression"),
}


@pytest.mark.parametrize("name", TASKS)
def test_the_task_is_found(name: str) -> None:
    values, task = TASKS[name]
    assert infer_task(values) == task


def test_the_task_can_be_told() -> None:
    table = {"x": [1.0, 2.0, 3.0, 4.0], "y": [0, 1, 1, 0]}
    prepare = TablePreprocessor(target="y", task="regression").fit(table)
    assert prepare.targets(table).dtype == np.float64
    assert prepare.classes is None
    assert TablePreprocessor(target="y", task="classification").fit(table).classes.tolist() == [
        0,
        1,
    ]


def through_json(prepare: TablePreprocessor) -> TablePreprocessor:
    described, arrays = prepare.state()
    return TablePreprocessor.from_state(json.loads(json.dumps(described)), arrays)


@pytest.mark.parametrize("target", ["lived", "age", "paid", None])
def test_state_is_data_and_gives_the_same_numbers(target) -> None:
    prepare = TablePreprocessor(target=target).fit(SHIPS)
    again = through_json(prepare)
    np.testing.assert_array_equal(again.transform(SHIPS), prepare.transform(SHIPS))
    assert again.feature_names == prepare.feature_names
    assert (again.notes, again.task_found) == (prepare.notes, prepare.task_found)
    assert again.target_name == prepare.target_name
    if target:
        np.testing.assert_array_equal(again.arrays(SHIPS)[1], prepare.arrays(SHIPS)[1])
        assert again.unscale_targets(1.0) == prepare.unscale_targets(1.0)


def test_damaged_or_newer_state_is_refused() -> None:
    described, arrays = TablePreprocessor(target="lived").fit(SHIPS).state()
    with pytest.raises(FileFormatError, match="version 99"):
        TablePreprocessor.from_state({**described, "version": 99}, arrays)
    damaged = [
        {**described, "columns": [{"kind": "os.system", "name": "x"}]},
        {**described, "columns": 3},
        {**described, "config": {"evil": 1}},
        {key: value for key, value in described.items() if key != "classes"},
        {**described, "classes": ["x" * 10_000, *("y" * 10_000)]},
        {**described, "classes": [{"a": 1}]},
    ]
    for state in damaged:
        with pytest.raises(FileFormatError, match="damaged"):
            TablePreprocessor.from_state(state, arrays)
    with pytest.raises(FileFormatError, match="damaged"):
        TablePreprocessor.from_state(described, {**arrays, "mean": np.zeros(0)})


def test_use_before_fit() -> None:
    for use in (TablePreprocessor().transform, TablePreprocessor().targets):
        with pytest.raises(UsageError, match="not been fitted"):
            use(SHIPS)


def test_frames_csv_and_dicts_agree(tmp_path) -> None:
    frame = pd.DataFrame(SHIPS)
    frame.to_csv(tmp_path / "ships.csv", index=False)
    prepare = TablePreprocessor(target="lived").fit(frame)
    from_csv = TablePreprocessor(target="lived").fit(tmp_path / "ships.csv")
    np.testing.assert_array_equal(prepare.transform(SHIPS), from_csv.transform(frame))
    assert prepare.feature_names == from_csv.feature_names
    np.testing.assert_array_equal(
        from_csv.transform(tmp_path / "ships.csv"), prepare.transform(frame)
    )


REAL = {
    "titanic/titanic.csv": ("Survived", "classification", 2, 891, 0.78),
    "adult/adult-train.csv.gz": (-1, "classification", 2, 32_561, 0.83),
    "penguins/penguins.csv": ("species", "classification", 3, 344, 0.97),
    "pima-diabetes/pima-indians-diabetes.csv": (-1, "classification", 2, 768, 0.72),
    "wine-quality/winequality-red.csv": (-1, "classification", 6, 1599, 0.55),
    "california-housing/housing.csv": ("median_house_value", "regression", 0, 20_640, 0.6),
    "auto-mpg/mpg.csv": ("mpg", "regression", 0, 398, 0.78),
    "boston-housing/housing.csv": (-1, "regression", 0, 506, 0.6),
}


@needs_data
@pytest.mark.parametrize("name", REAL)
def test_real_tables_are_learnt_without_cleaning(name: str) -> None:
    """A linear model on the features must reach what is known to be reachable, on rows that it has not seen."""
    target, task, classes, rows, score = REAL[name]
    table = as_table(Path(FOLDER, "tabular", name))
    train, test = train_validation_split(rows, 0.25, y=None)
    prepare = TablePreprocessor(target=target).fit(take_rows(table, train))
    assert prepare.task_found == task
    assert (0 if prepare.classes is None else len(prepare.classes)) == classes
    x, y = prepare.arrays(take_rows(table, train))
    assert np.isfinite(x).all()
    assert x.shape == (len(train), len(prepare.feature_names))
    model = LogisticRegression(max_iter=300, tol=1e-3) if classes else Ridge()
    model.fit(x, y)
    assert model.score(*prepare.arrays(take_rows(table, test))) > score
    np.testing.assert_array_equal(through_json(prepare).transform(table), prepare.transform(table))


@needs_data
def test_titanic_notes() -> None:
    prepare = TablePreprocessor(target="Survived").fit(
        Path(FOLDER, "tabular", "titanic", "titanic.csv")
    )
    notes = " ".join(prepare.notes)
    assert re.findall(r"(\w+): left out", notes) == ["PassengerId", "Name", "Ticket", "Cabin"]
    assert "Age: 177 missing values were filled with the median 28 and flagged." in notes
    assert "Embarked: 2 missing values became the category (missing)." in notes
