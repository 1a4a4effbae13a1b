"""``GradientTape``: what was computed under it is played again as a pure function, and JAX differentiates that.

Terms: an *entry* is one operation that the tape heard. For a gradient the entries between sources and target become a
*plan*: plain, hashable data that say which function takes which value. A plan's gradient is one compiled program, kept
for the next time the same code runs; so a loop compiles once. The gradient is itself an operation, so an outer tape
hears it: second derivatives need nothing more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from pellucid.core.errors import UsageError
from pellucid.keras import recorder
from pellucid.keras.operation import compute
from pellucid.keras.tensor import Tensor, as_array
from pellucid.keras.variable import Variable


class Entry(NamedTuple):
    """One operation: its function, where its leaves stand, the leaves, and what it gave."""

    function: Callable[..., Any]
    structure: Any
    leaves: list[Any]
    outputs: list[Any]


class Step(NamedTuple):
    """An entry in a plan; a leaf is ``("given", place)``, ``("made", step, place)`` or ``("constant", kind, it)``."""

    function: Callable[..., Any]
    structure: Any
    leaves: tuple[Any, ...]


class Plan(NamedTuple):
    """What turns given values into targets.

    Attributes:
        steps: The operations in order.
        targets: Where the targets come from, as leaves.
        sources: How many of the given values are differentiated; they come first.
    """

    steps: tuple[Step, ...]
    targets: tuple[Any, ...]
    sources: int


class GradientTape:
    """Hears what is computed in its ``with`` block, to differentiate it afterwards.

    Args:
        persistent: Whether ``gradient`` may be called more than once.
        watch_accessed_variables: Whether trainable variables are watched by themselves.

    Example:
        >>> x = Variable(3.0)
        >>> with GradientTape() as tape:
        ...     y = x * x
        >>> float(tape.gradient(y, x))
        6.0

    As ``tf.GradientTape``; tensors may also be differentiated without ``watch``.
    """

    def __init__(self, persistent: bool = False, watch_accessed_variables: bool = True):
        self._persistent = persistent
        self._entries: list[Entry] = []
        self._used = False

    def __enter__(self) -> GradientTape:
        recorder.start(self)
        return self

    def __exit__(self, *error: Any) -> None:
        recorder.stop(self)

    def hear(self, function: Any, structure: Any, leaves: list[Any], outputs: list[Any]) -> None:
        """Note one operation."""
        self._entries.append(Entry(function, structure, leaves, outputs))

    def watch(self, tensor: Any) -> None:
        """Accept a tensor; all are watched."""

    def watched_variables(self) -> tuple[Variable, ...]:
        """Return the variables that were read."""
        found = [
            leaf.variable
            for entry in self._entries
            for leaf in entry.leaves
            if hasattr(leaf, "variable")
        ]
        return tuple(dict.fromkeys(v for v in found if v.trainable))

    def reset(self) -> None:
        """Forget what was heard."""
        self._entries = []

    @contextmanager
    def stop_recording(self) -> Iterator[None]:
        """Hear nothing for a while."""
        recorder.stop(self)
        yield
        recorder.start(self)

    def gradient(
        self,
        target: Any,
        sources: Any,
        output_gradients: Any = None,
        unconnected_gradients: Any = "none",
    ) -> Any:
        """Return the derivatives of the target (of the sum of its numbers) by each source.

        Args:
            target: A tensor, or a list of them.
            sources: A tensor or variable, or a list, tuple or dict of them.
            output_gradients: What each number of the target counts; default 1.
            unconnected_gradients: ``"none"``, or ``"zero"`` for zeros where a source plays no part.

        Raises:
            UsageError: It is the second call, and the tape is not persistent.
        """
        flat, structure = jax.tree.flatten(sources)
        targets = [leaf for leaf in jax.tree.leaves(target) if isinstance(leaf, Tensor)]
        weights = jax.tree.leaves(output_gradients)
        found = self._derived(_gradients, targets, flat, weights)
        if str(getattr(unconnected_gradients, "value", unconnected_gradients)).lower() == "zero":
            found = [
                Tensor(jnp.zeros(s.shape, str(s.dtype))) if g is None else g
                for g, s in zip(found, flat, strict=True)
            ]
        return (
            found[0] if structure == jax.tree.structure(0) else jax.tree.unflatten(structure, found)
        )

    def jacobian(self, target: Any, sources: Any, *options: Any, **more: Any) -> Any:
        """Return the derivative of each number of the target by each source: ``target.shape + source.shape``."""
        flat, structure = jax.tree.flatten(sources)
        found = self._derived(_jacobians, [target], flat, [])
        return (
            found[0] if structure == jax.tree.structure(0) else jax.tree.unflatten(structure, found)
        )

    def batch_jacobian(self, target: Any, source: Any, *options: Any, **more: Any) -> Any:
        """Return each row's Jacobian: ``(batch, *target.shape[1:], *source.shape[1:])``."""
        whole = as_array(self.jacobian(target, source))
        rows, axis = whole.shape[0], target.ndim
        return Tensor(jnp.stack([whole[row].take(row, axis - 1) for row in range(rows)]))

    def _derived(
        self, kind: Any, targets: list[Any], sources: list[Any], weights: list[Any]
    ) -> list[Any]:
        if self._used and not self._persistent:
            raise UsageError(
                "GradientTape",
                "`gradient` was called twice; what was heard is forgotten after the first time.",
                "with tf.GradientTape(persistent=True) as tape:",
            )
        known = [self._known(source) for source in sources]
        plan, given, reached = make_plan(self._entries, [t.reading() for t in targets], known)
        if not self._persistent:
            self._used, self._entries = True, []
        if not any(reached):
            return [None] * len(sources)
        kept = [i for i, there in enumerate(reached) if there]
        program = (
            kind(plan, tuple(kept)) if _hashable(plan) else kind.__wrapped__(plan, tuple(kept))
        )
        leaves, structure = jax.tree.flatten(((given, list(weights)), {}))
        answers = compute(program, structure, leaves)
        found: list[Any] = [None] * len(sources)
        for place, answer in zip(kept, answers, strict=True):
            found[place] = answer
        return found

    def _known(self, source: Any) -> Any:
        """Return the tensor by which the tape knows a source."""
        if isinstance(source, Variable):
            for entry in self._entries:
                for leaf in entry.leaves:
                    if getattr(leaf, "variable", None) is source:
                        return leaf
        return source.reading()


def make_plan(
    entries: list[Entry], targets: list[Any], sources: list[Any]
) -> tuple[Plan, list[Any], list[bool]]:
    """Return the plan from sources to targets, the values it is given, and which sources the targets depend on."""
    made = {id(out): (i, k) for i, e in enumerate(entries) for k, out in enumerate(e.outputs)}
    first = {id(source) for source in sources}
    needed = _needed(entries, made, targets, first)
    number = {entry: step for step, entry in enumerate(needed)}
    given: list[Any] = list(sources)
    place = {id(source): i for i, source in reversed(list(enumerate(sources)))}

    def leaf_of(leaf: Any) -> Any:
        if isinstance(leaf, (np.generic, tuple)) or not hasattr(leaf, "__array__"):
            return ("constant", type(leaf), leaf)
        if id(leaf) not in first and id(leaf) in made and made[id(leaf)][0] in number:
            entry, output = made[id(leaf)]
            return ("made", number[entry], output)
        if id(leaf) not in place:
            place[id(leaf)] = len(given)
            given.append(leaf)
        return ("given", place[id(leaf)])

    steps = tuple(
        Step(entries[e].function, entries[e].structure, tuple(map(leaf_of, entries[e].leaves)))
        for e in needed
    )
    ends = tuple(map(leaf_of, targets))
    reached = _reached(steps, ends, len(sources))
    return (
        Plan(steps, ends, len(sources)),
        given,
        [
            there and jnp.issubdtype(as_array(s).dtype, jnp.inexact)
            for there, s in zip(reached, sources, strict=True)
        ],
    )


def _needed(
    entries: list[Entry], made: dict[int, Any], targets: list[Any], first: set[int]
) -> list[int]:
    """Return the numbers of the entries that the targets come from, in order; sources are not looked behind."""
    found: set[int] = set()
    waiting = list(targets)
    while waiting:
        leaf = waiting.pop()
        if id(leaf) in made and id(leaf) not in first:
            entry = made[id(leaf)][0]
            if entry not in found:
                found.add(entry)
                waiting += entries[entry].leaves
    return sorted(found)


def _reached(steps: tuple[Step, ...], ends: tuple[Any, ...], sources: int) -> list[bool]:
    """Tell for each source whether a target depends on it."""
    from_step: list[set[int]] = []

    def behind(leaf: Any) -> set[int]:
        if leaf[0] == "made":
            return from_step[leaf[1]]
        return {leaf[1]} if leaf[0] == "given" and leaf[1] < sources else set()

    for step in steps:
        from_step.append(set().union(*map(behind, step.leaves)))
    found = set().union(*map(behind, ends))
    return [place in found for place in range(sources)]


def replay(plan: Plan, given: list[Any]) -> list[Any]:
    """Compute the targets of a plan from the given arrays."""
    made: list[list[Any]] = []

    def value(leaf: Any) -> Any:
        if leaf[0] == "constant":
            return leaf[2]
        return given[leaf[1]] if leaf[0] == "given" else made[leaf[1]][leaf[2]]

    for step in plan.steps:
        args, kwargs = jax.tree.unflatten(step.structure, [value(leaf) for leaf in step.leaves])
        made.append(jax.tree.leaves(step.function(*args, **kwargs)))
    return [value(leaf) for leaf in plan.targets]


@lru_cache(maxsize=512)
def _gradients(plan: Plan, kept: tuple[int, ...]) -> Callable[..., Any]:
    """Return the program for the gradients of a plan by the sources at ``kept``."""

    def gradients(given: list[Any], weights: list[Any]) -> list[Any]:
        def total(sources: list[Any]) -> Any:
            targets = replay(plan, _with(given, kept, sources))
            if weights:
                targets = [target * weight for target, weight in zip(targets, weights, strict=True)]
            return sum(jnp.sum(target) for target in targets)

        return jax.grad(total)([given[place] for place in kept])

    return jax.jit(gradients)


@lru_cache(maxsize=128)
def _jacobians(plan: Plan, kept: tuple[int, ...]) -> Callable[..., Any]:
    """Return the program for the Jacobians of a plan's one target."""

    def jacobians(given: list[Any], weights: list[Any]) -> list[Any]:
        return jax.jacrev(lambda sources: replay(plan, _with(given, kept, sources))[0])(
            [given[place] for place in kept]
        )

    return jax.jit(jacobians)


def _with(given: list[Any], kept: tuple[int, ...], sources: list[Any]) -> list[Any]:
    filled = list(given)
    for place, source in zip(kept, sources, strict=True):
        filled[place] = source
    return filled


def _hashable(plan: Plan) -> bool:
    try:
        hash(plan)
    except TypeError:
        return False
    return True
