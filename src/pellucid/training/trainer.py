"""``fit``, ``evaluate``, ``predict`` and the single-batch calls: what a user's model delegates to."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np

from pellucid.core.errors import ArgumentError
from pellucid.modules.tree import current_arrays
from pellucid.training import prediction
from pellucid.training.cache import kept
from pellucid.training.callbacks import EarlyStopping
from pellucid.training.compiled import resolve_metrics
from pellucid.training.effort import compiler_options
from pellucid.training.engine import Run
from pellucid.training.evaluation import evaluation
from pellucid.training.history import History
from pellucid.training.loop import finish, run_training
from pellucid.training.plan import Plan, is_scalar, make_plan
from pellucid.training.prepare import (
    Prepared,
    checked_batch_size,
    match_inputs,
    need_compiled,
    prepare_evaluation,
    prepare_fit,
)
from pellucid.training.program import rows_of
from pellucid.training.progress import choose
from pellucid.training.start import fixed_arrays, hyper_arrays, start_state, weight_kinds

Arrays = dict[str, Any]


def fit(
    model: Any,
    x: Any,
    y: Any = None,
    *,
    batch_size: int | None = None,
    epochs: int = 1,
    verbose: int | str = "auto",
    callbacks: Any = None,
    validation_split: float = 0.0,
    validation_data: Any = None,
    shuffle: bool = True,
    class_weight: Any = None,
    sample_weight: Any = None,
    initial_epoch: int = 0,
    validation_batch_size: int | None = None,
    seed: int | None = None,
) -> History:
    """Train; see :meth:`pellucid.Model.fit`."""
    drawn_from = model.seed if seed is None else int(seed)
    check_epochs(epochs, initial_epoch)
    hooks = check_callbacks(callbacks)
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
    plan = plan_of(model, task, hooks, batch_size, validation_batch_size, shuffle)
    run = make_run(model, task, plan, hooks, seed=drawn_from, epochs=(initial_epoch, epochs))
    history = History(
        {
            "epochs": epochs,
            "initial_epoch": initial_epoch,
            "steps": run.steps_per_epoch,
            "batch_size": batch_size,
            "rows": rows_of(task.data),
            "seed": drawn_from,
            "metrics": plan.metrics,
        }
    )
    history.classes = model.classes
    model._session.history = history
    model._session.loss, model._session.metrics = task.loss, task.metrics
    columns = plan.columns(task.validation is not None)
    run_training(model, run, history, hooks, choose(verbose), columns, task.notes)
    finish(model, run, history, hooks)
    return history


def check_epochs(epochs: Any, initial_epoch: Any) -> None:
    """Refuse numbers of epochs that mean nothing."""
    for name, value, low in (("epochs", epochs, 1), ("initial_epoch", initial_epoch, 0)):
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < low:
            raise ArgumentError(
                "fit", f"`{name}` must be an integer of at least {low}, but it is {value!r}."
            )
    if initial_epoch >= epochs:
        raise ArgumentError(
            "fit",
            f"`initial_epoch` is {initial_epoch} and `epochs` {epochs}: `epochs` is the number at which to end.",
            f"epochs={initial_epoch + epochs}",
        )


def check_callbacks(callbacks: Any) -> list[Any]:
    """Return the callbacks as a list; one alone is accepted."""
    if callbacks is None:
        return []
    hooks = list(callbacks) if isinstance(callbacks, (list, tuple)) else [callbacks]
    for hook in hooks:
        if not hasattr(hook, "on_epoch_end") or isinstance(hook, type):
            raise ArgumentError(
                "fit",
                f"{hook!r} is no callback.",
                "callbacks=[EarlyStopping(patience=3)]" if isinstance(hook, type) else None,
            )
    return hooks


def plan_of(
    model: Any,
    task: Prepared,
    hooks: list[Any],
    batch_size: int,
    validation_batch_size: int | None,
    shuffle: bool,
) -> Plan:
    """Gather the plan of a ``fit``, its callbacks' monitors checked."""
    names = ["loss", *(metric.name for metric in task.metrics if is_scalar(metric))]
    if task.validation is not None:
        names += [f"val_{name}" for name in names]
    names.append("learning_rate")
    for hook in hooks:
        if hasattr(hook, "check"):
            hook.check(names)
    rules = tuple(h.rule(names, task.metrics) for h in hooks if isinstance(h, EarlyStopping))
    held = rows_of(task.validation) if task.validation is not None else 1
    return make_plan(
        model,
        trainable=weight_kinds(model)[0],
        loss=task.loss,
        metrics=task.metrics,
        optimizer=model._session.compiled.optimizer,
        outputs=task.outputs,
        batch_size=batch_size,
        validation_batch_size=min(validation_batch_size or max(batch_size, 256), held),
        shuffle=shuffle,
        stop_rules=rules,
    )


def make_run(
    model: Any, task: Prepared, plan: Plan, hooks: list[Any], *, seed: int, epochs: tuple[int, int]
) -> Run:
    """Put data and first state together; ``epochs`` are the first and the end."""
    session = model._session
    session.read_optimizer()
    arrays = current_arrays(model, model.seed)
    _, state_paths = weight_kinds(model)
    data = jax.device_put(task.data)
    validation = None if task.validation is None else jax.device_put(task.validation)
    numbers = tuple(h.numbers(epochs[0]) for h in hooks if isinstance(h, EarlyStopping))
    return Run(
        plan=plan,
        state=jax.device_put(start_state(plan, session, arrays, state_paths, data, validation)),
        fixed=fixed_arrays(
            plan,
            model,
            session,
            arrays,
            state_paths,
            seed=seed,
            epochs=epochs[1] - epochs[0],
            stop_numbers=numbers,
        ),
        data=data,
        validation=validation,
        steps_per_epoch=-(-rows_of(data) // plan.batch_size),
        first_step=session.steps,
    )


def evaluate(
    model: Any,
    x: Any,
    y: Any = None,
    *,
    batch_size: int | None = None,
    verbose: int | str = "auto",
    sample_weight: Any = None,
    return_dict: bool = False,
) -> Any:
    """Measure loss and metrics; see :meth:`pellucid.Model.evaluate`."""
    compiled = need_compiled(model, "evaluate")
    from_inputs = prediction.inputs_of(x)
    head, outputs = match_inputs(model, from_inputs)
    loss = compiled.loss or getattr(model._session, "loss", None)
    if loss is None:
        raise ArgumentError(
            "evaluate", "no loss is known yet.", "name it: model.compile(loss=...), or fit first"
        )
    data = prepare_evaluation(model, loss, head, (x, y, sample_weight))
    spec = jax.ShapeDtypeStruct(data["y"].shape, data["y"].dtype)
    metrics = resolve_metrics(compiled.metrics, loss, spec, outputs)
    size = min(batch_size or 256, rows_of(data))
    plan = make_plan(
        model,
        trainable=frozenset(),
        loss=loss,
        metrics=metrics,
        optimizer=None,
        outputs=outputs,
        batch_size=size,
        validation_batch_size=size,
        shuffle=False,
    )
    arrays = current_arrays(model, model.seed)
    _, state_paths = weight_kinds(model)
    params = {path: a for path, a in arrays.items() if path not in state_paths}
    state = {path: a for path, a in arrays.items() if path in state_paths}
    program = kept(("evaluate", plan.key), lambda: evaluation_program(plan))
    sums = program(params, state, data, hyper_arrays(model, loss, {}))
    logs = results(metrics, sums)
    if verbose not in (0,):
        choose(verbose if verbose == 2 else 2).say(
            "  ".join(f"{n} {v:.4f}" for n, v in logs.items() if np.ndim(v) == 0)
        )
    if return_dict:
        return logs
    values = list(logs.values())
    return values[0] if len(values) == 1 else values


def evaluation_program(plan: Plan) -> Any:
    """Return the compiled pass of a plan."""

    def pellucid_evaluate(params: Arrays, state: Arrays, data: Arrays, hyper: Arrays) -> Arrays:
        return evaluation(plan, params, state, data, hyper, plan.batch_size)

    return jax.jit(pellucid_evaluate, compiler_options=compiler_options(plan.model))


def results(metrics: tuple[Any, ...], sums: Arrays) -> dict[str, Any]:
    """Return loss and metrics by name: numbers, or arrays for those that are no single number."""
    logs: dict[str, Any] = {"loss": float(sums["loss"]) / float(sums["rows"])}
    for metric, state in zip(metrics, sums["metrics"], strict=True):
        if getattr(metric, "on_host", False):
            logs[metric.name] = float(metric.compute_on_host(state))
        else:
            value = np.asarray(metric.compute(state))
            logs[metric.name] = float(value) if value.ndim == 0 else value
    return logs


def predict(
    model: Any, x: Any, *, batch_size: int | None = None, verbose: int | str = "auto"
) -> np.ndarray:
    """Compute outputs; see :meth:`pellucid.Model.predict`."""
    inputs = prediction.inputs_of(x)
    match_inputs(model, inputs)
    return prediction.predict(model, inputs, batch_size)


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


def test_on_batch(
    model: Any, x: Any, y: Any, sample_weight: Any = None, return_dict: bool = False
) -> Any:
    """Measure on all rows given; see :meth:`pellucid.Model.test_on_batch`."""
    return evaluate(
        model,
        x,
        y,
        batch_size=len(x),
        verbose=0,
        sample_weight=sample_weight,
        return_dict=return_dict,
    )
