"""The gated recurrent unit: its cell, and the layer."""

from __future__ import annotations

from typing import Any, ClassVar

import jax

from pellucid.core.limits import Boolean, Choice, Integer, Limit
from pellucid.functional import activations
from pellucid.functional.dense import dense
from pellucid.functional.recurrent import gru, gru_step
from pellucid.layers.checks import as_float
from pellucid.layers.recurrent.cell import RecurrentCell
from pellucid.layers.recurrent.owning import for_cell, reads_from_cell
from pellucid.layers.recurrent.rnn import Recurrent
from pellucid.layers.recurrent.running import as_list


class GRUCell(RecurrentCell):
    """One step of the gated recurrent unit.

    Equation: with ``s`` the gates' activation, ``a`` the activation and ``z = x_t W + b`` in three blocks,
    ``u = s(z_u + h U_u)``, ``r = s(z_r + h U_r)``, ``g = a(z_g + r (h U_g + b'_g))`` where the reset gate acts after
    the product, else ``g = a(z_g + (r h) U_g)``; ``h_t = u h + (1 - u) g`` with ``h = h_(t-1)``.

    Args:
        units: The number of outputs, at least 1.
        activation: Name or function ``a``. Default ``"tanh"``.
        recurrent_activation: Name or function ``s`` of the gates. Default ``"sigmoid"``.
        use_bias: Whether ``b`` is added. Default True.
        kernel_initializer: Starting values of ``W``. Default ``"glorot_uniform"``.
        recurrent_initializer: Starting values of ``U``. Default ``"orthogonal"``.
        bias_initializer: Starting values of ``b``. Default ``"zeros"``.
        kernel_regularizer: A penalty on ``W``. Default None.
        recurrent_regularizer: A penalty on ``U``. Default None.
        bias_regularizer: A penalty on ``b``. Default None.
        kernel_constraint: Applied to ``W`` after each update. Default None.
        recurrent_constraint: Applied to ``U`` after each update. Default None.
        bias_constraint: Applied to ``b`` after each update. Default None.
        dropout: The part of the inputs that is set to zero in training, in [0, 1). Default 0.
        recurrent_dropout: The part of ``h_(t-1)`` that is set to zero in the products with ``U``, in [0, 1). Default
            0.
        reset_after: Whether the reset gate acts after the product with ``U`` (cuDNN's and PyTorch's form) or before
            it (the paper's). Default True.
        seed: An integer that is folded into the key of the dropout, or None. Default None.
        implementation: Accepted for Keras's sake; there is one way to compute. Default 2.
        **kwargs: ``name``, ``trainable``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (batch, features); states: a list of ``h``, (batch, units); output: ``h`` and the new list;
        kernel: (features, 3 units); recurrent_kernel: (units, 3 units); bias: (2, 3 units), ``b`` and ``b'``, with
        ``reset_after``, else (3 units,)

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import GRUCell
        >>> cell = GRUCell(1, kernel_initializer="zeros", recurrent_initializer="zeros")
        >>> cell(jnp.ones((1, 2)), [jnp.ones((1, 1))])[0]
        Array([[0.5]], dtype=float32)

    Source: Cho et al., Learning Phrase Representations, 2014, https://arxiv.org/abs/1406.1078. Dropout: Gal and
    Ghahramani, 2016, https://arxiv.org/abs/1512.05287.
    Differs from Keras: with ``recurrent_dropout`` all gates share one mask; rates of 1 are refused. Differs from
    PyTorch: the blocks of ``torch.nn.GRUCell`` are in the order reset, update, candidate.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "reset_after": Boolean(),
        "implementation": Integer(1, 2),
    }
    blocks: ClassVar[int] = 3

    def __init__(
        self,
        units: int,
        activation: Any = "tanh",
        recurrent_activation: Any = "sigmoid",
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
        reset_after: bool = True,
        seed: int | None = None,
        *,
        implementation: int = 2,
        **kwargs: Any,
    ):
        super().__init__(
            units,
            activation,
            use_bias,
            kernel_initializer,
            recurrent_initializer,
            bias_initializer,
            kernel_regularizer,
            recurrent_regularizer,
            bias_regularizer,
            kernel_constraint,
            recurrent_constraint,
            bias_constraint,
            dropout,
            recurrent_dropout,
            seed,
            **kwargs,
        )
        self.implementation = implementation
        self.recurrent_activation = activations.get(recurrent_activation)
        self.reset_after = reset_after

    def call(
        self, inputs: jax.Array, states: Any, training: Any = False
    ) -> tuple[jax.Array, list[jax.Array]]:
        """Return the output of one step, and the new states."""
        h = as_float(as_list(states)[0], self)
        bias, recurrent_bias = self._biases()
        h = gru_step(
            dense(self._inputs(inputs, training), self.kernel, bias),
            h,
            self.recurrent_kernel,
            recurrent_bias,
            self.activation,
            self.recurrent_activation,
            reset_after=self.reset_after,
            fed=self._fed(h, training),
        )
        return h, [h]

    def run_series(
        self, x: jax.Array, states: Any, *, training: Any, **how: Any
    ) -> tuple[jax.Array, list[jax.Array]]:
        """Return the outputs of a whole series, and the last states."""
        outputs, last = gru(
            self._inputs(x, training),
            self.kernel,
            self.recurrent_kernel,
            self._biased(),
            states,
            activation=self.activation,
            recurrent_activation=self.recurrent_activation,
            reset_after=self.reset_after,
            recurrent_factor=self._recurrent_factor(states[0], training),
            **how,
        )
        return outputs, list(last)

    def _bias_shape(self, width: int) -> tuple[int, ...]:
        return (2, width) if self.reset_after else (width,)

    def _biases(self) -> tuple[jax.Array | None, jax.Array | None]:
        bias = self._biased()
        return (bias, None) if bias is None or bias.ndim == 1 else (bias[0], bias[1])


@reads_from_cell(GRUCell)
class GRU(Recurrent):
    """Mixes the last output with a new candidate; one gate says how much of each, one what the candidate may see.

    Equation: with ``s`` the gates' activation, ``a`` the activation and ``z = x_t W + b`` in three blocks,
    ``u = s(z_u + h U_u)``, ``r = s(z_r + h U_r)``, ``g = a(z_g + r (h U_g + b'_g))`` where the reset gate acts after
    the product, else ``g = a(z_g + (r h) U_g)``; ``h_t = u h + (1 - u) g`` with ``h = h_(t-1)``.

    Args:
        units: The number of outputs, at least 1.
        activation: Name or function ``a``. Default ``"tanh"``.
        recurrent_activation: Name or function ``s`` of the gates. Default ``"sigmoid"``.
        use_bias: Whether ``b`` is added. Default True.
        kernel_initializer: Starting values of ``W``. Default ``"glorot_uniform"``.
        recurrent_initializer: Starting values of ``U``. Default ``"orthogonal"``.
        bias_initializer: Starting values of ``b``. Default ``"zeros"``.
        kernel_regularizer: A penalty on ``W``. Default None.
        recurrent_regularizer: A penalty on ``U``. Default None.
        bias_regularizer: A penalty on ``b``. Default None.
        activity_regularizer: A penalty on the outputs, mean over the batch. Default None.
        kernel_constraint: Applied to ``W`` after each update. Default None.
        recurrent_constraint: Applied to ``U`` after each update. Default None.
        bias_constraint: Applied to ``b`` after each update. Default None.
        dropout: The part of the inputs that is set to zero in training, in [0, 1): the same features in all steps of
            a series. Enters programs as an array. Default 0.
        recurrent_dropout: The same for ``h_(t-1)`` in the products with ``U``. Default 0.
        seed: An integer that is folded into the key of the dropout, or None. Default None.
        return_sequences: Whether all outputs are returned, or the last one. Default False.
        return_state: Whether the last ``h`` is returned behind the outputs. Default False.
        go_backwards: Whether the last step comes first. Default False.
        stateful: Whether the last states of a batch are the first of the next. Default False.
        unroll: Accepted for Keras's sake; the loop is compiled either way. Default False.
        reset_after: Whether the reset gate acts after the product with ``U`` (cuDNN's and PyTorch's form) or before
            it (the paper's). Default True.
        use_cudnn: Accepted for Keras's sake; the lowering is chosen by platform and shape. Default ``"auto"``.
        implementation: Accepted for Keras's sake; there is one way to compute. Default 2.
        **kwargs: ``zero_output_for_mask`` and ``batch_size`` as in :class:`RNN`; ``name``, ``trainable``, ``dtype``
            and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (batch, steps, features); outputs: (batch, units), or (batch, steps, units) with ``return_sequences``;
        kernel: (features, 3 units), in the order update gate, reset gate, candidate; recurrent_kernel: (units,
        3 units); bias: (2, 3 units) with ``reset_after``, else (3 units,)

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import GRU
        >>> outputs, h = GRU(4, return_sequences=True, return_state=True)(jnp.ones((2, 10, 3)))
        >>> outputs.shape, h.shape
        ((2, 10, 4), (2, 4))

    Call arguments, errors and masks: :class:`RNN`.
    Source: Cho et al., Learning Phrase Representations, 2014, https://arxiv.org/abs/1406.1078. Dropout: Gal and
    Ghahramani, 2016, https://arxiv.org/abs/1512.05287.
    Differs from Keras: with ``recurrent_dropout`` all gates share one mask; rates of 1 are refused. Differs from
    PyTorch: the batch comes first; the blocks of ``torch.nn.GRU`` are in the order reset, update, candidate; start
    values (PyTorch: uniform in ``±1/sqrt(units)`` for all weights).
    """

    limits: ClassVar[dict[str, Limit]] = {
        **GRUCell.all_limits(),
        "use_cudnn": Choice(("auto", True, False)),
    }

    def __init__(
        self,
        units: int,
        activation: Any = "tanh",
        recurrent_activation: Any = "sigmoid",
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        recurrent_initializer: Any = "orthogonal",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        recurrent_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        recurrent_constraint: Any = None,
        bias_constraint: Any = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        seed: int | None = None,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        unroll: bool = False,
        reset_after: bool = True,
        use_cudnn: Any = "auto",
        *,
        implementation: int = 2,
        **kwargs: Any,
    ):
        super().__init__(
            return_sequences,
            return_state,
            go_backwards,
            stateful,
            unroll,
            activity_regularizer=activity_regularizer,
            **kwargs,
        )
        self.use_cudnn = use_cudnn
        self.cell = GRUCell(
            units,
            activation,
            recurrent_activation,
            use_bias,
            kernel_initializer,
            recurrent_initializer,
            bias_initializer,
            kernel_regularizer,
            recurrent_regularizer,
            bias_regularizer,
            kernel_constraint,
            recurrent_constraint,
            bias_constraint,
            dropout,
            recurrent_dropout,
            reset_after,
            seed,
            implementation=implementation,
            name="gru_cell",
            **for_cell(kwargs),
        )
