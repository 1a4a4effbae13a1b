"""The recurrent layers, their cells, and what wraps layers over series."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from layer_table.rows import Row

from pellucid import layers
from pellucid.core.record import signature
from pellucid.modules.tree import is_layer

SERIES = (3, 4, 2)
MASK = np.array([[1, 1, 1, 1], [1, 0, 1, 0], [0, 1, 1, 0]], bool)
IN_FILES = {"file": "the row's mask has as many rows as its batch, a file is read with other ones"}


class InKeras(Mapping[str, Any]):
    """Arguments for Keras in which layers become Keras's; it is imported only when it asks for them.

    Arguments at their defaults are left out, since some of ours are not Keras's.
    """

    def __init__(self, arguments: dict[str, Any]):
        self.arguments = arguments

    def __getitem__(self, name: str) -> Any:
        return self.made(self.arguments[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self.arguments)

    def __len__(self) -> int:
        return len(self.arguments)

    def made(self, value: Any) -> Any:
        import keras

        if isinstance(value, (list, tuple)):
            return [self.made(each) for each in value]
        if not is_layer(value):
            return value
        defaults = {p.name: p.default for p in signature(type(value)).parameters.values()}
        given = {n: v for n, v in value._arguments.items() if v is not defaults[n]}
        return getattr(keras.layers, type(value).__name__)(**InKeras(given))


def around(arguments, inputs, **more):
    """Return a row of a layer with layers among its arguments."""
    return Row(arguments, inputs, keras_arguments=InKeras(arguments), **more)


def masked(arguments, inputs=SERIES, mask=MASK, **more):
    """Return a row whose call is given a mask."""
    return Row(arguments, inputs, call={"mask": mask}, skip=IN_FILES, **more)


def starting_at(*shapes):
    """Return inputs with an initial state."""
    return {"sequences": SERIES, "initial_state": list(shapes)}


def stepping_from(name, *shapes):
    """Return the inputs of a cell: one step and its states."""
    return {name: (3, 2), "states": list(shapes)}


def by_dense_steps(layer, params, state, inputs):
    """A dense layer at every step; skipped steps see zeros."""
    kernel, bias = params["layer/kernel"], params["layer/bias"]
    steps = [np.where(MASK[:, t, None], inputs[:, t], 0) @ kernel + bias for t in range(4)]
    return np.stack(steps, 1)


def whole_series(units):
    """Return the rows that every layer of a cell has; its units last."""
    return [
        Row({"units": units}, SERIES),
        Row({"units": units, "return_sequences": True, "activation": "relu"}, SERIES),
        masked({"units": units, "return_sequences": True, "return_state": True}),
        Row({"units": units, "go_backwards": True, "return_state": True}, SERIES),
        Row({"units": units, "use_bias": False, "unroll": True}, SERIES),
        Row({"units": units, "dropout": 0.5, "recurrent_dropout": 0.25, "seed": 3}, SERIES),
        masked(
            {"units": units, "go_backwards": True, "zero_output_for_mask": True}
            | {"return_sequences": True, "recurrent_initializer": "glorot_uniform"},
        ),
    ]


GATED = [
    Row({"units": 2, "recurrent_activation": "hard_sigmoid", "use_cudnn": False}, SERIES),
    masked({"units": 2, "kernel_regularizer": "l2", "bias_constraint": "non_neg"}),
]

PICTURES = (2, 3, 5, 4, 2)
PICTURES_MASK = np.array([[1, 1, 0], [0, 1, 1]], bool)

TABLE: dict[str, list[Row]] = {
    "Bidirectional": [
        around({"layer": layers.LSTM(2)}, SERIES),
        around({"layer": layers.GRU(2, return_sequences=True), "merge_mode": "sum"}, SERIES),
        around({"layer": layers.GRU(2, return_state=True), "merge_mode": None}, SERIES),
        around(
            {"layer": layers.LSTM(2, return_sequences=True, return_state=True)}
            | {"merge_mode": "mul"},
            SERIES,
            call={"mask": MASK},
            skip=IN_FILES,
        ),
        around(
            {"layer": layers.SimpleRNN(3), "merge_mode": "ave"}
            | {"backward_layer": layers.SimpleRNN(3, activation="relu", go_backwards=True)},
            SERIES,
        ),
        around({"layer": layers.LSTM(2)}, starting_at(*[(3, 2)] * 4)),
    ],
    "ConvLSTM1D": [
        Row({"filters": 2, "kernel_size": 2}, (2, 3, 5, 2)),
        Row({"filters": 2, "kernel_size": 3, "strides": 2, "padding": "same"}, (2, 3, 5, 2)),
        Row({"filters": 1, "kernel_size": 2, "dilation_rate": 2}, (2, 3, 5, 2)),
        Row({"filters": 2, "kernel_size": 2, "return_sequences": True}, (2, 3, 5, 2)),
        Row({"filters": 2, "kernel_size": 2, "return_state": True}, (2, 3, 5, 2)),
    ],
    "ConvLSTM2D": [
        Row({"filters": 2, "kernel_size": 2}, PICTURES),
        Row({"filters": 2, "kernel_size": (3, 2), "padding": "same", "strides": 2}, PICTURES),
        masked(
            {"filters": 2, "kernel_size": 2, "return_sequences": True, "return_state": True},
            PICTURES,
            PICTURES_MASK,
        ),
        Row(
            {"filters": 3, "kernel_size": 2, "data_format": "channels_first"}
            | {"return_sequences": True, "go_backwards": True},
            (2, 3, 2, 5, 4),
        ),
        Row({"filters": 2, "kernel_size": 2, "use_bias": False, "dilation_rate": 2}, PICTURES),
        Row({"filters": 2, "kernel_size": 1, "dropout": 0.5, "recurrent_dropout": 0.5}, PICTURES),
    ],
    "ConvLSTM3D": [
        Row({"filters": 2, "kernel_size": 2}, (2, 2, 3, 3, 2, 1)),
        Row({"filters": 1, "kernel_size": (2, 2, 1), "strides": (1, 2, 1)}, (2, 2, 3, 3, 2, 1)),
        Row({"filters": 1, "kernel_size": 2, "padding": "same"}, (2, 2, 3, 3, 2, 1)),
        Row({"filters": 2, "kernel_size": 2, "return_sequences": True}, (2, 2, 3, 3, 2, 1)),
        Row({"filters": 2, "kernel_size": 1, "go_backwards": True}, (2, 2, 3, 3, 2, 1)),
    ],
    "GRU": [
        *whole_series(2),
        *GATED,
        masked({"units": 2, "reset_after": False, "return_sequences": True}),
        Row({"units": 3}, starting_at((3, 3))),
    ],
    "GRUCell": [
        Row({"units": 3}, stepping_from("inputs", (3, 3))),
        Row({"units": 3, "reset_after": False}, stepping_from("inputs", (3, 3))),
        Row({"units": 2, "use_bias": False}, stepping_from("inputs", (3, 2))),
        Row({"units": 2, "activation": "relu"}, stepping_from("inputs", (3, 2))),
        Row(
            {"units": 2, "dropout": 0.5, "recurrent_dropout": 0.5}, stepping_from("inputs", (3, 2))
        ),
    ],
    "LSTM": [
        *whole_series(2),
        *GATED,
        Row({"units": 2, "unit_forget_bias": False, "return_state": True}, SERIES),
        Row({"units": 3}, starting_at((3, 3), (3, 3))),
    ],
    "LSTMCell": [
        Row({"units": 3}, stepping_from("inputs", (3, 3), (3, 3))),
        Row({"units": 3, "unit_forget_bias": False}, stepping_from("inputs", (3, 3), (3, 3))),
        Row({"units": 2, "use_bias": False}, stepping_from("inputs", (3, 2), (3, 2))),
        Row({"units": 2, "activation": "relu"}, stepping_from("inputs", (3, 2), (3, 2))),
        Row(
            {"units": 2, "dropout": 0.5, "recurrent_dropout": 0.5},
            stepping_from("inputs", (3, 2), (3, 2)),
        ),
    ],
    "RNN": [
        around({"cell": layers.SimpleRNNCell(3)}, SERIES),
        around(
            {"cell": layers.LSTMCell(2), "return_sequences": True},
            SERIES,
            call={"mask": MASK},
            skip=IN_FILES,
        ),
        around({"cell": layers.GRUCell(2), "return_state": True, "go_backwards": True}, SERIES),
        around({"cell": [layers.GRUCell(3), layers.LSTMCell(2)], "return_state": True}, SERIES),
        around(
            {"cell": [layers.LSTMCell(2), layers.LSTMCell(3)], "return_sequences": True},
            SERIES,
            call={"mask": MASK},
            skip=IN_FILES,
        ),
        around({"cell": layers.LSTMCell(3)}, starting_at((3, 3), (3, 3))),
    ],
    "SimpleRNN": [*whole_series(3), Row({"units": 3}, starting_at((3, 3)))],
    "SimpleRNNCell": [
        Row({"units": 3}, stepping_from("sequence", (3, 3))),
        Row({"units": 3, "activation": None}, stepping_from("sequence", (3, 3))),
        Row({"units": 2, "use_bias": False}, stepping_from("sequence", (3, 2))),
        Row({"units": 2, "activation": "relu"}, stepping_from("sequence", (3, 2))),
        Row(
            {"units": 2, "dropout": 0.5, "recurrent_dropout": 0.5},
            stepping_from("sequence", (3, 2)),
        ),
    ],
    "StackedRNNCells": [
        around(
            {"cells": [layers.SimpleRNNCell(3), layers.SimpleRNNCell(2)]},
            stepping_from("inputs", [(3, 3)], [(3, 2)]),
        ),
        around(
            {"cells": [layers.GRUCell(3), layers.GRUCell(2)]},
            stepping_from("inputs", [(3, 3)], [(3, 2)]),
        ),
        around(
            {"cells": [layers.LSTMCell(3), layers.LSTMCell(2)]},
            stepping_from("inputs", [(3, 3), (3, 3)], [(3, 2), (3, 2)]),
        ),
        around(
            {"cells": [layers.GRUCell(3), layers.LSTMCell(2)]},
            stepping_from("inputs", [(3, 3)], [(3, 2), (3, 2)]),
        ),
        around(
            {"cells": [layers.SimpleRNNCell(2), layers.GRUCell(2), layers.GRUCell(1)]},
            stepping_from("inputs", [(3, 2)], [(3, 2)], [(3, 1)]),
        ),
    ],
    "TimeDistributed": [
        around({"layer": layers.Dense(3)}, SERIES),
        Row(
            {"layer": layers.Dense(3)},
            SERIES,
            call={"mask": MASK},
            skip=IN_FILES,
            keras=None,
            witness=by_dense_steps,
        ),
        around({"layer": layers.Flatten()}, (3, 4, 2, 2)),
        around({"layer": layers.LSTM(2)}, (3, 4, 2, 2)),
        around({"layer": layers.TimeDistributed(layers.Dense(2))}, (3, 4, 2, 2)),
        around({"layer": layers.BatchNormalization()}, SERIES),
    ],
}
