"""The battery finds each broken contract by the right check, and nothing in layers that are sound."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import pellucid
from pellucid import layers
from pellucid.core.errors import ArgumentError, ArgumentTypeError
from pellucid.testing import ConformanceError, Integers, check_layer
from pellucid.testing.battery import CONTRACTS
from tests.testing import broken_layers as broken

ROWS, SERIES = (3, 4), (3, 4, 2)

# A broken layer, its inputs, the checks that must fail (no others may), and words that must be in the first's text.
MUTANTS = [
    (broken.MixesRows, ROWS, {"rows"}, "with other rows beside it"),
    (broken.ForgetsArgument, ROWS, {"configuration"}, "`power` is 1.0, but it was made with 3.0"),
    (broken.NeedsWhatItForgets, ROWS, {"configuration", "file"}, "it raises ArgumentTypeError"),
    (broken.ChangesArgument, ROWS, {"configuration", "file"}, "`power` is 6.0"),
    (broken.IgnoresMask, SERIES, {"mask", "padding"}, "where the padding holds 1000"),
    (broken.LeaksNaN, SERIES, {"mask"}, "nan where the padding holds NaN"),
    (broken.LeaksNaNIntoGradient, SERIES, {"mask"}, "in the gradient of 'factor'"),
    (broken.CountsPadding, SERIES, {"padding"}, "with padding"),
    (broken.PassesMaskOn, SERIES, {"mask", "padding"}, "where the padding holds 1000"),
    (
        broken.ReshapesUnderMask,
        SERIES,
        {"mask"},
        "the shape (3, 2, 4), the mask that goes with them (3, 4)",
    ),
    (broken.ConstantOfSinglePrecision, ROWS, {"dtype"}, "the constant 0.1000000014901"),
    (broken.WidensToDouble, ROWS, {"dtype"}, "inputs of float32 come out as float64"),
    (broken.WeightOfFixedDtype, ROWS, {"dtype"}, "weight 'factor' is float32"),
    (broken.Rounds, ROWS, {"gradient"}, "'factor' change the outputs, but its gradient is zero"),
    (broken.StopsGradient, ROWS, {"gradient"}, "the gradient's slope is"),
    (broken.DerivesWrongly, ROWS, {"gradient"}, "the gradient's slope is"),
    (broken.ForgetsState, ROWS, {"state"}, "assigns `self._mean`, which is lost"),
    (broken.PythonRandomness, ROWS, {"compiled"}, "at the prompt"),
    (broken.PythonCounter, ROWS, {"compiled"}, "at the prompt"),
    (broken.ReadsHyperparameterInPython, ROWS, {"single"}, "cannot be traced"),
    (broken.DividesByZero, ROWS, {"shapes"}, "12 of 12 outputs are NaN or infinite"),
    (broken.InfiniteSlope, ROWS, {"gradient"}, "NaN or infinities"),
    (broken.LearnsOutsideWeights, ROWS, {"configuration", "file"}, "other attributes"),
]


@pytest.mark.parametrize(("cls", "inputs", "failing", "words"), MUTANTS)
def test_each_broken_layer_is_caught_by_its_check(cls, inputs, failing, words):
    arguments = {"power": 3.0} if issubclass(cls, broken.Scaled) else {}
    report = check_layer(cls, arguments, inputs)
    assert not report.ok
    assert failing <= set(report.failed), str(report)
    first = next(name for name in CONTRACTS if name in failing)
    assert words in report.failed[first], report.failed[first]
    assert "Usual cause: " in report.failed[first]
    assert "Usual repair: " in report.failed[first]


def test_the_mutants_cover_the_contracts():
    """Every check has a layer that it catches; that many models equal each alone is caught further below."""
    caught = set().union(*(failing for _, _, failing, _ in MUTANTS))
    assert caught == set(CONTRACTS) - {"population"}
    assert len(MUTANTS) >= 8


def test_many_models_are_compared_with_each_alone():
    report = check_layer(broken.KnowsNoVmap, {}, ROWS)
    assert "as member 1 of two" in report.failed["population"]


def test_sound_layers_of_users_pass():
    sound = {
        "one weight": check_layer(broken.Scaled(power=2.0), inputs=ROWS),
        "state and noise": check_layer(broken.Counts, {"noise": 0.3}, ROWS),
        "random always": check_layer(broken.AlwaysRandom, {}, ROWS),
        "two outputs": check_layer(broken.Splits, {}, ROWS),
        "by name": check_layer(
            broken.Weighs(), inputs={"query": (2, 3, 2), "value": (2, 4, 2)}, call={"scale": 0.5}
        ),
        "masked": check_layer(broken.MaskedMean, {}, SERIES),
        "whole numbers": check_layer(layers.Rescaling, {"scale": 0.5}, Integers(ROWS, 256, dtype="uint8")),
        "a model": check_layer(pellucid.Sequential([layers.Dense(2), layers.Dropout(0.5)]), inputs=ROWS),
        "a function": check_layer(layers.Activation(jnp.sin), inputs=ROWS),
    }  # fmt: skip
    faults = {name: report.failed for name, report in sound.items() if not report.ok}
    assert not faults
    assert "state" in sound["state and noise"].passed
    assert {"mask", "padding"} <= set(sound["masked"].passed)
    assert "gradient" in sound["two outputs"].passed
    assert sum(report.ran for report in sound.values()) > 70


def test_the_report_says_what_ran_and_why_others_did_not():
    report = check_layer(broken.Splits, {}, ROWS, skip={"file": "read elsewhere"})
    assert report.skipped["file"] == "read elsewhere"
    assert report.skipped["state"] == "it has no state"
    assert report.ran == len(CONTRACTS) - len(report.skipped)
    text = str(report)
    assert text.startswith(f"Splits(): {report.ran} checks ran ({report.ran} passed, 0 failed)")
    assert all(name in text for name in CONTRACTS)
    report.raise_if_failed()


def test_what_is_broken_can_be_raised():
    report = check_layer(broken.MixesRows, {}, ROWS)
    with pytest.raises(ConformanceError, match=r"\[rows\] At inference no row depends"):
        report.raise_if_failed()
    everything = dict.fromkeys(CONTRACTS, "not today")
    with pytest.raises(ConformanceError, match="no check ran"):
        check_layer(broken.Scaled, {}, ROWS, skip=everything).raise_if_failed()


def test_numbers_are_those_of_the_layer():
    numbers = check_layer(layers.Dense, {"units": 2}, ROWS).numbers
    kernel, bias = numbers.params.values()
    np.testing.assert_allclose(numbers.outputs, numbers.inputs @ kernel + bias)
    np.testing.assert_allclose(numbers.gradient[0]["kernel"], numbers.inputs.T @ numbers.cotangent)
    np.testing.assert_allclose(numbers.gradient[1][0], numbers.cotangent @ kernel.T)
    assert np.all(bias != 0)
    other = check_layer(layers.Dense, {"units": 2}, ROWS, seed=1).numbers
    assert not np.any(other.inputs == numbers.inputs)


def test_a_part_that_cannot_be_traced_leaves_the_others_running():
    report = check_layer(broken.ReadsHyperparameterInPython, {"power": 2.0}, ROWS)
    assert list(report.failed) == ["single"]
    assert {"gradient", "population", "rows"} <= set(report.passed)


def test_a_decision_on_values_is_refused_where_it_stands():
    with pytest.raises(jax.errors.TracerBoolConversionError):
        check_layer(broken.DecidesOnValues, {}, ROWS)


@pytest.mark.parametrize(
    ("arguments", "words", "kind"),
    [
        ({"skip": {"grdient": "why"}}, "write 'gradient' instead", ArgumentError),
        ({"skip": {"gradient": ""}}, "skipped without a reason", ArgumentError),
        ({"inputs": None}, "it needs a layer and its inputs", ArgumentTypeError),
        ({"inputs": [np.array(["a", "b"])]}, "texts came as inputs", ArgumentTypeError),
        ({"layer": 3}, "it needs a layer and its inputs", ArgumentTypeError),
    ],
)
def test_bad_arguments_are_refused(arguments, words, kind):
    with pytest.raises(kind, match=words):
        check_layer(**{"layer": broken.Scaled(), "inputs": ROWS, **arguments})


def test_the_users_layer_is_not_touched():
    layer = broken.Counts()
    check_layer(layer, inputs=ROWS)
    assert not layer.built
    assert layer.dtype == "float32"
    assert jnp.zeros(()).dtype == jnp.float32
