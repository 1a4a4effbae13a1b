"""What all cells share: the declaration of their weights, dropout, the first states."""

from __future__ import annotations

from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from pellucid import initializers, regularizers
from pellucid.core.limits import Boolean, Integer, Limit, Real
from pellucid.functional import activations
from pellucid.functional.dense import dense
from pellucid.functional.noise import dropout
from pellucid.layers.checks import as_float, require_feature_axis, require_size
from pellucid.layers.noise import seeded_key, switched_off
from pellucid.modules import Layer


class Cell(Layer):
    """The base of all cells: a kernel for the inputs, one for the state, a bias; dropout; states that start at zero.

    A subclass says how many ``blocks`` of units its kernels have, what one step is (:meth:`call`), and how a whole
    series is computed at once (`run_series`), for which `RNN` asks before it loops over :meth:`call`.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "use_bias": Boolean(),
        "dropout": Real(0, 1, closed="left"),
        "recurrent_dropout": Real(0, 1, closed="left"),
        "seed": Integer(optional=True),
    }
    hyperparameters: ClassVar[tuple[str, ...]] = ("dropout", "recurrent_dropout")
    blocks: ClassVar[int] = 1
    state_count: ClassVar[int] = 1
    kernel: jax.Array
    recurrent_kernel: jax.Array
    bias: jax.Array
    # What every subclass's constructor stores.
    use_bias: bool
    kernel_initializer: Any
    recurrent_initializer: Any
    bias_initializer: Any
    kernel_regularizer: Any
    recurrent_regularizer: Any
    bias_regularizer: Any
    kernel_constraint: Any
    recurrent_constraint: Any
    bias_constraint: Any
    dropout: float
    recurrent_dropout: float
    seed: int | None

    @property
    def state_size(self) -> list[Any]:
        """The size of each state: a number of units, or a shape without the batch."""
        raise NotImplementedError

    def get_initial_state(self, batch_size: int) -> list[jax.Array]:
        """Return the states before the first step: zeros."""
        dtype = jax.dtypes.canonicalize_dtype(self.dtype)
        shapes = [size if isinstance(size, tuple) else (size,) for size in self.state_size]
        return [jnp.zeros((batch_size, *shape), dtype) for shape in shapes]

    def declare_weights(
        self, kernel: tuple[int, ...], recurrent: tuple[int, ...], bias: tuple[int, ...]
    ) -> None:
        """Declare the two kernels and the bias with these shapes."""
        self.kernel = self.add_weight(
            kernel,
            self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )
        self.recurrent_kernel = self.add_weight(
            recurrent,
            self.recurrent_initializer,
            regularizer=self.recurrent_regularizer,
            constraint=self.recurrent_constraint,
        )
        if self.use_bias:
            self.bias = self.add_weight(
                bias,
                self._bias_start(),
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
            )

    def _bias_start(self) -> Any:
        return self.bias_initializer

    def _biased(self) -> jax.Array | None:
        return self.bias if self.use_bias else None

    def _dropped(self, x: jax.Array, training: Any, steps_axis: int | None) -> jax.Array:
        """In training, set some of the inputs to zero: the same ones in all steps of a series."""
        if not training or switched_off(self.dropout):
            return x
        shape = [1 if axis == steps_axis else size for axis, size in enumerate(x.shape)]
        return dropout(x, self.dropout, seeded_key(self, self.seed), shape)

    def _recurrent_factor(self, state: Any, training: Any) -> jax.Array | None:
        """Return what multiplies the state in the product: zeros and ``1 / (1 - rate)``, or None."""
        if not training or switched_off(self.recurrent_dropout):
            return None
        key = seeded_key(self, self.seed)
        return dropout(jnp.ones_like(as_float(state, self)), self.recurrent_dropout, key)


class RecurrentCell(Cell):
    """The base of the cells for rows of features; `SimpleRNNCell` explains the arguments."""

    limits: ClassVar[dict[str, Limit]] = {"units": Integer(1)}

    def __init__(
        self,
        units: int,
        activation: Any = "tanh",
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        recurrent_initializer: Any = "orthogonal",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        recurrent_regularizer: Any = None,
        bias_regularizer: Any = None,
        kernel_constraint: Any = None,
        recurrent_constraint: Any = None,
        bias_constraint: Any = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        seed: int | None = None,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        self.units = int(units)
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.recurrent_initializer = initializers.get(recurrent_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.recurrent_regularizer = regularizers.get(recurrent_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.kernel_constraint = kernel_constraint
        self.recurrent_constraint = recurrent_constraint
        self.bias_constraint = bias_constraint
        self.dropout = dropout
        self.recurrent_dropout = recurrent_dropout
        self.seed = seed

    @property
    def state_size(self) -> list[Any]:
        """The number of units of each state."""
        return [self.units] * self.state_count

    @property
    def output_size(self) -> int:
        """The number of units of the output."""
        return self.units

    def build(self, input_shape: Any) -> None:
        """Declare the kernels and the bias for inputs of ``input_shape[-1]`` features."""
        require_feature_axis(self, input_shape)
        width = self.blocks * self.units
        self.declare_weights((input_shape[-1], width), (self.units, width), self._bias_shape(width))

    def _bias_shape(self, width: int) -> tuple[int, ...]:
        return (width,)

    def _inputs(self, inputs: Any, training: Any) -> jax.Array:
        """Check the inputs of one step or of a series, and in training drop features."""
        require_size(self, inputs.shape, -1, self.kernel.shape[0])
        x = as_float(inputs, self)
        return self._dropped(x, training, 1 if x.ndim == 3 else None)

    def _projected(self, inputs: Any, training: Any) -> jax.Array:
        """Return ``x W + b`` of one step."""
        return dense(self._inputs(inputs, training), self.kernel, self._biased())

    def _fed(self, state: Any, training: Any) -> jax.Array:
        """Return what enters the product with the recurrent kernel in one step."""
        h, factor = as_float(state, self), self._recurrent_factor(state, training)
        return h if factor is None else h * factor
