"""Checks of copies: a layer made again from its configuration, or from a model's file, is the same layer."""

from __future__ import annotations

import tempfile
from typing import Any

import jax
import numpy as np

from pellucid import saving
from pellucid.core.record import Recorded
from pellucid.models import Model
from pellucid.modules import Layer, fingerprint, infer, places
from pellucid.modules.tree import weights_of
from pellucid.saving.names import class_place, function_place
from pellucid.testing.case import Case
from pellucid.testing.precision import cast, remade
from pellucid.testing.program import Program, in_words
from pellucid.testing.report import Broken


class Around(Model):
    """A model around one layer, for any inputs that a layer takes.

    Args:
        layer: The layer.
        names: Names of its arguments, in order, if the inputs are a dict.
        options: Further keyword arguments of its call.

    Example:
        >>> from pellucid import layers
        >>> Around(layers.Flatten())([[[1.0, 2.0]]])
        Array([[1., 2.]], dtype=float32)
    """

    def __init__(self, layer: Layer, names: Any = (), options: Any = None, **kwargs: Any):
        super().__init__(**kwargs)
        self.layer = layer
        self.names = names
        self.options = options

    def call(self, inputs: Any) -> Any:
        """Hand the inputs to the layer."""
        options = self.options or {}
        if not self.names:
            return self.layer(inputs, **options)
        first, *others = self.names
        return self.layer(inputs[first], **{name: inputs[name] for name in others}, **options)


def check_configuration(case: Case, program: Program) -> None:
    """`from_config(get_config())` and `clone()` make the same layer, `clone(name=...)` one of another name."""
    made = case.original
    for way, again in (
        ("from_config(get_config())", type(made).from_config(made.get_config())),
        ("clone()", made.clone()),
    ):
        _require_same(way, remade(made), remade(again))
    other = made.clone(name="other") if "name" in made._arguments else None
    if other is not None and other.name != "other":
        raise Broken(f"clone(name='other') is called '{other.name}'")


def _require_same(way: str, made: Layer, again: Layer) -> None:
    """Compare the arguments, which say more than the fingerprint, and the fingerprint, which says how they are used."""
    unequal = unequal_arguments(made, again)
    if unequal:
        name = unequal[0]
        raise Broken(
            f"after {way} `{name}` is {again._arguments.get(name)!r}, but it was made with "
            f"{made._arguments.get(name)!r}"
        )
    if fingerprint(again) != fingerprint(made):
        raise Broken(f"{way} has equal arguments, but other attributes")


def unequal_arguments(a: Recorded, b: Recorded) -> list[str]:
    """Return the names of the constructor's arguments in which two objects differ."""
    names = dict.fromkeys([*a._arguments, *b._arguments])
    return [n for n in names if not _equal(a._arguments.get(n, names), b._arguments.get(n, names))]


def _equal(a: Any, b: Any) -> bool:
    if isinstance(a, Recorded):
        return type(a) is type(b) and not unequal_arguments(a, b)
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(_equal(a[key], b[key]) for key in a)
    if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        return len(a) == len(b) and all(map(_equal, a, b))
    if hasattr(a, "shape") or hasattr(b, "shape"):
        return np.array_equal(np.asarray(a), np.asarray(b))
    return bool(a is b or a == b or (a != a and b != b))


def check_file(case: Case, program: Program) -> None:
    """A model's file brings the layer back: its arguments, its weights, its state."""
    model = Around(remade(case.original), case.names, case.options or None)
    inputs = cast(case.inputs, "float32")
    spec = jax.tree.map(lambda array: jax.ShapeDtypeStruct(array.shape, array.dtype), inputs)
    with jax.enable_x64(False):
        infer(model, spec)
        model._note_inputs(spec)
        again = _through_a_file(model, own_objects(model))
    ours, theirs = dict(weights_of(model)), dict(weights_of(again))
    if ours.keys() != theirs.keys():
        raise Broken(f"its weights are {sorted(ours)}, those from the file {sorted(theirs)}")
    for path, slot in ours.items():
        if not np.array_equal(np.asarray(slot.value), np.asarray(theirs[path].value)):
            raise Broken(f"weight '{path}' from the file holds other numbers")
    _require_same("a file", model.layer, again.layer)


def _through_a_file(model: Model, own: dict[str, Any]) -> Any:
    with tempfile.TemporaryDirectory(prefix="pellucid-layer-") as folder:
        path = f"{folder}/layer.safetensors"
        try:
            return saving.load(saving.save(model, path, own), own)
        except Exception as error:  # a constructor of the user's own may raise anything
            raise Broken(f"it does not come through a file: {in_words(error)}") from error


def own_objects(model: Layer) -> dict[str, Any]:
    """Return classes and functions that are not Pellucid's by name, as `custom_objects` of a file."""
    found: dict[str, Any] = {"Around": Around}
    for _, layer in places(model):
        _note_own(type(layer), found)
        for value in layer._arguments.values():
            for leaf in jax.tree.leaves(value, is_leaf=lambda each: isinstance(each, Recorded)):
                _note_own(type(leaf) if isinstance(leaf, Recorded) else leaf, found)
    return found


def _note_own(thing: Any, found: dict[str, Any]) -> None:
    if not callable(thing) or hasattr(thing, "shape"):
        return
    if (class_place(thing) if isinstance(thing, type) else function_place(thing)) is not None:
        return
    name = getattr(thing, "__name__", type(thing).__name__)
    if found.get(name) is not thing:
        found[name if name not in found else f"{name}_{len(found)}"] = thing
