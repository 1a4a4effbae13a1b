"""Every layer, with several sets of arguments, through the public battery and against numbers made elsewhere."""

from __future__ import annotations

from collections import Counter

import jax
import numpy as np
import pytest
from layer_table.cases import CASES, FAMILY_OF, TABLE, report
from layer_table.golden import COMMAND, FOLDER, key, mistakes, read
from layer_table.preprocessing import HOST

from pellucid import Sequential, initializers, layers, regularizers
from pellucid.core.errors import ArgumentError, ArgumentTypeError
from pellucid.core.record import signature
from pellucid.modules import Layer, fingerprint
from pellucid.testing.battery import CONTRACTS

RAN: Counter[str] = Counter()
"""What this process has run so far: checks, comparisons with Keras, comparisons with NumPy."""


@pytest.mark.parametrize(("name", "number"), CASES)
def test_layer(name, number):
    told = report(name, number)
    assert told.ok, str(told)
    require_witness(name, number, told.numbers)
    RAN["rows"] += 1
    RAN["checks"] += told.ran
    RAN["skipped checks"] += len(told.skipped)


def require_witness(name, number, numbers):
    """Compare outputs and gradients with Keras's numbers, or outputs with the row's witness."""
    row = TABLE[name][number]
    if row.keras:
        kept = read(FOLDER / f"{FAMILY_OF[name]}.npz").get(key(name, number))
        assert kept is not None, f"no numbers for {key(name, number)}; make them: {COMMAND}"
        assert not mistakes(numbers, kept)
        RAN["rows equal to Keras"] += 1
        return
    assert row.witness is not None, f"{key(name, number)} has neither a Keras class nor a witness"
    wanted = row.witness(
        getattr(layers, name)(**row.arguments), numbers.params, numbers.state, numbers.inputs
    )
    ours, theirs = jax.tree.leaves(numbers.outputs), jax.tree.leaves(wanted)
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a, np.asarray(b), rtol=1e-6, atol=1e-9)
    RAN["rows equal to NumPy"] += 1


def test_the_battery_ran(capsys):
    """Says what was compared, after the rows; an empty battery would be green otherwise."""
    if not RAN["rows"]:
        pytest.skip("the rows ran in another process, or were not chosen")
    with capsys.disabled():
        print("", *(f"{count} {what}" for what, count in RAN.items()), sep="\n  ")
    assert RAN["checks"] >= 7 * RAN["rows"]
    assert RAN["rows equal to Keras"] + RAN["rows equal to NumPy"] == RAN["rows"]


ARGUMENTS = {name: [row.arguments for row in rows] for name, rows in TABLE.items()} | HOST
"""Arguments of all layers, of those too that work on the host and that no battery of arrays fits."""


def test_the_table_is_complete():
    assert not set(TABLE) & set(HOST)
    assert set(ARGUMENTS) == set(layers.__all__) - {"Input", "Layer"}
    assert set(layers.TABLE.values()) == {getattr(layers, name) for name in ARGUMENTS}
    assert all(getattr(layers, name).on_host is True for name in HOST)
    few = [name for name, rows in ARGUMENTS.items() if len(rows) < 5]
    assert not few, f"fewer than five rows: {few}"
    reasons = [row.skip for rows in TABLE.values() for row in rows]
    assert all(set(skip) <= set(CONTRACTS) for skip in reasons)


@pytest.mark.parametrize(
    ("name", "number"),
    [(name, number) for name, rows in ARGUMENTS.items() for number in range(len(rows))],
)
def test_its_description_makes_it_again(name, number):
    layer = getattr(layers, name)(**ARGUMENTS[name][number])
    if any(map(is_shown_by_name, jax.tree.leaves(layer._arguments))) or "..." in repr(layer):
        assert repr(layer).startswith(f"{name}(")
        return
    names = {
        "Sequential": Sequential,
        **vars(initializers),
        **vars(regularizers),
        **{n: getattr(layers, n) for n in ARGUMENTS},
    }
    assert fingerprint(eval(repr(layer), names)) == fingerprint(layer.clone())


def is_shown_by_name(value):
    """Functions and arrays cannot be read back from a description."""
    return hasattr(value, "shape") or (callable(value) and hasattr(value, "__name__"))


LIMITED = [
    (name, argument)
    for name in ARGUMENTS
    for argument in getattr(layers, name).all_limits()
    if argument in signature(getattr(layers, name)).parameters
]


@pytest.mark.parametrize(("name", "argument"), LIMITED)
def test_a_value_outside_its_limits_is_refused(name, argument):
    cls = getattr(layers, name)
    arguments = {**ARGUMENTS[name][0], argument: cls.all_limits()[argument].bad_value()}
    with pytest.raises((ArgumentError, ArgumentTypeError), match=f"`{argument}` must be") as caught:
        cls(**arguments)
    assert name in str(caught.value)


def test_all_layers_are_found_by_name_and_configuration():
    for name, (arguments, *_) in ARGUMENTS.items():
        made = layers.get({"class_name": name, "config": arguments})
        assert type(made) is getattr(layers, name)
        assert isinstance(made, Layer)
        assert made.get_config().items() >= arguments.items()
