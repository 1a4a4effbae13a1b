"""Reads layers, weights and outputs off a model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jax
import numpy as np
from jax.core import Tracer

from pellucid.core.registry import snake_case
from pellucid.insight.doctor.facts.flow import Given, Sources, flow_of
from pellucid.insight.doctor.facts.network import Layer, Output, Shape, Weight
from pellucid.layers import InputLayer
from pellucid.models import Model
from pellucid.modules.notes import is_our_class
from pellucid.modules.tree import current_arrays, places
from pellucid.training.compiled import Compiled, leaves_of, metrics_by_output, weights_by_output
from pellucid.training.outputs import Outputs
from pellucid.training.rehearsal import is_own
from pellucid.training.several import SeveralLosses
from pellucid.training.start import weight_kinds

BY_KIND = {
    "ReLU": "relu",
    "LeakyReLU": "leaky_relu",
    "PReLU": "leaky_relu",
    "ELU": "elu",
    "Softmax": "softmax",
}
"""Layers that are an activation, and its name."""


def layers_of(model: Any, shapes: dict[str, tuple[Any, Any]]) -> tuple[Layer, ...]:
    """Return the layers in the order of their calls: not the models around them, nor parts of a layer of ours.

    Args:
        model: The model, built.
        shapes: Shapes of inputs and outputs by path, in that order.
    """
    known = dict(places(model))
    arrays = current_arrays(model, model.seed)
    trained, _ = weight_kinds(model)
    feeds, _ = flow_of(model)

    def shown(found: Sources) -> Sources:
        """Return what feeds a layer; layers that prepare rows on the host give what the facts take for inputs."""
        return found and tuple(p for p in found if isinstance(p, Given) or p in shapes)

    def fed(path: str) -> tuple[Sources, ...]:
        """Return what feeds a layer at each of its calls."""
        return shown(feeds.get(path)), *map(shown, feeds.again.get(path, ()))

    return tuple(
        layer_at(path, known[path], shapes[path], fed(path), arrays, trained)
        for path in shapes
        if path in known and is_shown(path, known)
    )


def is_shown(path: str, known: dict[str, Any]) -> bool:
    """Tell whether a layer stands for itself: no model, no input, and not inside a layer of ours."""
    if not path or isinstance(known[path], (Model, InputLayer)):
        return False
    parts = path.split("/")
    around = ["/".join(parts[:length]) for length in range(1, len(parts))]
    return not any(
        is_our_class(type(known[p])) and not isinstance(known[p], Model)
        for p in around
        if p in known
    )


def layer_at(
    path: str,
    layer: Any,
    shapes: tuple[Any, Any],
    fed: tuple[Sources, ...],
    arrays: dict[str, Any],
    trained: frozenset[str],
) -> Layer:
    """Return one layer as facts; ``fed`` is what feeds it at each of its calls."""
    inputs, *again = fed
    weights = tuple(weights_at(path, layer, arrays, trained))
    return Layer(
        path=path,
        kind=type(layer).__name__,
        config=config_of(layer),
        activation=activation_of(layer),
        input_shape=first_shape(shapes[0]),
        output_shape=first_shape(shapes[1]),
        inputs=None if inputs is None else tuple(p for p in inputs if not isinstance(p, Given)),
        fed_again=tuple(tuple(p for p in each or () if not isinstance(p, Given)) for each in again),
        given=tuple(str(name) for name in inputs or () if isinstance(name, Given)),
        weights=weights,
        trainable=any(weight.trainable for weight in weights),
        ours=is_our_class(type(layer)),
        aside=() if is_our_class(type(layer)) else tuple(aside_of(layer)),
    )


def config_of(layer: Any) -> dict[str, Any]:
    """Return a layer's arguments; of a class whose ``get_config`` fails, none."""
    try:
        return dict(layer.get_config())
    except (NotImplementedError, TypeError, ValueError):
        return {}


def activation_of(layer: Any) -> str | None:
    """Return the name of what a layer applies last; ``"linear"`` without; None for a function of one's own."""
    kind = type(layer).__name__
    if kind in BY_KIND:
        return BY_KIND[kind]
    if not hasattr(layer, "activation"):
        return "linear" if is_our_class(type(layer)) else None
    name = config_of(layer).get("activation", layer.activation)
    if name is None:
        return "linear"
    if isinstance(name, str):
        return name
    return snake_case(str(getattr(name, "__name__", type(name).__name__)))


def first_shape(tree: Any) -> Shape | None:
    """Return the first shape of a tree of shapes, without its batch axis."""
    shapes = jax.tree.leaves(tree, is_leaf=is_shape)
    return tuple(shapes[0][1:]) if shapes and is_shape(shapes[0]) else None


def is_shape(value: Any) -> bool:
    """Tell a shape from a tree of shapes."""
    return isinstance(value, tuple) and all(n is None or isinstance(n, int) for n in value)


def weights_at(
    path: str, layer: Any, arrays: dict[str, Any], trained: frozenset[str]
) -> Iterator[Weight]:
    """Yield the arrays of a layer; of a layer of ours those of its parts, too, by the rest of their path."""
    inside = path + "/"
    deep = is_our_class(type(layer))
    for name, array in arrays.items():
        rest = name.removeprefix(inside)
        if not name.startswith(inside) or ("/" in rest and not deep):
            continue
        numbers = np.asarray(array)
        if not np.issubdtype(numbers.dtype, np.number) or not numbers.size:
            continue
        yield weight_of(rest, numbers, name in trained)


def aside_of(layer: Any) -> Iterator[Weight]:
    """Yield the matrices in a layer's attributes, which no optimizer knows."""
    for name, value in vars(layer).items():
        is_tensor = hasattr(value, "numpy") and not hasattr(value, "assign")  # of a script
        array = value.value if is_tensor and hasattr(value, "value") else value
        if not isinstance(array, (np.ndarray, jax.Array)) or isinstance(array, Tracer):
            continue
        if array.ndim >= 2 and array.size and np.issubdtype(array.dtype, np.floating):
            yield weight_of(name, np.asarray(array), trainable=False)


def weight_of(name: str, numbers: np.ndarray, trainable: bool) -> Weight:
    """Return what is known of an array."""
    with np.errstate(over="ignore", invalid="ignore"):  # of a training that was lost
        mean, spread = float(numbers.mean()), float(numbers.std())
    low, high = float(numbers.min()), float(numbers.max())
    finite = bool(np.isfinite(numbers).all())
    return Weight(name, numbers.shape, mean, spread, low, high, trainable, finite)


def outputs_facts(
    model: Any, compiled: Compiled, outputs: Outputs, loss: Any
) -> tuple[Output, ...]:
    """Return the outputs as facts.

    Args:
        model: The model, built.
        compiled: What ``compile`` noted.
        outputs: The model's outputs.
        loss: The loss in use, the losses of several outputs, or None.
    """
    _, ends = flow_of(model)
    names = outputs.names or ("",)
    metrics = metrics_of(compiled, outputs)
    weights = weights_by_output(compiled, names) if outputs.names is not None else {}
    return tuple(
        output_fact(
            name,
            outputs.heads if outputs.names is None else outputs.heads[name],
            ends[number] if ends is not None and len(ends) == len(names) else None,
            loss.losses.get(name) if isinstance(loss, SeveralLosses) else loss,
            metrics[number],
            weights.get(name),
        )
        for number, name in enumerate(names)
    )


def metrics_of(compiled: Compiled, outputs: Outputs) -> list[tuple[str, ...]]:
    """Return the names of each output's metrics."""
    chosen: Any = [compiled.metrics]
    if outputs.names is not None:
        chosen = metrics_by_output("metrics", compiled.metrics, outputs.names).values()
    return [tuple(dict.fromkeys(map(metric_name, leaves_of(each)))) for each in chosen]


def output_fact(
    name: str,
    head: Any,
    layer: str | None,
    loss: Any,
    metrics: tuple[str, ...],
    weight: float | None = None,
) -> Output:
    """Return one output as facts."""
    own = loss is not None and is_own(loss)
    return Output(
        name=name,
        layer=layer or None,
        shape=tuple(head.shape),
        activation=head.activation,
        loss=None if loss is None or own else loss_name(loss),
        from_logits=bool(getattr(loss, "from_logits", False)),
        loss_arguments={} if loss is None or own else config_of(loss),
        metrics=metrics,
        own_loss=own,
        loss_weight=weight,
    )


def loss_name(loss: Any) -> str:
    """Return the name by which ``compile`` knows a loss, whatever it was called by its user.

    >>> from pellucid import losses
    >>> loss_name(losses.MeanSquaredError(name="mine"))
    'mean_squared_error'
    """
    function = getattr(loss, "fn", None)
    return snake_case(str(getattr(function, "__name__", None) or type(loss).__name__))


def metric_name(metric: Any) -> str:
    """Return a metric's name."""
    if isinstance(metric, str):
        return metric
    return str(getattr(metric, "name", None) or getattr(metric, "__name__", type(metric).__name__))
