"""What a table of names cannot say about old arguments: places that became tuples, rates that became schedules.

Each function takes a constructor's positional and keyword arguments and returns them as the class takes them today.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module
from inspect import Parameter, signature
from types import FunctionType
from typing import Any

import numpy as np

from pellucid.core.errors import ArgumentError, ArgumentTypeError
from pellucid.core.record import signature as arguments_of
from pellucid.keras.names.arguments import WEIGHTS
from pellucid.keras.notices import differs, say

Arguments = tuple[tuple[Any, ...], dict[str, Any]]
_INPUTS = ("Input", "InputLayer")
_OF_SERIES = ("LSTM", "GRU", "SimpleRNN", "Conv1D")


FORMER_DECAY = "of_decay_argument"


class _Batch:
    """The batch size that was named last: stateful layers behind a model's first one do not repeat it."""

    size: int | None = None


def with_batch(kwargs: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments of a stateful layer with the batch size of its own first shape, or of the model's.

    >>> with_batch({"stateful": True, "batch_input_shape": (4, 5, 2)})["batch_size"]
    4
    """
    shape = kwargs.get("batch_input_shape") or kwargs.get("batch_shape")
    rows = kwargs.get("batch_size") if shape is None else shape[0]
    if rows is not None:
        _Batch.size = int(rows)
    if kwargs.get("stateful") and _Batch.size is not None:
        return {"batch_size": _Batch.size, **kwargs}
    return kwargs


def with_shape(cls_name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Arguments:
    """Return the arguments with shapes as tuples: ``Input(shape=784)``, ``batch_input_shape=(32, 10, 1)``.

    >>> with_shape("Dense", (4,), {"input_shape": 784})
    ((4,), {'input_shape': (784,)})
    >>> with_shape("LSTM", (4,), {"input_dim": 3, "input_length": 10})
    ((4,), {'input_shape': (10, 3)})
    """
    kwargs = dict(kwargs)
    batch = kwargs.get("batch_input_shape")
    if batch is not None and cls_name not in _INPUTS:
        say(
            "argument batch_input_shape",
            "`batch_input_shape=` is now `keras.Input(batch_shape=...)`.",
        )
        del kwargs["batch_input_shape"]
        kwargs["input_shape"] = tuple(batch[1:])
    named = [name for name in ("input_dim", "input_length") if kwargs.get(name) is not None]
    if cls_name in _OF_SERIES and named:
        length, size = kwargs.pop("input_length", None), kwargs.pop("input_dim", None)
        say(
            "input_length", "`input_dim=n, input_length=t` are now `input_shape=(t, n)` for series."
        )
        kwargs.setdefault("input_shape", (length, size))
    for name in ("shape", "input_shape") if cls_name in _INPUTS else ("input_shape",):
        if isinstance(kwargs.get(name), int):
            kwargs[name] = (kwargs[name],)
    if cls_name in _INPUTS and args and isinstance(args[0], int):
        args = ((args[0],), *args[1:])
    return args, kwargs


def with_weights(cls_name: str, kwargs: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments with ``weights=[...]`` as the initializers that give these arrays.

    >>> with_weights("Embedding", {"weights": [np.eye(2)]})
    {'embeddings_initializer': Constant(value=array([[1., 0.],
           [0., 1.]]))}
    """
    if cls_name not in WEIGHTS or "weights" not in kwargs:
        return kwargs
    arrays = kwargs["weights"]
    rest = {name: value for name, value in kwargs.items() if name != "weights"}
    if arrays is None:
        return rest
    constant = import_module("pellucid.initializers").Constant
    places = WEIGHTS[cls_name]
    say(
        "argument weights",
        f"`weights=[...]` is now `{places[0]}=keras.initializers.Constant(array)`.",
    )
    given = zip(places, arrays if isinstance(arrays, (list, tuple)) else [arrays], strict=False)
    return {**rest, **{place: constant(np.asarray(array)) for place, array in given}}


def with_functions(kwargs: dict[str, Any]) -> dict[str, Any]:
    """Return a layer's arguments with the initializers of Keras 1, functions of a shape and a name, as ones of a shape.

    >>> with_functions({"kernel_initializer": lambda shape, name: np.ones(shape)})[
    ...     "kernel_initializer"
    ... ]((2,))
    array([1., 1.])
    """
    return {
        name: partial(value, name=None)
        if name.endswith("_initializer") and _needs_name(value)
        else value
        for name, value in kwargs.items()
    }


def _needs_name(value: Any) -> bool:
    found = signature(value).parameters.get("name") if isinstance(value, FunctionType) else None
    return found is not None and found.default is Parameter.empty


def with_format(cls_name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """Return a layer's arguments with the place of the channels that the script set for all layers, if it set one."""
    chosen = import_module("pellucid.keras.config").image_data_format()
    layer = getattr(import_module("pellucid.layers"), cls_name)
    places = list(signature(layer).parameters)
    if chosen == "channels_last" or "data_format" not in places[len(args) :]:
        return kwargs
    return kwargs if kwargs.get("data_format") is not None else {**kwargs, "data_format": chosen}


def with_decay(cls_name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Arguments:
    """Return an optimizer's arguments with ``decay=`` as the schedule that it was: rate / (1 + decay x step).

    >>> with_decay("SGD", (0.1,), {"decay": 0.5})
    ((InverseTimeDecay(initial_learning_rate=0.1, decay_steps=1, decay_rate=0.5),), {})
    """
    rest = {name: value for name, value in kwargs.items() if name != "decay"}
    if rest.get("epsilon", 0) is None:  # Keras 2: the default
        del rest["epsilon"]
    decay = kwargs.get("decay")
    if not decay:
        return args, rest
    say(
        "argument decay",
        "`decay=` is now learning_rate=keras.optimizers.schedules.InverseTimeDecay(rate, 1, decay).",
    )
    optimizers = import_module("pellucid.optimizers")
    default = signature(getattr(optimizers, cls_name)).parameters["learning_rate"].default
    rate = args[0] if args else rest.get("learning_rate", default)
    if not callable(rate):
        rate = optimizers.schedules.InverseTimeDecay(rate, 1, decay)
        object.__setattr__(rate, FORMER_DECAY, True)  # its first rate may be set, as in Keras 2
    return ((rate, *args[1:]), rest) if args else ((), {**rest, "learning_rate": rate})


def _sides_by_name(*names: str) -> Callable[..., Arguments]:
    """Return the translation of a kernel's sides given one by one by name: ``nb_row=3, nb_col=3``."""

    def join(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Arguments:
        if not kwargs.keys() & set(names):
            return args, kwargs
        say("argument nb_row", f"`{', '.join(names)}` are now `kernel_size=`.")
        first = args[1] if len(args) > 1 else kwargs.get(names[0])
        sides = tuple(kwargs.get(name, first) for name in names)
        rest = {name: value for name, value in kwargs.items() if name not in names}
        return args[:1], {**rest, "kernel_size": sides}

    return join


def _sides_in_places(sides: int) -> Callable[..., Arguments]:
    """Return the translation of a kernel's sides given one by one in their places: ``Convolution2D(32, 3, 3)``."""

    def join(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Arguments:
        kernel = args[1 : 1 + sides]
        if len(kernel) == sides and all(isinstance(side, int) for side in kernel):
            shown = ", ".join(map(str, kernel))
            say("places nb_row", f"the sides of a kernel are now one tuple: `({shown})`.")
            return (args[0], kernel, *args[1 + sides :]), kwargs
        return args, kwargs

    return join


def _transposed(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Arguments:
    """Return the arguments without the output's shape, which followed the kernel's sides."""
    args, kwargs = _sides_in_places(2)(args, kwargs)
    return args[:2], {name: value for name, value in kwargs.items() if name != "output_shape"}


def _four_pieces(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Arguments:
    """Return the arguments with Keras 1's four pieces of a maxout unit, where none are given."""
    given = len(args) > 1 or "nb_feature" in kwargs
    return args, kwargs if given else {**kwargs, "pieces": 4}


def _threshold(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Arguments:
    """Return the arguments with the threshold by name; it was 1 where none was given."""
    given = {"threshold": args[0]} if args else {} if "theta" in kwargs else {"threshold": 1.0}
    return (), {**given, **kwargs}


def _period(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Arguments:
    """Return the arguments without ``period=1``, which is the default; another one is the callback's to heed."""
    if "period" in kwargs:
        say("argument period", "`period=` is now `save_freq=`, counted in steps.")
    return args, {name: value for name, value in kwargs.items() if (name, value) != ("period", 1)}


def _convolution(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Arguments:
    """Say what three whole numbers mean today, and join a kernel's sides given by name."""
    if len(args) > 2 and all(isinstance(each, int) for each in args[:3]):
        filters, side, step = args[:3]
        say(
            "Conv2D triple",
            f"`Conv2D({filters}, {side}, {step})` means strides={step}, as in Keras 3; for a kernel of "
            f"{side} x {step}, as in Keras 1, write kernel_size=({side}, {step}).",
        )
    return _sides_by_name("nb_row", "nb_col")(args, kwargs)


def _dense(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Arguments:
    """Vectors that Keras would keep as sparse tensors are arrays."""
    if not kwargs.get("sparse") or kwargs.get("output_mode") == "int":
        return args, kwargs
    differs("sparse outputs", "`sparse=True`: the vectors are dense arrays with the same numbers.")
    return args, {name: value for name, value in kwargs.items() if name != "sparse"}


def _of_inner(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Arguments:
    """Drop what older configurations name with the value of nothing; refuse what is set on the inner optimizer."""
    who, inner = "LossScaleOptimizer", import_module("pellucid.optimizers").Optimizer
    shared = {name: p.default for name, p in arguments_of(inner).parameters.items()}
    if not kwargs.get("dynamic", True):
        raise ArgumentError(
            who,
            "a scale that stays needs no optimizer of its own.",
            "set `loss_scale_factor` on the inner one: SGD(loss_scale_factor=1024.0)",
        )
    dropped = set(shared) - {"name"} | {"dynamic"}
    for name in dropped & set(kwargs) - {"dynamic"}:
        if kwargs[name] != shared[name]:
            raise ArgumentError(
                who,
                f"it has no `{name}` of its own; set it on the `inner_optimizer`.",
                f"{who}(SGD({name}={kwargs[name]!r}))",
            )
    kwargs = {name: value for name, value in kwargs.items() if name not in dropped}
    known = ("inner_optimizer", "initial_scale", "dynamic_growth_steps", "name")
    unknown = [f"`{name}`" for name in kwargs if name not in known]
    if unknown:
        raise ArgumentTypeError(who, f"it does not take the arguments: {', '.join(unknown)}.")
    return args, kwargs


def _by_two(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Arguments:
    """Return the arguments of an average over places with the size that Keras 2 took where none was given.

    >>> _by_two((), {"padding": "same"})
    ((), {'pool_size': 2, 'padding': 'same'})
    """
    if args or "pool_size" in kwargs:
        return args, kwargs
    say("pool_size", "average pooling needs its size today, `pool_size=2`.")
    return args, {"pool_size": 2, **kwargs}


def _hashing(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Arguments:
    """Bins have no fractions: ``dtype="float32"`` belongs to vectors."""
    dtype = kwargs.get("dtype")
    if dtype is not None and kwargs.get("output_mode", "int") == "int" and "float" in str(dtype):
        raise ArgumentError(
            "Hashing",
            f'When `output_mode="int"`, `dtype` should be an integer type, not {dtype!r}.',
            'dtype="int32"; or output_mode="one_hot"',
        )
    return _dense(args, kwargs)


def _in_order(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Arguments:
    """Return the arguments with the smaller number of each pair first: the ends of a range, in any order."""

    def ordered(value: Any) -> Any:
        pair = type(value) in (tuple, list) and len(value) == 2
        numbers = pair and all(isinstance(each, (int, float)) for each in value)
        return tuple(sorted(value)) if numbers else value

    return tuple(map(ordered, args)), {name: ordered(value) for name, value in kwargs.items()}


def _up_to_factor(default: Any = None) -> Callable[..., Arguments]:
    """Read ``factor=f`` as Keras does: drawn between 0 and ``f``; Pellucid's layers take ``f`` itself."""

    def translate(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Arguments:
        args, kwargs = _in_order(args, kwargs)
        factor = args[0] if args else kwargs.get("factor", default)
        if not isinstance(factor, (int, float)):
            return args, kwargs
        pair = (0.0, float(factor))
        return ((pair, *args[1:]), kwargs) if args else (args, {**kwargs, "factor": pair})

    return translate


def _score_of_each(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Arguments:
    """Give an F score Keras's default: one score for each class."""
    return args, kwargs if args else {"average": None, **kwargs}


_RANGES = (
    "RandomBrightness", "RandomContrast", "RandomRotation", "RandomShear", "RandomTranslation", "RandomZoom",
)  # fmt: skip
SPECIAL: dict[str, Callable[..., Arguments]] = {
    "AtrousConvolution2D": _sides_in_places(2),
    **dict.fromkeys((f"AveragePooling{axes}D" for axes in (1, 2, 3)), _by_two),
    "CategoryEncoding": _dense,
    "Conv2D": _convolution,
    "Conv2DTranspose": _sides_by_name("nb_row", "nb_col"),
    "Conv3D": _sides_by_name("kernel_dim1", "kernel_dim2", "kernel_dim3"),
    "ConvLSTM2D": _sides_by_name("nb_row", "nb_col"),
    "Convolution2D": _sides_in_places(2),
    "Convolution3D": _sides_in_places(3),
    "Deconvolution2D": _transposed,
    "Discretization": _dense,
    "HashedCrossing": _dense,
    "Hashing": _hashing,
    "IntegerLookup": _dense,
    "MaxoutDense": _four_pieces,
    "F1Score": _score_of_each,
    "FBetaScore": _score_of_each,
    "LossScaleOptimizer": _of_inner,
    "ModelCheckpoint": _period,
    "RandomErasing": _up_to_factor(1.0),
    "RandomSaturation": _up_to_factor(),
    "SeparableConv2D": _sides_by_name("nb_row", "nb_col"),
    "SeparableConvolution2D": _sides_in_places(2),
    "StringLookup": _dense,
    "TextVectorization": _dense,
    "ThresholdedReLU": _threshold,
    **dict.fromkeys(_RANGES, _in_order),
}
"""By class, old names among them: what is done after the tables."""
