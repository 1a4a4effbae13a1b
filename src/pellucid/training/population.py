"""Several trainings as one compiled program: the training program over their states, which lie in one array a leaf.

Trainings of equal plans differ in numbers alone: weights, keys, hyper-parameters. So each leaf of their states gets a
first axis, a row for each member, nothing is compiled for a member of its own, and an accelerator computes all at once
(``vmap``). A member that has ended, by early stopping or by a loss that is not finite, stays as it is while others go
on. On a processor it gains nothing; there trainings run side by side (``beside.py``).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import jax
import numpy as np

from pellucid.training.cache import kept
from pellucid.training.effort import compiler_options
from pellucid.training.engine import COUNTERS, Pace, last_finite
from pellucid.training.finite import finite_rows
from pellucid.training.interrupt import Interrupt
from pellucid.training.loop import Desk, begin_training, end_training
from pellucid.training.plan import Plan
from pellucid.training.program import HISTORY_ROWS, train
from pellucid.training.trainer import Training

Arrays = dict[str, Any]
Axes = tuple[int | None, ...]
"""The axis of the members in state, fixed, training set, validation set and budgets; None: it is one for all."""


def population_program(plan: Plan, axes: Axes) -> Any:
    """Return the compiled program of several trainings of a plan."""

    def make() -> Any:
        function = jax.vmap(partial(train, plan), in_axes=axes)

        def pellucid_population(*arguments: Any) -> Arrays:
            return function(*arguments)

        return jax.jit(pellucid_population, compiler_options=compiler_options(plan.model))

    return kept(("population", plan.key, axes), make)


def in_rows(trees: Sequence[Any]) -> Any:
    """Return equal trees of arrays as one with a new first axis, without compiling anything."""
    return jax.tree.map(lambda *leaves: np.stack([np.asarray(leaf) for leaf in leaves]), *trees)


def row_of(tree: Any, number: int) -> Any:
    """Return the arrays of one member."""
    return jax.tree.map(lambda leaf: np.array(np.asarray(leaf)[number]), tree)


def one_or_rows(trees: Sequence[Any]) -> tuple[Any, bool]:
    """Return the data of all members, and whether they are the same rows, held once."""
    first, *others = trees
    same = all(map(partial(are_equal, first), others))
    return (first if same else in_rows(trees)), same


def are_equal(one: Any, other: Any) -> bool:
    """Tell whether two trees hold the same numbers."""
    pairs = zip(jax.tree.leaves(one), jax.tree.leaves(other), strict=True)
    return all(a is b or np.array_equal(np.asarray(a), np.asarray(b)) for a, b in pairs)


@dataclass
class Population:
    """Trainings under way as one program; attributes without words are those of a run, with a row for each member.

    Attributes:
        trainings: The members.
        desks: Where each member's model, callbacks and run meet.
        axes: Which of its arguments have a row for each member.
        active: Which members go on.
        pace: How long a dispatch is.
    """

    trainings: Sequence[Training]
    desks: list[Desk]
    axes: Axes
    state: Arrays
    fixed: Arrays
    data: Arrays
    validation: Arrays | None
    active: np.ndarray
    pace: Pace = field(default_factory=Pace)

    def advance(self, interrupt: Interrupt) -> None:
        """Run the members on for about a quarter of a second; end the trainings of those that are done."""
        before, run = self.state, self.trainings[0].run
        steps = self.pace.steps(None, HISTORY_ROWS * (run.steps_per_epoch or 1))
        started = time.perf_counter()
        after = self.state = self.dispatch(before, steps * self.active)
        stop = np.asarray(after["stop"])
        bad = np.asarray(after["bad"]) | ~finite_rows(after["params"])
        done = np.max(np.asarray(after["step"]) - np.asarray(before["step"]))
        self.pace.note(int(done), time.perf_counter() - started)
        for number in np.flatnonzero(self.active).tolist():
            state = self.rewound(number, before) if bad[number] else after
            self.read(number, state)
            if bad[number] or stop[number]:
                self.end(number, state, interrupt)
                self.active[number] = False

    def dispatch(self, state: Arrays, steps: np.ndarray) -> Arrays:
        """Run each member at most so many steps."""
        program = population_program(self.trainings[0].run.plan, self.axes)
        return program(state, self.fixed, self.data, self.validation, steps.astype(np.int32))

    def rewound(self, number: int, before: Arrays) -> Arrays:
        """Return the last state in which a member's weights are finite, and note which step was bad."""
        run = self.trainings[number].run
        steps = int(self.state["step"][number]) - int(before["step"][number])
        only = np.arange(len(self.active)) == number

        def dispatch(state: Arrays, steps: int) -> Arrays:
            return self.dispatch(state, steps * only)

        def weights_in(state: Arrays) -> Any:
            return row_of(state["params"], number)

        found = last_finite(dispatch, before, steps, weights_in)
        run.bad_step, epoch, batch = (int(found[name][number]) for name in COUNTERS)
        run.bad_place = epoch, batch
        return found

    def read(self, number: int, state: Arrays) -> None:
        """Write the epochs that ended into a member's history."""
        training = self.trainings[number]
        training.run.state = row_of({name: state[name] for name in ("epoch", "history")}, number)
        training.write(training.run.new_rows())

    def end(self, number: int, state: Arrays, interrupt: Interrupt) -> None:
        """Leave a member's model as its own training would."""
        training = self.trainings[number]
        training.run.state = jax.device_put(row_of(state, number))
        end_training(self.desks[number], training.history, interrupt)


def train_population(trainings: Sequence[Training]) -> None:
    """Train members of one plan, whose arrays have the same shapes."""
    runs = [training.run for training in trainings]
    data, one_set = one_or_rows([run.data for run in runs])
    validation, one_validation = one_or_rows([run.validation for run in runs])
    given = (in_rows([run.state for run in runs]), in_rows([run.fixed for run in runs]))
    desks = [begin_training(t.model, t.run, t.history, t.hooks, t.task.notes) for t in trainings]
    population = Population(
        trainings,
        desks,
        (0, 0, None if one_set else 0, None if one_validation else 0, 0),
        *jax.device_put((*given, data, validation)),
        active=np.ones(len(runs), bool),
    )
    with Interrupt() as interrupt:
        while population.active.any() and not interrupt.raised:
            population.advance(interrupt)
    for number in np.flatnonzero(population.active).tolist():
        population.end(number, population.state, interrupt)
