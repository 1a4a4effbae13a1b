"""Labels that were dealt out anew for the held rows, beside hard classes and drifts."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_digits, load_wine

from pellucid.insight.doctor.checks import otherwise
from pellucid.insight.doctor.checks.relabelled import relabelled
from tests.insight.doctor.checks.network import codes, dense, facts

RNG = np.random.default_rng(0)


def parts(load, seed=0):
    x, y = load(return_X_y=True)
    order = np.random.default_rng(seed).permutation(len(x))
    cut = int(0.7 * len(x))
    return x[order[:cut]], y[order[:cut]], x[order[cut:]], y[order[cut:]]


@pytest.mark.parametrize("load", [load_wine, load_digits])
def test_classes_under_other_numbers(load):
    x, y, held, others = parts(load)
    assert not relabelled(x, y, held, others)
    swapped = np.where(others == 0, 1, np.where(others == 1, 0, others))
    assert "0 is 1, 1 is 0" in relabelled(x, y, held, swapped)
    moved = (others + 1) % (y.max() + 1)
    assert relabelled(x, y, held, moved)
    assert not relabelled(x, y, held[:20], moved[:20])
    assert not relabelled(x, y, held, RNG.permutation(others))


def test_what_neighbours_do_not_tell_is_not_judged():
    x, held = RNG.normal(size=(200, 3)), RNG.normal(size=(100, 3))
    y, others = RNG.integers(0, 2, 200), RNG.integers(0, 2, 100)
    assert not relabelled(x, y, held, others)
    assert not relabelled(np.ones((200, 3)), y, np.ones((100, 3)), others)
    near = (x[:, 0] > 0).astype(int)
    assert not relabelled(x, near, held, np.ones(100, int))  # one class is held: not one to one
    assert relabelled(x, near, held, (held[:, 0] <= 0).astype(int))


def test_labels_that_are_partly_wrong_are_no_others():
    x, held = RNG.normal(size=(300, 2)), RNG.normal(size=(150, 2))
    y, others = (x[:, 0] > 0).astype(int), (held[:, 0] > 0).astype(int)
    noisy = np.where(RNG.random(300) < 0.3, 1 - y, y)
    assert not relabelled(x, noisy, held, 1 - others)
    wrong = np.where(RNG.random(150) < 0.3, others, 1 - others)
    assert not relabelled(x, y, held, wrong)
    finer = np.where(
        held[:, 0] > 0.8, 2, others
    )  # 2 is taken for 1, as 1 is: another class, no other number
    assert not relabelled(x, y, held, finer)


@pytest.mark.parametrize("one_hot", [False, True])
def test_the_check(one_hot):
    x, y, held, others = parts(load_wine)
    form = np.eye(3)[..., :] if one_hot else np.arange(3)
    loss = "categorical_crossentropy" if one_hot else "sparse_categorical_crossentropy"

    def told(answers):
        row = dense("out", 3, "softmax", size=13)
        known = facts(row, x=x, y=form[y], validation=(held, form[answers]), loss=loss)
        return codes(otherwise.other_rows, known)

    assert told(others) == []
    assert told((others + 1) % 3) == ["warning"]
