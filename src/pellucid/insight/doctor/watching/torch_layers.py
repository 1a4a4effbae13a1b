"""The layers of a PyTorch model as facts, by what one forward pass shows of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from typing import Any

from pellucid.insight.doctor.facts.network import Layer, Shape, Weight
from pellucid.insight.doctor.watching.torch_names import ACTIVATIONS, KINDS, config_of, weight_name

WHOLE_MODULES = frozenset({"MultiheadAttention", "LSTM", "GRU", "RNN"})
"""Modules of PyTorch that are looked at as one, with what they hold."""

NOISY = ("Dropout", "AlphaDropout", "FeatureAlphaDropout", "BatchNorm", "SyncBatchNorm")


@dataclass
class Call:
    """One call of a module in a forward pass.

    Attributes:
        place: The module's path, ``"fc1#2"`` for its second call.
        path: The module's path.
        module: The module.
        input_shape: Of its first input, with the batch; None where that is no tensor.
        output_shape: Of its first output.
        source: The node that made its first input, None where that came without a graph.
        nodes: The nodes of its outputs.
        storage: Where its first input's numbers lie, so that the model's own inputs are known again.
        z: A copy of what came in, where this is an activation; else None.
        a: A copy of what came out.
    """

    place: str
    path: str
    module: Any
    input_shape: tuple[int, ...] | None = None
    output_shape: tuple[int, ...] | None = None
    source: Any = None
    nodes: tuple[Any, ...] = ()
    storage: int | None = None
    z: Any = None
    a: Any = None


@dataclass
class Structure:
    """What one forward pass showed of a model.

    Attributes:
        layers: The layers, in the order of their calls.
        after: By place the function behind a module that is no module of its own; None where that is not known.
        moved: Paths of layers whose numbers have their channels first.
        end: The path of the layer that made the output, or None.
        activation: What was applied to the output last, or None.
        shape: The shape of the output without the batch, channels last; None before the first pass.
        is_image: Whether the output has its channels first.
        takes_images: Whether the input has its channels first.
        mixed: Paths of modules that mix rows, each with the argument that makes them do so.
    """

    layers: tuple[Layer, ...] = ()
    after: dict[str, str | None] = field(default_factory=dict)
    moved: frozenset[str] = frozenset()
    end: str | None = None
    activation: str | None = None
    shape: Shape | None = None
    is_image: bool = False
    takes_images: bool = False
    mixed: tuple[tuple[str, str], ...] = ()


def kind_of(module: Any) -> tuple[str, str | None, bool]:
    """Return the kind of a module in Keras's words, its own activation, and whether the class is PyTorch's."""
    for cls in type(module).__mro__:
        if not cls.__module__.startswith("torch."):
            continue
        if getattr(type(module), "forward", None) is not getattr(cls, "forward", None):
            break
        name = cls.__name__
        if name in ACTIVATIONS:
            return (*ACTIVATIONS[name], True)
        if name.startswith("Adaptive") and any(each not in (1, None) for each in sizes(module)):
            return KINDS.get(name, name).replace("Global", ""), "linear", True
        if name in ("LSTM", "GRU", "RNN"):
            return KINDS[name], "tanh", True
        return KINDS.get(name, name), "linear" if name in KINDS else None, True
    return type(module).__name__, None, False


def sizes(module: Any) -> tuple[Any, ...]:
    """Return the output size of an adaptive pooling as a tuple."""
    size = module.output_size
    return size if isinstance(size, tuple) else (size,)


def leaves_of(module: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the modules that compute something themselves, each with its path; the model itself is ``"model"``."""
    children = list(module.named_children())
    is_whole = not children or type(module).__name__ in WHOLE_MODULES
    if (is_whole and type(module).__module__.startswith("torch.")) or not children:
        yield path or "model", module
        return
    for name, child in children:
        yield from leaves_of(child, f"{path}.{name}" if path else name)


def place_of(weight: str, leaves: Mapping[str, Any]) -> str | None:
    """Return the leaf that a weight belongs to, by its path; else the module that holds it; None for the model's own.

    >>> place_of("attention.out_proj.weight", {"attention": 0}), place_of("token", {})
    ('attention', None)
    """
    parts = weight.split(".")
    around = [".".join(parts[:count]) for count in range(1, len(parts))]
    if not around and "model" in leaves:
        return "model"
    return next((path for path in around if path in leaves), around[-1] if around else None)


def is_noisy(model: Any) -> bool:
    """Tell whether a model has layers that work differently in training and in evaluation mode."""
    return any(
        type(each).__name__.startswith(NOISY) and getattr(each, "p", 1) != 0
        for each in model.modules()
    )


def mixing(call: Call, rows: int) -> str | None:
    """Return the argument by which a module takes rows for steps or for classes; None where it does not.

    Args:
        call: Its call.
        rows: Rows of the batch; 0 where they are not known.
    """
    module, shape = call.module, call.input_shape or ()
    name = type(module).__name__
    if (
        name in ("LSTM", "GRU", "RNN", "MultiheadAttention")
        and len(shape) == 3
        and not module.batch_first
    ):
        return "batch_first=False" if shape[0] == rows != shape[1] else None
    if name in ("Softmax", "LogSoftmax") and len(shape) > 1 and module.dim == 0:
        return "dim=0" if shape[0] == rows > 1 else None
    return None


def rank_of(kind: str) -> int | None:
    """Return over how many axes a module slides, None for one that does not.

    >>> rank_of("Conv2D"), rank_of("Dense")
    (2, None)
    """
    found = re.search(r"(\d)D", kind)
    return int(found[1]) if found else None


def has_channels_first(module: Any, kind: str, shape: tuple[int, ...] | None) -> bool:
    """Tell whether a module's inputs have their channels at axis 1, before other axes."""
    if shape is None or len(shape) < 3:
        return False
    name = type(module).__name__
    return rank_of(kind) is not None or name.startswith(("BatchNorm", "InstanceNorm", "GroupNorm"))


def turned(shape: tuple[int, ...] | None, moved: bool) -> Shape | None:
    """Return a shape without its batch axis, channels last.

    >>> turned((8, 3, 32, 32), True), turned((8, 10), False)
    ((32, 32, 3), (10,))
    """
    if shape is None:
        return None
    inner = shape[1:]
    return (*inner[1:], inner[0]) if moved and len(inner) > 1 else tuple(inner)


def weights_of(module: Any, kind: str) -> Iterator[Weight]:
    """Yield a module's arrays as facts, children's among them."""
    arrays = [(name, each, each.requires_grad) for name, each in module.named_parameters()]
    arrays += [(name, each, False) for name, each in module.named_buffers() if each is not None]
    for name, array, trained in arrays:
        numbers = array.detach()
        if not numbers.numel() or not numbers.is_floating_point():
            continue
        numbers = numbers.float()
        ends = (float(numbers.min()), float(numbers.max()))
        spread = float(numbers.std(correction=0)) if numbers.numel() > 1 else 0.0
        finite = bool(numbers.isfinite().all())
        shape = kernel_shape(tuple(array.shape), weight_name(name, kind), kind)
        yield Weight(
            weight_name(name, kind), shape, float(numbers.mean()), spread, *ends, trained, finite
        )


def kernel_shape(shape: tuple[int, ...], name: str, kind: str) -> tuple[int, ...]:
    """Return a kernel's shape with the units last, as Keras keeps it.

    >>> kernel_shape((32, 3, 5, 5), "kernel", "Conv2D"), kernel_shape((10, 64), "kernel", "Dense")
    ((5, 5, 3, 32), (64, 10))
    """
    if "kernel" not in name or len(shape) < 2:
        return shape
    if kind.endswith("Transpose"):
        return (*shape[2:], shape[1], shape[0])
    return (*shape[2:], shape[1], shape[0]) if kind.startswith("Conv") else shape[::-1]


def layer_of(
    call: Call, activation: str | None, moved: bool, inputs: tuple[str, ...] | None
) -> Layer:
    """Return one module as facts.

    Args:
        call: Its first call.
        activation: What is applied last, its own or a function behind it.
        moved: Whether its numbers have their channels first.
        inputs: The layers that feed it; None where that is not known.
    """
    kind, own, ours = kind_of(call.module)
    shown = own if own not in ("linear", None) else activation
    weights = tuple(weights_of(call.module, kind))
    return Layer(
        path=call.path,
        kind=kind,
        config=config_of(call.module, kind, shown or "linear") if ours else {},
        activation=shown if ours else None,
        input_shape=turned(call.input_shape, moved),
        output_shape=turned(call.output_shape, moved),
        inputs=inputs,
        weights=weights,
        trainable=any(weight.trainable for weight in weights),
        ours=ours,
    )


def with_sequences(layers: tuple[Layer, ...], last: Set[str]) -> tuple[Layer, ...]:
    """Say of recurrent layers whether what follows takes all steps or the last one; PyTorch's give both.

    Args:
        layers: The layers.
        last: Those of which no more than one step, the same of all rows, is read.
    """
    found = []
    for layer in layers:
        if layer.kind in ("LSTM", "GRU", "SimpleRNN") and len(layer.output_shape or ()) == 2:
            after = [each for each in layers if each.inputs and layer.path in each.inputs]
            is_all = layer.path not in last or any(
                len(each.input_shape or ()) == 2 for each in after
            )
            shape = layer.output_shape if is_all else (layer.output_shape or ())[-1:]
            config = {**layer.config, "return_sequences": is_all}
            layer = replace(layer, config=config, output_shape=shape)
        found.append(layer)
    return tuple(found)


def with_functions(layers: tuple[Layer, ...], after: Mapping[str, str | None]) -> tuple[Layer, ...]:
    """Put a layer of its own for a function behind a layer that takes none as an argument, such as a normalisation.

    Args:
        layers: The layers.
        after: The function behind each, by place.
    """
    behind: dict[str, str] = {}
    for layer in layers:
        function = after.get(layer.path)
        takes_one = layer.kind in ("Dense", "Activation") or layer.kind.startswith("Conv")
        if function not in (None, "linear") and not takes_one and layer.activation == function:
            behind[layer.path] = f"{function}({layer.path})"
    found: list[Layer] = []
    for layer in layers:
        fed = layer.inputs and tuple(behind.get(path, path) for path in layer.inputs)
        layer = replace(layer, inputs=fed)
        if layer.path not in behind:
            found.append(layer)
            continue
        bare = {**layer.config, "activation": "linear"}
        found.append(replace(layer, activation="linear", config=bare))
        config, shape = {"activation": layer.activation}, layer.output_shape
        path, place = behind[layer.path], (layer.path,)
        found.append(Layer(path, "Activation", config, layer.activation, shape, shape, place))
    return tuple(found)
