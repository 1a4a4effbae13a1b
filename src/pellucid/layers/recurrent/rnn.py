"""Layers over series: what all have in common, and `RNN`, which makes one of any cell."""

from __future__ import annotations

from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from pellucid.core.errors import ArgumentError, ArgumentTypeError, ShapeError
from pellucid.core.limits import Boolean, Integer, Limit
from pellucid.layers.checks import as_float, who
from pellucid.layers.recurrent.running import as_list, bind_cell, first_states, run_cell
from pellucid.layers.recurrent.stacked import StackedRNNCells
from pellucid.modules import Layer
from pellucid.modules.binding import declare


class Recurrent(Layer):
    """The base of all layers that run a cell over a series; `RNN` explains the arguments.

    A subclass makes its cell in the constructor. The cell declares the weights; this class feeds it the series, keeps
    the states of a stateful layer, and returns what was asked for.
    """

    divisible = "at once"  # in turn, the loop over the steps would run once for each part
    limits: ClassVar[dict[str, Limit]] = {
        "return_sequences": Boolean(),
        "return_state": Boolean(),
        "go_backwards": Boolean(),
        "stateful": Boolean(),
        "unroll": Boolean(),
        "zero_output_for_mask": Boolean(),
        "batch_size": Integer(1, optional=True),
    }
    series_rank: ClassVar[int | None] = 3
    cell: Any

    def __init__(
        self,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        unroll: bool = False,
        zero_output_for_mask: bool = False,
        *,
        batch_size: int | None = None,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        self.return_sequences = return_sequences
        self.return_state = return_state
        self.go_backwards = go_backwards
        self.stateful = stateful
        self.unroll = unroll
        self.zero_output_for_mask = zero_output_for_mask
        self.batch_size = batch_size

    def build(self, sequences_shape: Any, initial_state_shape: Any = None) -> None:
        """Declare the cell's weights for single steps, and the states that a stateful layer keeps."""
        self._check_shape(jax.tree.leaves(sequences_shape, is_leaf=is_shape)[0])
        declare(self.cell, step_shape(sequences_shape))
        if not self.stateful:
            return
        rows = self.batch_size
        if rows is None:
            raise ArgumentError(
                who(self),
                "a stateful layer keeps the states of every row, so it must know how many rows a batch has.",
                f"{type(self).__name__}(..., stateful=True, batch_size=32)",
            )
        dtype = jax.dtypes.canonicalize_dtype(self.dtype)
        states = jax.eval_shape(lambda: first_states(self.cell, rows, dtype))
        for index, state in enumerate(jax.tree.leaves(states)):
            kept = self.add_weight(state.shape, "zeros", dtype=state.dtype, trainable=False)
            setattr(self, f"state_{index}", kept)

    def call(
        self,
        sequences: Any,
        initial_state: Any = None,
        mask: Any = None,
        training: Any = False,
    ) -> Any:
        """Return the last output, or all, and on request the last states behind it."""
        x = jax.tree.map(lambda each: as_float(each, self), sequences)
        first = jax.tree.leaves(x)[0]
        self._check_shape(first.shape)
        bind_cell(self.cell, jax.tree.map(lambda each: (None, *each.shape[2:]), x))
        mask = first_mask(mask)
        self._check_mask(mask, first.shape)
        outputs, states = run_cell(
            self.cell,
            x,
            self._first_states(first, initial_state),
            training=training,
            mask=mask,
            go_backwards=self.go_backwards,
            zero_output_for_mask=self.zero_output_for_mask,
            return_sequences=self.return_sequences,
        )
        if self.stateful:
            self._keep(states)
        return (outputs, *states) if self.return_state else outputs

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """Return the mask of the outputs if all steps are returned, in their order; states have none."""
        mask = first_mask(mask)
        if mask is not None and self.go_backwards:
            mask = jnp.flip(jnp.asarray(mask), 1)
        mask = mask if self.return_sequences else None
        states = [None] * len(as_list(self.cell.state_size))
        return [mask, *states] if self.return_state else mask

    # The states of a stateful layer.

    @property
    def states(self) -> list[jax.Array] | None:
        """The states that a stateful layer keeps, None for any other."""
        names = [name for name in self._weights if name.startswith("state_")]
        return [getattr(self, name) for name in names] or None

    def reset_states(self) -> None:
        """Start anew from zeros: call it where one long series ends and the next begins."""
        for name, slot in self._weights.items():
            if name.startswith("state_"):
                setattr(self, name, jnp.zeros(slot.shape, slot.dtype))

    reset_state = reset_states

    def get_initial_state(self, batch_size: int) -> list[Any]:
        """Return the states before the first step of series that are not continued: the cell's."""
        return first_states(self.cell, batch_size, jax.dtypes.canonicalize_dtype(self.dtype))

    def _first_states(self, x: jax.Array, given: Any) -> list[Any]:
        zeros = first_states(self.cell, x.shape[0], x.dtype)
        if given is not None:
            return self._checked_states(as_list(given), zeros)
        if not self.stateful or not self._fits(x.shape[0]):
            return zeros
        return jax.tree.unflatten(jax.tree.structure(zeros), self.states or [])

    def _checked_states(self, given: list[Any], zeros: list[Any]) -> list[Any]:
        flat, wanted = jax.tree.leaves(given), jax.tree.leaves(zeros)
        shapes = [tuple(jnp.shape(state)) for state in flat]
        if shapes != [state.shape for state in wanted]:
            raise ShapeError(
                who(self),
                f"`initial_state` must have the shapes {[state.shape for state in wanted]}, but it has {shapes}.",
                "initial_state=[array of zeros for each state], e.g. what return_state=True gave",
            )
        typed = [jnp.asarray(s, z.dtype) for s, z in zip(flat, wanted, strict=True)]
        return jax.tree.unflatten(jax.tree.structure(zeros), typed)

    def _fits(self, rows: int) -> bool:
        """Tell whether the batch has the rows that are kept; while shapes are inferred, any number will do."""
        if rows == self.batch_size:
            return True
        if self._scope is not None and self._scope.building:
            return False
        raise ShapeError(
            who(self),
            f"it keeps the states of {self.batch_size} rows from call to call (stateful=True), which must be the batch "
            f"size, but it got {rows}.",
            f"batch_size={self.batch_size}, shuffle=False, and a number of rows that {self.batch_size} divides",
        )

    def _keep(self, states: Any) -> None:
        leaves = jax.tree.leaves(states)
        if self._fits(leaves[0].shape[0]):
            for index, state in enumerate(leaves):
                setattr(self, f"state_{index}", state)

    # Checks.

    def _check_shape(self, shape: Any) -> None:
        if len(shape) < 3 or (self.series_rank is not None and len(shape) != self.series_rank):
            raise ShapeError(
                who(self),
                f"it needs series, shape {self._wanted_shape()}, but it got shape {tuple(shape)}.",
                "x[:, :, None] makes each number a step of one feature"
                if len(shape) == 2
                else None,
            )

    def _wanted_shape(self) -> str:
        return "(batch, steps, features)"

    def _check_mask(self, mask: Any, shape: Any) -> None:
        if mask is not None and tuple(mask.shape) != tuple(shape[:2]):
            raise ShapeError(
                who(self),
                f"the mask must have shape (batch, steps) = {tuple(shape[:2])}, but it has {tuple(mask.shape)}.",
                "mask = lengths[:, None] > numpy.arange(steps)",
            )


class RNN(Recurrent):
    """Runs a cell over a series: each step's state is the next step's input.

    Equation: ``y_t, s_t = cell(x_t, s_(t-1))`` for t = 1 .. steps, with the inputs ``x``, outputs ``y`` and states
    ``s``.

    Args:
        cell: A layer with ``call(inputs, states)``, which returns ``(output, states)``, and ``state_size``, an
            integer or a list of them; or a list of such layers, which are stacked. `get_initial_state(batch_size)`
            and `output_size` are used where a cell has them.
        return_sequences: Whether all outputs are returned, or the last one. Default False.
        return_state: Whether the last states are returned behind the outputs. Default False.
        go_backwards: Whether the last step comes first; the outputs stand in the order in which they were made.
            Default False.
        stateful: Whether the last states of a batch are the first of the next. Default False.
        unroll: Accepted for Keras's sake; the loop is compiled either way. Default False.
        zero_output_for_mask: Whether skipped steps give zeros instead of the output before. Default False.
        batch_size: The rows of every batch; needed by a stateful layer only. Default None.
        **kwargs: ``name``, ``trainable``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Call arguments:
        sequences: Shape (batch, steps, ...), or a tree of such arrays for a cell that takes one.
        initial_state: The states before the first step, one array each; zeros when None.
        mask: Shape (batch, steps), True where a step counts. A skipped step leaves the state as it was and repeats
            the output before; what stands in it, NaN included, reaches neither output nor gradient.

    Shapes:
        inputs: (batch, steps, features); outputs: (batch, units), or (batch, steps, units) with ``return_sequences``;
        with ``return_state`` a tuple of these and each state (batch, units).

    Raises:
        ShapeError: The inputs are no series, a state or the mask has another shape, or a stateful layer gets a batch
            of another size.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid import Layer
        >>> from pellucid.layers import RNN
        >>> class Sum(Layer):
        ...     state_size = 1
        ...
        ...     def call(self, inputs, states):
        ...         total = inputs + states[0]
        ...         return total, [total]
        >>> RNN(Sum(), return_sequences=True)(jnp.array([[[1.0], [2.0], [3.0]]]))[0, :, 0]
        Array([1., 3., 6.], dtype=float32)

    Source: Elman, Finding Structure in Time, 1990.
    Differs from Keras: with ``go_backwards`` the outputs' mask is reversed like the outputs; a stateful layer is told
    its ``batch_size``, and its states change in training and in eager calls, not in ``predict`` or ``evaluate``; a
    random draw inside the cell is the same in all steps. Differs from PyTorch: the batch comes first.
    """

    limits: ClassVar[dict[str, Limit]] = {}
    series_rank: ClassVar[int | None] = None

    def __init__(
        self,
        cell: Any,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        unroll: bool = False,
        zero_output_for_mask: bool = False,
        **kwargs: Any,
    ):
        super().__init__(
            return_sequences,
            return_state,
            go_backwards,
            stateful,
            unroll,
            zero_output_for_mask,
            **kwargs,
        )
        self.cell = StackedRNNCells(cell) if isinstance(cell, (list, tuple)) else cell
        if not isinstance(self.cell, Layer) or not hasattr(self.cell, "state_size"):
            raise ArgumentTypeError(
                type(self).__name__,
                f"`cell` must be a layer with a `state_size`, or a list of them, but it is {cell!r}.",
                "RNN(layers.LSTMCell(32)), or layers.LSTM(32)",
            )


def first_mask(mask: Any) -> Any:
    """Return the mask, or the first of several: the steps of all inputs are skipped together."""
    given = (
        [each for each in mask if each is not None] if isinstance(mask, (list, tuple)) else [mask]
    )
    return given[0] if given else None


def step_shape(shapes: Any) -> Any:
    """Return the shape of a single step of a series: (None, steps, features) to (None, features)."""
    return jax.tree.map(lambda shape: (shape[0], *shape[2:]), shapes, is_leaf=is_shape)


def is_shape(value: Any) -> bool:
    """Tell a shape from a tree of them.

    >>> is_shape((None, 3)), is_shape([(None, 3)])
    (True, False)
    """
    return isinstance(value, tuple) and all(size is None or isinstance(size, int) for size in value)
