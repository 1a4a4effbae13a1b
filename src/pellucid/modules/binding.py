"""Binding: hanging traced arrays on a throw-away copy of a model for the time of one trace.

Terms: the *scope* is the record of one trace (arrays by path, training flag, key, what was assigned); a *twin* is the
throw-away copy of one layer, with arrays where the original declares weights. The user's object is never written to.
"""

from __future__ import annotations

from contextvars import ContextVar
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
from jax.extend.core import get_opaque_trace_state

from pellucid.core.errors import FrozenError, ShapeError, UsageError
from pellucid.core.keys import path_hash
from pellucid.core.paths import join
from pellucid.modules.notes import line_of, note_error
from pellucid.modules.signatures import (
    build_shapes,
    check_signatures,
    named_arguments,
    parameters_of,
    shapes_of,
)
from pellucid.modules.tree import child_layers, is_layer, owners, places

if TYPE_CHECKING:
    from pellucid.modules.layer import Layer
    from pellucid.modules.taps import Taps
    from pellucid.modules.weight import Weight


# The layer whose `call` is running, only to refuse other layers that are called there without being a part of it.
running: ContextVar[str | None] = ContextVar("running", default=None)


# The scope whose loss is being computed: code that holds a layer may read its weights there.
measured: ContextVar[Scope | None] = ContextVar("measured", default=None)


class Restart(Exception):
    """A layer was built inside an inner trace (a scan's body): infer again, now with its weights known."""


class Scope:
    """The record of one trace.

    Args:
        arrays: Weights by path; while ``building``, missing ones are made abstractly.
        training: Whether dropout drops, batch statistics are used, and so on.
        key: The JAX key of this call, a function that makes it when it is needed, or None where nothing is random.
        hyper: Numeric hyper-parameters by path, as arrays; others keep their constants.
        building: Whether layers without weights may be built.
        capture: Whether every layer's output is kept, by path; those of single steps inside a scan are not.
        over: The axis of a mapped program over which other rows of the batch are computed, or None.
        taps: Looks at what layers take and give, and differentiates by it; None in every training.
    """

    def __init__(
        self,
        arrays: dict[str, Any],
        *,
        training: Any = False,
        key: Any = None,
        hyper: dict[str, Any] | None = None,
        building: bool = False,
        capture: bool = False,
        over: str | None = None,
        taps: Taps | None = None,
    ):
        self.arrays = arrays
        self.training = training
        self.key = key
        self.hyper = hyper or {}
        self.building = building
        self.capture = capture
        self.over = over
        self.taps = taps
        self.updates: dict[str, Any] = {}
        self.losses: list[Any] = []
        self.mixes: list[tuple[Any, Any]] = []
        self.metrics: dict[str, Any] = {}
        self.batch: tuple[Any, Any] | None = None  # inputs and outputs, for a loss that reads them
        self.given_loss: Any = None  # what `compile` was given, for a model's own `compute_loss`
        self.outputs: dict[str, Any] = {}
        self.calls: list[tuple[str, Any]] = []  # what `outputs` has, once for each call
        self.shapes: dict[str, tuple[Any, Any]] = {}
        self.paths: dict[int, str] = {}
        self._masks: dict[int, tuple[Any, Any]] = {}
        self._activations: dict[int, tuple[Any, Any, str]] = {}
        self._draws: dict[str, int] = {}
        self._twins: dict[int, Layer] = {}
        self._trace = get_opaque_trace_state()

    def bind(self, layer: Layer, path: str = "") -> Layer:
        """Return the twin of ``layer``, made on first sight; a shared layer keeps its first path."""
        known = self._twins.get(id(layer))
        if known is not None:
            return known
        twin = object.__new__(type(layer))
        self._twins[id(layer)] = twin
        self._fill(twin, layer, self.paths.get(id(layer), path))
        return twin

    def _fill(self, twin: Layer, layer: Layer, path: str) -> None:
        attributes = twin.__dict__
        attributes.update(vars(layer))
        attributes.update(_scope=self, _path=path, _origin=layer)
        for owner_path, owner in owners(path, layer):
            self._bind_hyper(twin, layer, owner_path, owner)
        names = {id(child): name for name, child in child_layers(layer)}
        for attribute, value in vars(layer).items():
            if attribute != "_arguments":
                swapped = self._swap(value, path, names)
                if swapped is not value:
                    attributes[attribute] = swapped
        for attribute, weight in layer._weights.items():
            attributes[attribute] = self._array(join(path, weight.name or ""), weight)
        twin._bound()

    def _bind_hyper(self, twin: Layer, layer: Layer, owner_path: str, owner: Any) -> None:
        """Put the arrays of ``hyper`` in the place of the numbers on the twin, or on a copy of its regularizer."""
        values = {n: self.hyper.get(join(owner_path, n)) for n in owner.hyperparameters}
        values = {name: value for name, value in values.items() if value is not None}
        if not values:
            return
        if owner is layer:
            twin.__dict__.update(values)
            return
        copy = object.__new__(type(owner))
        copy.__dict__.update(vars(owner))
        copy.__dict__.update(values)
        for attribute, value in vars(layer).items():
            if value is owner:
                twin.__dict__[attribute] = copy

    def _swap(self, value: Any, path: str, names: dict[int, str]) -> Any:
        if is_layer(value):
            return self.bind(value, join(path, names[id(value)]))
        # Lists and dicts are copied even without layers, so that nothing traced can be put into the user's own.
        if type(value) in (list, tuple):
            return type(value)(self._swap(item, path, names) for item in value)
        if type(value) is dict:
            return {key: self._swap(item, path, names) for key, item in value.items()}
        return value

    def _array(self, path: str, weight: Weight) -> Any:
        if path in self.updates:
            return self.updates[path]
        if path not in self.arrays and self.building:
            if self.inside_inner_trace():
                raise Restart
            self.arrays[path] = jnp.zeros(weight.shape, weight.dtype)
        if path not in self.arrays:
            raise UsageError(
                f"Weight '{path}'",
                "no array was given for it.",
                "params, state = pellucid.init(model, seed) gives all of them",
            )
        return self.arrays[path]

    def inside_inner_trace(self) -> bool:
        """Tell whether a transform inside ``call`` (a scan, a checkpoint, a gradient) is being traced just now."""
        return get_opaque_trace_state() != self._trace

    def build(self, twin: Layer, shapes: tuple[Any, ...]) -> None:
        """Declare the weights of the twin's original, then bind them."""
        origin = vars(twin)["_origin"]
        declare(origin, *shapes)
        self._fill(twin, origin, twin._path)
        # A layer may build those inside it, and then read their weights.
        for _, child in places(origin)[1:]:
            inner = self._twins.get(id(child))
            if inner is not None and child._built and not inner._built:
                self._fill(inner, child, inner._path)

    def random_key(self, path: str) -> jax.Array:
        """Return the key for the next random draw of the layer at ``path``."""
        if self.key is None:
            raise UsageError(
                f"Layer '{path}'",
                "it draws random numbers, but no key was given.",
                "pellucid.apply(..., training=True, key=jax.random.key(0))",
            )
        draw = self._draws.get(path, 0)
        self._draws[path] = draw + 1
        key: Any = self.key() if callable(self.key) else self.key
        return jax.random.fold_in(key, path_hash(path, draw) & 0x7FFFFFFF)

    def set_mask(self, array: Any, mask: Any) -> None:
        """Remember the mask of an array (the array is kept, so that its identity stays its own)."""
        if mask is not None:
            self._masks[id(array)] = (array, mask)

    def mask_of(self, array: Any) -> Any:
        """Return the mask of an array, or None."""
        known = self._masks.get(id(array))
        return known[1] if known is not None else None

    def masks_of(self, value: Any) -> Any:
        """Return the mask of an array, or a list (tuple) of masks for one of arrays; None where nothing is masked."""
        if not isinstance(value, (list, tuple)):
            return self.mask_of(value)
        masks = [self.mask_of(item) for item in value]
        if all(mask is None for mask in masks):
            return None
        return tuple(masks) if type(value) is tuple else masks

    def set_activation(self, output: Any, logits: Any, name: str) -> None:
        """Remember what an activation was applied to, so that a loss can fuse with it.

        An activation that returns its input itself (linear) does not hide the one before.
        """
        if output is logits and id(output) in self._activations:
            return
        self._activations[id(output)] = (output, logits, name)

    def activation_of(self, output: Any) -> tuple[Any, str] | None:
        """Return ``(logits, activation name)`` if ``output`` came out of a named activation."""
        known = self._activations.get(id(output))
        return known[1:] if known is not None else None


def declare(layer: Layer, *shapes: Any) -> None:
    """Let a layer declare its weights for inputs of ``shapes``, once."""
    if not layer._built:
        layer._declare(*shapes)
        object.__setattr__(layer, "_built", True)


def call_bound(twin: Layer, scope: Scope, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Call a twin: the five steps of every layer call inside a program."""
    # 1. Build on first sight, from the shapes of the arguments.
    shapes = shapes_of(args[0]) if args else None
    outer = scope.training
    token = running.set(_who(twin))
    try:
        if scope.building and not twin._built:
            check_signatures(type(twin), _who(twin))
            scope.build(twin, build_shapes(type(twin), args, kwargs))
        if scope.taps is not None:
            args, kwargs = scope.taps.enter(scope, twin, args, kwargs)
        # 2. Pass the training flag and the masks to those who take them; a flag given here holds for all layers inside.
        said = named_arguments(type(twin), args, kwargs).get("training")
        scope.training = outer if said is None else said
        kwargs = _optional_arguments(twin, scope, args, kwargs)
        # 3. Compute, under the layer's name, so that profiles and errors can say where.
        with jax.named_scope(twin._path.rpartition("/")[2] or twin.name):
            outputs = twin.call(*args, **kwargs)
        if outputs is None:
            raise _nothing(twin)
        if scope.taps is not None:
            outputs = scope.taps.leave(scope, outputs)
        # 4. Pass the mask on, and add the penalty on the output.
        if args:
            given = named_arguments(type(twin), args, kwargs)
            pass_mask_on(twin, scope, args[0], given.get("mask"), outputs)
    except Restart:
        raise
    except Exception as error:
        where = twin._path or twin.name
        note_error(
            error,
            f"In layer '{where}' ({type(twin).__name__}), called on inputs of shape {shapes}.",
        )
        raise
    finally:
        scope.training = outer
        running.reset(token)
    if twin.activity_regularizer is not None:
        refuse_inner_trace(scope, _who(twin), "a penalty on its output was added")
        scope.losses.append(twin.activity_regularizer(outputs) / max(outputs.shape[0], 1))
    # 5. Keep what was asked for.
    if scope.building:
        scope.shapes[twin._path] = (shapes, shapes_of(outputs))
    if scope.capture and not scope.inside_inner_trace():
        scope.outputs[twin._path] = outputs
        scope.calls.append((twin._path, outputs))
    return outputs


def _optional_arguments(
    twin: Layer, scope: Scope, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> dict[str, Any]:
    taken = parameters_of(type(twin).call)
    filled, given = dict(kwargs), named_arguments(type(twin), args, kwargs)
    if "training" in taken and given.get("training") is None:
        filled["training"] = scope.training
    if "training" not in taken:
        filled.pop("training", None)
    for name in taken:
        if name == "mask" and args and given.get(name) is None:
            filled[name] = scope.masks_of(args[0])
        elif name.endswith("_mask") and given.get(name) is None:
            mask = scope.masks_of(given.get(name.removesuffix("_mask")))
            if mask is not None:
                filled[name] = mask
    return filled


def pass_mask_on(twin: Layer, scope: Scope, inputs: Any, mask: Any, outputs: Any) -> None:
    """Set the outputs' masks to what the layer makes of its inputs' masks.

    A layer that says nothing about masks passes one mask on to one output, and is not asked otherwise.
    """
    mask = scope.masks_of(inputs) if mask is None else mask
    if mask is None and not makes_masks(type(twin)):
        return
    masks = twin.compute_mask(inputs, mask)
    if isinstance(outputs, (list, tuple)) and isinstance(masks, (list, tuple)):
        for output, each in zip(outputs, masks, strict=True):
            scope.set_mask(output, each)
    elif hasattr(outputs, "shape"):
        scope.set_mask(outputs, masks)


@lru_cache(maxsize=4096)
def makes_masks(cls: type) -> bool:
    """Tell whether a class of layers has a ``compute_mask`` of its own."""
    owner = next(base for base in cls.__mro__ if "compute_mask" in vars(base))
    return "add_weight" not in vars(owner)


def _nothing(twin: Layer) -> UsageError:
    """Build the error for a `call` without `return`."""
    return UsageError(
        _who(twin),
        "its `call` returned None.",
        "end `call` with: return outputs",
        where=line_of(type(twin).call),
    )


def _who(twin: Layer) -> str:
    return f"{type(twin).__name__} '{twin._path or twin.name}'"


def refuse_inner_trace(scope: Scope, who: str, what: str) -> None:
    """Refuse what would carry a value out of a transform inside ``call``: JAX would answer with a leaked tracer.

    Raises:
        UsageError: A scan's body, a checkpoint or another inner transform is being traced.
    """
    if scope.inside_inner_trace():
        raise UsageError(
            who,
            f"{what} inside a JAX transform (scan, checkpoint, vmap, grad) within `call`; it cannot leave it.",
            "return the value from the transformed function, and assign it after the transform",
        )


def assign_bound(twin: Layer, scope: Scope, name: str, value: Any) -> None:
    """Assign state inside ``call``; everything else is refused, for it would be lost or leak.

    Raises:
        FrozenError: A parameter, or an attribute that no ``add_weight`` declared.
        ShapeError: State of another shape.
    """
    slot = twin._weights.get(name)
    who = _who(twin)
    if slot is None:
        raise FrozenError(
            who,
            f"`self.{name}` was assigned inside `call`; the layer is a throw-away copy there.",
            f"declare it in build: self.{name} = self.add_weight(shape=..., trainable=False)",
        )
    if slot.trainable:
        raise FrozenError(
            who,
            f"`{name}` is a parameter; inside `call` parameters are read-only, the optimizer changes them.",
            f"declare it as state: self.{name} = self.add_weight(..., trainable=False)",
        )
    refuse_inner_trace(scope, who, f"state `{name}` was assigned")
    array = jnp.asarray(value, slot.dtype)
    if array.shape != slot.shape:
        raise ShapeError(who, f"state `{name}` has shape {slot.shape}, not {array.shape}.")
    twin.__dict__[name] = array
    scope.updates[join(twin._path, slot.name or name)] = array
