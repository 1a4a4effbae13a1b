"""All that one training of a trial needs, and the changes that are made to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import jax

from pellucid import losses, optimizers
from pellucid.core.errors import nearest
from pellucid.insight.doctor.changes import (
    Change,
    Encode,
    Scale,
    SetFit,
    SetLoss,
    SetOptimizer,
    StopEarly,
)
from pellucid.insight.doctor.verify.apart import changed_model, touched
from pellucid.insight.doctor.verify.draft import refuse
from pellucid.insight.doctor.verify.program import Program
from pellucid.insight.doctor.verify.rows import (
    Rows,
    Scaling,
    encoded,
    scaling_of,
    with_inputs,
    with_one,
)
from pellucid.modules import infer
from pellucid.modules.pure import Inferred
from pellucid.modules.tree import weights_of
from pellucid.training.compiled import losses_by_output

FIT_ARGUMENTS = ("epochs", "batch_size", "shuffle", "class_weight")
"""The arguments of ``fit`` that change what is learnt. Others change what is measured or shown."""
BATCH_SIZE = 32


@dataclass(frozen=True)
class Setup:
    """One training, described.

    Attributes:
        program: What the user trained.
        changes: What is changed of the model; it is copied anew for each training.
        optimizer, loss: As for ``compile``.
        training: The rows to train on.
        held: The rows to measure on; their targets stay as the user wrote them.
        epochs: Passes over the rows.
        batch_size, shuffle, class_weight: As for ``fit``.
        patience: Epochs to wait before stopping early, or None for no stopping.
        scalings: By output the scaling of the targets, to be undone in predictions.
    """

    program: Program
    optimizer: Any
    loss: Any
    training: Rows
    held: Rows
    epochs: int
    batch_size: int
    shuffle: bool
    class_weight: Any
    changes: tuple[Change, ...] = ()
    patience: int | None = None
    scalings: Mapping[str, Scaling] = field(default_factory=dict)

    @property
    def steps(self) -> int:
        """Steps of one pass."""
        return -(-self.training.count // self.batch_size)

    def model(self, number: int = 0) -> Any:
        """Return a compiled copy of the user's model with the changes.

        Args:
            number: 0 draws the weights as the user's model did; others under other seeds.
        """
        program = self.program
        copy = changed_model(program.model, self.changes)
        copy.strict = False
        copy.reset(program.model.seed + number)
        if program.weights:
            inferred(copy, self.training)
            self.give_weights(copy)
        copy.compile(self.optimizer.clone(), self.loss, loss_weights=program.compiled.loss_weights)
        return copy

    def give_weights(self, copy: Any) -> None:
        """Give a copy the weights that were not drawn, but for layers that are to be drawn in another way."""
        drawn_anew = touched(self.program.model, self.changes)
        for path, slot in weights_of(copy):
            given = self.program.weights.get(path)
            is_anew = any(path.startswith(f"{layer}/") for layer in drawn_anew)
            if given is not None and given.shape == slot.shape and not is_anew:
                slot.assign(given)


def inferred(copy: Any, rows: Rows) -> Inferred:
    """Return what shape inference finds for two of the rows; a copy that was not built declares its weights."""
    return infer(copy, copy.host_inputs(jax.tree.map(lambda a: a[:2], rows.x)))


def setup_of(program: Program, training: Rows, held: Rows, epochs: int) -> Setup:
    """Describe the training as the user wrote it, on these rows."""
    return Setup(
        program,
        program.compiled.optimizer,
        program.compiled.loss,
        training,
        held,
        epochs,
        min(program.batch_size or BATCH_SIZE, training.count),
        program.shuffle,
        program.class_weight,
    )


def changed(setup: Setup, changes: Sequence[Change]) -> Setup:
    """Return the training with changes, each as a person would make it.

    Raises:
        ArgumentError: A change cannot be made, and why.
    """
    setup = replace(setup, changes=(*setup.changes, *changes))
    for change in changes:
        make = MAKERS.get(type(change))
        if make is not None:
            setup = make(setup, change)
    changed_model(setup.program.model, setup.changes)  # refuses here what cannot be built
    return setup


def set_loss(setup: Setup, change: SetLoss) -> Setup:
    """Train on another loss, of one output or of all."""
    found = losses.get(change.loss)
    loss = type(found)(**change.arguments) if change.arguments else found
    names = setup.program.model.output_names or []
    if change.output and len(names) > 1:
        chosen = losses_by_output(replace(setup.program.compiled, loss=setup.loss), tuple(names))
        if change.output not in chosen:
            refuse(f"there is no output '{change.output}'; there are: {', '.join(names)}.")
        return replace(setup, loss={**chosen, change.output: loss})
    return replace(setup, loss=loss)


def set_optimizer(setup: Setup, change: SetOptimizer) -> Setup:
    """Train with another optimizer, or with other numbers of the same."""
    if change.optimizer is None:
        return replace(setup, optimizer=setup.optimizer.clone(**change.arguments))
    kind = type(optimizers.get(change.optimizer))
    return replace(setup, optimizer=kind(**change.arguments))


def set_fit(setup: Setup, change: SetFit) -> Setup:
    """Give an argument of ``fit`` another value; ``epochs`` are those of the user's rows."""
    if change.argument not in FIT_ARGUMENTS:
        close = nearest(change.argument, FIT_ARGUMENTS)
        hint = f"; did you mean `{close}`?" if close else "."
        refuse(f"`{change.argument}` of fit changes what is measured, not what is learnt{hint}")
    value = change.value
    if change.argument == "epochs":
        value = max(1, round(setup.epochs * value / (setup.program.epochs or 1)))
    if change.argument == "batch_size":
        value = min(value or BATCH_SIZE, setup.training.count)
    return replace(setup, **{change.argument: value})


def scale(setup: Setup, change: Scale) -> Setup:
    """Bring inputs or targets to mean 0 and spread 1 by the training rows."""
    if change.what == "y":
        return scale_targets(setup, change)
    names = setup.program.model.input_names
    found: list[Scaling] = []

    def fitted(values: Any) -> Any:
        found.append(scaling_of(values, change.by))
        return found[0](values)

    training = with_one(setup.training.x, names, change.name, fitted)
    held = with_one(setup.held.x, names, change.name, found[0])
    return replace(
        setup,
        training=with_inputs(setup.training, training),
        held=with_inputs(setup.held, held),
    )


def scale_targets(setup: Setup, change: Scale) -> Setup:
    """Scale the targets of an output; predictions are brought back before they are measured."""
    names = setup.program.model.output_names
    found: dict[str, Scaling] = {}

    def fitted(values: Any) -> Any:
        if values.dtype.kind not in "biuf":
            refuse("the targets are labels, not numbers.")
        found[change.name or ""] = scaling_of(values, change.by)
        return found[change.name or ""](values)

    y = with_one(setup.training.y, names, change.name, fitted)
    return replace(
        setup, training=replace(setup.training, y=y), scalings={**setup.scalings, **found}
    )


def encode(setup: Setup, change: Encode) -> Setup:
    """Write the targets in another form; a one-hot row is as wide as the output."""
    names = setup.program.model.output_names
    shape = changed_model(setup.program.model, setup.changes).output_shape
    units = shape[-1] if isinstance(shape, tuple) and isinstance(shape[-1], int) else None
    y = with_one(
        setup.training.y, names, change.output, lambda values: encoded(values, change.form, units)
    )
    return replace(setup, training=replace(setup.training, y=y))


def stop_early(setup: Setup, change: StopEarly) -> Setup:
    """End where the loss on rows held back is best."""
    return replace(setup, patience=change.patience)


MAKERS: dict[type, Callable[[Setup, Any], Setup]] = {
    SetLoss: set_loss,
    SetOptimizer: set_optimizer,
    SetFit: set_fit,
    Scale: scale,
    Encode: encode,
    StopEarly: stop_early,
}
"""How each change that is not about layers is made."""
