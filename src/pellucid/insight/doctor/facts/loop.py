"""What is known of a loop of training that somebody wrote by hand: modes, gradients, and what the optimizer holds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Loop:
    """What a loop of one's own does around its steps; only who watches one can fill this.

    A *pass* is one call of the model. It is a training pass if its outputs were differentiated, else an idle one.

    Attributes:
        steps: Calls of ``optimizer.step()``.
        backwards: How often a loss of the model's outputs was differentiated.
        looked: Steps before whose first ``backward`` somebody looked whether the gradients were cleared.
        uncleared: How many of those found the gradients of the step before.
        looked_into: Steps behind a backward pass whose gradients were looked at.
        empty: How many of those found no gradient at all.
        outside: Trained weights of the model that the optimizer does not hold, by path.
        weights: How many trained weights the model has.
        unregistered: Where the model keeps layers with weights that it does not know as its own, in lists or dicts, by
            path, and that the optimizer does not hold.
        blind: Steps that were looked into, without a gradient and without a backward pass before them.
        foreign: How many weights the optimizer holds that are none of the model's.
        unreached: Layers that computed something and whose weights the optimizer holds, but no gradient ever arrived.
        unused: Layers with weights that the optimizer holds and that were never called.
        trained_calm: Training passes in evaluation mode.
        idle_training: Idle passes in training mode, without gradients.
        idle_calm: Idle passes in evaluation mode.
        is_noisy: Whether the model has layers that work differently in the two modes (dropout, batch statistics).
        shapes: The shapes of the outputs and targets that the loss compared, with the batch; None where not seen.
        mixed: Modules whose numbers mix rows, by path, each with the argument that makes them do so.
    """

    steps: int = 0
    backwards: int = 0
    looked: int = 0
    uncleared: int = 0
    looked_into: int = 0
    empty: int = 0
    outside: tuple[str, ...] = ()
    weights: int = 0
    unregistered: tuple[str, ...] = ()
    blind: int = 0
    foreign: int = 0
    unreached: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    trained_calm: int = 0
    idle_training: int = 0
    idle_calm: int = 0
    is_noisy: bool = False
    shapes: tuple[tuple[int, ...], tuple[int, ...]] | None = None
    mixed: tuple[tuple[str, str], ...] = ()
