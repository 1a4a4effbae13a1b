"""Inputs that lead nowhere, beside models that read all of them."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid import Input, Model, layers
from pellucid.insight.doctor.checks import unread
from pellucid.insight.doctor.facts.gather import gather
from tests.insight.doctor.checks.network import codes

A, B = np.random.default_rng(0).normal(size=(2, 40, 3)).astype("float32")


@pytest.mark.parametrize(
    ("join", "found"),
    [
        (lambda a, b: [a, a], ["warning"]),
        (lambda a, b: [a, b], []),
    ],
)
def test_a_branch_that_is_joined_with_itself(join, found):
    one, two = Input((3,), name="a"), Input((3,), name="b")
    branches = [layers.Dense(4, "relu")(each) for each in (one, two)]
    model = Model([one, two], layers.Dense(1)(layers.Concatenate()(join(*branches))))
    model.compile("adam", "mse")
    assert codes(unread.unread, gather(model, [A, B], A[:, :1], epochs=5)) == found


def test_one_input_is_not_judged():
    one = Input((3,))
    model = Model(one, layers.Dense(1)(one))
    model.compile("adam", "mse")
    assert codes(unread.unread, gather(model, A, A[:, :1], epochs=5)) == []
