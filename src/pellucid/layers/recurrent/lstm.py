"""The long short-term memory: its cell, and the layer."""

from __future__ import annotations

from typing import Any, ClassVar

import jax
import numpy as np

from pellucid.core.limits import Boolean, Choice, Integer, Limit
from pellucid.functional import activations
from pellucid.functional.recurrent import lstm, lstm_step
from pellucid.initializers import Initializer
from pellucid.layers.checks import as_float
from pellucid.layers.recurrent.cell import RecurrentCell
from pellucid.layers.recurrent.owning import for_cell, reads_from_cell
from pellucid.layers.recurrent.rnn import Recurrent


class UnitForgetBias(Initializer):
    """Start a bias of four blocks with ones in the second, the forget gate's, and as told in the others.

    Args:
        others: The initializer of the other blocks.

    Example:
        >>> from pellucid.initializers import Zeros
        >>> UnitForgetBias(Zeros())((8,), "float32")
        array([0., 0., 1., 1., 0., 0., 0., 0.], dtype=float32)

    Source: Jozefowicz, Zaremba and Sutskever, An Empirical Exploration of Recurrent Network Architectures, 2015.
    """

    def __init__(self, others: Initializer) -> None:
        self.others = others

    def __call__(self, shape: Any, dtype: Any = None, *, rng: Any = None) -> np.ndarray:
        """Return the starting values; see `Initializer.__call__`."""
        start = np.array(self.others(shape, dtype, rng=rng))
        units = start.shape[-1] // 4
        start[..., units : 2 * units] = 1
        return start


class LSTMCell(RecurrentCell):
    """One step of the long short-term memory.

    Equation: ``i, f, g, o`` are the four blocks of ``x_t W + h_(t-1) U + b``; with ``s`` the gates' activation and
    ``a`` the activation, ``c_t = s(f) c_(t-1) + s(i) a(g)`` and ``h_t = s(o) a(c_t)``.

    Args:
        units: The number of outputs, at least 1.
        activation: Name or function ``a``. Default ``"tanh"``.
        recurrent_activation: Name or function ``s`` of the gates. Default ``"sigmoid"``.
        use_bias: Whether ``b`` is added. Default True.
        kernel_initializer: Starting values of ``W``. Default ``"glorot_uniform"``.
        recurrent_initializer: Starting values of ``U``. Default ``"orthogonal"``.
        bias_initializer: Starting values of ``b``. Default ``"zeros"``.
        unit_forget_bias: Whether the bias of the forget gate starts at 1, so that the memory is kept at first.
            Default True.
        kernel_regularizer: A penalty on ``W``. Default None.
        recurrent_regularizer: A penalty on ``U``. Default None.
        bias_regularizer: A penalty on ``b``. Default None.
        kernel_constraint: Applied to ``W`` after each update. Default None.
        recurrent_constraint: Applied to ``U`` after each update. Default None.
        bias_constraint: Applied to ``b`` after each update. Default None.
        dropout: The part of the inputs that is set to zero in training, in [0, 1). Default 0.
        recurrent_dropout: The part of ``h_(t-1)`` that is set to zero in the products with ``U``, in [0, 1). Default
            0.
        seed: An integer that is folded into the key of the dropout, or None. Default None.
        implementation: Accepted for Keras's sake; there is one way to compute. Default 2.
        **kwargs: ``name``, ``trainable``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (batch, features); states: a list of ``h`` and ``c``, (batch, units) each; output: ``h`` and the
        new list; kernel: (features, 4 units); recurrent_kernel: (units, 4 units); bias: (4 units,)

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import LSTMCell
        >>> cell = LSTMCell(1, kernel_initializer="zeros", recurrent_initializer="zeros")
        >>> h, (h, c) = cell(jnp.ones((1, 2)), [jnp.ones((1, 1)), jnp.ones((1, 1))])
        >>> c
        Array([[0.7311]], dtype=float32)

    Source: Hochreiter and Schmidhuber, Long Short-Term Memory, 1997; the forget gate: Gers et al., 2000. Dropout: Gal
    and Ghahramani, 2016, https://arxiv.org/abs/1512.05287.
    Differs from Keras: with ``recurrent_dropout`` all gates share one mask; rates of 1 are refused. Differs from
    PyTorch: one bias where ``torch.nn.LSTMCell`` adds two, and that of the forget gate starts at 1.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "unit_forget_bias": Boolean(),
        "implementation": Integer(1, 2),
    }
    blocks: ClassVar[int] = 4
    state_count: ClassVar[int] = 2

    def __init__(
        self,
        units: int,
        activation: Any = "tanh",
        recurrent_activation: Any = "sigmoid",
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        recurrent_initializer: Any = "orthogonal",
        bias_initializer: Any = "zeros",
        unit_forget_bias: bool = True,
        kernel_regularizer: Any = None,
        recurrent_regularizer: Any = None,
        bias_regularizer: Any = None,
        kernel_constraint: Any = None,
        recurrent_constraint: Any = None,
        bias_constraint: Any = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
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
        self.unit_forget_bias = unit_forget_bias

    def call(
        self, inputs: jax.Array, states: Any, training: Any = False
    ) -> tuple[jax.Array, list[jax.Array]]:
        """Return the output of one step, and the new states."""
        z = self._projected(inputs, training)
        fed, c = self._fed(states[0], training), as_float(states[1], self)
        h, c = lstm_step(
            z, fed, c, self.recurrent_kernel, self.activation, self.recurrent_activation
        )
        return h, [h, c]

    def run_series(
        self, x: jax.Array, states: Any, *, training: Any, **how: Any
    ) -> tuple[jax.Array, list[jax.Array]]:
        """Return the outputs of a whole series, and the last states."""
        outputs, last = lstm(
            self._inputs(x, training),
            self.kernel,
            self.recurrent_kernel,
            self._biased(),
            states,
            activation=self.activation,
            recurrent_activation=self.recurrent_activation,
            recurrent_factor=self._recurrent_factor(states[0], training),
            **how,
        )
        return outputs, list(last)

    def _bias_start(self) -> Any:
        return (
            UnitForgetBias(self.bias_initializer)
            if self.unit_forget_bias
            else self.bias_initializer
        )


@reads_from_cell(LSTMCell)
class LSTM(Recurrent):
    """Carries a memory along the series, which gates let in, keep and let out.

    Equation: ``i, f, g, o`` are the four blocks of ``x_t W + h_(t-1) U + b``; with ``s`` the gates' activation and
    ``a`` the activation, ``c_t = s(f) c_(t-1) + s(i) a(g)`` and ``h_t = s(o) a(c_t)``.

    Args:
        units: The number of outputs, at least 1.
        activation: Name or function ``a``. Default ``"tanh"``.
        recurrent_activation: Name or function ``s`` of the gates. Default ``"sigmoid"``.
        use_bias: Whether ``b`` is added. Default True.
        kernel_initializer: Starting values of ``W``. Default ``"glorot_uniform"``.
        recurrent_initializer: Starting values of ``U``. Default ``"orthogonal"``.
        bias_initializer: Starting values of ``b``. Default ``"zeros"``.
        unit_forget_bias: Whether the bias of the forget gate starts at 1, so that the memory is kept at first.
            Default True.
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
        return_state: Whether the last ``h`` and the last ``c`` are returned behind the outputs. Default False.
        go_backwards: Whether the last step comes first. Default False.
        stateful: Whether the last states of a batch are the first of the next. Default False.
        unroll: Accepted for Keras's sake; the loop is compiled either way. Default False.
        use_cudnn: Accepted for Keras's sake; the lowering is chosen by platform and shape. Default ``"auto"``.
        implementation: Accepted for Keras's sake; there is one way to compute. Default 2.
        **kwargs: ``zero_output_for_mask`` and ``batch_size`` as in :class:`RNN`; ``name``, ``trainable``, ``dtype``
            and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (batch, steps, features); outputs: (batch, units), or (batch, steps, units) with ``return_sequences``;
        kernel: (features, 4 units), in the order input gate, forget gate, cell, output gate;
        recurrent_kernel: (units, 4 units); bias: (4 units,)

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import LSTM
        >>> outputs, h, c = LSTM(4, return_sequences=True, return_state=True)(jnp.ones((2, 10, 3)))
        >>> outputs.shape, h.shape, c.shape
        ((2, 10, 4), (2, 4), (2, 4))

    Call arguments, errors and masks: :class:`RNN`.
    Source: Hochreiter and Schmidhuber, Long Short-Term Memory, 1997; the forget gate: Gers et al., 2000. Dropout: Gal
    and Ghahramani, 2016, https://arxiv.org/abs/1512.05287.
    Differs from Keras: with ``recurrent_dropout`` all gates share one mask; rates of 1 are refused. Differs from
    PyTorch: the batch comes first; one bias where ``torch.nn.LSTM`` adds two, and that of the forget gate starts at
    1; start values (PyTorch: uniform in ``±1/sqrt(units)`` for all weights).
    """

    limits: ClassVar[dict[str, Limit]] = {
        **LSTMCell.all_limits(),
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
        unit_forget_bias: bool = True,
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
        self.cell = LSTMCell(
            units,
            activation,
            recurrent_activation,
            use_bias,
            kernel_initializer,
            recurrent_initializer,
            bias_initializer,
            unit_forget_bias,
            kernel_regularizer,
            recurrent_regularizer,
            bias_regularizer,
            kernel_constraint,
            recurrent_constraint,
            bias_constraint,
            dropout,
            recurrent_dropout,
            seed,
            implementation=implementation,
            name="lstm_cell",
            **for_cell(kwargs),
        )
