"""How the numbers of an explanation are found: the training's own loss, differentiated by every array of the pass.

A zero, a *tap*, is added to what every layer takes and gives (see ``modules/taps.py``); the derivative of the loss by
the tap is the gradient that arrives there. Where a loss is computed together with the last activation, from that
activation's input, it does not depend on the taps behind: their gradients come from a second pass, in which it is not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from pellucid.core.errors import UsageError
from pellucid.models.model import with_attributes
from pellucid.modules.taps import Call, Taps, is_real, zeros_for
from pellucid.training.effort import compiler_options
from pellucid.training.engine import Run
from pellucid.training.objective import objective
from pellucid.training.plan import Plan
from pellucid.training.prepare import need_compiled, prepare_fit
from pellucid.training.program import rows_of
from pellucid.training.rehearsal import losses_of
from pellucid.training.step import constrained
from pellucid.training.trainer import make_run, plan_of

Arrays = dict[str, Any]


@dataclass(frozen=True)
class Task:
    """A training step that is about to be explained.

    Attributes:
        plan: What a step computes.
        params: The weights that training changes, by path.
        frozen: The weights that it leaves alone.
        state: State by path.
        optimizer: The optimizer's state.
        batch: Inputs, targets and sample weights.
        hyper: All numbers, as arrays.
        key: The step's key.
        step: How many updates were done before.
        training: Whether layers behave as in training.
    """

    plan: Plan
    params: Arrays
    frozen: Arrays
    state: Arrays
    optimizer: Any
    batch: tuple[Any, Any, Any]
    hyper: Arrays
    key: Any
    step: int
    training: bool

    def loss(self, params: Arrays, taps: Taps | None, batch: Any = None) -> tuple[Any, Any]:
        """Return the loss that training minimises, and what the model gave.

        Args:
            params: All weights by path, frozen ones too.
            taps: The record of the pass, or None.
            batch: Other rows than the task's.
        """
        return objective(
            self.plan.aim,
            params,
            self.state,
            batch or self.batch,
            self.hyper,
            training=self.training,
            key=self.key,
            taps=taps,
        )


@dataclass(frozen=True)
class Found:
    """The numbers of a pass, all as NumPy arrays.

    Attributes:
        calls: The layers' calls by key, in order.
        inside: Paths of layers that were called inside a loop.
        seen: For each role and key the arrays.
        gradients: Likewise the gradients; None for what is no float.
        slopes: The activations' derivatives by key.
        ends: For each role and key which arrays lie behind an activation that the loss is computed together with.
        weights: The weights' gradients by path.
        after: The trained weights after the update, by path.
        outputs: The model's outputs.
        mixed: Whether rows were mixed.
        masked: Whether places of the outputs are masked.
        loss, loss_after, penalty: Numbers.
        learning_rate: That of the update.
    """

    calls: dict[str, Call]
    inside: set[str]
    seen: dict[str, Arrays]
    gradients: dict[str, Arrays]
    slopes: Arrays
    ends: dict[str, dict[str, list[bool]]]
    weights: Arrays
    after: Arrays
    outputs: Any
    mixed: bool
    masked: bool
    loss: float
    loss_after: float
    penalty: float
    learning_rate: float


def task_of(model: Any, x: Any, y: Any, sample_weight: Any, training: bool) -> Task:
    """Prepare what ``train_on_batch`` would do, on a copy of the model's outside: nothing of the model changes."""
    need_compiled(model, "explain")
    if not model.built:
        raise UsageError(
            f"{type(model).__name__} '{model.name}'",
            "it is not built, so there are no weights to explain.",
            f"model.build((None, {', '.join(map(str, np.shape(x)[1:]))}))",
        )
    outside = with_attributes(model, _session=replace(model._session))
    prepared = prepare_fit(
        outside,
        x,
        y,
        sample_weight=sample_weight,
        class_weight=None,
        validation_split=0.0,
        validation_data=None,
        shuffle=False,
        seed=model.seed,
    )
    plan = plan_of(outside, prepared, [], rows_of(prepared.data), None, shuffle=False)
    plan = replace(plan, divided=1, cores=1)
    if plan.aim.own_step:
        raise UsageError(
            f"{type(model).__name__}.train_step",
            "the model trains by a step of its own, of which only its own code knows the loss.",
            "write `compute_loss` in its place",
        )
    return task_from(
        plan, make_run(outside, prepared, plan, [], seed=model.seed, epochs=(0, 1)), training
    )


def task_from(plan: Plan, run: Run, training: bool) -> Task:
    """Return the next step of a run as a task."""
    state, fixed = run.state, run.fixed
    wide = any(array.dtype == np.float64 for array in state["params"].values())
    batch = (run.data["x"], run.data["y"], run.data["weight"])
    if wide:  # data are kept in 32 bits; a network of 64 bits is explained in 64 throughout
        batch = jax.tree.map(lambda a: a.astype(np.float64) if is_real(a) else a, batch)
    key = jax.random.wrap_key_data(jnp.asarray(fixed["step_key"]))
    return Task(
        plan=plan,
        params=dict(state["params"]),
        frozen=dict(fixed["frozen"]),
        state=dict(state["state"]),
        optimizer=state["optimizer"],
        batch=batch,
        hyper=fixed["hyper"],
        key=jax.random.fold_in(key, state["step"]),
        step=int(state["step"]),
        training=training,
    )


def run_pass(task: Task) -> Found:
    """Compute everything, as one program."""
    everything = {**task.params, **task.frozen}
    real = {path: array for path, array in everything.items() if is_real(array)}
    rest = {path: array for path, array in everything.items() if path not in real}
    zeros = zeros_for(jax.eval_shape(partial(looked, task), everything))
    noted: list[Taps] = []
    masks: list[Any] = []

    def differentiated(apart: bool, point: tuple[Arrays, Any]) -> Any:
        def total(point: tuple[Arrays, Any]) -> Any:
            taps = Taps(point[1], apart)
            loss, measured = task.loss({**rest, **point[0]}, taps)
            noted.append(taps)
            masks.extend(jax.tree.leaves(measured.masks))
            return loss, (taps.seen, taps.slopes, taps.penalty, measured.outputs)

        return jax.value_and_grad(total, has_aux=True)(point)

    def program(point: tuple[Arrays, Any], optimizer_state: Any) -> Arrays:
        (loss, (seen, slopes, penalty, outputs)), (weights, gradients) = differentiated(
            False, point
        )
        if any(loss.fused is not None for loss in losses_of(task.plan.aim)):
            _, (_, apart) = differentiated(True, point)
            gradients = put_together(noted[0].ends, gradients, apart)
        params = {path: array for path, array in point[0].items() if path in task.params}
        after = updated(task, params, weights, optimizer_state)
        loss_after, _ = task.loss({**rest, **point[0], **after}, None)
        rate = task.plan.optimizer.learning_rate_at(task.hyper["optimizer"], jnp.int32(task.step))
        return {
            "seen": seen,
            "gradients": gradients,
            "slopes": slopes,
            "weights": weights,
            "after": after,
            "outputs": outputs,
            "loss": loss,
            "loss_after": loss_after,
            "penalty": penalty,
            "learning_rate": rate,
        }

    compiled = jax.jit(program, compiler_options=compiler_options(task.plan.model))
    numbers = jax.tree.map(on_host, compiled((real, zeros), task.optimizer))
    for name in ("loss", "loss_after", "penalty", "learning_rate"):
        numbers[name] = float(numbers[name])
    taps = noted[0]
    return Found(
        calls=taps.calls,
        inside=taps.inside,
        ends=taps.ends,
        mixed=taps.mixed,
        masked=bool(masks),
        **numbers,
    )


def looked(task: Task, params: Arrays) -> Any:
    """Return the arrays that a pass sees, to learn their shapes; keys of random numbers are none."""
    taps = Taps()
    task.loss(params, taps)
    return taps.seen


def put_together(ends: Any, joint: Any, apart: Any) -> Any:
    """Take the gradients behind the last activations from the pass in which the loss was computed from the outputs."""
    chosen = {role: dict(found) for role, found in joint.items()}
    for role, found in ends.items():
        for key, flags in found.items():
            pairs = zip(flags, joint[role][key], apart[role][key], strict=True)
            chosen[role][key] = [other if flag else one for flag, one, other in pairs]
    return chosen


def updated(task: Task, params: Arrays, gradients: Arrays, optimizer_state: Any) -> Arrays:
    """Return the trained weights after one update, as the training program does it."""
    optimizer, numbers = task.plan.optimizer, task.hyper["optimizer"]
    scale = optimizer.loss_scale(numbers, optimizer_state)
    own = {path: gradients[path] * (1 if scale is None else scale) for path in params}
    after, _ = optimizer.apply(own, optimizer_state, params, numbers, jnp.int32(task.step))
    return constrained(task.plan, after)


def on_host(array: Any) -> np.ndarray[Any, Any]:
    """Return an array as NumPy's; the narrow floats that NumPy does not know become float32."""
    host = np.asarray(array)
    return host if host.dtype.kind in "biufc" else host.astype(np.float32)
