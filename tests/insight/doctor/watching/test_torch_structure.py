"""What is read off a forward pass of PyTorch's: who feeds whom, where rows mix, and which step is read."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid.insight import watch_torch
from tests.insight.doctor.watching.loops import ROWS, train

torch = pytest.importorskip("torch", reason="the doctor is put beside PyTorch")
nn, F = torch.nn, torch.nn.functional
pytestmark = pytest.mark.oracle


def watched(model, **loop):
    criterion, optimizer = nn.CrossEntropyLoss(), torch.optim.Adam(model.parameters(), 0.01)
    with watch_torch(model, optimizer, criterion) as watch:
        train(torch, model, criterion, optimizer, watch, **loop)
    return watch


class HandingOn(nn.Module):
    """Modules that give their very input: nothing is dropped, and nothing done."""

    def __init__(self):
        super().__init__()
        self.first, self.nothing, self.last = nn.Linear(8, 16), nn.Dropout(0.0), nn.Linear(16, 3)
        self.same = nn.Identity()

    def forward(self, x):
        return self.same(self.last(self.nothing(F.relu(self.first(x)))))


def test_a_module_that_gives_its_input_is_not_its_own_source():
    torch.manual_seed(0)
    watch = watched(HandingOn())
    assert watch.diagnosis().is_healthy, str(watch.diagnosis())
    assert [(each.path, each.kind, each.inputs) for each in watch.facts().layers] == [
        ("first", "Dense", ()),
        ("nothing", "Dropout", ("first",)),
        ("last", "Dense", ("first",)),
        ("same", "Identity", ("last",)),
    ]
    assert watch.facts().layer("first").activation == "relu"


class Attentive(nn.Module):
    """Steps that attend to each other, then are weighed and summed."""

    def __init__(self, first_axis=True, over=1):
        super().__init__()
        self.width, self.score, self.over = nn.Linear(1, 8), nn.Linear(8, 1), over
        block = nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0, batch_first=first_axis)
        self.block, self.head = block, nn.Sequential(nn.Linear(8, 8), nn.ReLU(), nn.Linear(8, 3))

    def forward(self, x):
        states = self.block(self.width(x))
        return self.head((torch.softmax(self.score(states), dim=self.over) * states).sum(1))


@pytest.mark.parametrize(
    ("first_axis", "over", "mixed"),
    [
        (True, 1, ()),
        (False, 1, (("block.self_attn", "batch_first=False"),)),
        (True, 0, (("score", "dim=0"),)),
    ],
)
def test_attention_over_rows_instead_of_steps(first_axis, over, mixed):
    torch.manual_seed(0)
    watch = watched(Attentive(first_axis, over), x=ROWS[:, :, None], epochs=2)
    assert watch.facts().loop.mixed == mixed
    codes = [each.code for each in watch.diagnosis().findings]
    assert codes[:1] == (["D711"] if mixed else [])
    assert not {"D303", "D305"} & set(codes)  # the score weighs the states, and hides nothing


class Ended(nn.Module):
    """Words to states, of which the last one is read: in its place, or where the row ends."""

    def __init__(self, way):
        super().__init__()
        self.words, self.cell, self.last = nn.Embedding(50, 8), nn.GRU(8, 8), nn.Linear(8, 3)
        self.cell.batch_first, self.way = True, way

    def forward(self, ids):
        states, end = self.cell(self.words(ids))
        if self.way == "end":
            return self.last(end[-1])
        if self.way == "step":
            return self.last(states[:, -1, :])
        if self.way == "mean":
            return self.last(states.mean(dim=1))
        return self.last(states[torch.arange(len(ids)), (ids != 0).sum(1) - 1])


@pytest.mark.parametrize(
    ("way", "found"), [("end", True), ("step", True), ("mean", False), ("length", False)]
)
def test_the_last_step_is_read_or_where_a_row_ends(way, found):
    ids = np.random.default_rng(3).integers(1, 50, (480, 20))
    ids[:, 5:] = 0
    torch.manual_seed(0)
    facts = watched(Ended(way), x=ids, epochs=1).facts()
    assert facts.layer("cell").config["return_sequences"] is not found
    codes = [each.code for each in watched(Ended(way), x=ids, epochs=1).diagnosis().findings]
    assert ("D363" in codes) is found


def test_a_score_that_sums_and_exponents_are_no_stack():
    class Drawn(nn.Module):
        def __init__(self):
            super().__init__()
            self.mean, self.spread, self.last = nn.Linear(8, 8), nn.Linear(8, 8), nn.Linear(8, 3)

        def forward(self, x):
            noise = torch.randn(len(x), 8) * torch.exp(0.5 * self.spread(x))
            return self.last(self.mean(x) + 0.01 * noise)

    torch.manual_seed(0)
    assert "D303" not in [each.code for each in watched(Drawn()).diagnosis().findings]
