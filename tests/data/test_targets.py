"""What the table of combinations leaves out: evaluation with known classes, notes, users' own losses, frames."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from pellucid import losses
from pellucid.core.errors import TargetError
from pellucid.data import Head, encode_with, fit_targets
from pellucid.data.head import RANGES
from pellucid.data.labels import read_targets
from pellucid.data.targets import FITTERS


class StandIn:
    """A loss as the contract sees it."""

    def __init__(self, target: str, head: str = "any", name: str = "own_loss", **more):
        self.target, self.head, self.name = target, head, name
        vars(self).update(more)


SPARSE = StandIn("class_index", "softmax", "sparse_categorical_crossentropy")
BINARY = StandIn("binary", "sigmoid", "binary_crossentropy")
SOFTMAX3 = Head("last", "softmax", (3,))
SIGMOID = Head("last", "sigmoid", (1,))
LINEAR = Head("last", "linear", (1,))


def test_classes_are_kept_and_used_again() -> None:
    first = fit_targets(["c", "a", "b"], head=SOFTMAX3, loss=SPARSE)
    assert first.classes.tolist() == ["a", "b", "c"]
    later = fit_targets(["c", "c"], head=SOFTMAX3, loss=SPARSE, classes=first.classes)
    assert later.array.tolist() == [2, 2]
    with pytest.raises(TargetError, match="'d' in row 1"):
        fit_targets(["a", "d"], head=SOFTMAX3, loss=SPARSE, classes=first.classes)


def test_known_integer_classes_are_never_mapped_anew() -> None:
    """Labels 1, 2, 3 at evaluation are not the classes 0, 1, 2 of training shifted by one."""
    first = fit_targets([0, 1, 2], head=SOFTMAX3, loss=SPARSE)
    with pytest.raises(TargetError, match="3 in row 2"):
        fit_targets([1, 2, 3], head=SOFTMAX3, loss=SPARSE, classes=first.classes)


@pytest.mark.parametrize("kind", [np.float64, np.int64])
def test_a_loss_of_ones_own_gets_what_it_was_written_for(kind) -> None:
    """One number for several answers, as of a pinball loss over quantiles: as in Keras, where nothing is checked."""
    own = StandIn("any")
    y = np.arange(4, dtype=kind)[:, None]
    with pytest.raises(TargetError, match="needs 3 columns"):
        fit_targets(y, head=SOFTMAX3, loss=own)
    found = fit_targets(y, head=SOFTMAX3, loss=own, strict=False)
    assert found.array.tolist() == y.tolist() and "needs 3 columns" in found.note
    assert found.array.dtype == (np.float32 if kind is np.float64 else np.int32)


def test_known_classes_of_one_unit() -> None:
    first = fit_targets(["no", "yes"], head=SIGMOID, loss=BINARY)
    later = fit_targets(["yes", "yes", "yes"], head=SIGMOID, loss=BINARY, classes=first.classes)
    assert later.array.tolist() == [[1.0]] * 3


@pytest.mark.parametrize(
    ("classes", "labels", "expected"),
    [
        (["b", "a"], ["a", "b"], [1, 0]),
        ([30, 50, 10, 40, 20], [10, 20, 30, 40, 50], [2, 4, 0, 3, 1]),
        ([10, 20, 30], np.array([[30], [10]]), [[2], [0]]),
        ([False, True], [True, False], [1, 0]),
        ([0, 1], [1.0, 0.0], [1, 0]),
        (["x", "y"], pd.Series(["y", "x"]), [1, 0]),
    ],
)
def test_encode_with(classes, labels, expected) -> None:
    found = encode_with(classes, labels)
    assert found.tolist() == expected
    assert found.dtype == np.int32


@pytest.mark.parametrize("labels", [[4], [-1], ["0"], [0.5]])
def test_encode_with_refuses_unseen_labels(labels) -> None:
    with pytest.raises(TargetError, match="none of the 3 classes"):
        encode_with([0, 1, 2], labels)


def test_right_targets_have_no_note() -> None:
    assert fit_targets([0, 1, 2], head=SOFTMAX3, loss=SPARSE).note == ""
    assert fit_targets([[0.5]], head=LINEAR, loss=StandIn("real")).note == ""


def test_dtypes() -> None:
    assert fit_targets([0, 1, 2], head=SOFTMAX3, loss=SPARSE).array.dtype == np.int32
    assert fit_targets([1, 2], head=LINEAR, loss=StandIn("real")).array.dtype == np.float32
    assert fit_targets([1, 0], head=SIGMOID, loss=BINARY).array.dtype == np.float32
    assert fit_targets([1, 2], head=LINEAR, loss=StandIn("any")).array.dtype == np.int32


def test_labels_beyond_32_bits() -> None:
    found = fit_targets([10**12, 10**12 + 1, 5], head=SOFTMAX3, loss=SPARSE)
    assert found.array.tolist() == [1, 2, 0]
    assert found.classes.tolist() == [5, 10**12, 10**12 + 1]


def test_own_loss_takes_what_cannot_broadcast() -> None:
    own = StandIn("any")
    assert fit_targets([1.0, 2.0], head=LINEAR, loss=own).array.shape == (2, 1)
    assert fit_targets(np.zeros((4, 6)), head=Head("last", None, (3,)), loss=own).array.shape == (
        4,
        6,
    )
    for shape in ((4, 3), (1, 4)):
        with pytest.raises(TargetError, match="needs one column"):
            fit_targets(np.zeros(shape), head=LINEAR, loss=own)
    with pytest.raises(TargetError, match="text"):
        fit_targets(["a"], head=LINEAR, loss=own)


def test_own_loss_may_take_labels_beside_embeddings() -> None:
    embeddings = Head("last", "linear", (4,))
    assert fit_targets([2, 0, 1, 1], head=embeddings, loss=StandIn("any")).array.shape == (4,)


def test_every_loss_of_the_table_is_understood() -> None:
    for name, found in losses.TABLE.items():
        if isinstance(found, type):
            assert found().target in FITTERS, name
            assert found().head in ("softmax", "sigmoid", "linear", "any"), name


def test_unknown_sizes_fit_any() -> None:
    steps = Head("last", "softmax", (None, 3))
    assert fit_targets([[0, 1, 2, 0]], head=steps, loss=SPARSE).array.shape == (1, 4)
    assert fit_targets(
        [0, 4], head=Head("last", "softmax", (None,)), loss=SPARSE
    ).classes.tolist() == [0, 1, 2, 3, 4]


def test_class_axis_that_is_not_the_last() -> None:
    loss = StandIn("one_hot", "softmax", axis=1)
    y = np.moveaxis(np.eye(2)[[[0, 1, 1]]], -1, 1)
    assert fit_targets(y, head=Head("last", None, (2, 3)), loss=loss).array.shape == (1, 2, 3)


MISSING = {
    "none": (["a", None], "row 1"),
    "nan beside text": (["a", float("nan")], "row 1"),
    "nan": ([[1.0], [np.nan]], "row 1, column 0"),
    "series": (pd.Series(["a", None]), "row 1"),
    "nullable series": (pd.Series([1, None], dtype="Int64"), "row 1"),
    "objects": (np.array([None, 1], object), "row 0"),
}


@pytest.mark.parametrize("name", MISSING)
def test_missing_targets_are_counted_and_placed(name: str) -> None:
    y, where = MISSING[name]
    with pytest.raises(
        TargetError,
        match=re.escape(f"1 target is missing (NaN, None or infinite), the first in {where}"),
    ):
        read_targets(y)


@pytest.mark.parametrize(
    ("y", "problem"),
    [
        ([], "no targets"),
        (3, "single int"),
        (None, "single NoneType"),
        (["a", 1], "mixed: int, str"),
        ([1, object()], "neither number nor text"),
        (np.array([1j]), "complex"),
        (pd.Series(pd.to_datetime(["2020-01-01"])), "neither number nor text"),
    ],
)
def test_what_is_no_target_is_refused(y, problem: str) -> None:
    with pytest.raises(TargetError, match=problem) as caught:
        fit_targets(y, head=SOFTMAX3, loss=SPARSE)
    assert "'last'" in str(caught.value)
    assert caught.value.repair


def test_bytes_are_text() -> None:
    assert read_targets(np.array([b"a", b"b"])).tolist() == ["a", "b"]


def test_own_activation_gets_only_shape_and_value_checks() -> None:
    own = Head("last", None, (1,))
    assert fit_targets([-5.0, 7.0], head=own, loss=StandIn("real")).array.shape == (2, 1)
    with pytest.raises(TargetError, match="3 columns"):
        fit_targets(np.zeros((2, 3)), head=own, loss=StandIn("real"))


@pytest.mark.parametrize("name", sorted(RANGES))
def test_ranges_hold_what_the_activation_gives(name: str) -> None:
    activations = pytest.importorskip("pellucid.functional.activations")
    function = activations.TABLE.get(name)
    if function is None:
        pytest.skip(f"{name} is another name or not among the activations")
    z = np.linspace(-30.0, 30.0, 4001, dtype="float32")
    out = np.asarray(function(z))
    low, high = RANGES[name]
    assert low - 1e-6 <= out.min()
    assert out.max() <= high + 1e-6
    for bound, reached in ((low, out.min()), (high, out.max())):
        assert (
            not np.isfinite(bound)
            or abs(reached - bound) < 0.05
            or name in ("softmax", "sparsemax", "log_softmax")
        )


def test_frames_whose_columns_have_numbers_for_names():
    frame = pd.DataFrame({0: [1.0, 2.0], 1: [3.0, 4.0]})
    assert np.array_equal(read_targets(frame), [[1.0, 3.0], [2.0, 4.0]])
