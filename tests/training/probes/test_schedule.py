"""Which steps are measured: lists written by hand, and the rule of the docstring tried step by step."""

import pytest

from pellucid.core.errors import ArgumentError
from pellucid.training.probes import Schedule


def by_rule(step, every, early, points):
    """The docstring's rule, tried with k = 0, 1, 2, ..."""
    if step == 0 or (early and step < every and bin(step).count("1") == 1):
        return True
    doublings = 0
    while points is not None and step >= 2 * every * points * 2**doublings:
        doublings += 1
    return step % (every * 2**doublings) == 0


@pytest.mark.parametrize(
    ("schedule", "wanted"),
    [
        (Schedule(10, points=None), [0, 1, 2, 4, 8, 10, 20, 30, 40]),
        (Schedule(10, early=False, points=None), [0, 10, 20, 30, 40]),
        (Schedule(4, points=1), [0, 1, 2, 4, 8, 16, 32]),
        (Schedule(1, points=None), list(range(45))),
        (Schedule(1, points=4), [*range(9), 10, 12, 14, 16, 20, 24, 28, 32, 40]),
    ],
)
def test_the_steps_written_out(schedule, wanted):
    assert [step for step in range(45) if schedule.due(step)] == wanted


@pytest.mark.parametrize("every", [1, 3, 8, 50])
@pytest.mark.parametrize("early", [True, False])
@pytest.mark.parametrize("points", [1, 3, None])
def test_the_rule_step_by_step(every, early, points):
    schedule = Schedule(every, early, points)
    wanted = [step for step in range(2000) if by_rule(step, every, early, points)]
    found = [0]
    while schedule.after(found[-1]) < 2000:
        found.append(schedule.after(found[-1]))
    assert found == wanted
    assert [step for step in range(2000) if schedule.due(step)] == wanted


def test_a_million_steps_have_a_few_hundred_points():
    schedule, step, points = Schedule(200), 0, 0
    while step < 1_000_000:
        step, points = schedule.after(step), points + 1
    assert 200 < points < 400


@pytest.mark.parametrize("wrong", [{"every": 0}, {"every": 2.5}, {"points": 0}, {"early": "yes"}])
def test_what_a_schedule_may_not_be(wrong):
    with pytest.raises((ArgumentError, ValueError), match="Schedule"):
        Schedule(**wrong)
