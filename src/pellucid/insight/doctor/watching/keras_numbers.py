"""Weights and activations of a Keras model while it trains, in the units and by the equations of the probes."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

import numpy as np

from pellucid.insight.doctor.facts.network import Layer
from pellucid.insight.doctor.watching.keras_network import framework_of
from pellucid.training.probes.probe import WHOLE
from pellucid.training.probes.quantities.dead_share import RECTIFIERS
from pellucid.training.probes.quantities.saturated_share import RANGES

MARGIN = 0.01
"""As of the probe ``saturated_share``."""
ROWS = 128
"""Rows whose activations are looked at; a batch of the usual size or some."""

Arrays = dict[str, list[np.ndarray]]
Numbers = dict[str, dict[str, float]]


def trained_weights(model: Any, path: str = "") -> Arrays:
    """Return copies of the trained weights by layer."""
    found: Arrays = {}
    for layer in model.layers:
        here = f"{path}/{layer.name}" if path else layer.name
        if hasattr(layer, "layers") and framework_of(layer) and hasattr(layer, "compile"):
            found |= trained_weights(layer, here)
            continue
        pairs = zip(layer.weights, layer.get_weights(), strict=True)
        arrays = [np.array(array, np.float32) for variable, array in pairs if is_trained(variable)]
        if arrays:
            found[here] = arrays
    return found


def is_trained(variable: Any) -> bool:
    """Tell weights that training changes from others, such as averages and states of random numbers."""
    return bool(variable.trainable)


class Inside:
    """Activations of a functional model's layers on some rows, in evaluation mode.

    Args:
        model: The model, built.
        layers: Its layers as facts.
        x: Inputs, as ``fit`` takes them.
    """

    def __init__(self, model: Any, layers: tuple[Layer, ...], x: Any):
        self.known = {layer.path: layer for layer in layers}
        self.rows = first_rows(x)
        shown = [layer for layer in model.layers if self._is_shown(layer.name)]
        self.names = [layer.name for layer in shown]
        package = sys.modules[str(framework_of(model))]
        outputs = [layer.output for layer in shown]
        entries = model.inputs if len(model.inputs) > 1 else model.inputs[0]
        self.view = package.Model(entries, [*outputs, *model.outputs], name="watched")

    def _is_shown(self, path: str) -> bool:
        layer = self.known.get(path)
        return layer is not None and (
            bool(layer.weights) or layer.activation not in ("linear", None)
        )

    def numbers(self) -> Numbers:
        """Return what is measured of the layers and of the outputs."""
        made = self.view(self.rows, training=False)
        arrays = [numpy_of(each) for each in made]
        found: Numbers = {}
        for name, array in zip(self.names, arrays, strict=False):
            for quantity, number in of_layer(array, self.known[name].activation).items():
                found.setdefault(quantity, {})[name] = number
        if len(arrays) == len(self.names) + 1:
            found["prediction_variance"] = {WHOLE: float(arrays[-1].var(axis=0).mean())}
        return found


def of_layer(a: np.ndarray, activation: str | None) -> dict[str, float]:
    """Return what is measured of one layer's outputs, units last.

    >>> of_layer(np.array([[0.0, 2.0], [0.0, 2.0]]), "relu")
    {'activation_mean': 1.0, 'activation_spread': 1.0, 'dead_share': 0.5}
    """
    found = {"activation_mean": float(a.mean()), "activation_spread": float(a.std())}
    if activation in RECTIFIERS and a.ndim > 1:
        largest = np.abs(a).max(axis=tuple(range(a.ndim - 1)))
        found["dead_share"] = float((largest == 0).mean())
    if activation == "softmax":
        found["saturated_share"] = float((a.max(axis=-1) > 1 - MARGIN).mean())
    elif activation in RANGES:
        low, high = RANGES[activation]
        margin = MARGIN * (high - low)
        found["saturated_share"] = float(((a < low + margin) | (a > high - margin)).mean())
    return found


def numpy_of(tensor: Any) -> np.ndarray:
    """Return a tensor of any of Keras's backends as an array."""
    if hasattr(tensor, "detach"):
        tensor = tensor.detach().cpu()
    return np.asarray(tensor, np.float32)


def first_rows(x: Any) -> Any:
    """Return the first rows of inputs, in the form in which they came."""
    if isinstance(x, Mapping):
        return {name: first_rows(each) for name, each in x.items()}
    if isinstance(x, (list, tuple)) and x and hasattr(x[0], "shape"):
        return [first_rows(each) for each in x]
    return np.asarray(x)[:ROWS]
