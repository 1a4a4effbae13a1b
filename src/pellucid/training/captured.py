"""What layers gave in one pass: each call's output, what its activation was applied to, and the heads of the loss."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp

from pellucid.modules import Layer
from pellucid.modules.binding import Scope
from pellucid.modules.pure import last_activations
from pellucid.modules.tree import places, weights_of

Arrays = dict[str, Any]


@partial(
    jax.tree_util.register_dataclass,
    data_fields=["outputs", "preactivations", "logits"],
    meta_fields=["activations", "axes", "heads", "mixed"],
)
@dataclass(frozen=True)
class Captured:
    """What layers gave in one pass.

    A layer counts that has weights, or that applies an activation known by name. A layer that is called again has
    a place for each call: ``"dense"``, ``"dense#2"``. Layers inside a scan or a checkpoint are not seen.

    Attributes:
        outputs: Outputs by place, (batch, ...).
        preactivations: What the activation was applied to, by place, where it is known by name.
        logits: The same of the model's outputs: one or None, or a tuple of them.
        activations: Pairs of place and that activation's name.
        axes: Pairs of place and axis of the units.
        heads: The names of the activations of the model's outputs: one or None, or a tuple of them.
        mixed: Whether layers mixed rows of the batch.
    """

    outputs: Arrays = field(default_factory=dict)
    preactivations: Arrays = field(default_factory=dict)
    logits: Any = None
    activations: tuple[tuple[str, str], ...] = ()
    axes: tuple[tuple[str, int], ...] = ()
    heads: Any = None
    mixed: bool = False


def captured_in(scope: Scope, model: Layer, outputs: Any) -> Captured:
    """Gather what a scope that captures has seen, once the model gave ``outputs``."""
    weighted = [path for path, _ in weights_of(model)]
    layers, calls = dict(places(model)), dict[str, int]()
    first = any(getattr(layer, "data_format", "") == "channels_first" for layer in layers.values())
    found, before, names, axes = {}, {}, [], []
    known: list[Any] = []  # a layer may hand on, as its own, the very array that a layer in it gave
    for path, output in scope.calls:
        calls[path] = calls.get(path, 0) + 1
        if not is_numbers(output) or any(output is each for each in known):
            continue
        known.append(output)
        noted = scope.activation_of(output)
        if not path or (noted is None and not any(w.startswith(f"{path}/") for w in weighted)):
            continue
        place = path if calls[path] == 1 else f"{path}#{calls[path]}"
        found[place] = output
        said = getattr(layers.get(path), "data_format", "channels_first" if first else None)
        axes.append((place, 1 if said == "channels_first" and output.ndim > 2 else -1))
        if noted is not None:
            before[place] = noted[0]
            names.append((place, noted[1]))
    logits, heads = last_activations(scope, outputs)
    mixed = bool(scope.mixes)
    return Captured(found, before, logits, tuple(names), tuple(axes), heads, mixed)


def is_numbers(output: Any) -> bool:
    """Tell whether an output is one array of real numbers, with rows."""
    return (
        hasattr(output, "dtype")
        and jnp.issubdtype(output.dtype, jnp.floating)
        and len(output.shape) > 0
    )
