"""Several trainings as one compiled program: ``vmap`` of the training program over their states.

Trainings of equal plans differ in numbers alone: weights, keys, hyper-parameters. So these lie in one array for all, a
member a row, and every step is done by all members at once. They go in step: counters of steps and epochs are one
number for all, and a dispatch ends where one of them ends, by early stopping or by a loss that is not finite. The host
takes that one out; its row is computed on, and nobody looks at it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import jax
import numpy as np

from pellucid.training.cache import kept
from pellucid.training.effort import compiler_options
from pellucid.training.engine import Pace, last_finite
from pellucid.training.interrupt import Interrupt
from pellucid.training.loop import Desk, begin_training, end_training
from pellucid.training.plan import Plan
from pellucid.training.program import HISTORY_ROWS, train
from pellucid.training.step import MEMBERS
from pellucid.training.trainer import Training

Arrays = dict[str, Any]

COUNTERS = ("step", "cursor", "epoch", "epochs_done")
"""The parts of the state that are the same for all members."""
BEGINNING = ("first_epoch",)
"""The same of what is fixed."""


def population_program(plan: Plan, shares: tuple[bool, bool]) -> Any:
    """Return the compiled program of several trainings.

    Args:
        plan: The plan of each.
        shares: Whether they have one training set, and one validation set.
    """

    def make() -> Callable[..., Arrays]:
        def pellucid_population(
            state: Arrays, fixed: Arrays, data: Arrays, validation: Arrays | None, budget: Any
        ) -> Arrays:
            states = axes_of(state, COUNTERS)
            sets = tuple(None if shared else 0 for shared in shares)
            every = jax.vmap(
                partial(train, plan),
                in_axes=(states, axes_of(fixed, BEGINNING), *sets, None),
                out_axes=states,
                axis_name=MEMBERS,
            )
            return every(state, fixed, data, validation, budget)

        return jax.jit(pellucid_population, compiler_options=compiler_options(plan.model))

    return kept(("population", plan.key, shares), make)


def axes_of(arrays: Arrays, shared: tuple[str, ...]) -> dict[str, int | None]:
    """Return which parts of a tree have a row for each member.

    >>> axes_of({"step": 0, "params": {}}, COUNTERS)
    {'step': None, 'params': 0}
    """
    return {name: None if name in shared else 0 for name in arrays}


def stacked(trees: Sequence[Arrays], shared: tuple[str, ...]) -> Arrays:
    """Return trees of arrays as one, with a row for each; parts that are the same for all stay as they are."""
    return {
        name: trees[0][name] if name in shared else in_rows([tree[name] for tree in trees])
        for name in trees[0]
    }


def in_rows(trees: Sequence[Any]) -> Any:
    """Return equal trees of arrays as one with a new first axis, without compiling anything."""
    return jax.device_put(
        jax.tree.map(lambda *leaves: np.stack([np.asarray(leaf) for leaf in leaves]), *trees)
    )


def member(state: Arrays, number: int) -> Arrays:
    """Return the state of one member, as that of a run."""
    return {
        name: part
        if name in COUNTERS
        else jax.device_put(jax.tree.map(lambda leaf: np.array(np.asarray(leaf)[number]), part))
        for name, part in state.items()
    }


def one_or_stacked(trees: Sequence[Any]) -> tuple[Any, bool]:
    """Return the data of all members, and whether they are the same rows, held once."""
    first, *others = trees
    if all(map(partial(are_equal, first), others)):
        return first, True
    return in_rows(trees), False


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
        shares: Whether all members have one training set, and one validation set, which then have no rows for members.
        active: Which members go on.
        pace: How long a dispatch is.
    """

    trainings: Sequence[Training]
    desks: list[Desk]
    state: Arrays
    fixed: Arrays
    data: Arrays
    validation: Arrays | None
    shares: tuple[bool, bool]
    active: np.ndarray
    pace: Pace = field(default_factory=Pace)

    def advance(self, interrupt: Interrupt) -> None:
        """Run until a member ends, or for a quarter of a second; end the trainings of those that do."""
        before, run = self.state, self.trainings[0].run
        most = HISTORY_ROWS * (run.steps_per_epoch or 1)
        started = time.perf_counter()
        after = self.state = self.dispatch(before, self.pace.steps(None, most))
        bad, stop = np.asarray(after["bad"]), np.asarray(after["stop"])
        done = int(after["step"]) - int(before["step"])
        self.pace.note(max(1, done), time.perf_counter() - started)
        for number in np.flatnonzero(self.active):
            ends = bad[number] or stop[number]
            state = self.rewound(number, before, after) if bad[number] else after
            self.read(number, state)
            if ends:
                self.end(number, state, interrupt)
        self.active = self.active & ~bad & ~stop

    def dispatch(self, state: Arrays, steps: int) -> Arrays:
        """Run at most so many steps of all members."""
        program = population_program(self.trainings[0].run.plan, self.shares)
        fixed = {**self.fixed, "counts": self.active}
        return program(state, fixed, self.data, self.validation, np.int32(steps))

    def rewound(self, number: int, before: Arrays, after: Arrays) -> Arrays:
        """Return the last state in which a member's weights are finite, and note which step was bad."""
        run = self.trainings[number].run
        run.bad_step = int(after["step"]) - 1
        run.bad_place = int(after["epoch"]), int(after["cursor"]) - 1

        def weights_in(state: Arrays) -> Any:
            return jax.tree.map(lambda leaf: np.asarray(leaf)[number], state["params"])

        return last_finite(self.dispatch, before, run.bad_step - int(before["step"]), weights_in)

    def read(self, number: int, state: Arrays) -> None:
        """Write the epochs that ended into a member's history."""
        training = self.trainings[number]
        run, history, columns = training.run, training.history, training.columns
        first = history.params["initial_epoch"] + run.rows_read
        run.state = {"epoch": state["epoch"], "history": np.asarray(state["history"])[number]}
        for epoch, row in enumerate(run.new_rows(), first):
            history.add(epoch, dict(zip(columns, map(float, row), strict=True)))

    def end(self, number: int, state: Arrays, interrupt: Interrupt) -> None:
        """Leave a member's model as its own training would."""
        training = self.trainings[number]
        training.run.state = member(state, number)
        end_training(self.desks[number], training.history, interrupt)


def train_population(trainings: Sequence[Training]) -> None:
    """Train members of one plan, whose arrays have the same shapes and whose counters stand alike."""
    runs = [training.run for training in trainings]
    data, one_set = one_or_stacked([run.data for run in runs])
    validation, one_validation = one_or_stacked([run.validation for run in runs])
    population = Population(
        trainings,
        [begin_training(t.model, t.run, t.history, t.hooks, t.task.notes) for t in trainings],
        stacked([run.state for run in runs], COUNTERS),
        stacked([run.fixed for run in runs], BEGINNING),
        data,
        validation,
        (one_set, one_validation),
        np.ones(len(runs), bool),
    )
    with Interrupt() as interrupt:
        while population.active.any() and not interrupt.raised:
            population.advance(interrupt)
    for number in np.flatnonzero(population.active):
        population.end(number, population.state, interrupt)
