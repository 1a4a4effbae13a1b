"""Rows that a loop of PyTorch's asks about between its steps are what is held back, if they are no training rows."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid.insight import watch_torch
from pellucid.insight.doctor.watching.torch_rows import only_input
from tests.insight.doctor.watching.loops import CLASSES, ROWS, TRAINED, network, train

torch = pytest.importorskip("torch", reason="the doctor is put beside PyTorch")
nn = torch.nn
pytestmark = pytest.mark.oracle


def watched(held=None, epochs=6, rows=TRAINED, again=False):
    """Train on the first rows and ask about others in each epoch, and about the training rows too if so."""
    model, criterion = network(torch), nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), 0.01)
    x, y = torch.tensor(ROWS[:rows]), torch.tensor(CLASSES[:rows])
    held = None if held is None else torch.tensor(held)
    with watch_torch(model, optimizer, criterion) as watch:
        for _ in range(epochs):
            for batch in torch.randperm(len(x)).split(16):
                optimizer.zero_grad()
                criterion(model(x[batch]), y[batch]).backward()
                optimizer.step()
            with torch.no_grad():
                for part in () if held is None else held.split(32):
                    model(part)
                if again:
                    model(x)
            watch.epoch()
        with torch.no_grad():
            model(torch.zeros(500, 8))  # a grid to draw
    return watch


def told(watch):
    return {each.code for each in watch.diagnosis().findings}


@pytest.mark.parametrize("again", [False, True])
def test_held_rows_are_seen_once_and_training_rows_are_none(again):
    watch = watched(ROWS[TRAINED:], again=again)
    held = watch.facts().data.validation
    assert held is not None and held.count == len(ROWS) - TRAINED and not held.y
    np.testing.assert_array_equal(held.x[""].rows, ROWS[TRAINED:])
    assert watch.diagnosis().is_healthy, str(watch.diagnosis())


def test_an_accuracy_of_the_training_rows_is_no_validation():
    assert watched(ROWS[:TRAINED]).facts().data.validation is None
    assert watched().facts().data.validation is None
    assert watched(ROWS[-10:]).facts().data.validation is None  # a look at examples
    assert watched(ROWS[TRAINED:], epochs=1).facts().data.validation is None  # nothing came behind


def test_what_is_wrong_with_held_rows_is_told():
    assert "D129" in told(watched(5 * ROWS[TRAINED:] + 4))
    both = np.random.default_rng(0).permutation(ROWS[TRAINED - 40 :])
    assert "D130" in told(watched(both))


def test_of_large_sets_only_a_sample_is_known(monkeypatch):
    monkeypatch.setattr("pellucid.insight.doctor.watching.sample.MOST_ROWS", 100)
    held = watched(ROWS[TRAINED:]).facts().data.validation
    assert held.count == len(ROWS) - TRAINED and len(held.x[""].rows) <= 100
    assert watched(ROWS[:200]).facts().data.validation is None


class Pair(nn.Module):
    """Tells whether two rows are of one class; ``way``: it is called once with both, or once for each."""

    def __init__(self, way):
        super().__init__()
        self.code, self.way = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 4)), way

    def forward(self, one, other=None):
        if other is None:
            return self.code(one)
        return self.distance(self.code(one), self.code(other))

    @staticmethod
    def distance(one, other):
        return 2 - (one - other).square().sum(dim=1)

    def answer(self, one, other):
        return self(one, other) if self.way == "both" else self.distance(self(one), self(other))


@pytest.mark.parametrize("way", ["both", "each"])
def test_one_row_of_a_pair_says_nothing_alone(way):
    torch.manual_seed(0)
    model, criterion = Pair(way), nn.BCEWithLogitsLoss()
    optimizer = torch.optim.Adam(model.parameters(), 0.01)
    x, y = torch.tensor(ROWS), torch.tensor(CLASSES)
    with watch_torch(model, optimizer, criterion) as watch:
        for _ in range(5):
            for rows in torch.randperm(480).split(32):
                pairs = torch.randint(0, 480, (len(rows),))
                optimizer.zero_grad()
                criterion(model.answer(x[rows], x[pairs]), 1.0 * (y[rows] == y[pairs])).backward()
                optimizer.step()
            watch.epoch()
    assert watch.facts().data is None
    assert "D125" not in told(watch)


@pytest.mark.parametrize(
    ("others", "is_alone"),
    [
        ((), True),
        ((torch.ones(2, 4, 8),), True),  # a state of each layer
        ((torch.ones(4, dtype=torch.long),), True),  # lengths
        ((torch.ones(4, 5, dtype=torch.bool),), True),  # a mask
        ((torch.ones(4, 2),), False),
        ((torch.ones(4, 2, dtype=torch.long),), False),
    ],
)
def test_what_is_an_input_beside_another(others, is_alone):
    x = torch.zeros(4, 3)
    assert (only_input(((x, *others), {})) is x) is is_alone


def test_the_usual_loop_stays_healthy():
    torch.manual_seed(0)
    model = network(torch)
    criterion, optimizer = nn.CrossEntropyLoss(), torch.optim.Adam(model.parameters(), 0.01)
    with watch_torch(model, optimizer, criterion) as watch:
        train(torch, model, criterion, optimizer, watch)
    assert watch.facts().data.validation.count == len(ROWS) - TRAINED
    assert watch.diagnosis().is_healthy
