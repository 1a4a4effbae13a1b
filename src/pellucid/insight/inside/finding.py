"""Finding the layer that a view is about: by its path, or the first of its kind."""

from __future__ import annotations

from typing import Any

from pellucid.core.errors import UsageError
from pellucid.insight.inside.subject import Subject, unknown_path
from pellucid.modules import Layer
from pellucid.modules.tree import places


def called_layer(
    who: str, subject: Subject, path: str | None, kinds: tuple[type, ...], what: str
) -> str:
    """Return the path of the layer that was named, or of the first of some kinds that is called.

    Args:
        who: The function, for messages.
        subject: The model.
        path: What the user named, or None.
        kinds: The classes that will do.
        what: What they are called, with an article.

    Raises:
        UsageError: There is none, or the named one is of another kind.
        UnknownNameError: No layer has the path.
    """
    known = {each: subject.layer_at(each) for each in subject.shapes if each}
    if path is not None:
        subject.layer_at(path)
    return chosen(who, known, path, kinds, what)


def held_layer(who: str, model: Any, path: str | None, kinds: tuple[type, ...], what: str) -> str:
    """As :func:`called_layer`, for a built model of which nothing is computed."""
    known = {each: layer for each, layer in places(model) if each}
    if path is not None and path not in known:
        raise unknown_path(f"{type(model).__name__} '{model.name}'", path, list(known))
    return chosen(who, known, path, kinds, what)


def chosen(
    who: str, known: dict[str, Layer], path: str | None, kinds: tuple[type, ...], what: str
) -> str:
    """Return a path of ``known`` whose layer is of one of the kinds."""
    right = [each for each, layer in known.items() if isinstance(layer, kinds)]
    if path in right:
        return path
    if path is None and right:
        return right[0]
    found = f"the model has no layer that is {what}" if path is None else f"'{path}' is not {what}"
    layers = ", ".join(f"{each} ({type(layer).__name__})" for each, layer in known.items())
    raise UsageError(
        who,
        f"{found}; the layers are: {layers}.",
        f"path='{right[0]}'" if right else "model.activations(x) gives what any layer makes of x",
    )
