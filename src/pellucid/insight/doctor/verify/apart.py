"""Models taken apart, whatever their kind, and the changes that are made there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from pellucid.core.paths import join
from pellucid.core.registry import snake_case
from pellucid.insight.doctor.changes import Change, InsertLayer, RemoveLayer, SetLayer, SetLayers
from pellucid.insight.doctor.verify.draft import (
    Draft,
    WrapperDraft,
    named_clones,
    new_layer,
    plain_class,
    refuse,
)
from pellucid.insight.doctor.verify.graph_draft import graph_draft_of
from pellucid.layers import Layer
from pellucid.models import Functional, Sequential
from pellucid.modules.tree import cloned_layers, is_layer

ACTIVATION_FILES = ("pellucid.layers.activations", "pellucid.keras.layers")
"""Where the layers are that are an activation alone, such as ``Softmax()``."""
NetworkChange = SetLayer | SetLayers | InsertLayer | RemoveLayer
"""The changes that the layers are made anew for."""


def changed_model(model: Any, changes: Sequence[Change]) -> Any:
    """Return a copy of a model with those of the changes that are about layers; the others are left to others.

    Args:
        model: A Sequential or functional model; of a class of the user's own only a copy without changes can be made.
        changes: In order.

    Raises:
        ArgumentError: A change cannot be made, and why.

    >>> from pellucid import Input, Sequential, layers
    >>> model = Sequential([Input((4,)), layers.Dense(8), layers.Dense(3)])
    >>> changed_model(model, [SetLayer("dense", "activation", "relu")]).layers[0]
    Dense(units=8, activation='relu')
    """
    wanted = [change for change in changes if isinstance(change, NetworkChange)]
    if not wanted and not is_apart(model):
        return model.clone()
    draft = draft_of(model)
    for change in wanted:
        make_change(draft, change)
    return draft.made()


def make_change(draft: Draft, change: NetworkChange) -> None:
    """Make one change."""
    if isinstance(change, SetLayer):
        at(draft, change.layer, lambda inner, number: set_argument(inner, number, change))
    elif isinstance(change, SetLayers):
        set_everywhere(draft, change)
    elif isinstance(change, RemoveLayer):
        at(draft, change.layer, lambda inner, number: inner.remove(number))
    else:
        layer = new_layer(change.kind, change.arguments)
        if change.after is None:
            draft.insert(None, layer)
        else:
            at(draft, change.after, lambda inner, number: inner.insert(number, layer))


def set_argument(draft: Draft, number: int, change: SetLayer) -> None:
    """Give a layer's argument another value; a layer that is an activation becomes the wanted one."""
    layer = draft.layers[number]
    arguments = layer.get_config()
    if change.argument == "trainable":
        layer.trainable = bool(change.value)  # with the layers inside; the draft has clones
    elif change.argument in arguments:
        draft.replace(number, layer.clone(**{change.argument: change.value}))
    elif change.argument == "activation" and type(layer).__module__ in ACTIVATION_FILES:
        draft.replace(number, new_layer("Activation", {"activation": change.value}))
    else:
        refuse(
            f"'{layer.name}' ({type(layer).__name__}) has no argument `{change.argument}`; it has: "
            f"{', '.join(arguments)}."
        )


def set_everywhere(draft: Draft, change: SetLayers) -> None:
    """Give an argument another value in all layers that have it."""
    paths = [
        path
        for path, layer in walk(draft)
        if path not in change.but and change.argument in layer.get_config()
        if change.old is None or word(layer.get_config()[change.argument]) == word(change.old)
    ]
    if not paths:
        refuse(f"no layer has `{change.argument}={change.old!r}`.")
    for path in paths:
        make_change(draft, SetLayer(path, change.argument, change.value))


def touched(model: Any, changes: Sequence[Change]) -> tuple[str, ...]:
    """Return the paths of the layers whose starting weights a change means to draw in another way."""
    found: list[str] = []
    for change in changes:
        if isinstance(change, (SetLayer, SetLayers)) and "initializer" in change.argument:
            if isinstance(change, SetLayer):
                found.append(change.layer)
            else:
                found += [path for path, _ in walk(draft_of(model)) if path not in change.but]
    return tuple(found)


def word(value: Any) -> Any:
    """Return a name, class, function or object of a family as one word; None as ``"linear"``; numbers as they are.

    >>> from pellucid.initializers import HeNormal
    >>> word("HeNormal"), word(HeNormal()), word(None), word(0.5)
    ('he_normal', 'he_normal', 'linear', 0.5)
    """
    if value is None:
        return "linear"
    if isinstance(value, (bool, int, float, tuple, list, dict)):
        return value
    name = value if isinstance(value, str) else getattr(value, "__name__", type(value).__name__)
    return snake_case(name)


def at(draft: Draft, path: str, work: Callable[[Draft, int], None]) -> None:
    """Do ``work(draft, number)`` on the draft that holds the layer at a path; models around it are made anew."""
    name, _, rest = path.partition("/")
    number = draft.index(name)
    if not rest:
        work(draft, number)
        return
    inner = draft_of(draft.layers[number])
    at(inner, rest, work)
    draft.replace(number, inner.made())


def walk(draft: Draft, path: str = "") -> Iterator[tuple[str, Layer]]:
    """Yield the layers with their paths, those of nested models in their place."""
    for name, layer in zip(draft.names, draft.layers, strict=True):
        if is_apart(layer):
            yield from walk(draft_of(layer), join(path, name))
        else:
            yield join(path, name), layer


def draft_of(model: Any) -> Draft:
    """Take a Sequential, a functional model or a wrapper apart; the original stays as it is.

    Raises:
        ArgumentError: A class of the user's own, whose layers only its code knows.
    """
    kind = plain_class(model)
    if kind is Functional:
        return graph_draft_of(model)
    if kind is Sequential:
        config = kind.get_config(model)
        originals: list[Layer] = list(config.pop("layers") or [])
        return Draft(kind, named_clones(originals, [each.name for each in originals]), config)
    inside = {name: value for name, value in model.get_config().items() if is_layer(value)}
    if len(inside) != 1 or plain_class(model).__module__.partition(".")[0] != "pellucid":
        refuse(
            f"'{model.name}' is of the class {type(model).__name__}: its layers are put together by code, which only "
            "a person can change."
        )
    ((argument, child),) = inside.items()
    return WrapperDraft(kind, cloned_layers([child]), {}, model, argument)


def is_apart(layer: Any) -> bool:
    """Tell whether a layer is a model that can be taken apart."""
    return plain_class(layer) in (Sequential, Functional)
