"""Everything that is checked and decided on the host before a program starts.

After this step the data are arrays of known shape and dtype, the model is built, loss and metrics are objects,
and what could train wrongly has been refused.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import jax
import numpy as np

from pellucid.core.errors import ArgumentError, ShapeError, UsageError
from pellucid.core.specs import shape_in_words
from pellucid.data.arrays import as_inputs, rows
from pellucid.data.splits import class_groups, split_note, train_validation_split
from pellucid.modules import infer
from pellucid.modules.pure import infer_with
from pellucid.modules.tree import places, weights_of
from pellucid.training.arguments import fixed_rows
from pellucid.training.choosing import loss_in_use, need_targets, weights_in_use, with_metrics
from pellucid.training.compiled import Compiled, resolve_metrics
from pellucid.training.inputs import check_several, fits, is_column, is_one
from pellucid.training.objective import Aim, given_loss, own_loss
from pellucid.training.outputs import Outputs, outputs_of
from pellucid.training.own_step import has_own
from pellucid.training.several import as_arrays, loss_numbers
from pellucid.training.targets import fit_all

Arrays = dict[str, Any]


@dataclass
class Prepared:
    """A task ready for a plan.

    Attributes:
        data: ``x``, ``y``, ``weight`` of the training set.
        validation: The same of the validation set, or None.
        loss: The loss object, the losses of several outputs, or None.
        loss_weights: The losses' weights by output, or None.
        metrics: The metric objects.
        outputs: The model's outputs.
        notes: What was decided or repaired on the user's behalf, one sentence each.
    """

    data: Arrays
    validation: Arrays | None
    loss: Any
    loss_weights: dict[str, float] | None
    metrics: tuple[Any, ...]
    outputs: Outputs
    notes: list[str]


def need_compiled(model: Any, what: str) -> Compiled:
    """Return what ``compile`` noted, or refuse."""
    if model._session is None:
        raise UsageError(
            what,
            "the model has no optimizer and no loss yet.",
            "model.compile(optimizer='adam', loss='sparse_categorical_crossentropy')",
        )
    return model._session.compiled


def prepare_fit(
    model: Any,
    x: Any,
    y: Any,
    *,
    sample_weight: Any,
    class_weight: Any,
    validation_split: float,
    validation_data: Any,
    shuffle: bool,
    seed: int,
) -> Prepared:
    """Check and convert all that ``fit`` was given."""
    compiled = need_compiled(model, "fit")
    inputs = prepare_inputs(model, x)
    outputs, added = match_inputs(model, inputs)
    loss, notes = loss_in_use(model, compiled, outputs, y)
    if y is None:
        need_targets(model, loss, "fit", added)
    fitted = fit_all(
        inputs,
        y,
        outputs,
        loss,
        with_metrics(compiled, outputs),
        classes=model.classes,
        sample_weight=sample_weight,
        class_weight=class_weight,
    )
    model.classes = fitted.classes
    notes += fitted.notes
    data = {"x": inputs, "y": fitted.y, "weight": fitted.weight}
    build_for_loss(model, loss, outputs, data)
    validation = None
    if validation_data is not None or validation_split:
        need_loss(model, loss, added, "validation")
    if validation_data is not None:
        validation = prepare_validation(model, compiled, loss, outputs, validation_data)
    elif validation_split:
        data, validation, note = split(data, validation_split, seed, shuffle)
        notes.append(note)
    metrics = resolve_metrics(compiled, loss, specs_of(fitted.y), outputs)
    weights = weights_in_use(compiled, outputs)
    return Prepared(data, validation, loss, weights, metrics, outputs, notes)


def specs_of(tree: Any) -> Any:
    """Return shapes and dtypes of a tree of arrays."""
    return jax.tree.map(lambda array: jax.ShapeDtypeStruct(array.shape, array.dtype), tree)


def prepare_inputs(model: Any, x: Any) -> Any:
    """Return the inputs as arrays that the model's program takes; what layers do on the host is done."""
    return as_inputs(model.host_inputs(x))


def match_inputs(model: Any, inputs: Any) -> tuple[Outputs, int]:
    """Build the model on first data, refuse data of another shape later.

    Returns:
        The outputs, and how many losses layers added.
    """
    rows(inputs)
    sample = fixed_rows(model) or 2
    spec = jax.tree.map(lambda a: jax.ShapeDtypeStruct((sample, *a.shape[1:]), a.dtype), inputs)
    check_input_shape(model, inputs)
    found = infer(model, spec)
    model._note_inputs(spec)
    return replace(outputs_of(model, found), shapes=found.shapes), found.losses


def build_for_loss(model: Any, loss: Any, outputs: Outputs, data: Arrays) -> None:
    """Build the layers that only the model's own ``compute_loss`` calls."""
    if not has_own(model, "compute_loss") or all(layer._built for _, layer in places(model)):
        return
    aim, numbers = Aim(model, loss, outputs.names), as_arrays(loss_numbers(loss, None))
    rows = jax.tree.map(
        lambda a: jax.ShapeDtypeStruct((2, *a.shape[1:]), a.dtype),
        (data["x"], data["y"], data["weight"]),
    )

    def compute(bound: Any, *batch: Any) -> Any:
        found = bound(batch[0])
        given = partial(given_loss, aim, bound._scope, {}, numbers)
        own_loss(bound, bound._scope, given, batch, found, training=False)
        return found

    infer_with(model, compute, rows)
    for path, slot in weights_of(model):
        slot.home = (model.seed, path)


def need_loss(model: Any, loss: Any, added: int, who: str) -> None:
    """Refuse to measure where nothing says what the loss is.

    Args:
        model: The model.
        loss: The loss in use.
        added: How many losses layers add while they are called.
        who: The method, for messages.
    """
    if loss is not None or added or has_own(model, "compute_loss"):
        return
    if has_own(model, "train_step"):
        problem = "`train_step` is for training alone; without a loss there is nothing to measure."
        raise ArgumentError(who, problem, "model.compile(loss=...), or write `compute_loss`")
    raise ArgumentError(
        who, "no loss is known yet.", "name it: model.compile(loss=...), or fit first"
    )


def check_input_shape(model: Any, inputs: Any) -> None:
    """Refuse data whose rows have another shape, or other names, than the model was built for."""
    expected = model.input_shape
    if expected is None or model._works_on_host():  # layers on the host take rows of many shapes
        return
    if not (hasattr(inputs, "shape") and is_one(expected)):
        check_several(model, expected, inputs)
        return
    came = tuple(inputs.shape)
    if fits(expected, came) or is_column(model, expected, came):
        return
    raise ShapeError(
        f"{type(model).__name__} '{model.name}'",
        f"it was built for {shape_in_words(expected)}, but x has {shape_in_words((None, *came[1:]))} "
        f"(its shape is {came}).",
        input_repair(tuple(expected[1:]), came),
    )


def input_repair(expected: tuple[int | None, ...], came: tuple[int, ...]) -> str | None:
    """Find the one line that brings ``x`` into the expected shape, if reshaping does."""
    size = int(np.prod([s or 1 for s in expected]))
    if came == expected:
        return "one row needs a batch axis: x[None, ...]"
    if int(np.prod(came[1:])) == size:
        return f"x = x.reshape(len(x), {', '.join(str(s) for s in expected)})"
    if len(came) == 1 and came[0] == size:
        return "one row needs a batch axis: x[None, :]"
    return f"the first layer expects rows of shape {expected}; the batch is not part of input_shape"


def split(data: Arrays, fraction: float, seed: int, shuffle: bool) -> tuple[Arrays, Arrays, str]:
    """Part the data into training and validation rows, and say how many of each class are where."""
    count, y = rows(data["x"]), data["y"]
    classes = next((a for a in jax.tree.leaves(y) if class_groups(a) is not None), None)
    kept, held = train_validation_split(count, fraction, classes, seed=seed, shuffle=shuffle)
    note = f"training {len(kept)} rows, validation {len(held)} rows"
    if classes is not None:
        note = split_note(classes, kept, held)
    return take(data, kept), take(data, held), note


def take(data: Arrays, index: Any) -> Arrays:
    """Return the rows at ``index`` of every array."""
    return jax.tree.map(lambda array: np.ascontiguousarray(array[index]), data)


def prepare_validation(
    model: Any, compiled: Compiled, loss: Any, outputs: Outputs, data: Any
) -> Arrays:
    """Check and convert ``(x, y)`` or ``(x, y, sample_weight)`` for a pass without training."""
    lone = isinstance(data, (tuple, list)) and len(data) == 1 and loss is None
    if not lone and not (isinstance(data, (tuple, list)) and len(data) in (2, 3)):
        raise ArgumentError(
            "validation_data",
            f"it must be (x, y) or (x, y, sample_weight), but it is a {type(data).__name__}.",
            "validation_data=(x_val, y_val)",
        )
    x, y, sample_weight = (*data, None, None)[:3]
    inputs = prepare_inputs(model, x)
    check_input_shape(model, inputs)
    return prepare_evaluation(model, compiled, loss, outputs, (inputs, y, sample_weight))


def prepare_evaluation(
    model: Any, compiled: Compiled, loss: Any, outputs: Outputs, data: tuple[Any, Any, Any]
) -> Arrays:
    """Fit targets and sample weights to inputs that are arrays already."""
    inputs, y, sample_weight = data
    if y is None:
        need_targets(model, loss, "evaluate")
    fitted = fit_all(
        inputs,
        y,
        outputs,
        loss,
        with_metrics(compiled, outputs),
        classes=model.classes,
        sample_weight=sample_weight,
    )
    return {"x": inputs, "y": fitted.y, "weight": fitted.weight}
