"""``keras.layers``: Pellucid's layers, made to fit Keras code, and the base class for a script's own."""

from __future__ import annotations

import sys
from typing import Any

import pellucid
from pellucid.keras.family import late_classes
from pellucid.keras.former import first_name, former
from pellucid.keras.late import late
from pellucid.keras.mixed_precision import weights_dtype
from pellucid.keras.sides.layer import LayerSide
from pellucid.keras.sides.own_code import TRANSLATED
from pellucid.keras.symbols import GraphTensor
from pellucid.keras.tolerance import translate

_MERGES = {
    "add": "Add", "average": "Average", "concatenate": "Concatenate", "dot": "Dot", "maximum": "Maximum",
    "minimum": "Minimum", "multiply": "Multiply", "subtract": "Subtract",
}  # fmt: skip
_SIDES = {
    "attention": "sides.attention",
    "augmentation": "sides.image_kinds",
    "merging": "sides.merging",
    "pooling": "sides.pooling",
    "preprocessing": "sides.categories",
    "recurrent": "sides.recurrent",
    "rescaling": "sides.normalizing",
}
_IGNORED = ("autocast", "dynamic", "sparse", "ragged", "batch_size", "experimental_autocast")


class Layer(LayerSide):
    """The base of a script's own layers: ``build``, ``add_weight``, ``call`` as in Keras.

    Args:
        trainable: Whether the weights train.
        name: The layer's name.
        dtype: The dtype of its weights.
        activity_regularizer: A penalty on the outputs.
        **more: ``input_shape`` and others of older Keras.
    """

    plain = pellucid.Layer
    takes_any = True

    def __init__(
        self,
        trainable: bool = True,
        name: str | None = None,
        dtype: Any = None,
        activity_regularizer: Any = None,
        **more: Any,
    ):
        _, more = translate("Layer", (), more)
        if "batch_input_shape" in more:
            more["input_shape"] = tuple(more.pop("batch_input_shape"))[1:]
        kept = {key: value for key, value in more.items() if key not in _IGNORED}
        dtype = weights_dtype(dtype)
        self._autocast = more.get("autocast", True)
        super().__init__(
            trainable=trainable,
            name=name,
            dtype=dtype,
            activity_regularizer=activity_regularizer,
            **kept,
        )


class _Merge(Layer):
    """The base of layers that join their inputs in a way of their own, which ``_merge_function(inputs)`` says."""

    _merge_function: Any

    def call(self, inputs: Any) -> Any:
        """Return the inputs joined."""
        return self._merge_function(inputs)

    call = TRANSLATED["call"](call)  # what it hands on to is a script's own code


class InputSpec:
    """What a layer says of its inputs; kept for Keras's sake.

    Args:
        dtype: The dtype.
        shape: The shape.
        ndim: The number of axes.
        max_ndim: Their largest number.
        min_ndim: Their smallest number.
        axes: Sizes of some axes.
        **more: Accepted.
    """

    def __init__(
        self,
        dtype: Any = None,
        shape: Any = None,
        ndim: int | None = None,
        max_ndim: int | None = None,
        min_ndim: int | None = None,
        axes: Any = None,
        **more: Any,
    ):
        self.dtype, self.shape, self.axes = dtype, shape, axes or {}
        self.ndim = len(shape) if shape is not None else ndim
        self.max_ndim, self.min_ndim = max_ndim, min_ndim


def Input(*args: Any, **kwargs: Any) -> Any:
    """Begin a graph; as :func:`pellucid.Input`, and takes what older Keras took."""
    args, kwargs = translate("Input", args, kwargs)
    tensor = kwargs.pop("tensor", None)
    for ignored in ("sparse", "ragged", "optional", "type_spec"):
        kwargs.pop(ignored, None)
    return GraphTensor.begin(pellucid.Input(*args, **kwargs)) if tensor is None else tensor


def _merge(name: str) -> Any:
    def merge(inputs: Any, **options: Any) -> Any:
        return getattr(sys.modules[__name__], _MERGES[name])(**options)(inputs)

    merge.__name__ = merge.__qualname__ = name
    merge.__doc__ = f"Call a ``{_MERGES[name]}`` layer on a list of tensors."
    return merge


def _side(plain: type) -> type:
    """Return what is mixed into one of Pellucid's layers; those of images speak Keras's protocol of images."""
    folder = plain.__module__.removeprefix("pellucid.layers.").partition(".")[0]
    return late(_SIDES[folder]).side_of(plain) if folder in _SIDES else LayerSide


_find = late_classes(__name__, pellucid.layers, _side)


def __getattr__(name: str) -> Any:
    if name in _MERGES:
        setattr(sys.modules[__name__], name, _merge(name))
        return globals()[name]
    if name == "Lambda":
        return late("lambda_layer").Lambda
    if name == "MaxNumBoundingBoxes":
        return late("box_layer").MaxNumBoundingBoxes
    other = first_name("layers", name)
    return former("layers", name) or (
        getattr(sys.modules[__name__], other) if other else _find(name)
    )


def __dir__() -> list[str]:
    return sorted({*pellucid.layers.__all__, *_MERGES, "Layer", "Input", "MaxNumBoundingBoxes"})


def serialize(layer: Any) -> Any:
    """Return a layer as a dict of plain values."""
    return late("utils").serialize_keras_object(layer)


def deserialize(config: Any, custom_objects: Any = None) -> Any:
    """Make a layer of a dict."""
    return late("utils").deserialize_keras_object(config, custom_objects)


def layer_class(plain: type) -> type | None:
    """Return the class of this module for one of Pellucid's, or None."""
    name = plain.__name__
    return (
        getattr(sys.modules[__name__], name)
        if getattr(pellucid.layers, name, None) is plain
        else None
    )
