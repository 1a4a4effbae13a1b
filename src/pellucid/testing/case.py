"""A case: a layer in double precision, its inputs, two sets of weights, and how it is applied to them.

Terms: a *point* is what a gradient moves, the parameters and the inputs that are floats; the *cotangent* is a fixed
random array like the outputs, so that ``sum(outputs * cotangent)`` is a number to differentiate.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from pellucid.core.dtypes import is_float
from pellucid.core.keys import generator
from pellucid.core.record import Recorded
from pellucid.modules import Layer, infer, init, places
from pellucid.modules.binding import Scope, parameters_of
from pellucid.modules.tree import weights_of
from pellucid.testing.inputs import draw
from pellucid.testing.precision import cast, remade
from pellucid.testing.report import Numbers

KEY = 11
NOISE = 0.1
"""Starting values are moved by this much, so that a bias of zeros cannot hide its own absence."""


@dataclass(frozen=True)
class Told:
    """What one application told: outputs, new state, penalties, and the masks of the outputs."""

    outputs: Any
    state: dict[str, Any]
    losses: list[Any]
    masks: list[Any]


class Case:
    """A layer with inputs and weights, ready to be applied.

    Args:
        layer: The layer as its user made it.
        inputs: Shapes, :class:`~pellucid.testing.Integers` or arrays, as :func:`check_layer` takes them.
        options: Further keyword arguments of the call.
        seed: Another seed gives other numbers.

    Attributes:
        original: The layer as its user made it.
        layer: The same in double precision, built.
        inputs: Arrays in the place of ``inputs``.
        names: The arguments by which they are passed, in order, or none.
        first, second: Two sets of weights, each ``(params, state)``.
        cotangent: A fixed random array for every output of floats, None for others.
        direction: A fixed random direction in which the point is moved.
        others: The inputs with other values in all rows but the first.
        forgotten: Names of attributes that calls have assigned so far and that are lost.
        drew: With which training flags calls have drawn random numbers so far.
    """

    def __init__(self, layer: Layer, inputs: Any, options: dict[str, Any], seed: int = 0):
        self.original = layer
        self.layer = remade(layer, "float64")
        self.rng = np.random.default_rng([seed, zlib.crc32(type(layer).__name__.encode())])
        self.given = inputs
        # JAX sorts a dict's names wherever it takes one apart, so their order is kept here.
        self.names = list(inputs) if isinstance(inputs, dict) else []
        self.inputs = cast(draw(inputs, self.rng), "float64")
        self.options = cast(options, "float64")
        self.forgotten: set[str] = set()
        self.drew: set[bool] = set()
        first, more = self.arguments(self.inputs)
        self.inferred = infer(self.layer, first, **more)
        self.first, self.second = (self._weights(number) for number in (seed, seed + 1))
        self.leaves, self._structure = jax.tree.flatten(self.inputs)
        self.moving = [i for i, leaf in enumerate(self.leaves) if is_float(leaf.dtype)]
        self.cotangent = jax.tree.map(self._random_like, self.inferred.outputs)
        self.direction = jax.tree.map(self._random_like, self.point(self.first[0], self.inputs))
        self.others = self._other_rows()

    def arguments(self, inputs: Any) -> tuple[Any, dict[str, Any]]:
        """Return the first argument and the keyword arguments of a call: a dict's first entry comes first."""
        if not self.names:
            return inputs, dict(self.options)
        first, *others = self.names
        return inputs[first], {**{name: inputs[name] for name in others}, **self.options}

    def _weights(self, seed: int) -> tuple[dict[str, Any], dict[str, Any]]:
        params, state = init(self.layer, seed)
        moved = {
            path: np.asarray(array)
            + NOISE * generator(seed, "moved", path).standard_normal(array.shape)
            for path, array in params.items()
        }
        return moved, {path: np.asarray(array) for path, array in state.items()}

    def _random_like(self, spec: Any) -> Any:
        return self.rng.standard_normal(spec.shape) if is_float(spec.dtype) else None

    # Applying the layer.

    def apply(
        self,
        weights: tuple[Any, Any],
        inputs: Any,
        *,
        training: bool = False,
        hyper: Any = None,
        masks: Any = None,
    ) -> Told:
        """Apply the layer to arrays, as inside any program; ``masks`` belong to the inputs' leaves in order."""
        scope = Scope(
            {**weights[0], **weights[1]},
            training=training,
            key=lambda: jax.random.key(KEY),
            hyper=hyper,
        )
        inputs = jax.tree.map(jnp.asarray, inputs)
        for leaf, mask in zip(jax.tree.leaves(inputs), masks or (), strict=False):
            scope.set_mask(leaf, mask)
        first, more = self.arguments(inputs)
        outputs = scope.bind(self.layer)(first, **more)
        self.forgotten |= set(forgotten_attributes(scope))
        self.drew |= {training} if scope._draws else set()
        found = [scope.mask_of(leaf) for leaf in jax.tree.leaves(outputs)]
        return Told(outputs, {**weights[1], **scope.updates}, scope.losses, found)

    def point(self, params: Any, inputs: Any) -> tuple[Any, list[Any]]:
        """Return what a gradient moves."""
        leaves = jax.tree.leaves(inputs)
        return params, [leaves[i] for i in self.moving]

    def inputs_at(self, floats: list[Any], inputs: Any) -> Any:
        """Return the inputs with their floats replaced."""
        leaves = jax.tree.leaves(inputs)
        for i, leaf in zip(self.moving, floats, strict=True):
            leaves[i] = leaf
        return self.unflatten(leaves)

    def unflatten(self, leaves: list[Any]) -> Any:
        """Return inputs of the case's structure."""
        return jax.tree.unflatten(self._structure, leaves)

    def _other_rows(self) -> Any:
        """Return inputs whose first row is the same; the others are drawn anew, or, of given arrays, are the first."""
        leaves = []
        for old, new in zip(self.leaves, jax.tree.leaves(draw(self.given, self.rng)), strict=True):
            fresh = np.array(new, old.dtype)
            if not fresh.ndim:
                leaves.append(old)
                continue
            if np.array_equal(fresh, old):
                fresh[:] = old[0]
            fresh[:1] = old[:1]
            leaves.append(fresh)
        return self.unflatten(leaves)

    def score(self, outputs: Any, valid: Any = None) -> Any:
        """Return ``sum(outputs * cotangent)`` over outputs of floats; of masked ones, over their valid places."""
        leaves, cotangents = jax.tree.leaves(outputs), self.cotangent_leaves()
        total = jnp.zeros(())
        for leaf, cotangent, mask in zip(
            leaves, cotangents, valid or [None] * len(leaves), strict=True
        ):
            if cotangent is not None:
                products = leaf * cotangent
                if mask is not None:
                    products = jnp.where(expand(mask, products.ndim), products, 0)
                total += jnp.sum(products)
        return total

    def cotangent_leaves(self) -> list[Any]:
        """Return the cotangent's leaves, None for outputs that are not floats."""
        return jax.tree.leaves(self.cotangent, is_leaf=lambda each: each is None)

    def at_the_prompt(self) -> Any:
        """Return the outputs of a plain call; of one with the case's key, if the layer draws random numbers."""
        inputs = jax.tree.map(jnp.asarray, self.inputs)
        if False in self.drew:
            return self.apply(self.first, inputs).outputs
        arrays = {**self.first[0], **self.first[1]}
        for path, slot in weights_of(self.layer):
            slot.assign(arrays[path])
        first, more = self.arguments(inputs)
        return self.layer(first, **more)

    def promised_as_made(self) -> Any:
        """Return what shape inference promises of the layer in its own dtype."""
        inputs = cast(self.inputs, self.original.dtype)
        first, more = self.arguments(inputs)
        return infer(remade(self.original), first, **cast(more, self.original.dtype)).outputs

    def numbers(self, outputs: Any, gradient: Any) -> Numbers:
        """Return what was computed with the first weights, as a report shows it: parameters in their own order."""
        params, state = self.first
        if gradient is not None:
            by_path, by_input = gradient
            gradient = {path: by_path[path] for path in params}, by_input
        return Numbers(self.inputs, params, state, outputs, self.cotangent, gradient)

    # What kind of layer it is.

    @property
    def differentiable(self) -> bool:
        """Whether there is something to move and something of floats that comes out."""
        anything = bool(self.first[0]) or bool(self.moving)
        return anything and any(each is not None for each in self.cotangent_leaves())

    @property
    def batch(self) -> int:
        """The number of rows: the first input's first size."""
        return self.leaves[0].shape[0] if self.leaves[0].ndim else 0

    def takes(self, argument: str) -> bool:
        """Tell whether the layer, or one inside it, takes an argument of this name, or one that ends so."""
        return any(
            name == argument or name.endswith(f"_{argument}")
            for _, layer in places(self.layer)
            for name in parameters_of(type(layer).call)
        )


def expand(mask: Any, rank: int) -> Any:
    """Return a mask with axes of size 1 added at its end."""
    return mask.reshape(mask.shape + (1,) * (rank - mask.ndim))


def forgotten_attributes(scope: Scope) -> list[str]:
    """Return private attributes that a ``call`` has assigned: they die with the throw-away copy of the layer."""
    found = []
    for twin in scope._twins.values():
        before = vars(vars(twin)["_origin"])
        for name, value in vars(twin).items():
            if name in ("_scope", "_path", "_origin") or name in twin._weights:
                continue
            if name not in before or _changed(before[name], value):
                found.append(name)
    return [name for name in found if name.startswith("_")]


def _changed(before: Any, after: Any) -> bool:
    """Lists and dicts are copied on binding; layers, and objects with hyper-parameters, are swapped for copies."""
    if isinstance(before, (list, tuple, dict)):
        return type(after) is not type(before) or len(after) != len(before)
    return after is not before and not isinstance(before, Recorded)
