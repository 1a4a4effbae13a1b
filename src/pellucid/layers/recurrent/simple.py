"""The simple recurrent network: its cell, and the layer."""

from __future__ import annotations

from typing import Any, ClassVar

import jax

from pellucid.core.limits import Limit
from pellucid.functional.recurrent import simple_rnn, simple_rnn_step
from pellucid.layers.recurrent.cell import RecurrentCell
from pellucid.layers.recurrent.owning import for_cell, reads_from_cell
from pellucid.layers.recurrent.rnn import Recurrent
from pellucid.layers.recurrent.running import as_list


class SimpleRNNCell(RecurrentCell):
    """One step of the simple recurrent network.

    Equation: ``h_t = f(x_t W + h_(t-1) U + b)`` with the inputs ``x``, the output ``h``, the kernel ``W``, the
    recurrent kernel ``U``, the bias ``b`` and the activation ``f``.

    Args:
        units: The number of outputs, at least 1.
        activation: Name or function ``f``. Default ``"tanh"``.
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
        recurrent_dropout: The part of ``h_(t-1)`` that is set to zero in the product with ``U``, in [0, 1). Default
            0.
        seed: An integer that is folded into the key of the dropout, or None. Default None.
        **kwargs: ``name``, ``trainable``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (batch, features); states: a list of ``h``, (batch, units); output: (batch, units) and the new list;
        kernel: (features, units); recurrent_kernel: (units, units); bias: (units,)

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import SimpleRNNCell
        >>> cell = SimpleRNNCell(1, "relu", kernel_initializer="ones", recurrent_initializer="ones")
        >>> cell(jnp.ones((1, 2)), [jnp.ones((1, 1))])
        (Array([[3.]], dtype=float32), [Array([[3.]], dtype=float32)])

    Source: Elman, Finding Structure in Time, 1990. Dropout: Gal and Ghahramani, 2016,
    https://arxiv.org/abs/1512.05287.
    Differs from Keras: rates of 1 are refused. Differs from PyTorch: one bias where ``torch.nn.RNNCell`` adds two.
    """

    def call(
        self, sequence: jax.Array, states: Any, training: Any = False
    ) -> tuple[jax.Array, list[jax.Array]]:
        """Return the output of one step, and the new states."""
        z = self._projected(sequence, training)
        fed = self._fed(as_list(states)[0], training)
        h = simple_rnn_step(z, fed, self.recurrent_kernel, self.activation)
        return h, [h]

    def run_series(
        self, x: jax.Array, states: Any, *, training: Any, **how: Any
    ) -> tuple[jax.Array, list[jax.Array]]:
        """Return the outputs of a whole series, and the last states."""
        outputs, last = simple_rnn(
            self._inputs(x, training),
            self.kernel,
            self.recurrent_kernel,
            self._biased(),
            states,
            activation=self.activation,
            recurrent_factor=self._recurrent_factor(states[0], training),
            **how,
        )
        return outputs, list(last)


@reads_from_cell(SimpleRNNCell)
class SimpleRNN(Recurrent):
    """Feeds every step's output back into the next step.

    Equation: ``h_t = f(x_t W + h_(t-1) U + b)`` with the inputs ``x``, the outputs ``h``, the kernel ``W``, the
    recurrent kernel ``U``, the bias ``b`` and the activation ``f``.

    Args:
        units: The number of outputs, at least 1.
        activation: Name or function ``f``. Default ``"tanh"``.
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
        recurrent_dropout: The same for ``h_(t-1)`` in the product with ``U``. Default 0.
        return_sequences: Whether all outputs are returned, or the last one. Default False.
        return_state: Whether the last ``h`` is returned behind the outputs. Default False.
        go_backwards: Whether the last step comes first. Default False.
        stateful: Whether the last states of a batch are the first of the next. Default False.
        unroll: Accepted for Keras's sake; the loop is compiled either way. Default False.
        seed: An integer that is folded into the key of the dropout, or None. Default None.
        **kwargs: ``zero_output_for_mask`` and ``batch_size`` as in :class:`RNN`; ``name``, ``trainable``, ``dtype``
            and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (batch, steps, features); outputs: (batch, units), or (batch, steps, units) with ``return_sequences``;
        kernel: (features, units); recurrent_kernel: (units, units); bias: (units,)

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import SimpleRNN
        >>> layer = SimpleRNN(1, "relu", kernel_initializer="ones", recurrent_initializer="ones")
        >>> layer(jnp.array([[[1.0], [2.0], [3.0]]]))
        Array([[6.]], dtype=float32)

    Call arguments, errors and masks: :class:`RNN`.
    Source: Elman, Finding Structure in Time, 1990. Dropout: Gal and Ghahramani, 2016,
    https://arxiv.org/abs/1512.05287.
    Differs from Keras: rates of 1 are refused. Differs from PyTorch: one bias where ``torch.nn.RNN`` adds two; the
    batch comes first.
    """

    limits: ClassVar[dict[str, Limit]] = SimpleRNNCell.all_limits()

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
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        recurrent_constraint: Any = None,
        bias_constraint: Any = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        unroll: bool = False,
        seed: int | None = None,
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
        self.cell = SimpleRNNCell(
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
            name="simple_rnn_cell",
            **for_cell(kwargs),
        )
