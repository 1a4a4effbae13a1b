"""Layers around something else: a function of one's own, and a shortcut around other layers."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from inspect import signature
from pathlib import Path
from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from pellucid.core.errors import ArgumentTypeError, ShapeError
from pellucid.core.limits import Instance, Limit
from pellucid.core.specs import Shape, as_shape, shape_in_words
from pellucid.layers.checks import who
from pellucid.layers.convolution.plain import Conv1D, Conv2D, Conv3D
from pellucid.layers.dense import Dense
from pellucid.modules import Layer, infer

CONVOLUTIONS = {1: Conv1D, 2: Conv2D, 3: Conv3D}


class Lambda(Layer):
    """Makes a layer of a function from array to array.

    Equation: ``y = f(x)`` with the function ``f``.

    Args:
        function: Any function of the inputs, in terms of ``jax.numpy``. If it has a parameter ``training`` or
            ``mask``, it gets the flag or the inputs' mask.
        output_shape: The shape of one output row, if you want it checked, or a function that makes a batch's shape of
            the inputs'. Default None: it is found out.
        mask: The outputs' mask, or a function ``(inputs, mask)`` that makes it. Default None: the outputs have no
            mask.
        arguments: Further keyword arguments of the function, as a dict. Default None.
        **kwargs: ``name`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs and outputs: what the function takes and gives

    Raises:
        ShapeError: The outputs have not the shape that ``output_shape`` says.
        ArgumentTypeError: The function returned no array.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import Lambda
        >>> Lambda(lambda x: x**2)(jnp.array([[2.0, 3.0]]))
        Array([[4., 9.]], dtype=float32)

    A function is code, and model files hold data only: to save the model, name the function in
    ``model.save(path, custom_objects={"square": square})``, and give the same to ``pellucid.load``. With weights or
    state of its own, write a :class:`~pellucid.Layer` instead.

    Differs from Keras: functions are never written into files.
    """

    divisible = "no"  # nobody knows what the function does with the rows
    limits: ClassVar[dict[str, Limit]] = {
        "arguments": Instance((dict,), "a dict of keyword arguments", optional=True),
    }

    def __init__(
        self,
        function: Callable[..., Any],
        output_shape: Any = None,
        mask: Any = None,
        arguments: dict[str, Any] | None = None,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        if not callable(function):
            raise ArgumentTypeError(
                type(self).__name__,
                f"`function` must be a function, but it is {function!r:.60}.",
                "layers.Lambda(lambda x: x**2); layers.Activation('relu') takes names",
            )
        self.function = function
        self.output_shape = output_shape
        self.mask = mask
        self.arguments = arguments

    def call(self, inputs: Any, mask: Any = None, training: Any = False) -> Any:
        """Return what the function makes of the inputs."""
        given = {"mask": mask, "training": training}
        taken = {name: given[name] for name in given if name in _parameters(self.function)}
        try:
            outputs = self.function(inputs, **{**(self.arguments or {}), **taken})
        except jax.errors.TracerArrayConversionError as error:
            error.add_note(
                f"{who(self)}: write its function with jax.numpy (jnp) in the place of numpy."
            )
            raise
        leaves = jax.tree.leaves(outputs, is_leaf=lambda each: each is None)
        if not leaves or not all(hasattr(leaf, "shape") for leaf in leaves):
            raise ArgumentTypeError(
                who(self),
                f"its function ({_place(self.function)}) returned {outputs!r:.60}, which is no array.",
                "end the function with: return outputs",
            )
        self._require_shape(inputs, outputs)
        return outputs

    def _require_shape(self, inputs: Any, outputs: Any) -> None:
        if self.output_shape is None or not hasattr(outputs, "shape"):
            return
        if callable(self.output_shape):
            wanted = as_shape(self.output_shape(jnp.shape(inputs)))[1:]
        else:
            wanted = as_shape(self.output_shape)
        fits = len(wanted) == outputs.ndim - 1 and all(
            size in (None, real) for size, real in zip(wanted, outputs.shape[1:], strict=True)
        )
        if not fits:
            raise ShapeError(
                who(self),
                f"its function ({_place(self.function)}) returned {shape_in_words(outputs.shape)}, but "
                f"`output_shape` says {wanted}.",
                f"output_shape={outputs.shape[1:]}, or leave it out: it is found out",
            )

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """Return what the argument ``mask`` says; None if it was not given."""
        return self.mask(inputs, mask) if callable(self.mask) else self.mask


def _parameters(function: Callable[..., Any]) -> frozenset[str]:
    """Return the names of a function's parameters; built-in functions may not tell them."""
    try:
        return frozenset(signature(function).parameters)
    except ValueError:
        return frozenset()


def _place(function: Callable[..., Any]) -> str:
    """Say where a function of the user's own is written: ``"square, train.py:12"``."""
    inner = function.func if isinstance(function, functools.partial) else function
    name = getattr(inner, "__name__", type(inner).__name__)
    code = getattr(inner, "__code__", None)
    return f"{name}, {Path(code.co_filename).name}:{code.co_firstlineno}" if code else name


class Residual(Layer):
    """Adds to the inputs what some layers make of them, so that the layers need to learn the difference only.

    Equation: ``y = s(x) + f(x)`` with the inputs ``x``, the layers ``f`` one after the other, and the shortcut ``s``,
    as a rule ``s(x) = x``.

    Where ``f`` changes the shape, ``x`` alone does not fit, and the shortcut becomes a linear **projection** without
    bias (made in ``build``, weights ``projection/kernel``): a :class:`Dense` layer over the channels if only their
    number changes; a 1x1 convolution with strides if series, images or volumes become smaller, the strides being the
    old size divided by the new one.

    Args:
        layers: A layer, or a list of layers applied one after the other.
        shortcut: A layer ``s`` of your own in the place of identity or projection. Default None.
        **kwargs: ``name``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (batch, ...); outputs: the shape of ``f(x)``

    Raises:
        ShapeError: The shapes differ in a way that no projection can repair.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid import layers
        >>> block = layers.Residual(
        ...     [layers.Dense(3, "relu"), layers.Dense(2, kernel_initializer="zeros")]
        ... )
        >>> block(jnp.array([[1.0, 2.0]]))
        Array([[1., 2.]], dtype=float32)
        >>> smaller = layers.Residual([layers.Conv2D(8, 3, strides=2, padding="same")])
        >>> smaller(jnp.zeros((1, 6, 6, 4))).shape, smaller.projection.strides
        ((1, 3, 3, 8), (2, 2))

    Source: He et al., Deep Residual Learning for Image Recognition, 2015, https://arxiv.org/abs/1512.03385; the
    projection is its option B.
    Keras and PyTorch have no such layer; there it is a model with a branch.
    """

    projection: Layer | None = None

    def __init__(self, layers: Any, shortcut: Layer | None = None, **kwargs: Any):
        super().__init__(**kwargs)
        self.layers = list(layers) if isinstance(layers, (list, tuple)) else [layers]
        self.shortcut = shortcut
        given = [*self.layers, *([] if shortcut is None else [shortcut])]
        if not self.layers or not all(isinstance(layer, Layer) for layer in given):
            raise ArgumentTypeError(
                type(self).__name__,
                f"it takes layers, but it got {layers!r:.60} and shortcut {shortcut!r:.60}.",
                "layers.Residual([layers.Dense(64, 'relu'), layers.Dense(64)])",
            )

    def build(self, input_shape: Any) -> None:
        """Find out what shape the layers give, and make a projection if the inputs do not have it."""
        if self.shortcut is not None:
            return
        spec: Any = jax.ShapeDtypeStruct((1, *input_shape[1:]), self.dtype)
        for layer in self.layers:
            spec = infer(layer, spec).outputs
        inner, wanted = tuple(input_shape[1:]), tuple(spec.shape[1:])
        if inner != wanted:
            self.projection = self._project(inner, wanted)

    def call(self, inputs: jax.Array) -> jax.Array:
        """Return the inputs plus what the layers make of them."""
        outputs = inputs
        for layer in self.layers:
            outputs = layer(outputs)
        shortcut = self.shortcut or self.projection
        around = inputs if shortcut is None else shortcut(inputs)
        if around.shape != outputs.shape:
            raise ShapeError(
                who(self),
                f"its layers give {shape_in_words(outputs.shape)}, its shortcut {shape_in_words(around.shape)}: they "
                "cannot be added.",
                "a shortcut= that gives what the layers give",
            )
        return around.astype(outputs.dtype) + outputs

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """Pass the mask on where the steps stay."""
        return mask if self.projection is None or isinstance(self.projection, Dense) else None

    def _project(self, inner: Shape, wanted: Shape) -> Layer:
        """Return the layer that brings rows of shape ``inner`` to shape ``wanted``."""
        if len(inner) == len(wanted) and inner[:-1] == wanted[:-1]:
            return Dense(wanted[-1], use_bias=False, dtype=self.dtype)  # pyright: ignore[reportArgumentType]
        strides = _strides(inner[:-1], wanted[:-1]) if len(inner) == len(wanted) else None
        if strides is None or len(strides) not in CONVOLUTIONS:
            raise ShapeError(
                who(self),
                f"its layers make {shape_in_words((None, *wanted))} of {shape_in_words((None, *inner))}, and no "
                "strides bring the inputs there.",
                "padding='same' in the layers, or a shortcut= of your own",
            )
        return CONVOLUTIONS[len(strides)](wanted[-1], 1, strides, use_bias=False, dtype=self.dtype)  # pyright: ignore[reportArgumentType]


def _strides(inner: Shape, wanted: Shape) -> tuple[int, ...] | None:
    """Return the strides that bring sizes to smaller ones, rounded up; None if there are none.

    >>> _strides((28, 27), (14, 9)), _strides((28, 28), (26, 26))
    ((2, 3), None)
    """
    strides = []
    for old, new in zip(inner, wanted, strict=True):
        if not old or not new:
            return None
        stride = math.ceil(old / new)
        if math.ceil(old / stride) != new:
            return None
        strides.append(stride)
    return tuple(strides)
