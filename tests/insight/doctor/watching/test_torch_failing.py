"""Where a loop of PyTorch's lost its numbers: in the loss, in the inputs, or by steps that were too large."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid.insight import watch_torch
from pellucid.insight.doctor.facts.rehearsed import Bad
from pellucid.insight.doctor.watching.torch_failing import LastPass

torch = pytest.importorskip("torch", reason="the doctor is put beside PyTorch")
nn = torch.nn
pytestmark = pytest.mark.oracle

RNG = np.random.default_rng(0)
ROWS = torch.tensor(RNG.normal(size=(192, 6)), dtype=torch.float32)
RIGHT = (ROWS[:, :1] > 0).float()


def with_own_logarithm(outputs, targets):
    return -(targets * torch.log(outputs) + (1 - targets) * torch.log(1 - outputs)).mean()


def watched(make_loss, *last, rows=ROWS, rate=0.05, kind=torch.optim.SGD, epochs=40):
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(6, 16), nn.ReLU(), nn.Linear(16, 1), *last)
    optimizer = kind(model.parameters(), rate)
    with watch_torch(model, optimizer) as watch:
        for _ in range(epochs):
            for x, y in zip(rows.split(32), RIGHT.split(32), strict=True):
                loss = make_loss(model(x), y)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                watch.step(loss, y=y)
            watch.epoch()
    return watch


def test_a_logarithm_of_nothing_in_ones_own_loss():
    watch = watched(with_own_logarithm, nn.Sigmoid(), kind=torch.optim.Adam, epochs=100)
    finding = watch.diagnosis().findings[0]
    assert (finding.code, str(finding.sign.place)) == ("D502", "loss")
    assert finding.sign.repair.code == "keep a logarithm from 0: torch.log(p + 1e-7)"
    assert "to a size of 1, after" in finding.sign.evidence[0]


def test_rows_that_hold_no_number():
    rows = ROWS.clone()
    rows[40, 2] = torch.nan
    watch = watched(nn.MSELoss(), rows=rows, epochs=2)
    assert watch.facts().rehearsed.bad == Bad(1, "input")


@pytest.mark.parametrize("rate", [1e4, 1e9])
def test_steps_that_are_too_large_stay_the_rates(rate):
    watch = watched(nn.MSELoss(), rate=rate)
    assert watch.facts().rehearsed is None
    assert watch.diagnosis().findings[0].code in ("D401", "D601")


def rooted(outputs, targets):
    return torch.sqrt(
        (outputs - outputs.detach()) ** 2 + (outputs - targets) ** 2 * (targets < 1)
    ).mean()


@pytest.mark.parametrize("kind", [torch.optim.SGD, torch.optim.Adam])
def test_a_gradient_that_is_lost_behind_a_finite_loss(kind):
    watch = watched(rooted, kind=kind, epochs=2)
    assert watch.facts().rehearsed.bad.way == "gradient"
    assert watch.facts().rehearsed.bad.step == 0
    finding = watch.diagnosis().findings[0]
    assert (finding.code, str(finding.sign.place)) == ("D502", "gradient")
    assert "torch.sqrt(x + 1e-7)" in finding.sign.repair.code


def test_only_the_first_loss_without_a_number_is_judged():
    seen = LastPass(list)
    seen.keep([torch.ones(2)], [torch.full((2, 1), torch.inf)])
    seen.look(torch.tensor(torch.nan), 3)
    seen.keep([torch.ones(2)], [torch.ones(2, 1)])
    seen.look(torch.tensor(torch.nan), 4)
    assert seen.bad is None
