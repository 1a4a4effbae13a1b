"""Several cells on top of each other, as one cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp

from pellucid.core.errors import ArgumentTypeError
from pellucid.layers.recurrent.running import as_list, first_states, output_size, run_cell
from pellucid.modules import Layer
from pellucid.modules.binding import declare


class StackedRNNCells(Layer):
    """Puts cells on top of each other: the output of one is the input of the next, in every step.

    Args:
        cells: Cells, e.g. `LSTMCell`; each needs ``call(inputs, states)`` and ``state_size``.
        **kwargs: ``name``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (batch, features); states: one entry for each cell, a list of arrays (batch, units); output: the last
        cell's, (batch, units)

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import RNN, GRUCell, LSTMCell, StackedRNNCells
        >>> stack = StackedRNNCells([GRUCell(4), LSTMCell(3)])
        >>> stack.state_size, RNN(stack)(jnp.ones((2, 5, 1))).shape
        ([[4], [3, 3]], (2, 3))

    Differs from Keras: every cell's states are a list, single ones too. Differs from PyTorch: layers of any kind and
    width; ``torch.nn.LSTM(num_layers=2)`` stacks equal ones.
    """

    def __init__(self, cells: Sequence[Layer], **kwargs: Any):
        super().__init__(**kwargs)
        for cell in cells:
            if not isinstance(cell, Layer) or not hasattr(cell, "state_size"):
                raise ArgumentTypeError(
                    type(self).__name__,
                    f"every cell must be a layer with a `state_size`, but one is {cell!r}.",
                    "StackedRNNCells([layers.LSTMCell(32), layers.LSTMCell(16)])",
                )
        self.cells = list(cells)

    @property
    def state_size(self) -> list[Any]:
        """The sizes of the states, a list for each cell."""
        return [as_list(cell.state_size) for cell in self.cells]

    @property
    def output_size(self) -> int:
        """The size of the last cell's output."""
        return output_size(self.cells[-1])

    def get_initial_state(self, batch_size: int) -> list[Any]:
        """Return zeros for every state of every cell."""
        dtype = jax.dtypes.canonicalize_dtype(self.dtype)
        return [first_states(cell, batch_size, dtype) for cell in self.cells]

    def build(self, input_shape: Any) -> None:
        """Declare the weights of every cell for the outputs of the one below."""
        for cell in self.cells:
            declare(cell, input_shape)
            input_shape = (None, output_size(cell))

    def call(
        self, inputs: jax.Array, states: Any, training: Any = False
    ) -> tuple[jax.Array, list[Any]]:
        """Return the last cell's output and the new states of all."""
        kept = []
        for cell, old in zip(self.cells, states, strict=True):
            inputs, new = cell(inputs, as_list(old), training=training)
            kept.append(as_list(new))
        return inputs, kept

    def run_series(
        self, x: jax.Array, states: Any, *, training: Any, return_sequences: bool, **how: Any
    ) -> tuple[jax.Array, list[Any]]:
        """Run the cells one after the other over the whole series, which comes to the same and is faster."""
        kept, top = [], len(self.cells) - 1
        for index, (cell, old) in enumerate(zip(self.cells, states, strict=True)):
            wanted = return_sequences or index < top
            x, new = run_cell(
                cell, x, as_list(old), training=training, return_sequences=wanted, **how
            )
            kept.append(new)
            how = in_new_order(**how)
        return x, kept


def in_new_order(
    *, mask: jax.Array | None, go_backwards: bool, zero_output_for_mask: bool
) -> dict[str, Any]:
    """Say how the next cell runs: what ran backwards has turned the series, so that the others run forwards."""
    turned = mask if mask is None or not go_backwards else jnp.flip(jnp.asarray(mask), 1)
    return {"mask": turned, "go_backwards": False, "zero_output_for_mask": zero_output_for_mask}
