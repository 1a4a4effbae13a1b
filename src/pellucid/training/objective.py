"""What is minimised: the weighted loss of a batch and the penalties, in the stable fused form where there is one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp

from pellucid.core.errors import ShapeError
from pellucid.core.late import LateModule
from pellucid.core.paths import join
from pellucid.modules import Layer
from pellucid.modules.binding import Scope, measured
from pellucid.modules.notes import line_of, noted
from pellucid.modules.pure import last_activations, output_masks, run_with
from pellucid.modules.tree import owners, places, weights_of
from pellucid.training.mixing import mixed_loss
from pellucid.training.outputs import Names
from pellucid.training.several import WEIGHT, SeveralLosses, weight_of

if TYPE_CHECKING:
    from pellucid.modules.taps import Taps
    from pellucid.training.captured import Captured

# What looks into a pass is imported when somebody looks.
captured: Any = LateModule("pellucid.training.captured")

Arrays = dict[str, Any]


@dataclass(frozen=True)
class Aim:
    """What a step minimises.

    Attributes:
        model: The model's structure without its weights.
        loss: The loss object, the losses of several outputs, or None where only penalties and added losses count.
        names: The names of several outputs, or None.
        own_loss: Whether the model's class has a ``compute_loss`` of its own.
        own_step: Whether it has a ``train_step`` of its own.
    """

    model: Layer
    loss: Any
    names: Names
    own_loss: bool = False
    own_step: bool = False

    def fitted(self, outputs: Any, y: Any) -> Any:
        """Return the outputs of one unit for each column of targets, where a model takes what Keras's losses broadcast.

        Only models that are not strict get there; others refuse such targets (:mod:`pellucid.data.targets`).
        """
        one = getattr(self.loss, "target", "") == "real" and not getattr(self.model, "strict", True)
        if not one or jnp.shape(outputs)[-1:] != (1,) or jnp.shape(y)[:-1] != outputs.shape[:-1]:
            return outputs
        return jnp.broadcast_to(outputs, jnp.shape(y))


@partial(
    jax.tree_util.register_dataclass,
    data_fields=["outputs", "state", "parts", "masks", "captured"],
    meta_fields=[],
)
@dataclass(frozen=True)
class Measured:
    """What a batch gave beside the total loss.

    Attributes:
        outputs: The model's outputs as it gives them.
        state: The state after the call, by path.
        parts: Numbers of the batch that are watched, by the history's column: losses of several outputs, and what
            layers added (``add_metric``).
        masks: The outputs' masks: one or None, or a tuple of them by the outputs' leaves.
        captured: What layers gave, where it was asked for.
    """

    outputs: Any
    state: Arrays
    parts: Arrays
    masks: Any = None
    captured: Captured | None = None


def objective(
    aim: Aim,
    params: Arrays,
    state: Arrays,
    batch: tuple[Any, Any, Any],
    hyper: dict[str, Arrays],
    *,
    training: bool,
    key: Any = None,
    building: bool = False,
    over: str | None = None,
    capture: bool = False,
    taps: Taps | None = None,
) -> tuple[Any, Measured]:
    """Return the total loss of a batch and what the model gave.

    Args:
        aim: What is minimised.
        params: All parameters by path, frozen ones too.
        state: State by path.
        batch: Inputs, targets and sample weights (or None).
        hyper: Arrays under ``"model"`` and ``"loss"``.
        training: Whether layers behave as in training.
        key: The step's JAX key.
        building: Whether layers may declare weights, in a rehearsal.
        over: The axis of the cores among which the rows are shared, or None.
        capture: Whether to keep what layers gave.
        taps: Looks at what layers take and give; for explanations.
    """
    x, y, weight = batch
    arrays = {**params, **state}
    scope = Scope(
        arrays,
        training=training,
        key=key,
        hyper=hyper["model"],
        building=building,
        capture=capture,
        over=over,
        taps=taps,
    )
    parts: Arrays = {}
    plain = partial(given_loss, aim, scope, parts, hyper["loss"])
    given = partial(mixed_loss, plain, scope.mixes, parts)
    own: list[Any] = []

    def compute(bound: Any) -> Any:
        outputs = bound(x)
        scope.batch = (x, outputs)
        if aim.own_loss:
            own.append(own_loss(bound, scope, given, batch, outputs, training))
        return outputs

    applied = run_with(aim.model, compute, state, scope)
    token = measured.set(scope)
    try:
        total = own[0] if own else given(y, applied.outputs, weight)
    finally:
        measured.reset(token)
    penalty = penalty_of(aim.model, arrays, hyper["model"])
    total = total + penalty
    for extra in applied.losses:
        total = total + extra
    if taps is not None:
        taps.finish(scope, applied.logits, sum(applied.losses, penalty))
    watched = {**parts, **applied.metrics}
    masks = output_masks(scope, applied.outputs)
    seen = captured.captured_in(scope, aim.model, applied.outputs) if capture else None
    return total, Measured(applied.outputs, applied.state, watched, masks, seen)


def given_loss(
    aim: Aim, scope: Scope, parts: Arrays, numbers: Arrays, y: Any, outputs: Any, weight: Any
) -> Any:
    """Return the loss that ``compile`` was given, and put the losses of several outputs among the ``parts``."""
    logits, activation = last_activations(scope, outputs)
    if aim.loss is None:
        return jnp.float32(0.0)
    if aim.names is None:
        head = Head(aim.fitted(outputs, y), logits, activation, scope.mask_of(outputs))
        value = loss_of(aim.loss, head, y, weight, numbers)
        return value * numbers[WEIGHT] if WEIGHT in numbers else value
    leaves = jax.tree.leaves(outputs)
    masks = map(scope.mask_of, leaves)
    heads = dict(zip(aim.names, map(Head, leaves, logits, activation, masks), strict=True))
    return several_losses(aim.loss, heads, y, weight, numbers, parts)


@dataclass(frozen=True)
class Head:
    """One output, what its last activation was applied to, that activation's name, and which positions count."""

    outputs: Any
    logits: Any
    activation: str | None
    mask: Any = None


def several_losses(
    loss: SeveralLosses,
    heads: dict[str, Head],
    y: Arrays,
    weight: Any,
    numbers: Arrays,
    parts: Arrays,
) -> Any:
    """Return the weighted sum of the outputs' losses; each, unweighted, goes to the ``parts``."""
    total = jnp.float32(0.0)
    for name, each in loss.losses.items():
        value = loss_of(each, heads[name], y[name], weight_of(weight, name), numbers[name])
        total = total + value * numbers[name][WEIGHT]
        if loss.columns:
            parts[f"{name}_loss"] = value
    return total


def loss_of(loss: Any, head: Head, y: Any, weight: Any, numbers: Arrays) -> Any:
    """Return the scalar loss of one output of a batch.

    A model that ends in softmax (or sigmoid) and a cross-entropy are computed together from the logits:
    the logarithm of a rounded probability is never taken.
    """
    loss = with_numbers(loss, numbers)
    with noted(f"In loss '{loss.name}'."):
        if loss.fused is not None and loss.fused == head.activation and not loss.from_logits:
            values = loss.call_on_logits(y, head.logits)
        else:
            values = loss.call(y, head.outputs)
        check_values(loss, values, head.outputs.shape[0])
        mask = both(loss.mask(y, values), head.mask, jnp.shape(values))
        return jnp.mean(loss.reduce(values, weight, mask))


def both(one: Any, two: Any, shape: tuple[int, ...]) -> Any:
    """Return where both masks say that a value counts; a mask of another shape than the values says nothing of them."""
    if two is None or jnp.shape(two) != shape:
        return one
    return two if one is None else jnp.asarray(one, bool) & two


def check_values(loss: Any, values: Any, rows: int) -> None:
    """Refuse a loss that gives something else than one value per row, or one for the batch.

    Raises:
        ShapeError: With the line of the user's function.
    """
    function = getattr(loss, "fn", None) or type(loss).call
    if values is None:
        raise ShapeError(
            f"Loss '{loss.name}'", "it returned None.", "add `return`", where=line_of(function)
        )
    shape = jnp.shape(values)
    if shape and shape[0] != rows:
        raise ShapeError(
            f"Loss '{loss.name}'",
            f"it must return one value per row, shape ({rows},), but it returned shape {shape}.",
            "mean over the last axis: jnp.mean(..., axis=-1)",
            where=line_of(function),
        )


def own_loss(bound: Any, scope: Scope, given: Any, batch: Any, outputs: Any, training: bool) -> Any:
    """Call the model's own ``compute_loss`` and check its answer."""
    x, y, weight = batch
    scope.given_loss = given
    who = f"{type(bound).__name__}.compute_loss"
    with noted(f"In {who}."):
        value = bound.compute_loss(
            x=x, y=y, y_pred=outputs, sample_weight=weight, training=training
        )
    shape = None if value is None else jnp.shape(value)
    if shape != ():
        raise ShapeError(
            who,
            "it returned None."
            if shape is None
            else f"it must return one number, not shape {shape}.",
            "return jnp.mean(...)",
            where=line_of(type(bound).compute_loss),
        )
    return value


def penalty_of(model: Layer, arrays: Arrays, hyper: Arrays) -> Any:
    """Return the sum of all regularizers of the weights, their strengths taken from ``hyper``."""
    bound = _with_arrays(model, hyper)
    total = jnp.float32(0.0)
    for path, slot in weights_of(model):
        if slot.regularizer is not None:
            total = total + bound.get(id(slot.regularizer), slot.regularizer)(arrays[path])
    return total


def _with_arrays(model: Layer, hyper: Arrays) -> dict[int, Any]:
    """Return copies of the regularizers whose numbers are arrays of ``hyper``, by the identity of the originals."""
    bound = {}
    for path, layer in places(model):
        for owner_path, owner in owners(path, layer):
            names = [name for name in owner.hyperparameters if join(owner_path, name) in hyper]
            if names and owner is not layer:
                copy = object.__new__(type(owner))
                copy.__dict__.update(vars(owner))
                copy.__dict__.update({name: hyper[join(owner_path, name)] for name in names})
                bound[id(owner)] = copy
    return bound


def with_numbers(recorded: Any, numbers: Arrays) -> Any:
    """Return a copy of a loss whose hyper-parameters are the arrays of ``numbers``."""
    own = {name: array for name, array in numbers.items() if name != WEIGHT}
    if not own:
        return recorded
    copy = object.__new__(type(recorded))
    copy.__dict__.update(vars(recorded))
    copy.__dict__.update(own)
    return copy
