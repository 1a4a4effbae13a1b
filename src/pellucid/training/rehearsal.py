"""A rehearsal of a step whose code is, in part, the user's own: traced once, without a number, before the program is.

It finds out what the program must know before it is compiled (the columns of what layers watch), and what would go wrong
without a word: a loss from which no gradient comes, numbers that Python draws once for all steps, layers in a default
argument. Models made of our own layers and losses alone are not rehearsed; they have nothing to find out.
"""

from __future__ import annotations

import inspect
import random
from collections import OrderedDict
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np

from pellucid.core.errors import UsageError
from pellucid.modules import fingerprint
from pellucid.modules.notes import line_of
from pellucid.modules.pure import key_spec
from pellucid.modules.tree import layers_in, places, skeleton, weights_of
from pellucid.training.objective import Aim, Measured, objective
from pellucid.training.outputs import Outputs
from pellucid.training.own_step import gradients_of, has_own
from pellucid.training.several import SeveralLosses
from pellucid.training.start import hyper_arrays, weight_kinds

Arrays = dict[str, Any]

KEPT = 64

_found: OrderedDict[Hashable, Parts] = OrderedDict()


@dataclass(frozen=True)
class Parts:
    """The columns of what is watched beside loss and metrics, in training and in passes without it."""

    training: tuple[str, ...]
    checking: tuple[str, ...]


def aim_of(model: Any, loss: Any, outputs: Outputs) -> Aim:
    """Return what a step of this model minimises."""
    own = (has_own(model, "compute_loss"), has_own(model, "train_step"))
    return Aim(skeleton(model._device_part()), loss, outputs.names, *own)


def parts_of(
    model: Any, aim: Aim, data: Arrays, loss_weights: dict[str, float] | None, batch_size: int
) -> Parts:
    """Return what the steps over ``data`` watch beside loss and metrics."""
    if not needs_rehearsal(model, aim):
        columns = aim.loss.columns if isinstance(aim.loss, SeveralLosses) else ()
        return Parts(columns, columns)
    batch = jax.tree.map(
        lambda a: jax.ShapeDtypeStruct((min(batch_size, len(a)), *a.shape[1:]), a.dtype),
        (data["x"], data["y"], data["weight"]),
    )
    hyper = hyper_arrays(model, aim.loss, {}, loss_weights)
    return rehearse(model, aim, weight_kinds(model), batch, hyper)


def is_own(thing: Any) -> bool:
    """Tell whether the class of a layer, loss or metric, or the function in it, is the user's own."""
    held = getattr(thing, "fn", None) or type(thing)
    return (getattr(held, "__module__", None) or "").partition(".")[0] != "pellucid"


def needs_rehearsal(model: Any, aim: Aim) -> bool:
    """Tell whether a step runs code of the user's own."""
    losses = aim.loss.losses.values() if isinstance(aim.loss, SeveralLosses) else [aim.loss]
    return any(is_own(layer) for _, layer in places(model)) or any(
        is_own(loss) for loss in losses if loss is not None
    )


def rehearse(
    model: Any, aim: Aim, kinds: tuple[Any, Any], batch: Any, hyper: Any
) -> Parts:
    """Trace a step, if an equal one was not traced before, and return what it watches.

    Args:
        model: The user's model, built.
        aim: What is minimised.
        kinds: The paths of the weights that training changes, and of declared state.
        batch: Specs of inputs, targets and weights of one batch.
        hyper: All numbers, as arrays.

    Raises:
        UsageError: What would train without a word and be wrong.
    """
    shapes = tuple((spec.shape, str(spec.dtype)) for spec in jax.tree.leaves(batch))
    own = (aim.names, aim.own_loss, aim.own_step)
    prints = (fingerprint(model), fingerprint(aim.loss))
    key = (prints, own, kinds, shapes, str(jax.tree.structure(batch)))
    if key not in _found:
        refuse_default_layers(model)
        with refusing_python_random(model):
            _found[key] = _trace(aim, kinds, batch, hyper)
        while len(_found) > KEPT:
            _found.popitem(last=False)
    return _found[key]


def _trace(aim: Aim, kinds: tuple[Any, Any], batch: Any, hyper: Any) -> Parts:
    trainable, state_paths = kinds
    slots = weights_of(aim.model)
    specs = {path: jax.ShapeDtypeStruct(slot.shape, slot.dtype) for path, slot in slots}
    params = {path: spec for path, spec in specs.items() if path in trainable}
    state = {path: spec for path, spec in specs.items() if path in state_paths}
    frozen = {p: spec for p, spec in specs.items() if p not in params and p not in state}
    kept: dict[str, tuple[str, ...]] = {}

    def step(params: Arrays, state: Arrays, frozen: Arrays, batch: Any, key: Any) -> Arrays:
        _, gradients, measured = gradients_of(aim, params, state, frozen, batch, hyper, key)
        kept["training"] = columns_of(aim, measured)
        return gradients

    def check(params: Arrays, state: Arrays, frozen: Arrays, batch: Any) -> Any:
        everything = {**params, **frozen}
        loss, measured = objective(aim, everything, state, batch, hyper, training=False)
        kept["checking"] = columns_of(aim, measured)
        return loss

    traced = jax.make_jaxpr(step)(params, state, frozen, batch, key_spec())
    jax.eval_shape(check, params, state, frozen, batch)
    if params and not aim.own_step and all(is_zero(traced.jaxpr, v) for v in traced.jaxpr.outvars):
        raise no_gradient(aim)
    return Parts(kept["training"], kept["checking"])


def columns_of(aim: Aim, measured: Measured) -> tuple[str, ...]:
    """Return what a step watches in the order of the columns: the outputs' losses, then what layers added."""
    first = aim.loss.columns if isinstance(aim.loss, SeveralLosses) else ()
    losses = [name for name in first if name in measured.parts]
    return (*losses, *(name for name in measured.parts if name not in losses))


def is_zero(jaxpr: Any, variable: Any) -> bool:
    """Tell whether a variable of a traced function is a constant zero, whatever comes in."""
    if hasattr(variable, "val"):
        return bool(np.all(np.asarray(variable.val) == 0))
    maker = next((eq for eq in jaxpr.eqns if variable in eq.outvars), None)
    passes = ("broadcast_in_dim", "convert_element_type", "transpose", "reshape", "neg", "copy")
    if maker is None or maker.primitive.name not in passes:
        return False
    return is_zero(jaxpr, maker.invars[0])


def no_gradient(aim: Aim) -> UsageError:
    """Build the error for a loss from which no weight gets a gradient."""
    own = [loss for loss in [aim.loss] if loss is not None and is_own(loss)]
    if aim.own_loss:
        who, where = f"{type(aim.model).__name__}.compute_loss", line_of(type(aim.model).compute_loss)  # pyright: ignore[reportAttributeAccessIssue]
    elif own:
        who, where = f"Loss '{own[0].name}'", line_of(getattr(own[0], "fn", None) or type(own[0]).call)
    else:
        who, where = f"{type(aim.model).__name__} '{aim.model.name}'", line_of(type(aim.model).call)
    return UsageError(
        who,
        "its gradient is zero for every weight, so nothing can be learnt: steps (`>`, argmax, round, sign, a cast to "
        "integers) and stop_gradient let no gradient through.",
        "a smooth stand-in: jax.nn.sigmoid(10 * x) for x > 0, jax.nn.softmax(x) for argmax; leave stop_gradient away",
        where=where,
    )


def refuse_default_layers(model: Any) -> None:
    """Refuse layers in a default argument: Python makes it once, so that all objects would share them."""
    for _, layer in places(model):
        if not is_own(layer):
            continue
        for name, parameter in inspect.signature(type(layer).__init__).parameters.items():
            if isinstance(parameter.default, (list, dict)) and any(
                layers_in(name, parameter.default)
            ):
                raise UsageError(
                    f"{type(layer).__name__} '{layer.name}'",
                    f"layers were put into the default of its argument `{name}`, which all {type(layer).__name__} "
                    "share: a second one would have the layers of the first.",
                    f"def __init__(self, {name}=None) and self.{name} = list({name} or [])",
                    where=line_of(type(layer).__init__),
                )


@contextmanager
def refusing_python_random(model: Any) -> Iterator[None]:
    """Refuse code that draws from Python's or NumPy's global generator while it is traced.

    Raises:
        UsageError: The numbers would be drawn once and be the same in every step.
    """
    before = _generators()
    yield
    for name, was, now in zip(("random", "np.random"), before, _generators(), strict=True):
        if was != now:
            raise UsageError(
                f"{type(model).__name__} '{model.name}'",
                f"code inside `call` or the loss draws from `{name}`: that happens once, while the program is "
                "compiled, and every step would see the same numbers.",
                "in call: jax.random.normal(self.random_key(), x.shape)",
            )


def _generators() -> tuple[int, int]:
    numpy = np.random.get_state()  # noqa: NPY002 (it is the global generator that is watched)
    return hash(random.getstate()), hash((numpy[1].tobytes(), numpy[2:]))
