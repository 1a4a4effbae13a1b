"""A layer over series, run in both directions of time."""

from __future__ import annotations

from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np

from pellucid.core.errors import ArgumentError, ArgumentTypeError
from pellucid.core.limits import Choice, Limit
from pellucid.layers.checks import who
from pellucid.layers.recurrent.rnn import first_mask
from pellucid.modules import Layer
from pellucid.modules.binding import declare


class Bidirectional(Layer):
    """Runs two layers over a series, one forwards and one backwards in time, and merges their outputs.

    Equation: ``y_t = merge(f_t, b_t)`` with the outputs ``f_t`` of the forward layer, which has seen the steps up to
    t, and ``b_t`` of the backward layer, which has seen the steps from t on.

    Args:
        layer: A layer over series, e.g. ``LSTM(32)``. It is only the pattern: both directions are made from its
            arguments.
        merge_mode: ``"concat"``, ``"sum"``, ``"mul"``, ``"ave"`` (the mean), or None for a tuple of both. Default
            ``"concat"``.
        weights: Starting arrays, first the forward layer's, then the backward layer's; or None. Default None.
        backward_layer: The backward layer, if it is to have other arguments than ``layer``; its ``go_backwards``
            must be the other one. Default None.
        **kwargs: ``name``, ``trainable``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Call arguments:
        sequences: Shape (batch, steps, features).
        initial_state: The forward layer's states, then the backward layer's; zeros when None.
        mask: Shape (batch, steps), True where a step counts. With ``return_sequences`` skipped steps give zeros.

    Shapes:
        inputs: (batch, steps, features); outputs: (batch, 2 units) for ``"concat"``, else (batch, units), with an
        axis of steps in between where the layer has ``return_sequences``; with ``return_state`` a tuple with all
        states behind.

    Raises:
        ArgumentError: The two layers run in the same direction, or return different things.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import LSTM, Bidirectional
        >>> Bidirectional(LSTM(4, return_sequences=True))(jnp.ones((2, 5, 3))).shape
        (2, 5, 8)

    Source: Schuster and Paliwal, Bidirectional Recurrent Neural Networks, 1997.
    Differs from PyTorch: a wrapper, where ``torch.nn.LSTM`` has ``bidirectional=True``.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "merge_mode": Choice(("concat", "sum", "mul", "ave"), optional=True)
    }

    def __init__(
        self,
        layer: Layer,
        merge_mode: str | None = "concat",
        weights: Any = None,
        backward_layer: Layer | None = None,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        self.merge_mode = merge_mode
        self._start = weights
        self.forward_layer = directed(layer, "forward")
        if backward_layer is None:
            self.backward_layer = directed(layer, "backward", go_backwards=True)
        else:
            self.backward_layer = directed(backward_layer, "backward")
        self._check_directions()

    @property
    def return_sequences(self) -> bool:
        """Whether the layers return all outputs."""
        return self.forward_layer.return_sequences  # pyright: ignore[reportAttributeAccessIssue]

    @property
    def return_state(self) -> bool:
        """Whether the layers return their last states."""
        return self.forward_layer.return_state  # pyright: ignore[reportAttributeAccessIssue]

    def build(self, sequences_shape: Any, initial_state_shape: Any = None) -> None:
        """Declare the weights of both directions."""
        declare(self.forward_layer, sequences_shape)
        declare(self.backward_layer, sequences_shape)
        if self._start:
            half = len(self._start) // 2
            self.forward_layer.set_weights([np.asarray(w) for w in self._start[:half]])
            self.backward_layer.set_weights([np.asarray(w) for w in self._start[half:]])
            # They are in the layers now; a clone or a file has no use for them.
            self._start, self._arguments["weights"] = None, None

    def call(
        self, sequences: Any, initial_state: Any = None, mask: Any = None, training: Any = False
    ) -> Any:
        """Return the merged outputs, and on request the last states of both directions."""
        half = 0 if initial_state is None else len(initial_state) // 2
        given = initial_state is not None
        forward = self.forward_layer(
            sequences,
            initial_state=list(initial_state[:half]) if given else None,
            mask=mask,
            training=training,
        )
        backward = self.backward_layer(
            sequences,
            initial_state=list(initial_state[half:]) if given else None,
            mask=mask,
            training=training,
        )
        states: tuple[Any, ...] = ()
        if self.return_state:
            states = (*forward[1:], *backward[1:])
            forward, backward = forward[0], backward[0]
        if self.return_sequences:
            backward = jnp.flip(backward, 1)
        merged = self._merged(forward, backward)
        return (
            (*merged, *states)
            if self.merge_mode is None
            else (merged, *states)
            if states
            else merged
        )

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """Return the mask of the outputs if all steps are returned; states have none."""
        mask = first_mask(mask) if self.return_sequences else None
        outputs = [mask, mask] if self.merge_mode is None else [mask]
        if self.return_state:
            one = self.forward_layer.compute_mask(inputs, mask)
            outputs += [None] * (2 * (len(one) - 1))
        return outputs if len(outputs) > 1 else mask

    def reset_states(self) -> None:
        """Start stateful layers anew from zeros."""
        for layer in (self.forward_layer, self.backward_layer):
            layer.reset_states()  # pyright: ignore[reportAttributeAccessIssue]

    reset_state = reset_states

    def _merged(self, forward: jax.Array, backward: jax.Array) -> Any:
        if self.merge_mode == "concat":
            return jnp.concatenate([forward, backward], -1)
        if self.merge_mode == "sum":
            return forward + backward
        if self.merge_mode == "mul":
            return forward * backward
        if self.merge_mode == "ave":
            return (forward + backward) / 2
        return forward, backward

    def _check_directions(self) -> None:
        for name in ("go_backwards", "stateful", "return_sequences", "return_state"):
            forward, backward = (
                getattr(x, name) for x in (self.forward_layer, self.backward_layer)
            )
            if name == "go_backwards" and forward == backward:
                raise ArgumentError(
                    who(self),
                    f"both layers have go_backwards={forward}; one must run in each direction.",
                    "Bidirectional(LSTM(32)), or backward_layer=LSTM(32, go_backwards=True)",
                )
            if name != "go_backwards" and forward != backward:
                raise ArgumentError(
                    who(self),
                    f"the forward layer has {name}={forward}, the backward layer {backward}.",
                    f"give both the same `{name}`",
                )


def directed(layer: Any, direction: str, **changes: Any) -> Layer:
    """Make the layer of one direction from the arguments of the given one."""
    needed = ("go_backwards", "return_sequences", "return_state", "stateful")
    if not isinstance(layer, Layer) or not all(hasattr(layer, name) for name in needed):
        raise ArgumentTypeError(
            "Bidirectional",
            f"it needs a layer over series with {', '.join(needed)}, but it got {layer!r}.",
            "Bidirectional(layers.LSTM(32))",
        )
    if hasattr(layer, "zero_output_for_mask"):
        # The two outputs of a skipped step would else come from different ends of the series.
        changes["zero_output_for_mask"] = layer.return_sequences  # pyright: ignore[reportAttributeAccessIssue]
    name = layer.name.removeprefix(f"{direction}_")
    return layer.clone(name=f"{direction}_{name}", **changes)
