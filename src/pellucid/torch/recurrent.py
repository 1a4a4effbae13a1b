"""Recurrent networks: several layers and two directions in one module there, a layer for each here.

The batch always comes first here. A converted network gives the outputs of all steps; the last states, which the module
returns beside them, are left out.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from pellucid.layers import GRU, LSTM, Bidirectional, Dropout, SimpleRNN
from pellucid.torch.convolution import kind_name
from pellucid.torch.modules import numbers
from pellucid.torch.stack import Stack


def recurrent(module: Any, stack: Stack) -> None:
    """Convert ``RNN``, ``LSTM`` and ``GRU``."""
    if getattr(module, "proj_size", 0):
        raise stack.refuse("`proj_size` makes the outputs of an LSTM smaller than its memory.")
    stack.as_in_torch()
    if len(stack.shape) != 2:
        raise stack.refuse(
            f"it takes series, (steps, features) without the batch, but here come {stack.torch_shape}.",
            f"input_shape=(None, {module.input_size})",
        )
    kind = kind_name(module)
    for depth in range(module.num_layers):
        made = _layer(kind, module)
        if module.bidirectional:
            ahead = _weights(kind, module, f"l{depth}", "forward_layer__cell__")
            back = _weights(kind, module, f"l{depth}_reverse", "backward_layer__cell__")
            stack.add(Bidirectional(made), **ahead, **back)
        else:
            stack.add(made, **_weights(kind, module, f"l{depth}", "cell__"))
        if module.dropout and depth < module.num_layers - 1:
            stack.add(Dropout(module.dropout))


def _layer(kind: str, module: Any) -> Any:
    common = {"return_sequences": True, "use_bias": module.bias}
    if kind == "RNN":
        return SimpleRNN(module.hidden_size, activation=module.nonlinearity, **common)
    return (LSTM if kind == "LSTM" else GRU)(module.hidden_size, **common)


def _weights(kind: str, module: Any, ending: str, where: str) -> dict[str, np.ndarray]:
    """Return the arrays of one layer and direction; there the gates stand in rows, here in columns."""

    def read(name: str) -> np.ndarray:
        return _gates(kind, numbers(getattr(module, f"{name}_{ending}")))

    found = {"kernel": read("weight_ih").T, "recurrent_kernel": read("weight_hh").T}
    if module.bias:
        two = read("bias_ih"), read("bias_hh")
        found["bias"] = np.stack(two) if kind == "GRU" else two[0] + two[1]
    return {f"{where}{name}": array for name, array in found.items()}


def _gates(kind: str, array: np.ndarray) -> np.ndarray:
    """Put the gates in order: a GRU has reset, update, candidate there and update, reset, candidate here."""
    if kind != "GRU":
        return array
    reset, update, candidate = np.split(array, 3)
    return np.concatenate([update, reset, candidate])
