"""``fit`` and ``train_on_batch``: from what a user gives to a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import jax
import numpy as np

from pellucid.core.late import LateModule
from pellucid.modules.tree import current_arrays
from pellucid.training.arguments import (
    check_callbacks,
    check_count,
    check_epochs,
    check_stateful,
    checked_batch_size,
    checked_frequency,
    first_batches,
    fixed_rows,
    stateful_layers,
)
from pellucid.training.callbacks import EarlyStopping
from pellucid.training.dividing import parts_for
from pellucid.training.engine import Run
from pellucid.training.feed import Feed, held_whole, prepare_more
from pellucid.training.history import History
from pellucid.training.loop import finish, run_training
from pellucid.training.plan import Plan, column_names, make_plan
from pellucid.training.prepare import Prepared, prepare_fit
from pellucid.training.program import rows_of
from pellucid.training.progress import Progress, choose
from pellucid.training.rehearsal import aim_of, parts_of
from pellucid.training.spread import placed
from pellucid.training.start import fixed_arrays, start_state, weight_kinds
from pellucid.training.streams import is_stream, refuse_beside_stream
from pellucid.training.work import multiply_adds

if TYPE_CHECKING:
    from pellucid.training.attendance import Attendant
    from pellucid.training.probes import Probes, Record

# Probes are imported when a training is measured.
choice: Any = LateModule("pellucid.training.probes.choice")
recorder: Any = LateModule("pellucid.training.probes.recorder")

Arrays = dict[str, Any]


@dataclass
class Training:
    """A ``fit`` that is ready to run.

    Attributes:
        model: The user's model.
        task: The prepared data, and what was decided about them.
        run: The run before its first step.
        history: The history, still empty.
        hooks: The callbacks.
    """

    model: Any
    task: Prepared
    run: Run
    history: History
    hooks: list[Any]

    @property
    def columns(self) -> list[str]:
        """The history's column names."""
        return self.run.plan.columns(self.task.validation is not None)

    def write(self, rows: Sequence[np.ndarray]) -> None:
        """Write epochs that ended, the last that the run has read, into the history."""
        first = self.history.params["initial_epoch"] + self.run.rows_read - len(rows)
        for epoch, row in enumerate(rows, first):
            self.history.add(epoch, dict(zip(self.columns, map(float, row), strict=True)))


def fit(
    model: Any,
    x: Any,
    y: Any = None,
    *,
    verbose: int | str = "auto",
    attendant: Attendant | None = None,
    **given: Any,
) -> History:
    """Train; see :meth:`pellucid.Model.fit`."""
    training = prepare_training(model, x, y, **given)
    run_alone(training, choose(verbose), attendant)
    return training.history


def run_alone(training: Training, progress: Progress, attendant: Attendant | None = None) -> None:
    """Train until the end."""
    model, run, history, hooks = training.model, training.run, training.history, training.hooks
    columns, notes = training.columns, training.task.notes
    run_training(model, run, history, hooks, progress, columns, notes, attendant)
    finish(model, run, history, hooks)


def prepare_training(
    model: Any,
    x: Any,
    y: Any = None,
    *,
    batch_size: int | None = None,
    epochs: int = 1,
    callbacks: Any = None,
    validation_split: float = 0.0,
    validation_data: Any = None,
    shuffle: bool = True,
    class_weight: Any = None,
    sample_weight: Any = None,
    initial_epoch: int = 0,
    steps_per_epoch: int | None = None,
    validation_steps: int | None = None,
    validation_batch_size: int | None = None,
    validation_freq: int | Sequence[int] = 1,
    seed: int | None = None,
    probes: Any = None,
) -> Training:
    """Check all that ``fit`` was given, and put together what runs; see :meth:`pellucid.Model.fit`."""
    drawn_from = model.seed if seed is None else int(seed)
    check_epochs(epochs, initial_epoch)
    check_count("fit", "steps_per_epoch", steps_per_epoch)
    validated = checked_frequency(validation_freq)
    hooks = check_callbacks(callbacks)
    chosen = None if probes is None else choice.checked_probes(probes)
    feed = None
    if is_stream(x):
        feed = feed_of(
            x, y, sample_weight, class_weight, batch_size, validation_split, steps_per_epoch
        )
        (x, y, sample_weight), batch_size = feed.first.batch.parts, feed.batch_size
        shuffle, steps_per_epoch = False, None
    check_stateful(model, shuffle)
    if is_stream(validation_data):
        validation_data, validation_steps = held_whole(validation_data, validation_steps), None
    task = prepare_fit(
        model,
        x,
        y,
        sample_weight=sample_weight,
        class_weight=class_weight,
        validation_split=validation_split,
        validation_data=validation_data,
        shuffle=shuffle,
        seed=drawn_from,
    )
    batch_size = checked_batch_size(batch_size, rows_of(task.data))
    if validation_batch_size is None and (stateful_layers(model) or fixed_rows(model)):
        validation_batch_size = batch_size  # the layers know batches of these rows alone
    if validation_steps is not None:
        validation_batch_size = validation_batch_size or batch_size
        task.validation = first_batches(
            "validation_steps", task.validation, validation_steps, validation_batch_size
        )
    plan = plan_of(
        model,
        task,
        hooks,
        batch_size,
        validation_batch_size,
        shuffle,
        steps_per_epoch=steps_per_epoch,
        streamed=feed is not None,
        validated=validated,
        chosen=chosen,
    )
    run = make_run(model, task, plan, hooks, seed=drawn_from, epochs=(initial_epoch, epochs))
    if feed is not None:
        run.follow(feed, partial(prepare_more, model, task, class_weight))
    history = history_of(run, epochs=epochs, initial_epoch=initial_epoch, seed=drawn_from)
    history.history = {name: [] for name in plan.columns(task.validation is not None)}
    if chosen is not None:
        history.record = recorded(model, run, task, chosen)
    history.classes = model.classes
    model._session.history = history
    model._session.loss, model._session.metrics = task.loss, task.metrics
    return Training(model, task, run, history, hooks)


def feed_of(
    x: Any,
    y: Any,
    sample_weight: Any,
    class_weight: Any,
    batch_size: Any,
    validation_split: float,
    steps_per_epoch: int | None,
) -> Feed:
    """Return what feeds a run from a stream, once nothing is given that only arrays of rows can have."""
    refuse_beside_stream(
        "fit",
        y=y,
        sample_weight=sample_weight,
        batch_size=batch_size,
        validation_split=validation_split or None,
        class_weight=class_weight if isinstance(class_weight, str) else None,
    )
    return Feed(x, steps_per_epoch)


def history_of(run: Run, **given: Any) -> History:
    """Return the empty history of a run."""
    return History(
        {
            **given,
            "steps": run.steps_per_epoch,
            "batch_size": run.plan.batch_size,
            "rows": rows_of(run.data) if run.feed is None else None,
            "metrics": run.plan.metrics,
        }
    )


def plan_of(
    model: Any,
    task: Prepared,
    hooks: list[Any],
    batch_size: int,
    validation_batch_size: int | None,
    shuffle: bool,
    chosen: Probes | None = None,
    **epochs: Any,
) -> Plan:
    """Gather the plan of a ``fit``, its callbacks' monitors checked; ``epochs`` says what an epoch is."""
    aim = aim_of(model, task.loss, task.outputs)
    about = (task.loss_weights, batch_size)
    parts = parts_of(model, aim, task.data, *about, training=True)
    checked = parts_of(model, aim, task.validation, *about, training=False)
    validated = checked if task.validation is not None else None
    names = column_names(task.metrics, parts, validated)
    for hook in hooks:
        if hasattr(hook, "check"):
            hook.check(names)
    divided, cores = parts_for(model, aim, task, batch_size)
    held = rows_of(task.validation) if task.validation is not None else 1
    return make_plan(
        model,
        aim,
        trainable=weight_kinds(model)[0],
        metrics=task.metrics,
        optimizer=model._session.compiled.optimizer,
        outputs=task.outputs.specs,
        masked=task.outputs.masked,
        parts=parts,
        checked_parts=checked,
        batch_size=batch_size,
        divided=divided,
        cores=cores,
        validation_batch_size=min(validation_batch_size or max(batch_size, 256), held),
        shuffle=shuffle,
        stop_rules=tuple(
            h.rule(names, task.metrics) for h in hooks if isinstance(h, EarlyStopping)
        ),
        probes=() if chosen is None else choice.able(chosen, aim)[0],
        **epochs,
    )


def recorded(model: Any, run: Run, task: Prepared, chosen: Probes) -> Record:
    """Set a run up to be measured, and return the record that it will fill."""
    plan = run.plan
    work = plan.batch_size * multiply_adds(model, task.outputs.shapes)
    _, notes = choice.able(chosen, plan.aim)
    schedule = choice.schedule_for(chosen, work)
    reader = recorder.recorder_of(plan, schedule, notes, run.state, run.fixed, run.data)
    run.recorder = reader
    run.state["probes"] = jax.device_put(reader.ring(run.first_step))
    return reader.record


def make_run(
    model: Any, task: Prepared, plan: Plan, hooks: list[Any], *, seed: int, epochs: tuple[int, int]
) -> Run:
    """Put data and first state together; ``epochs`` are the first and the end."""
    session = model._session
    session.read_optimizer()
    arrays = current_arrays(model, model.seed)
    _, state_paths = weight_kinds(model)
    data = placed(task.data, plan.cores)
    validation = None if task.validation is None else placed(task.validation, plan.cores)
    numbers = tuple(h.numbers(epochs[0]) for h in hooks if isinstance(h, EarlyStopping))
    fixed = fixed_arrays(
        plan,
        model,
        session,
        arrays,
        state_paths,
        seed=seed,
        epochs=epochs,
        loss_weights=task.loss_weights,
        stop_numbers=numbers,
    )
    return Run(
        plan=plan,
        state=jax.device_put(start_state(plan, session, arrays, state_paths, data, validation)),
        fixed=fixed if plan.cores == 1 else placed(fixed, plan.cores),
        data=data,
        validation=validation,
        steps_per_epoch=plan.steps_per_epoch or -(-rows_of(data) // plan.batch_size),
        first_step=session.steps,
    )


def train_on_batch(
    model: Any,
    x: Any,
    y: Any,
    sample_weight: Any = None,
    class_weight: Any = None,
    return_dict: bool = False,
) -> Any:
    """Do one update on all rows given; see :meth:`pellucid.Model.train_on_batch`."""
    task = prepare_fit(
        model,
        x,
        y,
        sample_weight=sample_weight,
        class_weight=class_weight,
        validation_split=0.0,
        validation_data=None,
        shuffle=False,
        seed=model.seed,
    )
    plan = plan_of(model, task, [], rows_of(task.data), None, shuffle=False)
    run = make_run(model, task, plan, [], seed=model.seed, epochs=(0, 1))
    row = run.advance(1)
    history = History({"epochs": 1})
    model._session.loss, model._session.metrics = task.loss, task.metrics
    finish(model, run, history, [])
    names = plan.columns(False)[:-1]
    logs = {n: float(v) for n, v in zip(names, row[0], strict=False)} if row else {"loss": np.nan}
    return logs if return_dict else (list(logs.values()) if len(logs) > 1 else logs["loss"])
