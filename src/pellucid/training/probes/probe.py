"""The protocol of a probe: one quantity of a training step, as a pure function of what the step computed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from pellucid.core.record import Recorded
from pellucid.core.registry import snake_case

Arrays = Mapping[str, Any]

WHOLE = "whole model"
"""The place of what belongs to the model and to no layer of it; a path has no space."""


@dataclass(frozen=True)
class View:
    """What a step computed, for probes to look at; whoever trains may fill it, with arrays of any library.

    A field is filled where a probe needs it. A *place* is a layer's path; ``"dense#2"`` is the second call of one
    that is called more than once.

    Attributes:
        outputs: What layers gave in the step's forward pass, by place, ``(batch, ..., units)``.
        preactivations: What their activation was applied to, by place, where it is known by name.
        activations: That activation's name, by place.
        axes: The axis of the units in the outputs, by place.
        params: The weights that training changes, before the step, by path: ``"dense/kernel"``.
        gradients: The loss's gradient by them, by path.
        updated: The same weights after the step, by path.
        start: The same weights when ``fit`` began, by path.
        loss: The loss of the batch.
        row_losses: The loss of each row alone, ``(batch,)``; None where it is not made of rows.
        predictions: The model's outputs in the step's forward pass, by name: ``(batch, ...)``.
        evaluated: Its outputs for the same rows and weights in evaluation mode, by name.
    """

    outputs: Arrays = field(default_factory=dict)
    preactivations: Arrays = field(default_factory=dict)
    activations: Mapping[str, str] = field(default_factory=dict)
    axes: Mapping[str, int] = field(default_factory=dict)
    params: Arrays = field(default_factory=dict)
    gradients: Arrays = field(default_factory=dict)
    updated: Arrays = field(default_factory=dict)
    start: Arrays = field(default_factory=dict)
    loss: Any = None
    row_losses: Any = None
    predictions: Arrays = field(default_factory=dict)
    evaluated: Arrays = field(default_factory=dict)


class Probe(Recorded):
    """The base of all probes: one quantity of a training step.

    A subclass says what it ``needs`` of a :class:`View`, and computes in ``measure``. It runs inside the compiled
    training program, on the steps of a schedule, with ``jax.numpy``; it cannot change the training.

    Attributes:
        needs: The fields of the view that it reads; what nobody needs is not computed.
        labels: What the numbers of one place are, where there are several; () for one number.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.training.probes import Probe, View
        >>> class LargestGradient(Probe):
        ...     needs = ("gradients",)
        ...
        ...     def measure(self, view):
        ...         return {path: jnp.max(jnp.abs(g)) for path, g in view.gradients.items()}
        >>> LargestGradient().name
        'largest_gradient'
        >>> LargestGradient().measure(View(gradients={"dense/bias": jnp.array([1.0, -3.0])}))
        {'dense/bias': Array(3., dtype=float32)}
    """

    needs: ClassVar[tuple[str, ...]] = ()
    labels: ClassVar[tuple[str, ...]] = ()

    @property
    def name(self) -> str:
        """The quantity's name in the record: the class's, in lower case."""
        return snake_case(type(self).__name__)

    def measure(self, view: View) -> dict[str, Any]:
        """Return the quantity by place: one number each, or as many as there are ``labels``."""
        raise NotImplementedError


def by_layer(arrays: Arrays) -> dict[str, list[Any]]:
    """Return weights, or their gradients, by the path of their layer.

    >>> by_layer({"a/kernel": 1, "a/bias": 2, "b/c/kernel": 3})
    {'a': [1, 2], 'b/c': [3]}
    """
    found: dict[str, list[Any]] = {}
    for path, array in arrays.items():
        found.setdefault(path.rpartition("/")[0] or WHOLE, []).append(array)
    return found
