"""Layers on numbers at the prompt: one compiled program for each layer and form of its arguments, heard by tapes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

import jax
import numpy as np

from pellucid.core.errors import UsageError
from pellucid.keras.function import NEEDS_NUMBERS
from pellucid.keras.late import late
from pellucid.keras.notices import say
from pellucid.keras.operation import VALUES, compute
from pellucid.keras.random_keys import next_key
from pellucid.keras.recorder import listening
from pellucid.keras.sides.kept import Keeping, parted, put_back
from pellucid.keras.tensor import Tensor, unwrapped
from pellucid.keras.variable import Variable
from pellucid.layers import InputLayer
from pellucid.models.feeding import feed
from pellucid.modules.binding import Restart, Scope
from pellucid.modules.eager import as_arrays
from pellucid.modules.graph import Ref, compute as compute_graph
from pellucid.modules.pure import infer_with, output_masks
from pellucid.modules.signatures import parameters_of
from pellucid.modules.tree import places, weights_of


class Unsaid(int):
    """What ``training`` is inside a layer that was called without it: false, except to layers of images."""


UNSAID = Unsaid(0)

_programs: WeakKeyDictionary[Any, dict[Any, Any]] = WeakKeyDictionary()


class LayerProgram:
    """A layer as a pure, compiled function of its weights, a key, the inputs' masks and its arguments.

    Args:
        layer: The layer.
        training: The flag.
    """

    def __init__(self, layer: Any, training: Any):
        self._layer = layer
        self._training = training
        self._compiled: dict[Any, Callable[..., Any]] = {}
        self._kept: dict[Any, list[Any]] = {}
        self.kept: list[Any] = []  # what belongs to the arrays that the last call kept
        self.plainly = False

    def __call__(self, arrays: Any, key: Any, masks: Any, args: Any, kwargs: Any) -> Any:
        """Return outputs, new state, penalties, the outputs' masks, and arrays that were put on layers."""
        leaves, structure = jax.tree.flatten((args, kwargs))
        constants = tuple(None if isinstance(leaf, VALUES) else leaf for leaf in leaves)
        values = [leaf for leaf in leaves if isinstance(leaf, VALUES)]
        form = (structure, constants)
        if form not in self._compiled:
            function = self._function(structure, constants, form)
            self._compiled[form] = function if self.plainly else jax.jit(function)
        found = self._compiled[form](arrays, key, masks, values)
        self.kept = self._kept[form]
        return found

    def run_plainly(self, error: Exception) -> None:
        """Run uncompiled from now on, and say so."""
        self.plainly, self._compiled = True, {}
        say(
            f"layer {self._layer.name}",
            f"`{self._layer.name}` uses numbers while it is compiled, so it runs uncompiled: "
            f"{str(error).splitlines()[0]}",
        )

    def _function(
        self, structure: Any, constants: tuple[Any, ...], form: Any
    ) -> Callable[..., Any]:
        def applied(arrays: Any, key: Any, masks: Any, values: list[Any]) -> Any:
            scope = Scope(dict(arrays), training=self._training, key=key)
            rest = iter(values)
            leaves = [next(rest) if constant is None else constant for constant in constants]
            args, kwargs = jax.tree.unflatten(structure, leaves)
            for leaf, mask in zip(jax.tree.leaves((args, kwargs)), masks, strict=False):
                scope.set_mask(leaf, mask)
            with Keeping() as kept:
                outputs = scope.bind(self._layer)(*args, **kwargs)
            put, self._kept[form] = parted(kept)
            return outputs, scope.updates, scope.losses, output_masks(scope, outputs), put

        return applied


def call_eagerly(layer: Any, plainly: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    """Apply a layer to numbers and return tensors; its state is kept.

    Args:
        layer: The layer.
        plainly: How Pellucid calls it, for what works on the host.
        args: Its arguments.
        kwargs: Its keyword arguments.
    """
    if layer.on_host or _holds_text(args):
        found = plainly(*jax.tree.map(_numbers, args), **jax.tree.map(_numbers, kwargs))
        return jax.tree.map(_from_host, found)
    args, kwargs = _first_named(layer, args, kwargs)
    if not args:
        raise UsageError(
            f"{type(layer).__name__} '{layer.name}'", "it was called without inputs.", "layer(x)"
        )
    args = tuple(_given(arg) for arg in args)
    if listening() and _shows_inside(layer) and not getattr(layer, "_works_on_host", bool)():
        return _call_by_call(layer, args, kwargs)
    flag = kwargs.pop("training", None)
    inside = [each for _, each in places(layer)]
    unsaid = flag is None and _varies(inside)
    training = UNSAID if unsaid else bool(flag)
    if not all(each._built or each.on_host for each in inside):
        _build(layer, args, kwargs, bool(training))
        inside = [each for _, each in places(layer)]
    changes = tuple((each.trainable, vars(each).get("_changes", 0)) for each in inside)
    form = (unsaid, training, changes)
    program = _programs.setdefault(layer, {}).setdefault(form, LayerProgram(layer, training))
    slots = {
        path: Variable.of(slot, (slot.home or (0, path))[1]) for path, slot in weights_of(layer)
    }
    key = next_key() if training or unsaid or _draws(inside) else None
    masks = _masks_of(args, kwargs)
    leaves, structure = jax.tree.flatten(((slots, key, masks, args, kwargs), {}))
    given = [leaf.reading() if isinstance(leaf, Tensor) else leaf for leaf in leaves]
    outputs, updates, losses, found, kept = _computed(program, structure, given)
    put_back(kept, program.kept)
    for path, value in updates.items():
        slots[path].assign(value)
    object.__setattr__(layer, "_last_losses", losses)
    _note_masks(outputs, found)
    return outputs


def _computed(program: LayerProgram, structure: Any, given: list[Any]) -> Any:
    """Compute a program; one whose layers look at numbers while they are traced runs uncompiled from then on."""
    try:
        return compute(program, structure, given)
    except NEEDS_NUMBERS as error:
        if program.plainly:
            raise
        program.run_plainly(error)
        return compute(program, structure, given)


def _shows_inside(layer: Any) -> bool:
    """Tell a graph that gives several arrays: a tape may be asked for the derivative of one by another."""
    graph = vars(layer).get("_graph")
    return graph is not None and len(jax.tree.leaves(graph.outputs, is_leaf=_is_ref)) > 1


def _is_ref(value: Any) -> bool:
    return isinstance(value, Ref)


def _call_by_call(layer: Any, args: Any, kwargs: Any) -> Any:
    """Call the layers of a graph one after the other, so that a tape hears each and what it adds to the loss."""
    training = kwargs.get("training")
    losses: list[Any] = []

    def caller(inner: Any) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            if isinstance(inner, InputLayer):
                return given[0]
            said = {} if training is None else {"training": training}
            found = inner(*given, **named, **said)
            losses.extend(vars(inner).get("_last_losses", ()))
            return found

        return call

    names = {
        ref: layer._name_of(ref) for ref in jax.tree.leaves(layer._graph.inputs, is_leaf=_is_ref)
    }
    fed = feed(layer.name, layer._graph.inputs, names, args[0])
    outputs = compute_graph(layer._graph, [caller(each) for each in layer._layers], fed)
    object.__setattr__(layer, "_last_losses", losses)
    return outputs


def _build(layer: Any, args: Any, kwargs: Any, training: bool) -> None:
    arrays, named, masks = unwrapped(args), unwrapped(kwargs), unwrapped(_masks_of(args, kwargs))
    first = jax.tree.leaves(arrays)[0]
    if first.ndim:
        fix_rows(layer, first.shape[0])

    def called(bound: Any, args: Any, masks: Any) -> Any:
        for leaf, mask in zip(jax.tree.leaves((args, named)), masks, strict=False):
            bound._scope.set_mask(leaf, mask)
        return bound(*args, **named)

    specs = jax.tree.map(lambda a: jax.ShapeDtypeStruct(a.shape, a.dtype), (arrays, masks))
    try:
        infer_with(layer, called, specs, training)
    except NEEDS_NUMBERS:
        _build_with_numbers(layer, lambda bound: called(bound, arrays, masks), training)
    for path, slot in weights_of(layer):
        slot.home = (layer._own_seed(), path)
    layer._note_inputs(jax.tree.map(lambda a: jax.ShapeDtypeStruct(a.shape, a.dtype), arrays[0]))


def _masks_of(args: Any, kwargs: Any) -> list[Any]:
    """Return the masks that tensors among the arguments carry, None where there is none."""
    return [getattr(leaf, "_keras_mask", None) for leaf in jax.tree.leaves((args, kwargs))]


def _build_with_numbers(layer: Any, called: Callable[..., Any], training: bool) -> None:
    """Build a layer whose ``call`` looks at numbers: it is called on them, its weights being zeros yet."""
    key = next_key()
    while True:
        scope = Scope({}, training=training, key=key, building=True)
        try:
            called(scope.bind(layer))
            return
        except Restart:
            continue


def fix_rows(layer: Any, rows: int) -> None:
    """Let stateful layers keep the states of as many rows as they see first, as in Keras.

    A layer that is called alone may have been made with the batch size of a model that the script made before.
    """
    for _, each in places(layer):
        alone = each is layer and not each._built
        if getattr(each, "stateful", False) and (alone or getattr(each, "batch_size", 0) is None):
            object.__setattr__(each, "batch_size", rows)
            each._arguments["batch_size"] = rows


def _first_named(layer: Any, args: Any, kwargs: Any) -> tuple[Any, Any]:
    """Return positional arguments for those that are given by name only: ``layer(query=q, value=v)``."""
    if args:
        return args, kwargs
    names = [n for n in parameters_of(type(layer).call) if n in kwargs and kwargs[n] is not None]
    if not names:
        return args, kwargs
    return (kwargs[names[0]],), {n: value for n, value in kwargs.items() if n != names[0]}


def _from_host(value: Any) -> Any:
    """Return a tensor for NumPy's numbers and texts."""
    array = np.asarray(value)
    return late("tensorflow.text").Text(array) if array.dtype.kind in "OUS" else Tensor(array)


def _holds_text(args: Any) -> bool:
    """Tell whether there are texts among the inputs: only layers on the host take them."""
    return any(
        isinstance(leaf, (str, bytes))
        or str(getattr(leaf, "dtype", "")) in ("string", "object")
        or getattr(getattr(leaf, "dtype", None), "kind", "") in ("U", "S")
        for leaf in jax.tree.leaves(args)
    )


def _draws(layers: list[Any]) -> bool:
    """Tell whether one of the layers is the script's own, which may draw random numbers at any time."""
    return any(not type(each).__module__.startswith("pellucid.") for each in layers)


def _varies(layers: list[Any]) -> bool:
    """Tell whether one of the layers varies images unless it is told that nothing is trained."""
    return any(getattr(type(each), "varies_unasked", False) for each in layers)


def _given(arg: Any) -> Any:
    """Return an argument with tensors for arrays and for lists of numbers."""
    if isinstance(arg, (list, tuple)) and any(
        isinstance(leaf, VALUES) for leaf in jax.tree.leaves(arg)
    ):
        return type(arg)(_given(each) for each in arg)
    if isinstance(arg, dict):
        return {name: _given(each) for name, each in arg.items()}
    if isinstance(arg, Tensor) or arg is None or isinstance(arg, (bool, str)):
        return arg
    return Tensor(as_arrays(arg))


def _numbers(value: Any) -> Any:
    return np.asarray(value) if isinstance(value, Tensor) else value


def _note_masks(outputs: Any, masks: Any) -> None:
    if isinstance(outputs, Tensor) and masks is not None:
        outputs._keras_mask = masks
    elif isinstance(masks, tuple):
        for output, mask in zip(jax.tree.leaves(outputs), masks, strict=False):
            if isinstance(output, Tensor) and mask is not None:
                output._keras_mask = mask
