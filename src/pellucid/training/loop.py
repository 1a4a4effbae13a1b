"""The loop on the host: chunk, rows, callbacks, progress, until the program or somebody ends it."""

from __future__ import annotations

import time
import warnings
from typing import Any

import jax
import numpy as np

from pellucid.core.errors import NonFiniteError
from pellucid.modules.tree import weights_of
from pellucid.training.attendance import Attendant, Nobody
from pellucid.training.callbacks import EarlyStopping
from pellucid.training.engine import Run
from pellucid.training.evaluation import summary_row
from pellucid.training.history import History
from pellucid.training.interrupt import Interrupt
from pellucid.training.progress import Progress, count

Arrays = dict[str, Any]

END_OF_DATA = "end of data"


class NonFiniteWarning(UserWarning):
    """The loss became NaN or infinite; the training stopped with the last finite weights."""


class StreamWarning(UserWarning):
    """A stream of batches ran dry before all epochs were done; the training ended there."""


def run_training(
    model: Any,
    run: Run,
    history: History,
    hooks: list[Any],
    progress: Progress,
    columns: list[str],
    notes: list[str],
    attendant: Attendant | None = None,
) -> None:
    """Train until the end, whatever ends it; fills ``history``."""
    attendant = attendant or Nobody()
    first = history.params["initial_epoch"]
    started = time.perf_counter()
    steps = run.steps_per_epoch  # None for a stream that does not say, until its first epoch ends
    progress.begin(first_line(model, run, history), history.params["epochs"], steps or 1)
    for note in [*notes, *attendant.begin()]:
        progress.say(note)
    desk = begin_training(model, run, history, hooks, notes)
    with Interrupt() as interrupt:
        while not (model.stop_training or interrupt.raised or run.stopped):
            desk.begin(first)
            rows = run.advance(desk.limit())
            logs = [dict(zip(columns, map(float, row), strict=True)) for row in rows]
            done = [(first + run.rows_read - len(logs) + i, row) for i, row in enumerate(logs)]
            desk.end(done)
            for epoch, row in done:
                history.add(epoch, row)
            progress.epochs(done)
            for line in attendant.look(history) if done else ():
                progress.say(line)
            if steps is not None:
                progress.step(first + run.rows_read, int(run.state["cursor"]))
    if run.bad_step is not None:
        attendant.not_finite(run)
    end_training(desk, history, interrupt)
    progress.end(last_line(history, time.perf_counter() - started))
    said = attendant.end(history) or did_not_fall(history)
    for line in said:
        progress.say(line)


def begin_training(
    model: Any, run: Run, history: History, hooks: list[Any], notes: list[str]
) -> Desk:
    """Tell history, callbacks and model that a training begins; return where they meet the run."""
    history.notes = list(notes)
    for hook in hooks:
        hook.set_model(model)
        hook.set_params(history.params)
    model.stop_training = False
    desk = Desk(model, run, hooks)
    desk.call("on_train_begin", {})
    return desk


def end_training(desk: Desk, history: History, interrupt: Interrupt) -> None:
    """Say why the training ended, and leave the model with the weights that it keeps."""
    run = desk.run
    history.ended = reason(desk.model, run, interrupt, history)
    settle_weights(run, history, desk.hooks)
    desk.keep_weights()
    desk.call("on_train_end", last_row(history))
    if run.bad_step is not None:
        warnings.warn(non_finite_text(run), NonFiniteWarning, stacklevel=6)
    if history.ended == END_OF_DATA:
        warnings.warn(end_of_data_text(history), StreamWarning, stacklevel=6)


class Desk:
    """Where callbacks meet the run: which hooks are called when, and how model and run are kept in step.

    Args:
        model: The user's model.
        run: The run.
        hooks: The callbacks.
    """

    def __init__(self, model: Any, run: Run, hooks: list[Any]):
        self.model, self.run, self.hooks = model, run, hooks
        pauses = {getattr(hook, "pauses", "epoch") for hook in hooks}
        whole = any(getattr(metric, "on_host", False) for metric in run.plan.metrics)
        self.per_batch = "batch" in pauses
        self.per_epoch = self.per_batch or "epoch" in pauses or whole

    def limit(self) -> int | None:
        """Return how many steps may pass before Python is needed."""
        if self.per_batch:
            return 1
        return self.run.steps_to_epoch_end if self.per_epoch else None

    def call(self, hook: str, *arguments: Any) -> None:
        """Call one hook of all callbacks."""
        for callback in self.hooks:
            getattr(callback, hook)(*arguments)

    def begin(self, first: int) -> None:
        """Call the hooks that come before a step, where somebody waits for them.

        A chunk may end inside an epoch; then nobody waits, and the model's own weights are those of the epoch's start.
        """
        batch = int(self.run.state["cursor"])
        if not (self.per_batch or (self.per_epoch and batch == 0)):
            return
        if batch == 0:
            self.call("on_epoch_begin", first + self.run.rows_read, {})
        if self.per_batch:
            self.call("on_train_batch_begin", batch, {})
        self.take_changes()

    def end(self, done: list[tuple[int, Any]]) -> None:
        """Call the hooks that come after steps and epochs."""
        if self.per_epoch and (done or self.per_batch):
            self.keep_weights()
        if self.per_batch:
            self.call("on_train_batch_end", self.run.last_batch, running_logs(self.run))
        for epoch, row in done:
            row.update(host_metrics(self.run))
            self.call("on_epoch_end", epoch, row)
        if self.per_epoch and (done or self.per_batch):
            self.take_changes()

    def keep_weights(self) -> None:
        """Hang the run's current weights on the model."""
        arrays = {**self.run.state["params"], **self.run.state["state"]}
        for path, slot in weights_of(self.model):
            if path in arrays:
                slot.value = arrays[path]
        session = self.model._session
        session.optimizer_state = self.run.state["optimizer"]
        session.steps = int(self.run.state["step"])
        session.epochs = int(self.run.state["epochs_done"])

    def take_changes(self) -> None:
        """Take over what a callback changed: weights and the learning rate."""
        slots = dict(weights_of(self.model))
        for group in ("params", "state"):
            changed = {
                p: slots[p].value for p in self.run.state[group] if slots[p].value is not None
            }
            self.run.state = {**self.run.state, group: {**self.run.state[group], **changed}}
        self.model._session.read_optimizer()
        numbers = {n: np.float32(v) for n, v in self.model._session.hyper.items()}
        self.run.fixed = {
            **self.run.fixed,
            "hyper": {**self.run.fixed["hyper"], "optimizer": numbers},
        }


def running_logs(run: Run) -> dict[str, float]:
    """Return loss and metrics of the epoch so far."""
    names = run.plan.columns(False)[:-1]
    row = np.asarray(summary_row(run.plan.metrics, run.state["sums"]))
    return dict(zip(names, map(float, row), strict=True))


def host_metrics(run: Run) -> dict[str, float]:
    """Return the metrics that are computed on the host from the whole pass."""
    found: dict[str, float] = {}
    for group, prefix in (("sums", ""), ("validation", "val_")):
        states = run.state[group].get("metrics", [])
        for metric, state in zip(run.plan.metrics, states, strict=False):
            if getattr(metric, "on_host", False):
                found[prefix + metric.name] = float(metric.compute_on_host(state))
    return found


def reason(model: Any, run: Run, interrupt: Interrupt, history: History) -> str:
    """Say why the training ended."""
    if run.bad_step is not None:
        return "non-finite"
    if interrupt.raised:
        return "interrupt"
    if model.stop_training:
        return "callback"
    planned = history.params["epochs"] - history.params["initial_epoch"]
    if len(history.epoch) >= planned:
        return "epochs"
    return "early stopping" if bool(run.state["stop"]) else END_OF_DATA


def settle_weights(run: Run, history: History, hooks: list[Any]) -> None:
    """Choose the weights that the model keeps: the best epoch's, the optimizer's average, or the last.

    The early-stopping callbacks are told what the program found.
    """
    final = run.plan.optimizer.final_params(run.state["optimizer"], run.state["params"])
    run.state = {**run.state, "params": final}
    stoppers = [hook for hook in hooks if isinstance(hook, EarlyStopping)]
    first = history.params["initial_epoch"]
    stopped_at = history.epoch[-1] if history.ended == "early stopping" else None
    for hook, counters in zip(stoppers, run.state["stop_rules"], strict=True):
        hook.read(counters, first, stopped_at)
        if "weights" in counters and int(counters["best_epoch"]) >= 0:
            run.state = {**run.state, **counters["weights"]}
            history.restored_epoch = hook.best_epoch


def finish(model: Any, run: Run, history: History, hooks: list[Any]) -> None:
    """Leave the model with the run's weights, optimizer state and counters."""
    Desk(model, run, hooks).keep_weights()


def first_line(model: Any, run: Run, history: History) -> str:
    """Say where and what is trained."""
    device, cores = jax.devices()[0], run.plan.cores
    place = f"{device.platform.upper()} ({device.device_kind})"
    if device.platform == "cpu":
        place = f"CPU ({cores} cores share each batch)" if cores > 1 else "CPU"
    epochs = history.params["epochs"] - history.params["initial_epoch"]
    if run.feed is not None:
        data = f"batches from a {run.feed.batches.kind}"
    else:
        data = count(history.params["rows"], "row")
    per_epoch = run.steps_per_epoch
    steps = ""
    if per_epoch is not None:
        steps = f" of {count(per_epoch, 'step')} ({per_epoch * epochs:,} in all)"
    return (
        f"Training on {place}: {count(model.count_params(), 'parameter')}, {data}, "
        f"{count(epochs, 'epoch')}{steps}, batch size {history.params['batch_size']}."
    )


def last_line(history: History, seconds: float) -> str:
    """Say how it ended and which epoch was best."""
    best = history.best_epoch
    if best is None:
        return f"Stopped after {seconds:.1f} s without a finished epoch ({history.ended})."
    column = "val_loss" if history.history.get("val_loss") else "loss"
    value = history.history[column][history.epoch.index(best)]
    weights = "the last epoch's"
    if history.restored_epoch is not None:
        weights = f"epoch {history.restored_epoch + 1}'s"
    return (
        f"Done in {seconds:.1f} s ({history.ended}): best epoch {best + 1} of {history.epoch[-1] + 1}, "
        f"{column} {value:.4f}; the model has {weights} weights."
    )


def did_not_fall(history: History) -> list[str]:
    """Say who knows why, where the loss of three epochs or more is no lower in the last than in the first.

    >>> made = History()
    >>> made.history["loss"] = [0.7, 0.69, 0.7]
    >>> did_not_fall(made)
    ['The loss did not fall in 3 epochs: print(history.diagnosis) says what the doctor makes of it.']
    """
    losses = history.history.get("loss", [])
    if len(losses) < 3 or losses[-1] < losses[0]:
        return []
    return [
        f"The loss did not fall in {len(losses)} epochs: print(history.diagnosis) says what the doctor makes of it."
    ]


def last_row(history: History) -> dict[str, float]:
    """Return the last epoch's row."""
    return {name: values[-1] for name, values in history.history.items() if values}


def non_finite_text(run: Run) -> str:
    """Say at which step the loss was lost, and what usually helps."""
    epoch, batch = run.bad_place
    step = (run.bad_step or 0) - run.first_step
    return str(
        NonFiniteError(
            "fit",
            f"the loss or a weight became NaN or infinite at step {step} (epoch {epoch + 1}, batch {batch}); "
            "training stopped with the weights before that step.",
            "a smaller learning rate, scaled inputs, or clipnorm=1.0 in the optimizer",
        )
    )


def end_of_data_text(history: History) -> str:
    """Say how far a stream reached that has run dry."""
    epochs = history.params["epochs"] - history.params["initial_epoch"]
    return (
        f"fit: the stream of batches ran dry in epoch {len(history.epoch)} of {epochs}; training ended there. A "
        "generator gives its batches once: let it go on without end, with steps_per_epoch=..., or give an object that "
        "can be gone through again."
    )
