"""The scale of inputs and single columns: faulty ones beside healthy near twins."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from pellucid.insight.doctor.changes import Scale, SetLayer
from pellucid.insight.doctor.checks import columns, inputs, sentinels
from pellucid.insight.doctor.facts.data import Data, Rows
from pellucid.insight.doctor.facts.facts import Fit, Optimizer
from pellucid.insight.doctor.facts.rehearsed import Rehearsed
from tests.insight.doctor.checks.network import codes, column, dense, facts, layer, weight

RNG = np.random.default_rng(2)
X = RNG.normal(size=(60, 4))
Y = RNG.normal(size=60)
SCALES = np.array([1000.0, 1.0, 1.0, 1.0])
PIXELS = RNG.integers(0, 256, (40, 8, 8, 1)).astype("uint8")
IDS = RNG.integers(0, 10, (40, 6))


def network(x, *first, activation="relu", y=Y, **more):
    shape = np.shape(x)[1:]
    size = shape[-1]
    end = (dense("one", 16, activation, size=size), dense("out", 1, "linear", size=16))
    return facts(*first, *end, loss="mean_squared_error", x=x, y=y[: len(x)], **more)


def image(x, *first):
    conv = layer("conv", "Conv2D", (8, 8, 1), weights=(weight("kernel", (3, 3, 1, 8), 0.15),))
    return facts(*first, conv, dense("out", 1, "linear"), x=x, y=Y[:40])


def embedded(x, size=10):
    table = layer("ids", "Embedding", (6,), config={"input_dim": size, "output_dim": 4})
    return facts(table, dense("out", 1, "linear"), x=x, y=Y[:40])


def test_large_inputs():
    assert codes(inputs.large_inputs, network(X * SCALES)) == ["warning"]
    assert codes(inputs.large_inputs, network(X * 20, activation="tanh")) == ["warning"]
    assert codes(inputs.large_inputs, network(X * 5, activation="tanh")) == []
    assert codes(inputs.large_inputs, network(X * 9)) == []
    assert codes(inputs.large_inputs, network(X + 3)) == []
    assert codes(inputs.large_inputs, image(PIXELS)) == ["warning"]
    assert codes(inputs.large_inputs, image(PIXELS / 255)) == []


@pytest.mark.parametrize(
    ("last", "hidden", "level"),
    [(1e-3, False, "hint"), (1e-3, True, "warning"), (0.2, False, "warning")],
)
def test_large_inputs_of_a_single_sum_that_learns_are_a_hint(last, hidden, level):
    rehearsed = Rehearsed(losses=np.geomspace(1.0, last, 50))
    alone = facts(dense("out", 1, "linear"), x=X * SCALES, y=Y, loss="mean_squared_error")
    known = network(X * SCALES) if hidden else alone
    assert codes(inputs.large_inputs, replace(known, rehearsed=rehearsed)) == [level]


def test_large_inputs_under_gradient_descent_are_serious():
    fast, slow = Optimizer("sgd", 0.01), Optimizer("sgd", 1e-5)
    assert codes(inputs.large_inputs, network(X * SCALES, optimizer=fast)) == ["serious"]
    assert codes(inputs.large_inputs, network(X * SCALES, optimizer=slow)) == ["warning"]
    held = replace(fast, arguments={"clipnorm": 1.0})
    assert codes(inputs.large_inputs, network(X * SCALES, optimizer=held)) == ["warning"]


@pytest.mark.parametrize(
    "kind", ["Normalization", "BatchNormalization", "LayerNormalization", "Rescaling", "Lambda"]
)
def test_a_layer_that_scales_first_is_enough(kind):
    for check in (inputs.large_inputs, inputs.small_inputs, inputs.different_scales):
        assert codes(check, network(X * SCALES, layer("first", kind))) == []


def test_a_rescaling_is_reckoned_with():
    def behind(scale, x=PIXELS, offset=0.0):
        first = layer("scaled", "Rescaling", (8, 8, 1), config={"scale": scale, "offset": offset})
        return image(x, first)

    assert codes(inputs.large_inputs, behind(1 / 255)) == []
    assert codes(inputs.large_inputs, behind(1 / 127.5, offset=-1.0)) == []
    assert codes(inputs.small_inputs, behind(1 / 255)) == []
    (found,) = inputs.small_inputs.findings(behind(1 / 255, PIXELS / 255))
    assert (found.sign.place.layer, found.sign.place.argument) == ("scaled", "scale")
    assert found.sign.repair.changes == (SetLayer("scaled", "scale", 1.0),)
    (found,) = inputs.large_inputs.findings(behind(1.0))
    assert found.sign.place.layer == "scaled"


def test_batch_normalization_of_the_first_sums_is_enough():
    norm = layer("norm", "BatchNormalization", (16,))
    rows = (dense("one", 16, "linear"), norm, dense("out", 1, "linear", size=16))
    assert codes(inputs.large_inputs, facts(*rows, x=X * SCALES, y=Y)) == []
    bent = (dense("one", 16, "relu"), *rows[1:])
    assert codes(inputs.large_inputs, facts(*bent, x=X * SCALES, y=Y)) == ["warning"]


def test_the_largest_column_is_named_and_pixels_are_divided():
    sign = next(iter(inputs.large_inputs.findings(network(X * SCALES)))).sign
    assert "Column 0 is the largest" in sign.evidence[2]
    assert sign.place.argument == "x"
    assert sign.repair.changes == (Scale("x", None, "standard"),)
    sign = next(iter(inputs.large_inputs.findings(image(PIXELS)))).sign
    assert sign.repair.code == "x = x / 255"


def test_different_scales_and_small_inputs():
    assert codes(inputs.different_scales, network(X * [1, 1, 1, 0.001])) == ["hint"]
    assert codes(inputs.different_scales, network(X * [1, 1, 1, 0.1])) == []
    assert codes(inputs.small_inputs, image(PIXELS / 255**2)) == ["warning"]
    assert codes(inputs.small_inputs, image(PIXELS / 255)) == []
    assert codes(inputs.small_inputs, network(X * 0.5)) == []


def test_ids():
    assert codes(inputs.no_ids, embedded(IDS)) == []
    assert codes(inputs.no_ids, embedded(IDS / 10)) == ["serious"]
    known = embedded(IDS, size=9)
    assert codes(inputs.no_ids, known) == ["serious"]
    sign = next(iter(inputs.no_ids.findings(known))).sign
    assert sign.repair.changes == (SetLayer("ids", "input_dim", 10),)
    assert codes(inputs.large_inputs, embedded(IDS * 100, size=1000)) == []


def test_of_several_inputs_the_unscaled_one_is_named():
    one, two = (replace(dense(n, 8, size=s), inputs=()) for n, s in (("a", 4), ("b", 3)))
    rows = Rows({"p": replace(column(X), name="p"), "q": replace(column(X[:, :3] * 500), name="q")})
    known = replace(facts(one), layers=(one, two), data=Data(rows))
    found = list(inputs.large_inputs.findings(known))
    assert [f.sign.place.value for f in found] == ["q"]


def joined(numbers, *between, activation="relu", **more):
    """Numbers and the vectors of ids, joined before the first weighted sum."""
    size = numbers.shape[1]
    vectors = layer("ids", "Embedding", (1,), config={"input_dim": 10}, given=("codes",))
    join = layer("join", "Concatenate", (size,), inputs=("ids",), given=("numbers",))
    row = [join, *between, dense("one", 16, activation, size=size + 4), dense("out", 1, size=16)]
    row[1:] = [replace(each, inputs=(before.path,)) for before, each in pairwise(row)]
    codes_of = replace(column(IDS[:, :1]), name="codes")
    rows = Rows({"numbers": replace(column(numbers), name="numbers"), "codes": codes_of})
    return replace(facts(row[-1], **more), layers=(vectors, *row), data=Data(rows))


def test_inputs_that_are_joined_before_the_first_sum():
    (found,) = inputs.large_inputs.findings(joined(X * SCALES))
    assert str(found.sign.place) == "x=numbers"
    assert found.sign.repair.code.startswith(
        't = x["numbers"]; x["numbers"] = (t - t.mean(axis=0))'
    )
    (found,) = inputs.different_scales.findings(joined(X * SCALES, layer("flat", "Flatten")))
    assert str(found.sign.place) == "x=numbers"
    for check in (inputs.large_inputs, inputs.different_scales, inputs.small_inputs):
        assert codes(check, joined(X)) == []
        assert codes(check, joined(X * SCALES, layer("norm", "BatchNormalization"))) == []
    assert codes(inputs.small_inputs, joined(X * 1e-4)) == []


def test_joined_numbers_have_only_their_part_of_the_sums():
    assert codes(inputs.large_inputs, joined(X[:, :1] * 25)) == []
    assert codes(inputs.large_inputs, joined(X[:, :1] * 50)) == ["warning"]
    fast = Optimizer("sgd", 0.01)
    assert codes(inputs.large_inputs, joined(X * SCALES, optimizer=fast)) == ["serious"]


def test_a_layer_that_is_called_twice_ends_the_search():
    known = joined(X * SCALES, layer("drop", "Dropout"))
    again = [
        replace(each, inputs=("ids", "drop")) if each.path == "join" else each
        for each in known.layers
    ]
    assert codes(inputs.large_inputs, replace(known, layers=tuple(again))) == ["warning"]


def test_not_finite():
    holes = X.copy()
    holes[3, 1] = np.nan
    sign = next(iter(columns.not_finite.findings(network(holes)))).sign
    assert "first in row 3" in sign.evidence[0]
    assert codes(columns.not_finite, network(X)) == []
    bad = Y.copy()
    bad[0] = np.inf
    assert codes(columns.not_finite, network(X, y=bad)) == ["serious"]
    assert codes(inputs.large_inputs, network(holes)) == []


def test_constant_and_double_columns():
    still = X * [1, 0, 1, 1]
    assert codes(columns.constant_columns, network(still)) == ["hint"]
    assert codes(columns.constant_columns, network(X * 0 + 2)) == ["serious"]
    assert codes(columns.constant_columns, network(X)) == []
    double = np.column_stack([X, 2 * X[:, 1] + 1])
    sign = next(iter(columns.double_columns.findings(network(double)))).sign
    assert sign.repair.code == "x = np.delete(x, 4, axis=1)"
    assert codes(columns.double_columns, network(X)) == []


YES_NO = (Y > 0).astype(int)


@pytest.mark.parametrize(
    ("column", "y", "found"),
    [
        (Y, Y, ["warning"]),
        (3 * Y - 7, Y, ["warning"]),
        (YES_NO, YES_NO, ["warning"]),
        (YES_NO + 0.01 * RNG.normal(size=60), YES_NO, ["warning"]),
        (Y + 0.5 * RNG.normal(size=60), Y, []),
        (Y, YES_NO, []),
    ],
)
def test_leak(column, y, found):
    assert codes(columns.leak, network(np.column_stack([X, column]), y=y)) == found


def test_leak_of_a_class_and_a_line_through_two_columns():
    classes = np.arange(60) % 3
    known = network(np.column_stack([X, classes]), y=np.eye(3)[classes])
    sign = next(iter(columns.leak.findings(known))).sign
    assert sign.place.value == "column 4"
    assert codes(columns.leak, network(X[:, :2], y=X[:, 0])) == []


def test_a_window_that_holds_its_target():
    rng = np.random.default_rng(5)
    series = np.cumsum(rng.normal(size=(300, 2)), axis=0)
    windows = np.stack([series[i : i + 12] for i in range(280)])
    after = series[12:292, 1]
    assert codes(columns.leak, network(windows, y=after)) == []
    (found,) = columns.leak.findings(network(windows, y=windows[:, -1, 1]))
    assert found.sign.place.value == "column 1" and "x[:, -1, 1]" in found.sign.evidence[0]
    assert codes(columns.leak, network(windows, y=windows[:, 0, 1])) == []


def test_codes_as_quantities():
    x = RNG.normal(size=(200, 3))
    y = RNG.normal(size=200)
    with_codes = np.column_stack([x, np.arange(200) % 7])
    assert codes(columns.codes_as_quantities, network(with_codes, y=y)) == ["hint"]
    assert codes(columns.codes_as_quantities, network(x, y=y)) == []


def series_of(values, steps=12):
    """Windows of a series, and the number after each."""
    x = np.stack([values[i : i + steps] for i in range(len(values) - steps)])[..., None]
    return x, values[steps:]


def test_a_number_that_stands_for_what_is_missing():
    rng = np.random.default_rng(7)
    table, y = rng.normal(20, 5, size=(400, 4)), rng.normal(size=400)
    holes = np.array(table)
    holes[rng.choice(400, 12, replace=False), 2] = -9999
    scaled = (holes - holes.mean(axis=0)) / holes.std(axis=0)
    for x in (holes, scaled):
        (found,) = sentinels.sentinel.findings(network(x, y=y))
        assert found.level == "warning" and str(found.sign.place) == "x=column 2"
    series = rng.normal(20, 5, size=900)
    series[rng.choice(900, 9, replace=False)] = -9999
    x, after = series_of(series)
    assert codes(sentinels.sentinel, network(x, y=after)) == ["warning", "warning"]
    assert codes(sentinels.sentinel, network(x, y=after, fit=Fit(weighted=True))) == ["warning"]
    assert codes(sentinels.sentinel, network(x, layer("mask", "Masking"), y=after)) == []
    assert codes(sentinels.sentinel, network(x, layer("own", "Mine", ours=False), y=after)) == []


def test_numbers_that_stand_for_themselves():
    rng = np.random.default_rng(7)
    y = rng.normal(size=400)

    def found(x):
        return codes(sentinels.sentinel, network(x, y=y))

    assert found(rng.normal(20, 5, size=(400, 4))) == []
    once = rng.normal(20, 5, size=900)
    once[500] = -9999  # an outlier, which windows repeat at each of their steps
    x, after = series_of(once)
    assert codes(sentinels.sentinel, network(x, y=after)) == []
    assert found(np.eye(4)[rng.integers(0, 4, 400)]) == []
    assert found(np.where(rng.random((400, 4)) < 0.1, 50.0, rng.integers(0, 5, (400, 4)))) == []
    assert found(np.where(rng.random((400, 4)) < 0.3, 0.0, rng.normal(2000, 5, (400, 4)))) == []
    sparse = np.where(rng.random((400, 4)) < 0.9, 0.0, rng.gamma(2, 9, (400, 4)))
    assert found((sparse - sparse.mean(axis=0)) / sparse.std(axis=0)) == []
    assert found(rng.poisson(0.3, (400, 4)) ** 4.0) == []
    assert found(np.minimum(rng.pareto(1.0, (400, 4)), 200)) == []
    gains = np.where(rng.random((400, 4)) < 0.9, 0.0, rng.uniform(100, 20_000, (400, 4)))
    assert found(np.where(rng.random((400, 4)) < 0.02, 99_999, gains)) == []  # cut at a top
    images = np.where(rng.random((400, 8, 8, 1)) < 0.1, 255, rng.integers(0, 30, (400, 8, 8, 1)))
    assert found(images) == []
