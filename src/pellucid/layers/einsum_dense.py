"""A fully connected layer over axes of choice, written in Einstein's notation."""

from __future__ import annotations

from typing import Any, ClassVar

import jax

from pellucid import initializers, regularizers
from pellucid.core.limits import Instance, Limit
from pellucid.core.specs import as_shape
from pellucid.functional import activations
from pellucid.functional.einsum import einsum_dense, einsum_shapes, read_equation
from pellucid.initializers import VarianceScaling
from pellucid.layers.checks import as_float
from pellucid.layers.low_rank import LowRankLayer


class EinsumDense(LowRankLayer):
    """Multiplies the inputs with a kernel over axes of choice, which an equation in Einstein's notation names.

    Equation: ``y = f(sum x W + b)`` with the inputs ``x``, the kernel ``W``, the bias ``b`` and the activation ``f``.
    The equation ``"abc,cd->abd"`` gives each axis of inputs, kernel and outputs a letter, and sums over the letters
    that the outputs lack: ``y[a, b, d] = f(sum_c x[a, b, c] W[c, d] + b[d])``.

    Args:
        equation: Three groups of letters, ``"inputs,kernel->outputs"``; the first letter of inputs and outputs is the
            batch. An ellipsis ``...`` at the begin of inputs and outputs (then it holds the batch), or at the end of
            both, stands for any axes that stay as they are.
        output_shape: The sizes of the outputs' axes without the batch and without what the ellipsis stands for, one
            number or several; None where a size is the inputs'.
        activation: Name or function. Default None, nothing.
        bias_axes: The letters of the outputs' axes along which the bias differs, e.g. ``"d"``. Default None: no bias.
        kernel_initializer: Starting values of ``W``. Default ``"glorot_uniform"``; the axes that are summed over count
            as inputs, the others as outputs.
        bias_initializer: Starting values of ``b``. Default ``"zeros"``.
        kernel_regularizer: A penalty on ``W``. Default None.
        bias_regularizer: A penalty on ``b``. Default None.
        kernel_constraint: Applied to ``W`` after each update. Default None.
        bias_constraint: Applied to ``b`` after each update. Default None.
        lora_rank: Freezes ``W`` and learns a change of this rank, at least 1; see :meth:`enable_lora`. Default None.
        lora_alpha: The strength of that change. Default None, the rank.
        **kwargs: ``name``, ``dtype``, ``activity_regularizer`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs, kernel and outputs: as the equation says; bias: the outputs' shape from the first of ``bias_axes`` on,
        with 1 for the axes that it does not name

    Raises:
        ArgumentError: The equation cannot be read, or names an axis whose size nothing says.
        ShapeError: The inputs do not fit the equation or ``output_shape``.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import EinsumDense
        >>> layer = EinsumDense(
        ...     "...c,cd->...d", output_shape=2, bias_axes="d", kernel_initializer="ones"
        ... )
        >>> layer(jnp.array([[[1.0, 2.0], [3.0, 4.0]]]))
        Array([[[3., 3.],
                [7., 7.]]], dtype=float32)
        >>> heads = EinsumDense("abc,chd->abhd", output_shape=(None, 4, 8))
        >>> heads(jnp.ones((2, 5, 3))).shape
        (2, 5, 4, 8)

    ``EinsumDense("...c,cd->...d", units, bias_axes="d")`` is ``Dense(units)``.
    Differs from Keras: no quantisation inside the layer. PyTorch has the function ``torch.einsum`` only.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "equation": Instance((str,), "an equation such as 'abc,cd->abd'"),
        "bias_axes": Instance((str,), "letters of the outputs' axes", optional=True),
    }
    kernel: jax.Array
    bias: jax.Array

    def __init__(
        self,
        equation: str,
        output_shape: Any,
        activation: Any = None,
        bias_axes: str | None = None,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        self.equation = equation.replace(" ", "")
        self.partial_output_shape = as_shape(output_shape)
        self.activation = activations.get(activation)
        self.bias_axes = bias_axes
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.kernel_constraint = kernel_constraint
        self.bias_constraint = bias_constraint
        self._letters = read_equation(self.equation)

    def build(self, input_shape: Any) -> None:
        """Declare kernel and bias in the shapes that the equation gives."""
        kernel_shape, bias_shape, _ = self._shapes(input_shape)
        self.kernel = self.add_weight(
            kernel_shape,
            self._start(),
            trainable=self.lora_rank is None,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )
        if bias_shape is not None:
            self.bias = self.add_weight(
                bias_shape,
                self.bias_initializer,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
            )
        self.declare_pair()

    def call(self, inputs: jax.Array) -> jax.Array:
        """Return ``f(sum x W + b)``."""
        self._shapes(inputs.shape)
        bias = None if self.bias_axes is None else self.bias
        outputs = einsum_dense(self.equation, as_float(inputs, self), self.kernel, bias)
        return self.activate(self.activation, outputs)

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """Pass a mask on where the outputs begin with the same axes as it does."""
        return mask if mask is not None and self._keeps(mask.ndim, inputs.ndim) else None

    def _keeps(self, axes: int, of: int) -> bool:
        """Tell whether the first axes of inputs with a number of axes are the outputs' first ones."""
        letters, stay = self._letters, "." * (of - len(self._letters.inputs))
        left = letters.ellipsis == "left"
        inputs = stay + letters.inputs if left else letters.inputs + stay
        outputs = stay + letters.outputs if left else letters.outputs + stay
        return inputs[:axes] == outputs[:axes]

    def _shapes(self, input_shape: Any) -> Any:
        return einsum_shapes(self._letters, self.bias_axes, input_shape, self.partial_output_shape)

    def _start(self) -> Any:
        """Return the kernel's initializer; one that counts inputs and outputs is told which axes are which."""
        start = self.kernel_initializer
        if isinstance(start, VarianceScaling) and None in (start.input_axes, start.output_axes):
            return start.clone(input_axes=self._letters.summed, output_axes=self._letters.kept)
        return start
