"""Everything that is checked and decided on the host before a program starts.

After this step the data are arrays of known shape and dtype, the model is built, loss and metrics are objects,
and what could train wrongly has been refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax
import numpy as np

from pellucid.core.errors import ArgumentError, DataError, ShapeError, UsageError
from pellucid.core.specs import shape_in_words
from pellucid.data.arrays import as_inputs, check_same_rows, rows
from pellucid.data.head import Head
from pellucid.data.splits import class_weights, split_note, train_validation_split
from pellucid.data.targets import fit_targets
from pellucid.modules import infer
from pellucid.training.compiled import Compiled, resolve_metrics
from pellucid.training.default_loss import choose_loss

Arrays = dict[str, Any]


@dataclass
class Prepared:
    """A task ready for a plan.

    Attributes:
        data: ``x``, ``y``, ``weight`` of the training set.
        validation: The same of the validation set, or None.
        loss: The loss object.
        metrics: The metric objects.
        outputs: Specs of the model's outputs for one batch.
        notes: What was decided or repaired on the user's behalf, one sentence each.
    """

    data: Arrays
    validation: Arrays | None
    loss: Any
    metrics: tuple[Any, ...]
    outputs: Any
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
    inputs = as_inputs(x)
    if y is None:
        raise DataError(
            "fit", "no targets `y` were given.", "model.fit(x, y); an autoencoder: model.fit(x, x)"
        )
    check_same_rows(inputs, y, sample_weight)
    head, outputs = match_inputs(model, inputs)
    loss, notes = compiled.loss, []
    if loss is None:
        loss, note = choose_loss(head, y)
        notes.append(note)
    targets = fit_targets(y, head=head, loss=loss, classes=model.classes)
    if targets.note:
        notes.append(targets.note)
    model.classes = targets.classes
    weight = combined_weight(sample_weight, class_weight, targets, rows(inputs))
    data = {"x": inputs, "y": targets.array, "weight": weight}
    validation = None
    if validation_data is not None:
        validation = prepare_evaluation(model, loss, head, validation_data)
    elif validation_split:
        data, validation, note = split(data, validation_split, seed, shuffle)
        notes.append(note)
    spec = jax.ShapeDtypeStruct(targets.array.shape, targets.array.dtype)
    metrics = resolve_metrics(compiled.metrics, loss, spec, outputs)
    return Prepared(data, validation, loss, metrics, outputs, notes)


def match_inputs(model: Any, inputs: Any) -> tuple[Head, Any]:
    """Build the model on first data, refuse data of another shape later; return the last layer and the outputs."""
    spec = jax.tree.map(lambda a: jax.ShapeDtypeStruct((2, *a.shape[1:]), a.dtype), inputs)
    check_input_shape(model, inputs)
    found = infer(model, spec)
    model._note_inputs(spec)
    outputs = found.outputs
    if not hasattr(outputs, "shape"):
        raise UsageError(
            type(model).__name__,
            f"its `call` returns a {type(outputs).__name__}; training needs one array of outputs.",
        )
    return Head(last_layer_name(model), found.activation, tuple(outputs.shape[1:])), outputs


def last_layer_name(model: Any) -> str:
    """Return the name of the layer that makes the outputs, as far as the model knows it."""
    layers = getattr(model, "layers", None)
    return layers[-1].name if layers else model.name


def check_input_shape(model: Any, inputs: Any) -> None:
    """Refuse data whose rows have another shape than the model was built for."""
    expected = model.input_shape
    if expected is None or not hasattr(inputs, "shape"):
        return
    came = tuple(inputs.shape)
    if len(came) == len(expected) and all(
        want is None or want == have for want, have in zip(expected[1:], came[1:], strict=True)
    ):
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


def combined_weight(sample_weight: Any, class_weight: Any, targets: Any, count: int) -> Any:
    """Return one weight per row, or None: ``sample_weight`` times the weight of the row's class."""
    weight = None
    if sample_weight is not None:
        weight = np.asarray(sample_weight, np.float32)
        if weight.shape != (count,):
            raise ShapeError(
                "fit",
                f"sample_weight has shape {weight.shape}; it must be one number per row, ({count},).",
            )
        if not np.isfinite(weight).all() or (weight < 0).any():
            raise DataError("fit", "sample_weight has negative, infinite or NaN entries.")
    if class_weight is not None:
        by_class = class_weights(targets.array, class_weight, targets.classes)
        weight = by_class if weight is None else weight * by_class
    return None if weight is None else np.asarray(weight, np.float32)


def split(data: Arrays, fraction: float, seed: int, shuffle: bool) -> tuple[Arrays, Arrays, str]:
    """Part the data into training and validation rows, and say how many of each class are where."""
    count, y = rows(data["x"]), data["y"]
    kept, held = train_validation_split(count, fraction, y, seed=seed, shuffle=shuffle)
    return take(data, kept), take(data, held), split_note(y, kept, held)


def take(data: Arrays, index: Any) -> Arrays:
    """Return the rows at ``index`` of every array."""
    return jax.tree.map(lambda array: np.ascontiguousarray(array[index]), data)


def prepare_evaluation(model: Any, loss: Any, head: Head, pair: Any) -> Arrays:
    """Check and convert ``(x, y)`` or ``(x, y, sample_weight)`` for a pass without training."""
    if not isinstance(pair, (tuple, list)) or len(pair) not in (2, 3):
        raise ArgumentError(
            "validation_data",
            f"it must be (x, y) or (x, y, sample_weight), but it is a {type(pair).__name__}.",
            "validation_data=(x_val, y_val)",
        )
    x, y, sample_weight = (*pair, None)[:3]
    inputs = as_inputs(x)
    check_same_rows(inputs, y, sample_weight)
    check_input_shape(model, inputs)
    targets = fit_targets(y, head=head, loss=loss, classes=model.classes)
    weight = combined_weight(sample_weight, None, targets, rows(inputs))
    return {"x": inputs, "y": targets.array, "weight": weight}
