"""Calling a layer purely from inside another layer's ``call``, so that a JAX transform may stand around it.

A transform (``jax.checkpoint``, ``lax.scan``) may not leak what is computed in it. So the layer is bound in an
*inner scope* of its own, whose assigned state and penalties come back as values, and are then written to the outer
scope.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pellucid.core.errors import UsageError
from pellucid.core.paths import join, unique
from pellucid.modules.binding import Scope

if TYPE_CHECKING:
    from pellucid.modules.layer import Layer

Arrays = dict[str, Any]
Told = tuple[list[Any], Arrays]
Result = tuple[Any, Arrays, Told, Any, Any]


def current(scope: Scope) -> Arrays:
    """Return the arrays of a scope by path, what was assigned so far included."""
    return {**scope.arrays, **scope.updates}


def key_of(scope: Scope) -> Any:
    """Return a scope's key, or None; a key that is made when needed is made here."""
    return scope.key() if callable(scope.key) else scope.key


def pure_call(
    scope: Scope, layer: Layer, path: str, hyper: Arrays, noted: dict[str, Any]
) -> Callable[..., Result]:
    """Return ``f(arrays, key, inputs, mask) -> (outputs, state, told, logits, mask)`` for a layer.

    The state is what was assigned, told are penalties and watched numbers, the logits are what the last activation
    was applied to, where it is known, and the mask is that of the outputs.

    Args:
        scope: The scope of the call that is under way.
        layer: The layer: a user's object, a twin of this scope, or one that the scope does not know.
        path: The path under which its weights are found in ``arrays``.
        hyper: Numeric hyper-parameters by path, as arrays.
        noted: Where the name of that activation is put while ``f`` is traced, under ``"activation"``.
    """
    original = vars(layer).get("_origin", layer)
    paths = {identity: twin._path for identity, twin in scope._twins.items()}

    def call(arrays: Arrays, key: Any, inputs: Any, mask: Any) -> Result:
        inner = Scope(arrays, training=scope.training, key=key, hyper=hyper, over=scope.over)
        inner.paths = paths
        inner.set_mask(inputs, mask)
        outputs = inner.bind(original, path)(inputs)
        logits, noted["activation"] = inner.activation_of(outputs) or (None, None)
        if inner.mixes:
            raise UsageError(
                f"Layer '{path or original.name}'",
                "a layer in it mixes rows (MixUp, CutMix), which must not stand inside Remat or Repeat.",
                "put it before them",
            )
        told = inner.losses, inner.metrics
        return outputs, inner.updates, told, logits, inner.masks_of(outputs)

    return call


def write_back(scope: Scope, updates: Arrays, told: Told) -> None:
    """Take over state, penalties and watched numbers of an inner call, so that later calls in the scope see them."""
    losses, metrics = told
    scope.updates.update(updates)
    scope.losses += losses
    for name, value in metrics.items():
        scope.metrics[unique(name, scope.metrics)] = value
    for twin in scope._twins.values():
        for attribute, slot in twin._weights.items():
            path = join(twin._path, slot.name or attribute)
            if path in updates:
                twin.__dict__[attribute] = updates[path]
