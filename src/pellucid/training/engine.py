"""The host's side of a training: dispatch the program in chunks of about a quarter of a second, look in between.

Between two dispatches the host reads finished rows of the history, calls callbacks, shows progress, and heeds
Ctrl-C. How long a chunk is never changes a result. When a loss is not finite, or a weight at the end of a chunk, the
chunk is replayed from its start up to the last step that left finite weights, at no cost while all is well.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import jax
import numpy as np

from pellucid.training import spread
from pellucid.training.batches import Batch
from pellucid.training.cache import kept
from pellucid.training.effort import compiler_options
from pellucid.training.feed import Feed, Window
from pellucid.training.finite import all_finite
from pellucid.training.plan import Plan
from pellucid.training.program import HISTORY_ROWS, train
from pellucid.training.sums import new_sums, with_room

if TYPE_CHECKING:
    from pellucid.training.probes.recorder import Recorder

Arrays = dict[str, Any]

COUNTERS = ("step", "epoch", "cursor")
WAKE_SECONDS = 0.25
GROWTH = 16


def training_program(plan: Plan) -> Any:
    """Return the compiled program of a plan, the same object for equal plans."""

    def make() -> Any:
        def pellucid_train(
            state: Arrays, fixed: Arrays, data: Arrays, validation: Arrays | None, budget: Any
        ) -> Arrays:
            return train(plan, state, fixed, data, validation, budget)

        return spread.program(pellucid_train, plan.cores, compiler_options(plan.model))

    return kept(("train", plan.key), make, plan.cores)


@dataclass
class Pace:
    """How many steps fit into a quarter of a second, learnt while going.

    Attributes:
        guess: Steps of the next chunk.
        first: Whether the next dispatch is the first, whose time is mostly compilation.
    """

    guess: int = 1
    first: bool = True

    def steps(self, limit: int | None, most: int) -> int:
        """Return the length of the next chunk."""
        return max(1, min(self.guess, most, limit if limit is not None else most))

    def note(self, steps: int, seconds: float) -> None:
        """Learn from a chunk that took ``seconds``; the first one only tells an upper bound."""
        wanted = int(steps * WAKE_SECONDS / max(seconds, 1e-6))
        if self.first:
            self.first = False
            self.guess = max(steps, min(wanted, GROWTH))
        elif steps >= self.guess or wanted < self.guess:
            self.guess = max(1, min(wanted, steps * GROWTH))


@dataclass
class Run:
    """One training under way.

    Attributes:
        plan: What is computed.
        state: The current state, replaced by every dispatch.
        fixed: What does not change within a dispatch.
        data: The training set on the device, or the current super-batch of a stream.
        validation: The validation set on the device, or None.
        steps_per_epoch: Steps of one epoch; None while a stream has not said.
        first_step: Steps done in earlier calls.
        rows_read: Epochs whose rows were read.
        bad_step: The step whose loss, or whose weights, were not finite, or None.
        bad_place: Its epoch and batch, counted from 0.
        feed: The stream that the data come from, or None.
        used_up: The step at which the current super-batch is used up.
        recorder: What reads the probes, or None where nothing is measured.
    """

    plan: Plan
    state: Arrays
    fixed: Arrays
    data: Arrays
    validation: Arrays | None
    steps_per_epoch: int | None
    first_step: int = 0
    rows_read: int = 0
    bad_step: int | None = None
    bad_place: tuple[int, int] = (0, 0)
    feed: Feed | None = None
    used_up: int = 0
    recorder: Recorder | None = None
    pace: Pace = field(default_factory=Pace)

    def advance(self, limit: int | None) -> list[np.ndarray]:
        """Run one chunk of at most ``limit`` steps; return the history's rows of the epochs that ended."""
        if self.feed is not None and self._is_used_up:
            self.enter(*self.feed.next())
        before = self.state
        steps = self.pace.steps(limit, self._most)
        started = time.perf_counter()
        self.state = self._dispatch(before, steps)
        bad = bool(self.state["bad"])
        self.pace.note(steps, time.perf_counter() - started)
        if bad or not all_finite(self.state["params"]):
            self._rewind(before)
        if self.recorder is not None:
            self.recorder.take(self.state["probes"])
        return self.new_rows()

    def _dispatch(self, state: Arrays, steps: int) -> Arrays:
        program, cores = training_program(self.plan), self.plan.cores
        if cores > 1:
            state = spread.placed(state, cores)
        fixed = self.fixed
        if self.recorder is not None:
            fixed = {**fixed, "probes": self.recorder.fixed(int(state["step"]))}
        after = program(state, fixed, self.data, self.validation, np.int32(steps))
        return spread.from_first(after, cores)

    def _rewind(self, before: Arrays) -> None:
        """Go back to the last state whose weights are finite, by replaying the chunk up to it.

        A finite loss may have a gradient that is not: the step is then the one that lost the weights.
        """
        steps = int(self.state["step"]) - int(before["step"])
        self.state = last_finite(self._dispatch, before, steps, lambda state: state["params"])
        self.bad_step, epoch, batch = (int(self.state[name]) for name in COUNTERS)
        self.bad_place = epoch, batch

    def new_rows(self) -> list[np.ndarray]:
        """Return the history's rows of the epochs that ended since they were last read."""
        done = int(self.state["epoch"])
        if done <= self.rows_read:
            return []
        table = np.asarray(self.state["history"])
        rows = [table[epoch % HISTORY_ROWS] for epoch in range(self.rows_read, done)]
        self.rows_read = done
        return rows

    def follow(self, feed: Feed, prepare: Callable[[Batch], Arrays]) -> None:
        """Take the data from a stream, of which the run has the first super-batch already."""
        feed.prepare = prepare
        self.feed, self.steps_per_epoch = feed, feed.planned
        self.enter(feed.first, self.data)

    def enter(self, window: Window, data: Arrays) -> None:
        """Go on with the next super-batch of a stream; with its first one the sums of an epoch begin."""
        plan, sums = self.plan, self.state["sums"]
        rows = self.feed.rows if self.feed is not None else 0
        if window.begins == 0:
            sums = new_sums(plan, data, plan.batch_size, True, room=rows)
        else:
            sums = with_room(plan, sums, window.batch.rows)
        self.data = spread.placed(data, plan.cores)
        self.state = {**self.state, "sums": jax.device_put(sums)}
        self.fixed = {**self.fixed, "window": window.numbers()}
        self.used_up = int(self.state["step"]) + window.ends - window.begins
        if window.last:
            self.steps_per_epoch = window.ends

    @property
    def _is_used_up(self) -> bool:
        return int(self.state["step"]) >= self.used_up

    @property
    def _most(self) -> int:
        """Return how many steps a dispatch may have: the history keeps so many epochs, a super-batch has so many.

        The probes' ring has so many rows.
        """
        step = int(self.state["step"])
        whole = HISTORY_ROWS * (self.steps_per_epoch or 1)
        most = self.used_up - step if self.feed is not None else whole
        return most if self.recorder is None else min(most, self.recorder.most(step))

    @property
    def stopped(self) -> bool:
        """Whether the run ends by itself: all epochs done, early stopping, a bad loss, or a stream that has run dry."""
        return self.bad_step is not None or bool(self.state["stop"]) or self.dry

    @property
    def dry(self) -> bool:
        """Whether no data are left to go on with."""
        return self.feed is not None and self._is_used_up and self.feed.dry

    @property
    def steps_to_epoch_end(self) -> int | None:
        """Steps left in the current epoch; None while a stream has not said."""
        if self.steps_per_epoch is None or self.feed is not None:
            return None
        return self.steps_per_epoch - int(self.state["cursor"])

    @property
    def last_batch(self) -> int:
        """The number of the last batch that was done, in its epoch."""
        return (int(self.state["cursor"]) or self.steps_per_epoch or 1) - 1


def last_finite(
    dispatch: Callable[[Arrays, int], Arrays],
    before: Arrays,
    steps: int,
    weights_in: Callable[[Arrays], Any],
) -> Arrays:
    """Return the last state with finite weights, fewer than so many steps later; the replay is bit-equal.

    Weights that were lost stay lost, and mostly it was the last step: so it is looked for near the end first.
    """
    found, finite, lost, stride = before, 0, steps, 1
    while lost - finite > 1:
        count = max(lost - stride, (finite + lost) // 2)
        state = dispatch(before, count)
        if all_finite(weights_in(state)):
            found, finite, stride = state, count, lost
        else:
            lost, stride = count, 2 * stride
    return found
