"""The host's side of the probes: which steps come next, and from rows of numbers to a record."""

from __future__ import annotations

import dataclasses
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np

from pellucid.training.plan import Plan
from pellucid.training.probes.passes import view_of
from pellucid.training.probes.record import Record
from pellucid.training.probes.recording import NEVER, ROWS, measured_by, ring
from pellucid.training.probes.schedule import Schedule
from pellucid.training.spread import placed

Arrays = dict[str, Any]
Layout = tuple[tuple[str, str, int], ...]

KEPT = 64

_layouts: OrderedDict[Hashable, Layout] = OrderedDict()


@dataclass
class Recorder:
    """What is kept on the host while a training is measured.

    Attributes:
        schedule: Which steps are measured.
        layout: Quantity, place and number of columns, in the order of the columns.
        record: What was read so far.
        start: The weights when the training began, where a probe needs them.
        read: How many rows were read.
    """

    schedule: Schedule
    layout: Layout
    record: Record
    start: Arrays
    read: int = 0

    @property
    def columns(self) -> int:
        """How many numbers a measured step has."""
        return sum(size for _, _, size in self.layout)

    def ring(self, step: int) -> Arrays:
        """Return the part of the first state that is the probes'; ``step`` is the first step of the run."""
        return ring(self.columns, self.points(step)[0])

    def points(self, step: int) -> list[int]:
        """Return the next steps to measure, this one perhaps among them."""
        found = [step if self.schedule.due(step) else self.schedule.after(step)]
        while len(found) < ROWS - 1:
            found.append(self.schedule.after(found[-1]))
        return found

    def most(self, step: int) -> int:
        """Return how many steps a dispatch may have, so that its measured steps find room in the ring."""
        return self.points(step)[-1] - step

    def fixed(self, step: int) -> Arrays:
        """Return what does not change within a dispatch that begins at this step."""
        points = [min(point, NEVER) for point in self.points(step)]
        return {"points": np.array([*points, NEVER], np.int32), "start": self.start}

    def take(self, held: Arrays) -> None:
        """Read the rows that a dispatch has left in the ring."""
        count = int(held["count"])
        if count <= self.read:
            return
        rows, steps = np.asarray(held["rows"]), np.asarray(held["steps"])
        for turn in range(self.read, count):
            place = turn % ROWS
            self.record.add(int(steps[place]), self.values(rows[place]))
        self.read = count

    def values(self, row: np.ndarray) -> dict[str, dict[str, Any]]:
        """Return a row's numbers by quantity and place."""
        found: dict[str, dict[str, Any]] = {}
        first = 0
        for quantity, place, size in self.layout:
            numbers = row[first : first + size].copy()
            found.setdefault(quantity, {})[place] = (
                numbers if self.record.labels.get(quantity) else float(numbers[0])
            )
            first += size
        return found


def recorder_of(
    plan: Plan, schedule: Schedule, notes: list[str], state: Arrays, fixed: Arrays, data: Arrays
) -> Recorder:
    """Make what a run needs to be measured.

    Args:
        plan: The program's plan.
        schedule: Which steps are measured.
        notes: What cannot be measured, one sentence each.
        state: The state before the first step.
        fixed: What does not change within a dispatch.
        data: The training set, or the first super-batch of a stream.
    """
    needs = {name for probe in plan.probes for name in probe.needs}
    start = placed(dict(state["params"]), plan.cores) if "start" in needs else {}
    layout = layout_of(plan, state, {**fixed, "probes": {"start": start}}, data)
    labels = {probe.name: probe.labels for probe in plan.probes if probe.labels}
    record = Record({name: labels[name] for name, _, _ in layout if name in labels})
    measured = {name for name, _, _ in layout}
    record.schedule = schedule
    record.notes = [
        *notes,
        *(
            f"{probe.name}: this model has nothing that it measures."
            for probe in plan.probes
            if probe.name not in measured
        ),
    ]
    return Recorder(schedule, layout, record, start)


def layout_of(plan: Plan, state: Arrays, fixed: Arrays, data: Arrays) -> Layout:
    """Return the columns of a measured step, found by tracing it once without a number; kept for equal plans."""
    alone = dataclasses.replace(plan, divided=1, cores=1)  # places do not depend on the rows
    rows = plan.batch_size // plan.divided
    specs = [
        jax.tree.map(lambda a: jax.ShapeDtypeStruct(np.shape(a), a.dtype), tree)
        for tree in (state, fixed)
    ]
    batch = jax.tree.map(
        lambda a: jax.ShapeDtypeStruct((rows, *a.shape[1:]), a.dtype),
        (data["x"], data["y"], data["weight"]),
    )
    key = (plan.key, str(batch))
    if key not in _layouts:
        order: list[tuple[str, str]] = []

        def trace(state: Arrays, fixed: Arrays, batch: Any) -> Any:
            found = measured_by(alone, view_of(alone, state, fixed, batch))
            order.extend((name, place) for name, places in found.items() for place in places)
            return found

        found = jax.eval_shape(trace, *specs, batch)
        _layouts[key] = tuple(
            (name, place, int(np.prod(found[name][place].shape))) for name, place in order
        )
        while len(_layouts) > KEPT:
            _layouts.popitem(last=False)
    return _layouts[key]
