"""Looking into a trace: what each layer took and gave, with zeros added there by which a loss can be differentiated.

Terms: a *tap* is an array of zeros that is added to an array of the computation; the derivative of the loss by the tap
is the gradient that arrives at that array. A *role* says where: ``"in"``, a layer's inputs as this layer alone uses
them; ``"z"``, what its activation is applied to; ``"out"``, its outputs. A *key* is one call of a layer: its path, with
``"#2"`` from the second call on.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp

from pellucid.functional import activations

if TYPE_CHECKING:
    from pellucid.modules.binding import Scope
    from pellucid.modules.layer import Layer

Arrays = dict[str, Any]

ROLES = ("in", "z", "out")

# Activations in which a number depends on its neighbours too: they have no derivative of one number by one number.
ACROSS = {"softmax", "log_softmax", "sparsemax", "glu"}


@dataclass
class Call:
    """What is known of one call of a layer beside its arrays.

    Attributes:
        path: The layer's path.
        number: Which call of this layer it is, counted from 1.
        activation: The name of the activation that made the outputs, or None.
        turn: Which of the call's activations it is, counted from 0.
    """

    path: str
    number: int
    activation: str | None = None
    turn: int = 0

    @property
    def key(self) -> str:
        """The call's key."""
        return self.path if self.number == 1 else f"{self.path}#{self.number}"


class Taps:
    """The record of what layers take and give in one trace.

    Layers inside a transform of their own (a scan's body) are left out: their arrays exist only in there.

    Args:
        zeros: For each role and key a list of zeros, None for what is no float; None at all to look only.
        apart: Whether a loss is to be computed from the outputs as they are, even where it could be computed together
            with the activation that made them.

    Attributes:
        calls: The calls by key, in the order in which they ended.
        inside: The paths of layers that were called inside such a transform.
        seen: For each role and key the arrays.
        slopes: By key the activation's derivative at each number, where numbers do not depend on each other.
        ends: For each role and key which arrays are the model's outputs behind their last activation: a loss that is
            computed from what that activation was applied to does not depend on their taps.
        penalty: All that is added to the loss: regularizers, ``add_loss``.
        mixed: Whether a layer mixed rows, so that the loss is one of mixed targets.
    """

    def __init__(self, zeros: dict[str, Arrays] | None = None, apart: bool = False):
        self.zeros = zeros
        self.apart = apart
        self.calls: dict[str, Call] = {}
        self.inside: set[str] = set()
        self.seen: dict[str, dict[str, list[Any]]] = {role: {} for role in ROLES}
        self.slopes: Arrays = {}
        self.ends: dict[str, dict[str, list[bool]]] = {}
        self.penalty: Any = None
        self.mixed = False
        self._counts: Counter[str] = Counter()
        self._open: list[Call | None] = []
        self._activated: dict[str, list[tuple[Any, Any, Any, Arrays]]] = {}

    def enter(
        self, scope: Scope, twin: Layer, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Begin a call; return its arguments, tapped."""
        if scope.inside_inner_trace():
            self.inside.add(twin._path)
            self._open.append(None)
            return args, kwargs
        self._counts[twin._path] += 1
        call = Call(twin._path, self._counts[twin._path])
        self._open.append(call)
        plain = {name: value for name, value in kwargs.items() if not name.endswith("mask")}
        args, plain = self._tapped(scope, "in", call.key, (args, plain))
        return args, {**kwargs, **plain}

    def leave(self, scope: Scope, outputs: Any) -> Any:
        """End the call that was begun last; return its outputs, tapped."""
        call = self._open.pop()
        if call is None:
            return outputs
        self.calls[call.key] = call
        for turn, (function, inputs, made, arguments) in enumerate(
            self._activated.pop(call.key, [])
        ):
            name = getattr(function, "__name__", "")
            if made is outputs and made is not inputs:
                call.activation, call.turn = name, turn
                if activations.TABLE.get(name) is function and name not in ACROSS:
                    ones = jnp.ones_like(inputs)
                    self.slopes[call.key] = jax.jvp(
                        partial(function, **arguments), (inputs,), (ones,)
                    )[1]
        return self._tapped(scope, "out", call.key, outputs)

    def activate(
        self, scope: Scope, function: Any, inputs: Any, arguments: Arrays
    ) -> tuple[Any, Any]:
        """Return an activation's input, tapped, and what it makes of it."""
        call = self._open[-1] if self._open else None
        if call is None or scope.inside_inner_trace():
            return inputs, function(inputs, **arguments)
        earlier = self.seen["z"].setdefault(call.key, [])
        if self.zeros is not None:
            inputs = self._added(scope, inputs, self.zeros["z"][call.key][len(earlier)])
        outputs = function(inputs, **arguments)
        earlier.append(inputs)
        self._activated.setdefault(call.key, []).append((function, inputs, outputs, arguments))
        return inputs, outputs

    def finish(self, scope: Scope, logits: Any, penalty: Any) -> None:
        """Note how the trace ended.

        Args:
            scope: The trace's scope.
            logits: What the last activations were applied to, of several outputs in a tuple.
            penalty: All that is added to the loss.
        """
        self.penalty = penalty
        self.mixed = bool(scope.mixes)
        last = {id(each) for each in jax.tree.leaves(logits)}

        def is_end(array: Any) -> bool:
            known = None if array is None else scope.activation_of(array)
            return known is not None and id(known[0]) in last

        for role in ("in", "out"):
            self.ends[role] = {
                key: [is_end(array) for array in arrays] for key, arrays in self.seen[role].items()
            }

    def _tapped(self, scope: Scope, role: str, key: str, tree: Any) -> Any:
        """Tap a tree; an array that goes in twice is one array to the layer, and is seen once."""
        leaves, structure = jax.tree.flatten(tree)
        zeros = [None] * len(leaves) if self.zeros is None else self.zeros[role][key]
        known: dict[int, Any] = {}
        tapped, seen = [], []
        for leaf, zero in zip(leaves, zeros, strict=True):
            again = role == "in" and id(leaf) in known
            array = known[id(leaf)] if again else self._added(scope, leaf, zero)
            known[id(leaf)] = array
            tapped.append(array)
            seen.append(array if is_array(array) and not again else None)
        self.seen[role][key] = seen
        return jax.tree.unflatten(structure, tapped)

    def _added(self, scope: Scope, array: Any, zero: Any) -> Any:
        """Add a tap; what is remembered of an array by its identity is remembered of the sum too."""
        if zero is None:
            return array
        tapped = array + zero
        scope.set_mask(tapped, scope.mask_of(array))
        known = scope.activation_of(array)
        if known is not None and not self.apart:
            scope.set_activation(tapped, *known)
        return tapped


def is_array(value: Any) -> bool:
    """Tell whether something is an array of numbers: no key for random numbers, no option of a call."""
    return hasattr(value, "dtype") and not jnp.issubdtype(value.dtype, jax.dtypes.extended)


def is_real(array: Any) -> bool:
    """Tell whether something is an array of floats, so that a loss can be differentiated by it."""
    return hasattr(array, "dtype") and jnp.issubdtype(array.dtype, jnp.floating)


def zeros_for(seen: dict[str, dict[str, list[Any]]]) -> dict[str, Arrays]:
    """Return the zeros for all arrays, or specs of arrays, that a trace has seen."""

    def zero(array: Any) -> Any:
        return jnp.zeros(array.shape, array.dtype) if is_real(array) else None

    return {
        role: {key: list(map(zero, arrays)) for key, arrays in found.items()}
        for role, found in seen.items()
    }
