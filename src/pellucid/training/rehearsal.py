"""A rehearsal of a step whose code is, in part, the user's own: traced once, without a number, before the program is.

It finds out what the program must know before it is compiled (the columns of what layers watch), and what would go
wrong without a word: a loss from which no gradient comes, numbers that Python draws once for all steps, layers in a
default argument. Models made of our own layers and losses alone are not rehearsed; they have nothing to find out.
"""

from __future__ import annotations

import inspect
import random
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import Any

import jax
import numpy as np

from pellucid.core.errors import UsageError
from pellucid.modules import fingerprint
from pellucid.modules.notes import is_our_class, is_our_function, line_of
from pellucid.modules.pure import key_spec
from pellucid.modules.tree import layers_in, places, skeleton, weights_of
from pellucid.training.objective import Aim, Measured, objective
from pellucid.training.outputs import Outputs
from pellucid.training.own_step import gradients_of, has_own
from pellucid.training.several import SeveralLosses
from pellucid.training.start import hyper_arrays, weight_kinds

Arrays = dict[str, Any]

KEPT = 64

_found: OrderedDict[Hashable, tuple[str, ...]] = OrderedDict()


def aim_of(model: Any, loss: Any, outputs: Outputs) -> Aim:
    """Return what a step of this model minimises."""
    own = (has_own(model, "compute_loss"), has_own(model, "train_step"))
    return Aim(skeleton(model._device_part()), loss, outputs.names, *own)


def parts_of(
    model: Any,
    aim: Aim,
    data: Arrays | None,
    loss_weights: dict[str, float] | None,
    batch_size: int,
    training: bool,
) -> tuple[str, ...]:
    """Return the columns of what the steps over ``data`` watch beside loss and metrics.

    Args:
        model: The user's model, built.
        aim: What is minimised.
        data: ``x``, ``y`` and ``weight``, or None where there are none to go over.
        loss_weights: The losses' weights by output, or None.
        batch_size: Rows per step.
        training: Whether the steps train.
    """
    if data is None or not needs_rehearsal(model, aim):
        return aim.loss.columns if isinstance(aim.loss, SeveralLosses) else ()
    batch = jax.tree.map(
        lambda a: jax.ShapeDtypeStruct((min(batch_size, len(a)), *a.shape[1:]), a.dtype),
        (data["x"], data["y"], data["weight"]),
    )
    hyper = hyper_arrays(model, aim.loss, {}, loss_weights)
    return rehearse(model, aim, batch, hyper, training)


def is_own(thing: Any) -> bool:
    """Tell whether the class of a layer, loss or metric, or the function in it, is the user's own."""
    function = getattr(thing, "fn", None)
    return not (is_our_class(type(thing)) and (function is None or is_our_function(function)))


def needs_rehearsal(model: Any, aim: Aim) -> bool:
    """Tell whether a step runs code of the user's own."""
    return any(is_own(layer) for _, layer in places(model)) or any(map(is_own, losses_of(aim)))


def rehearse(model: Any, aim: Aim, batch: Any, hyper: Any, training: bool) -> tuple[str, ...]:
    """Trace a step, if an equal one was not traced before, and return the columns of what it watches.

    Args:
        model: The user's model, built.
        aim: What is minimised.
        batch: Specs of inputs, targets and weights of one batch.
        hyper: All numbers, as arrays.
        training: Whether the step trains.

    Raises:
        UsageError: What would train without a word and be wrong.
    """
    shapes = tuple((spec.shape, str(spec.dtype)) for spec in jax.tree.leaves(batch))
    own = (aim.names, aim.own_loss, aim.own_step, training, weight_kinds(model))
    prints = (fingerprint(model), fingerprint(aim.loss))
    key = (prints, own, shapes, str(jax.tree.structure(batch)))
    if key not in _found:
        refuse_default_layers(model)
        with refusing_python_random(model, aim):
            _found[key] = trace(aim, weight_kinds(model), batch, hyper, training)
        while len(_found) > KEPT:
            _found.popitem(last=False)
    return _found[key]


def trace(aim: Aim, kinds: Any, batch: Any, hyper: Any, training: bool) -> tuple[str, ...]:
    """Trace one step, and refuse a loss from which no weight gets a gradient."""
    params, state, frozen = specs_of_weights(aim.model, *kinds)
    kept: list[tuple[str, ...]] = []

    def step(params: Arrays, state: Arrays, frozen: Arrays, batch: Any, key: Any) -> Arrays:
        _, gradients, measured = gradients_of(aim, params, state, frozen, batch, hyper, key)
        kept.append(columns_of(aim, measured))
        return gradients

    def check(params: Arrays, state: Arrays, frozen: Arrays, batch: Any) -> Any:
        everything = {**params, **frozen}
        loss, measured = objective(aim, everything, state, batch, hyper, training=False)
        kept.append(columns_of(aim, measured))
        return loss

    if not training:
        jax.eval_shape(check, params, state, frozen, batch)
        return kept[0]
    traced = jax.make_jaxpr(step)(params, state, frozen, batch, key_spec())
    if params and not aim.own_step and all(is_zero(traced.jaxpr, v) for v in traced.jaxpr.outvars):
        raise no_gradient(aim)
    return kept[0]


def specs_of_weights(
    model: Any, trainable: frozenset[str], state_paths: frozenset[str]
) -> tuple[Arrays, Arrays, Arrays]:
    """Return shapes and dtypes of what training changes, of the state, and of what is frozen."""
    slots = weights_of(model)
    specs = {path: jax.ShapeDtypeStruct(slot.shape, slot.dtype) for path, slot in slots}
    params = {path: spec for path, spec in specs.items() if path in trainable}
    state = {path: spec for path, spec in specs.items() if path in state_paths}
    return params, state, {p: s for p, s in specs.items() if p not in params and p not in state}


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
    own = next((loss for loss in losses_of(aim) if is_own(loss)), None)
    model: Any = aim.model
    if aim.own_loss:
        who, method = f"{type(model).__name__}.compute_loss", type(model).compute_loss
    elif own is not None:
        who, method = f"Loss '{own.name}'", getattr(own, "fn", None) or type(own).call
    else:
        who, method = f"{type(model).__name__} '{model.name}'", type(model).call
    return UsageError(
        who,
        "its gradient is zero for every weight, so nothing can be learnt: steps (`>`, argmax, round, sign, a cast to "
        "integers) and stop_gradient let no gradient through.",
        "a smooth stand-in: jax.nn.sigmoid(10 * x) for x > 0, jax.nn.softmax(x) for argmax; leave stop_gradient away",
        where=line_of(method),
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
def refusing_python_random(model: Any, aim: Aim) -> Iterator[None]:
    """Refuse code that draws from Python's or NumPy's global generator while it is traced.

    Raises:
        UsageError: The numbers would be drawn once and be the same in every step.
    """
    before = _generators()
    yield
    for name, was, now in zip(("random", "np.random"), before, _generators(), strict=True):
        if was != now:
            found = (line_of(f, pattern=r"\brandom\.") for f in own_functions(model, aim))
            raise UsageError(
                f"{type(model).__name__} '{model.name}'",
                f"its code draws from `{name}`: that happens once, while the program is compiled, and every step "
                "would see the same numbers.",
                "in call: jax.random.normal(self.random_key(), x.shape)",
                where=next((line for line in found if line), None),
            )


def own_functions(model: Any, aim: Aim) -> Iterator[Callable[..., Any]]:
    """Yield the functions of the user's own that a step calls."""
    for _, layer in places(model):
        for name in ("call", "compute_loss", "train_step"):
            if is_own(layer) and hasattr(type(layer), name):
                yield getattr(type(layer), name)
    for loss in losses_of(aim):
        if is_own(loss):
            yield getattr(loss, "fn", None) or type(loss).call


def losses_of(aim: Aim) -> list[Any]:
    """Return the losses in a list."""
    several = isinstance(aim.loss, SeveralLosses)
    return list(aim.loss.losses.values()) if several else [aim.loss] if aim.loss else []


def _generators() -> tuple[int, int]:
    numpy: Any = np.random.get_state()  # noqa: NPY002 (it is the global generator that is watched)
    return hash(random.getstate()), hash((numpy[1].tobytes(), numpy[2:]))
