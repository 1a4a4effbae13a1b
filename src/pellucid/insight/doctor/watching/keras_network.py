"""A model of Keras's as facts: layers, who feeds whom, outputs, optimizer; by its public attributes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from pellucid.core.registry import snake_case
from pellucid.insight.doctor.facts.facts import Optimizer
from pellucid.insight.doctor.facts.network import Layer, Output, Shape, Weight
from pellucid.insight.doctor.facts.network_of import BY_KIND

FRAMEWORKS = ("keras", "tf_keras")

Sources = tuple[str, ...] | None


def framework_of(model: Any) -> str | None:
    """Return the package that a model's class comes from, ``"keras"`` or ``"tf_keras"``; None for neither."""
    packages = (cls.__module__.partition(".")[0] for cls in type(model).__mro__)
    return next((package for package in packages if package in FRAMEWORKS), None)


def is_theirs(thing: Any) -> bool:
    """Tell whether a class or a function is the framework's own."""
    cls = thing if hasattr(thing, "__module__") and hasattr(thing, "__name__") else type(thing)
    return (cls.__module__ or "").partition(".")[0] in FRAMEWORKS


def layers_of(model: Any) -> tuple[tuple[Layer, ...], Sources]:
    """Return the layers of a built model in their order, and the paths of those that make the outputs."""
    found: list[Layer] = []
    ends = _walk(model, "", (), found)
    return tuple(found), ends


def _walk(model: Any, path: str, entering: Sources, found: list[Layer]) -> Sources:
    """Add a model's layers; return which of them give its outputs."""
    feeds = feeds_of(model)
    ends: dict[str, Sources] = {}
    last: Sources = entering
    for layer in model.layers:
        name = layer.name
        if type(layer).__name__ == "InputLayer":
            ends[name] = entering
            continue
        if type(model).__name__ == "Sequential":
            sources = last
        else:
            sources = joined(ends.get(each, ()) for each in feeds[name]) if name in feeds else None
        here = f"{path}/{name}" if path else name
        if hasattr(layer, "layers") and framework_of(layer) and hasattr(layer, "compile"):
            last = ends[name] = _walk(layer, here, sources, found)
            continue
        if all(each.path != here for each in found):
            found.append(layer_of(layer, here, sources))
        last = ends[name] = (here,)
    if type(model).__name__ == "Sequential":
        return last
    return joined(ends.get(name, ()) for name in outputs_of(model)) if feeds else None


def joined(several: Any) -> Sources:
    """Return all paths once; None where one of them is not known."""
    paths: list[str] = []
    for sources in several:
        if sources is None:
            return None
        paths += [path for path in sources if path not in paths]
    return tuple(paths)


def graph_of(model: Any) -> Mapping[str, Any]:
    """Return a functional model's configuration; empty for others, and where a layer cannot give its own."""
    try:
        config = model.get_config()
    except (NotImplementedError, TypeError, ValueError):
        return {}
    is_graph = isinstance(config, dict) and "layers" in config and "output_layers" in config
    return config if is_graph else {}


def feeds_of(model: Any) -> dict[str, list[str]]:
    """Return which layers feed each layer of a functional model, by name, at its first call; empty for others."""
    return {
        layer["name"]: list(histories(layer["inbound_nodes"][:1]))
        for layer in graph_of(model).get("layers", ())
    }


def outputs_of(model: Any) -> list[str]:
    """Return the names of the layers that make a functional model's outputs."""
    found = graph_of(model).get("output_layers", [])
    if found and isinstance(found[0], str):
        return [found[0]]
    each = found.values() if isinstance(found, dict) else found
    return [entry[0] for entry in each]


def histories(tree: Any) -> Iterator[str]:
    """Yield the names of the layers that made the tensors in a node's arguments.

    >>> list(histories([{"args": [{"config": {"keras_history": ["dense", 0, 0]}}]}]))
    ['dense']
    """
    if isinstance(tree, Mapping):
        if "keras_history" in tree:
            yield tree["keras_history"][0]
            return
        tree = list(tree.values())
    if isinstance(tree, (list, tuple)):
        for each in tree:
            yield from histories(each)


def layer_of(layer: Any, path: str, inputs: Sources) -> Layer:
    """Return one layer as facts."""
    ours = is_theirs(type(layer))
    try:
        config = dict(layer.get_config())
    except (NotImplementedError, TypeError, ValueError):
        config = {}
    weights = tuple(weights_of(layer))
    return Layer(
        path=path,
        kind=type(layer).__name__,
        config=config,
        activation=activation_of(layer, config, ours),
        input_shape=shape_of(layer, "input"),
        output_shape=shape_of(layer, "output"),
        inputs=inputs,
        weights=weights,
        trainable=any(weight.trainable for weight in weights),
        ours=ours,
    )


def activation_of(layer: Any, config: Mapping[str, Any], ours: bool) -> str | None:
    """Return the name of what a layer applies last; ``"linear"`` without; None where it is not known."""
    kind = type(layer).__name__
    if kind in BY_KIND:
        return BY_KIND[kind]
    if "activation" not in config:
        return "linear" if ours else None
    name = config["activation"]
    if isinstance(name, Mapping):
        name = name.get("class_name")
    return "linear" if name is None else snake_case(str(name))


def shape_of(layer: Any, side: str) -> Shape | None:
    """Return the shape of a layer's first input or output without the batch; None where it is not known."""
    try:
        tensor = getattr(layer, side)
    except (AttributeError, ValueError, RuntimeError):
        return None
    while isinstance(tensor, (list, tuple, dict)) and tensor:
        tensor = next(iter(tensor.values())) if isinstance(tensor, dict) else tensor[0]
    shape = getattr(tensor, "shape", None)
    return None if shape is None else tuple(shape)[1:]


def weights_of(layer: Any) -> Iterator[Weight]:
    """Yield a layer's arrays as facts."""
    for variable, array in zip(layer.weights, layer.get_weights(), strict=True):
        numbers = np.asarray(array)
        if not numbers.size or numbers.dtype.kind not in "fc":
            continue
        numbers = numbers.astype(np.float32)
        ends = (float(numbers.min()), float(numbers.max()))
        yield Weight(
            weight_name(variable, layer),
            numbers.shape,
            float(numbers.mean()),
            float(numbers.std()),
            *ends,
            bool(variable.trainable),
            bool(np.isfinite(numbers).all()),
        )


def weight_name(variable: Any, layer: Any) -> str:
    """Return a weight's name inside its layer, with the words that checks know: ``"cell/kernel"``."""
    path = str(getattr(variable, "path", variable.name)).partition(":")[0]
    parts = path.split("/")
    inside = parts[parts.index(layer.name) + 1 :] if layer.name in parts else parts[-1:]
    words = [re.sub(r"^(forward|backward)_.*", r"\1_layer", part) for part in inside]
    return "/".join("cell" if part.endswith("_cell") else part for part in words)


def outputs_facts(
    model: Any, ends: Sources, layers: tuple[Layer, ...], metrics: tuple[str, ...]
) -> tuple[Output, ...]:
    """Return the outputs as facts; none where their shapes are not known."""
    shapes = [tuple(each.shape)[1:] for each in getattr(model, "outputs", None) or ()]
    names = list(getattr(model, "output_names", ()))
    names = [""] if len(shapes) == 1 else names
    if len(names) != len(shapes):
        return ()
    known = {layer.path: layer for layer in layers}
    found = []
    for number, (name, shape) in enumerate(zip(names, shapes, strict=True)):
        end = ends[number] if ends is not None and len(ends) == len(names) else None
        layer = known.get(end) if end else None
        loss = loss_at(model.loss, number, name)
        own = loss is not None and not isinstance(loss, str) and not is_theirs(loss)
        word, from_logits = (None, False) if own else loss_word(loss)
        activation = layer.activation if layer else None
        found.append(Output(name, end, shape, activation, word, from_logits, {}, metrics, own))
    return tuple(found)


def loss_at(losses: Any, number: int, name: str) -> Any:
    """Return the loss of one output out of what ``compile`` was given."""
    if isinstance(losses, Mapping):
        return losses.get(name, next(iter(losses.values())) if name == "" else None)
    if isinstance(losses, (list, tuple)):
        return losses[number] if number < len(losses) else None
    return losses


def loss_word(loss: Any) -> tuple[str | None, bool]:
    """Return the loss's name, and whether it is told to expect scores.

    >>> loss_word("BinaryCrossentropy"), loss_word("mse"), loss_word(None)
    (('binary_crossentropy', False), ('mse', False), (None, False))
    """
    if loss is None:
        return None, False
    if isinstance(loss, str):
        return snake_case(loss), False
    config = loss.get_config() if hasattr(loss, "get_config") else {}
    name = getattr(loss, "__name__", None) or type(loss).__name__
    return snake_case(name), bool(config.get("from_logits", False))


def optimizer_of(optimizer: Any) -> Optimizer | None:
    """Return the optimizer as facts."""
    try:
        config = dict(optimizer.get_config())
        rate = float(np.asarray(optimizer.learning_rate))
    except (AttributeError, NotImplementedError, TypeError, ValueError):
        return None
    plain = {
        k: v
        for k, v in config.items()
        if isinstance(v, (int, float, bool)) and k != "learning_rate"
    }
    return Optimizer(type(optimizer).__name__.lower(), rate, None, plain)
