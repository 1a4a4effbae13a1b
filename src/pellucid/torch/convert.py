"""From a network of PyTorch to a model: module by module, each by the function that the table names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pellucid.core.errors import ArgumentError, ArgumentTypeError, nearest
from pellucid.models import Sequential
from pellucid.modules import Layer
from pellucid.torch.modules import has_parameters, kind_of, leaves_of, refuse
from pellucid.torch.stack import Stack
from pellucid.torch.table import TABLE, Entry

POSITIVE = ("ReLU", "ReLU6", "Sigmoid", "Hardsigmoid", "Softplus")
"""Activations whose outputs are at least 0."""
KEEPS_SIGN = (
    "MaxPool1d",
    "MaxPool2d",
    "MaxPool3d",
    "AvgPool1d",
    "AvgPool2d",
    "AvgPool3d",
    "Dropout",
    "Identity",
)
"""Modules whose outputs are at least 0 where their inputs are."""
ADVICE = {
    "MultiheadAttention": "it takes queries, keys and values: layers.MultiHeadAttention in a graph of your own.",
    "LSTMCell": "it is one step of a series: convert an LSTM.",
    "GRUCell": "it is one step of a series: convert a GRU.",
    "ReflectionPad2d": "only zeros are put around images here.",
    "ReplicationPad2d": "only zeros are put around images here.",
    "Transformer": "it takes a source and a target: a graph of TransformerEncoderBlock and TransformerDecoderBlock.",
}

Counterparts = Mapping[Any, Callable[[Any], Layer]]


def from_torch(
    module: Any,
    input_shape: Any = None,
    *,
    data_format: str = "channels_last",
    counterparts: Counterparts | None = None,
    name: str | None = None,
) -> Sequential:
    """Make a model of a PyTorch network, weights included; it then predicts the same, up to rounding.

    The network is one module, or a ``torch.nn.Sequential`` of modules and of further ones. PyTorch is not imported.

    Args:
        module: The network. What it is by now counts: its weights are copied, and it stays as it is.
        input_shape: The shape of one row as PyTorch has it, without the batch: ``(3, 32, 32)`` for images, ``(None,
            features)`` for series of any length. Default None: read off a first ``Linear``, ``Embedding`` or ``LSTM``.
        data_format: How images go into the model and come out of it: ``"channels_last"``, as everywhere here, or
            ``"channels_first"``, as in PyTorch. Default ``"channels_last"``.
        counterparts: For classes of your own a function that makes a layer of the module, by class or by its name;
            its inputs are as in PyTorch, channels first: ``{Last: lambda m: layers.Lambda(lambda x: x[:, -1])}``.
            Default None.
        name: The model's name.

    Returns:
        A :class:`~pellucid.Sequential`, not yet compiled. Series come with the batch first whatever ``batch_first``
        says, and recurrent modules give the outputs of all steps.

    Raises:
        ArgumentError: A module, or a setting of it, has no counterpart here; it is named by its path.
        ArgumentTypeError: ``module`` is no module of PyTorch.

    Example:
        >>> import torch  # doctest: +SKIP
        >>> from pellucid import from_torch
        >>> network = torch.nn.Sequential(  # doctest: +SKIP
        ...     torch.nn.Linear(4, 8), torch.nn.ReLU(), torch.nn.Linear(8, 1)
        ... )
        >>> from_torch(network).output_shape  # doctest: +SKIP
        (None, 1)

    Keras has no such function.
    """
    if data_format not in ("channels_last", "channels_first"):
        raise ArgumentError(
            "from_torch",
            f"`data_format` must be 'channels_last' or 'channels_first', but it is {data_format!r}.",
        )
    if not hasattr(module, "state_dict") and not hasattr(module, "_modules"):
        raise ArgumentTypeError(
            "from_torch",
            f"it takes a module of PyTorch, but it got {type(module).__name__}.",
            "pellucid.from_torch(torch.nn.Sequential(...), input_shape=(784,))",
        )
    own = dict(counterparts or {})
    parts = [(path, each, entry_of(path, each, own)) for path, each in leaves_of(module, TABLE)]
    if not parts:
        raise refuse("", module, "it holds no modules.")
    refuse_shared([(path, each) for path, each, _ in parts])
    shape, dtype = input_of(*parts[0][:2], input_shape)
    images = len(shape) > 1 and data_format == "channels_last" and reads_images(shape, parts)
    stack = Stack(shape, dtype, images, name)
    for number, (path, each, entry) in enumerate(parts):
        stack.path, stack.module = path, each
        stack.before_rows = next_is_linear(parts[number + 1 :])
        entry.convert(each, stack)
        kind = kind_of(each, TABLE)
        stack.positive = kind in POSITIVE or (stack.positive and kind in KEEPS_SIGN)
    if data_format == "channels_first":
        stack.as_in_torch()
    stack.load()
    return stack.model


def refuse_shared(parts: list[tuple[str, Any]]) -> None:
    """Refuse modules with weights that stand in two places, whose layers would go different ways in training."""
    seen: dict[int, str] = {}
    for path, module in parts:
        if has_parameters(module) and id(module) in seen:
            raise refuse(
                path,
                module,
                f"it is the one at '{seen[id(module)]}' again; the weights of two layers would not stay equal.",
                "convert the parts, and call one layer twice in a graph of your own",
            )
        seen[id(module)] = path


def entry_of(path: str, module: Any, own: Counterparts) -> Entry:
    """Return how a module is converted, or refuse it."""
    cls = type(module)
    made = next((own[key] for key in (cls, cls.__name__) if key in own), None)
    if made is not None:

        def convert(module: Any, stack: Stack) -> None:
            stack.as_in_torch()
            stack.add(made(module))

        return Entry(convert)
    kind = kind_of(module, TABLE)
    if kind is None:
        raise unknown(path, module)
    return TABLE[kind]


def unknown(path: str, module: Any) -> ArgumentError:
    """Build the error for a module whose class has no counterpart."""
    cls = type(module)
    of_torch = cls.__module__.startswith("torch.nn")
    if of_torch:
        close = nearest(cls.__name__, TABLE)
        why = ADVICE.get(cls.__name__, "this class has no counterpart here.")
        hint = f"nearest that has one: {close}" if close else "docs: coming from PyTorch"
        return refuse(path, module, why, hint)
    inner = ", ".join(f"m.{name}" for name in list(getattr(module, "_modules", {}))[:6])
    return refuse(
        path,
        module,
        "its `forward` is code of your own, which cannot be read off.",
        f"give its parts in the order in which forward calls them: torch.nn.Sequential({inner or '...'}); or "
        f"counterparts={{{cls.__name__}: lambda m: layers.Lambda(...)}}",
    )


def input_of(path: str, first: Any, given: Any) -> tuple[tuple[Any, ...], str]:
    """Return shape and dtype of one row of inputs, in PyTorch's order."""
    kind = kind_of(first, TABLE)
    dtype = "int32" if kind == "Embedding" else "float32"
    if given is not None:
        return ((given,) if isinstance(given, int) else tuple(given)), dtype
    if kind == "Linear":
        return (first.in_features,), dtype
    if kind == "Embedding":
        return (None,), dtype
    if kind in ("RNN", "LSTM", "GRU"):
        return (None, first.input_size), dtype
    raise refuse(
        path,
        first,
        "it comes first, and does not say how large its inputs are.",
        "from_torch(network, input_shape=(3, 32, 32)), channels first, without the batch",
    )


def reads_images(shape: tuple[Any, ...], parts: list[Any]) -> bool:
    """Tell whether the inputs are images: what reads them first does, or flattens three axes."""
    entry = next((entry for _, _, entry in parts if entry.kind != "each"), None)
    if entry is None:
        return len(shape) == 3
    return entry.kind == "image" or (len(shape) == 3 and entry is TABLE["Flatten"])


def next_is_linear(parts: list[Any]) -> bool:
    """Tell whether the next module that minds the order of its inputs is a ``Linear``."""
    entry = next((entry for _, _, entry in parts if entry.kind != "each"), None)
    return entry is TABLE["Linear"]
