"""Rates of optimizers that are given none: those of Keras 2 for its scripts, those of today for others."""

from __future__ import annotations

import pytest

from pellucid.keras.former_rates import OLD_RATES
from pellucid.keras.notices import collected

pytestmark = pytest.mark.usefixtures("installed")

TODAY = {"Adadelta": 0.001, "Adagrad": 0.001, "Adamax": 0.001, "Nadam": 0.001}


def rate_in(lines, expression):
    space = {}
    exec(lines, space)
    return float(eval(expression, space).learning_rate)


@pytest.mark.parametrize("name", OLD_RATES)
@pytest.mark.parametrize(
    "lines",
    [
        "import keras\nfrom keras import backend as K",
        "import keras\nfrom keras.utils import np_utils",
    ],
)
def test_scripts_of_keras_2_get_the_rate_of_keras_2(name, lines):
    assert rate_in(lines, f"keras.optimizers.{name}()") == pytest.approx(OLD_RATES[name])
    assert rate_in(lines, f"keras.optimizers.get('{name.lower()}')") == pytest.approx(
        OLD_RATES[name]
    )
    assert [n.text for n in collected() if n.key == f"rate {name}"]


@pytest.mark.parametrize("name", OLD_RATES)
@pytest.mark.parametrize(
    "lines",
    ["import keras", "from tensorflow import keras\nfrom tensorflow.keras import backend as K"],
)
def test_other_scripts_get_the_rate_of_today(name, lines):
    assert rate_in(lines, f"keras.optimizers.{name}()") == pytest.approx(TODAY[name])
    assert rate_in(lines, f"keras.optimizers.get('{name.lower()}')") == pytest.approx(TODAY[name])


def test_a_given_rate_counts():
    lines = "import keras\nfrom keras import backend as K"
    assert rate_in(lines, "keras.optimizers.Adadelta(0.5)") == 0.5
    assert rate_in(lines, "keras.optimizers.Adadelta(lr=0.25)") == 0.25
