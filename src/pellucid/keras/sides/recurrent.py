"""Recurrent layers as Keras code uses them: rows told by the inputs, states of stacked cells, a script's own cells."""

from __future__ import annotations

from typing import Any

import jax

from pellucid.keras.sides.eager import fix_rows
from pellucid.keras.sides.layer import LayerSide
from pellucid.layers.recurrent.running import as_list, output_size
from pellucid.modules.graph import find_symbolic


class RecurrentSide(LayerSide):
    """Mixed into the layers over series and their cells."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Apply the layer; a stateful one keeps the states of as many rows as its symbolic inputs have."""
        if self._scope is None and find_symbolic(args, kwargs) is not None:
            shape = getattr(jax.tree.leaves((args, kwargs))[0], "shape", (None,))
            if shape and shape[0] is not None:
                fix_rows(self, shape[0])
        return super().__call__(*args, **kwargs)


class RNNSide(RecurrentSide):
    """Mixed into ``RNN``, whose cell may be the script's own."""

    def call(
        self, sequences: Any, initial_state: Any = None, mask: Any = None, training: Any = False
    ) -> Any:
        """Return the outputs and on request the states: of a stacked cell with one state, the state itself."""
        found = super().call(sequences, initial_state, mask, training)  # pyright: ignore[reportAttributeAccessIssue]
        if not self.return_state:
            return found
        outputs, *states = found
        alone = [s[0] if isinstance(s, list) and len(s) == 1 else s for s in states]
        return (outputs, *alone)

    def compute_output_shape(self, sequences_shape: Any, initial_state_shape: Any = None) -> Any:
        """Return the shape of the outputs, and of the states if they are returned."""
        rows, steps = sequences_shape[:2]
        size = _sizes(output_size(self.cell))
        outputs = (rows, steps, *size) if self.return_sequences else (rows, *size)
        if not self.return_state:
            return outputs
        return (outputs, *(_state(rows, size) for size in as_list(self.cell.state_size)))


def _state(rows: Any, size: Any) -> Any:
    """Return the shape of a state; a stacked cell with several has a list of them."""
    if isinstance(size, list):
        return _state(rows, size[0]) if len(size) == 1 else [_state(rows, each) for each in size]
    return (rows, *_sizes(size))


def _sizes(size: Any) -> tuple[Any, ...]:
    return tuple(size) if isinstance(size, (tuple, list)) else (size,)


def side_of(plain: type) -> type:
    """Return the side for one of Pellucid's recurrent layers."""
    return RNNSide if plain.__name__ == "RNN" else RecurrentSide
