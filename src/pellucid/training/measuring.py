"""``evaluate``, ``predict`` and ``test_on_batch``: passes without training."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import jax
import numpy as np

from pellucid.data.arrays import rows
from pellucid.modules.tree import current_arrays
from pellucid.training import prediction
from pellucid.training.arguments import first_batches
from pellucid.training.batches import Batch
from pellucid.training.cache import kept
from pellucid.training.choosing import loss_in_use, weights_in_use
from pellucid.training.compiled import Compiled, resolve_metrics
from pellucid.training.effort import compiler_options
from pellucid.training.evaluation import evaluation
from pellucid.training.feed import pieces
from pellucid.training.outputs import Outputs
from pellucid.training.plan import Plan, make_plan
from pellucid.training.prepare import (
    build_for_loss,
    check_input_shape,
    match_inputs,
    need_compiled,
    need_loss,
    prepare_evaluation,
    prepare_inputs,
    specs_of,
)
from pellucid.training.program import rows_of
from pellucid.training.progress import choose
from pellucid.training.rehearsal import aim_of, parts_of
from pellucid.training.start import hyper_arrays, weight_kinds
from pellucid.training.streams import is_stream, refuse_beside_stream
from pellucid.training.sums import with_room

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
    more: Iterator[Batch] = iter(())
    if is_stream(x):
        refuse_beside_stream("evaluate", y=y, sample_weight=sample_weight, batch_size=batch_size)
        more, steps = pieces(x, "evaluate", steps), None
        x, y, sample_weight = next(more).parts
    inputs = prepare_inputs(model, x)
    outputs, added = match_inputs(model, inputs)
    loss, _ = loss_in_use(model, compiled, outputs, None)
    loss = loss or getattr(model._session, "loss", None)
    need_loss(model, loss, added, "evaluate")
    data = prepare_evaluation(model, compiled, loss, outputs, (inputs, y, sample_weight))
    build_for_loss(model, loss, outputs, data)
    if steps is not None:
        data = first_batches("steps", data, steps, batch_size or 32)
    metrics = resolve_metrics(compiled, loss, specs_of(data["y"]), outputs)
    size = min(batch_size or 256, rows_of(data))
    weights = weights_in_use(compiled, outputs)
    plan = plan_of_pass(model, loss, weights, metrics, outputs, data, size)
    params, state = arrays_of(model)
    program = kept(("evaluate", plan.key), lambda: evaluation_program(plan))
    hyper = hyper_arrays(model, loss, {}, weights)
    sums = program(params, state, data, hyper)
    for piece in more:
        data = prepare_piece(model, compiled, loss, outputs, piece)
        sums = program(params, state, data, hyper, with_room(plan, sums, piece.rows))
    logs = results(plan, sums)
    if verbose not in (0,):
        choose(verbose if verbose == 2 else 2).say(
            "  ".join(f"{n} {v:.4f}" for n, v in logs.items() if np.ndim(v) == 0)
        )
    if return_dict:
        return logs
    values = list(logs.values())
    return values[0] if len(values) == 1 else values


def prepare_piece(
    model: Any, compiled: Compiled, loss: Any, outputs: Outputs, piece: Batch
) -> Arrays:
    """Check and convert further batches of a stream that is measured."""
    inputs = prepare_inputs(model, piece.x)
    check_input_shape(model, inputs)
    return prepare_evaluation(model, compiled, loss, outputs, (inputs, piece.y, piece.weight))


def plan_of_pass(
    model: Any,
    loss: Any,
    weights: dict[str, float] | None,
    metrics: tuple[Any, ...],
    outputs: Outputs,
    data: Arrays,
    size: int,
) -> Plan:
    """Return the plan of a pass without training, in batches of ``size`` rows."""
    aim = replace(aim_of(model, loss, outputs), own_step=False)
    return make_plan(
        model,
        aim,
        trainable=frozenset(),
        metrics=metrics,
        optimizer=None,
        outputs=outputs.specs,
        masked=outputs.masked,
        parts=(),
        checked_parts=parts_of(model, aim, data, weights, size, training=False),
        batch_size=size,
        validation_batch_size=size,
        shuffle=False,
    )


def arrays_of(model: Any) -> tuple[Arrays, Arrays]:
    """Return the model's parameters and state by path."""
    arrays = current_arrays(model, model.seed)
    _, state_paths = weight_kinds(model)
    params = {path: a for path, a in arrays.items() if path not in state_paths}
    return params, {path: a for path, a in arrays.items() if path in state_paths}


def evaluation_program(plan: Plan) -> Any:
    """Return the compiled pass of a plan."""

    def pellucid_evaluate(
        params: Arrays, state: Arrays, data: Arrays, hyper: Arrays, sums: Arrays | None = None
    ) -> Arrays:
        return evaluation(plan, params, state, data, hyper, plan.batch_size, sums)

    return jax.jit(pellucid_evaluate, compiler_options=compiler_options(plan.model))


def results(plan: Plan, sums: Arrays) -> dict[str, Any]:
    """Return loss, parts and metrics by name: numbers, or arrays for those that are no single number."""
    rows = float(sums["rows"])
    logs: dict[str, Any] = {"loss": float(sums["loss"]) / rows}
    for name, (total, _) in zip(plan.checked_parts, sums["parts"], strict=True):
        logs[name] = float(total) / rows
    for metric, state in zip(plan.metrics, sums["metrics"], strict=True):
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
    if is_stream(x):
        refuse_beside_stream("predict", batch_size=batch_size)
        parts = [predict(model, piece.x) for piece in pieces(x, "predict", steps)]
        return jax.tree.map(lambda *each: np.concatenate(each), *parts)
    inputs = prepare_inputs(model, x)
    if steps is not None:
        inputs = first_batches("steps", {"x": inputs}, steps, batch_size or 32)["x"]
    structure = prediction.structure_of(model)
    if not prediction.has_taken(model, structure, inputs):
        match_inputs(model, inputs)
        structure = prediction.structure_of(model)
    return prediction.predict(model, inputs, batch_size, structure)


def test_on_batch(
    model: Any, x: Any, y: Any, sample_weight: Any = None, return_dict: bool = False
) -> Any:
    """Measure on all rows given; see :meth:`pellucid.Model.test_on_batch`."""
    return evaluate(
        model,
        x,
        y,
        batch_size=rows(prepare_inputs(model, x)),
        verbose=0,
        sample_weight=sample_weight,
        return_dict=return_dict,
    )
