"""``explain``: one training step of a model on a few rows, every number with the formula it comes from."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np

from pellucid.insight.explaining.equation import Equation
from pellucid.insight.explaining.equations.entry import Facts
from pellucid.insight.explaining.equations.losses import loss_equation, several_equation
from pellucid.insight.explaining.equations.optimizers import optimizer_equation
from pellucid.insight.explaining.equations.table import equation_of
from pellucid.insight.explaining.explanation import Activated, Explanation, Parameter, Step
from pellucid.insight.explaining.passes import Found, Task, run_pass, task_of
from pellucid.layers import InputLayer
from pellucid.models import Functional, Sequential
from pellucid.modules.tree import places, weights_of
from pellucid.training.rehearsal import losses_of
from pellucid.training.several import SeveralLosses


def explain(
    model: Any, x: Any, y: Any = None, *, sample_weight: Any = None, training: bool = True
) -> Explanation:
    r"""Compute one training step of a model, and tell every number of it.

    Equation: with the layers :math:`a_k = f_k(a_{k-1}; w_k)` and the loss :math:`L`, the pass goes forward through all
    :math:`f_k`, and back by the chain rule
    :math:`\partial L / \partial a_{k-1} = (\partial f_k / \partial a_{k-1})^T \, \partial L / \partial a_k` and
    :math:`\partial L / \partial w_k = (\partial f_k / \partial w_k)^T \, \partial L / \partial a_k`; then the optimizer
    updates each :math:`w_k`. The functions are those of ``fit``: the loss, the key for dropout, the optimizer's state.
    Nothing of the model changes.

    Args:
        model: A model that is built and compiled.
        x: Inputs of a few rows, ``(rows, ...)``, as for ``fit``.
        y: Targets, as for ``fit``.
        sample_weight: Weights of the rows, or None.
        training: True (default): what the next ``train_on_batch(x, y)`` does, with its dropout masks and with the
            batch's statistics. False: layers behave as in ``predict``.

    Returns:
        An :class:`~pellucid.insight.Explanation`: print it, show it in a notebook, write ``.html(path)``, or read
        ``explanation["dense"].arriving`` and so on.

    Raises:
        UsageError: The model is not compiled, not built, or trains by a ``train_step`` of its own.

    Example:
        >>> import numpy as np
        >>> from pellucid import Input, Sequential, layers, optimizers
        >>> model = Sequential([Input((2,)), layers.Dense(1, "sigmoid")])
        >>> model.set_weights([[[3.0], [-2.0]], [1.0]])
        >>> model.compile(optimizers.SGD(0.1), "binary_crossentropy")
        >>> step = model.explain(np.array([[-1.0, 2.0]]), np.array([1]))["dense"]
        >>> print(step.activation.z, step.outputs[0].round(4))
        [[-6.]] [[0.0025]]
        >>> print(step.parameter("kernel").gradient.ravel().round(4))
        [ 0.9975 -1.9951]

    Source: Rumelhart, Hinton and Williams, Learning representations by back-propagating errors, 1986. Keras and
    PyTorch have no such view; PyTorch's hooks give single gradients.
    """
    task = task_of(model, x, y, sample_weight, training)
    return explanation_of(model.name, task, run_pass(task))


def explanation_of(name: str, task: Task, found: Found) -> Explanation:
    """Put an explanation together from the numbers of a pass."""
    structure = task.plan.model
    layers = dict(places(structure))
    shown = [key for key, call in found.calls.items() if is_shown(layers[call.path], call.path)]
    paths = {found.calls[key].path for key in shown}
    held = parameters_by_step(task, found, paths)
    counts = {path: sum(call.path == path for call in found.calls.values()) for path in paths}
    steps = tuple(
        step_of(task.plan.aim, layers[found.calls[key].path], key, found, held, counts)
        for key in shown
    )
    first = next(iter(key for key, call in found.calls.items() if not call.path), None)
    return Explanation(
        model=name,
        rows=len(jax.tree.leaves(task.batch[0])[0]),
        training=task.training,
        inputs=arrays(found.seen["in"][first]) if first is not None else (),
        targets=tuple(np.asarray(each) for each in jax.tree.leaves(task.batch[1])),
        outputs=tuple(jax.tree.leaves(found.outputs)),
        input_gradients=gradients(found, "in", first) if first is not None else (),
        loss=found.loss,
        loss_after=found.loss_after,
        penalties=found.penalty,
        loss_name=name_of_loss(task.plan.aim),
        loss_equation=equation_of_loss(task, found),
        optimizer=type(task.plan.optimizer).__name__,
        optimizer_equation=optimizer_equation(task.plan.optimizer, found.learning_rate),
        learning_rate=found.learning_rate,
        updates_before=task.step,
        steps=steps,
        not_shown=tuple(reasons(layers, found, paths)),
    )


def name_of_loss(aim: Any) -> str:
    """Return what the loss is called."""
    if aim.own_loss:
        return f"{type(aim.model).__name__}.compute_loss"
    return ", ".join(loss.name for loss in losses_of(aim)) or "what layers add"


def equation_of_loss(task: Task, found: Found) -> Equation:
    """Return the equation of what is minimised."""
    aim = task.plan.aim
    if aim.own_loss:
        return Equation(summary="It is computed by the model's own `compute_loss`.")
    if aim.loss is None:
        return Equation(summary="Only what layers add is minimised.")
    if isinstance(aim.loss, SeveralLosses):
        return several_equation(aim.loss.losses)
    more = {
        "Each row's loss is multiplied by the row's weight.": task.batch[2] is not None,
        "Rows were mixed, and their losses with them.": found.mixed,
        "Masked places do not count.": found.masked,
    }
    said = tuple(sentence for sentence, holds in more.items() if holds)
    last = {call.activation for key, call in found.calls.items() if any(found.ends["out"][key])}
    return loss_equation(aim.loss, np.shape(found.outputs), bool(last & joined(aim)), said)


def joined(aim: Any) -> set[str]:
    """Return the activations that a loss is computed together with."""
    if aim.own_loss:
        return set()
    return {loss.fused for loss in losses_of(aim) if loss.fused and not loss.from_logits}


def is_shown(layer: Any, path: str) -> bool:
    """Tell whether a call is a step of its own: what only passes arrays from layer to layer is none."""
    if isinstance(layer, (Sequential, Functional, InputLayer)):
        return False
    return bool(path)


def step_of(
    aim: Any, layer: Any, key: str, found: Found, held: dict[str, Any], counts: dict[str, int]
) -> Step:
    """Return one step."""
    call = found.calls[key]
    parameters = tuple(held.get(call.path, ())) if call.number == 1 else ()
    inputs, outputs = arrays(found.seen["in"][key]), arrays(found.seen["out"][key])
    facts = Facts(
        layer=layer,
        path=call.path,
        inputs=tuple(each.shape for each in inputs),
        outputs=tuple(each.shape for each in outputs),
        activation=call.activation,
        parameters={each.name: (each.path, each.value.shape) for each in parameters},
    )
    activation = None
    if call.activation is not None:
        turn = call.turn
        activation = Activated(
            call.activation,
            found.seen["z"][key][turn],
            found.slopes.get(key),
            found.gradients["z"][key][turn],
        )
    return Step(
        path=call.path,
        layer=type(layer).__name__,
        call=call.number,
        equation=equation_of(facts),
        inputs=inputs,
        outputs=outputs,
        leaving=gradients(found, "in", key),
        arriving=gradients(found, "out", key),
        activation=activation,
        parameters=parameters,
        notes=tuple(notes_on(aim, key, found, counts[call.path])),
    )


def arrays(seen: list[Any]) -> tuple[Any, ...]:
    """Return the arrays among what a call was given or gave."""
    return tuple(each for each in seen if each is not None)


def gradients(found: Found, role: str, key: str) -> tuple[Any, ...]:
    """Return a gradient for each of those arrays, None for whole numbers."""
    pairs = zip(found.seen[role][key], found.gradients[role][key], strict=True)
    return tuple(gradient for array, gradient in pairs if array is not None)


def parameters_by_step(task: Task, found: Found, paths: set[str]) -> dict[str, list[Parameter]]:
    """Return the parameters by the path of the step at which they stand: their layer's, or the nearest around it."""
    held: dict[str, list[Parameter]] = {}
    values = {**task.params, **task.frozen}
    for path, _ in weights_of(task.plan.model):
        if path not in found.weights:
            continue
        owner = path.rpartition("/")[0]
        while owner not in paths and owner:
            owner = owner.rpartition("/")[0]
        value, after = np.asarray(values[path]), found.after.get(path)
        update = None if after is None else after - value
        held.setdefault(owner, []).append(
            Parameter(path, value, found.weights[path], update, after)
        )
    return held


def notes_on(aim: Any, key: str, found: Found, count: int) -> list[str]:
    """Return what is to be said of a step, in sentences."""
    said, call = [], found.calls[key]
    if count > 1 and call.number == 1:
        said.append(
            f"The layer is called {count} times; the gradients of its parameters are sums over all calls."
        )
    if call.number > 1:
        said.append(f"Call {call.number} of a shared layer; its parameters stand at the first.")
    if any(found.ends["out"][key]) and call.activation in joined(aim):
        said.append(
            f"Loss and {call.activation} are computed in one piece from z in training; "
            "∂L/∂a is the derivative of the loss written out."
        )
    if any(path.startswith(f"{call.path}/") for path in found.inside):
        said.append(
            "The layers inside run in a loop or a transform; their own arrays are not shown."
        )
    return said


def reasons(layers: dict[str, Any], found: Found, paths: set[str]) -> list[str]:
    """Return for each layer that is not shown the reason, in a sentence; those that only hold layers need none."""
    said = []
    for path, layer in layers.items():
        if path in paths or not is_shown(layer, path):
            continue
        outer, name = path.rpartition("/")[0], f"{path} ({type(layer).__name__})"
        if path in found.inside:
            where = outer or "the model"
            said.append(f"{name}: it runs in a loop or a transform inside {where}.")
        elif any(path.startswith(f"{each}/") for each in paths):
            said.append(f"{name}: it is computed as a part of {outer}.")
        elif outer not in found.inside:
            said.append(f"{name}: it is not called in this pass.")
    return said
