"""``evaluate``, ``predict`` and ``test_on_batch``: passes without training."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np

from pellucid.core.errors import ArgumentError
from pellucid.modules.tree import current_arrays
from pellucid.training import prediction
from pellucid.training.arguments import first_batches
from pellucid.training.cache import kept
from pellucid.training.compiled import resolve_metrics
from pellucid.training.effort import compiler_options
from pellucid.training.evaluation import evaluation
from pellucid.training.plan import Plan, make_plan
from pellucid.training.prepare import match_inputs, need_compiled, prepare_evaluation
from pellucid.training.program import rows_of
from pellucid.training.progress import choose
from pellucid.training.start import hyper_arrays, weight_kinds

Arrays = dict[str, Any]


def evaluate(
    model: Any,
    x: Any,
    y: Any = None,
    *,
    batch_size: int | None = None,
    verbose: int | str = "auto",
    sample_weight: Any = None,
    steps: int | None = None,
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
    if steps is not None:
        data = first_batches("steps", data, steps, batch_size or 32)
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
    model: Any,
    x: Any,
    *,
    batch_size: int | None = None,
    verbose: int | str = "auto",
    steps: int | None = None,
) -> np.ndarray:
    """Compute outputs; see :meth:`pellucid.Model.predict`."""
    inputs = prediction.inputs_of(x)
    if steps is not None:
        inputs = first_batches("steps", {"x": inputs}, steps, batch_size or 32)["x"]
    match_inputs(model, inputs)
    return prediction.predict(model, inputs, batch_size)


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
