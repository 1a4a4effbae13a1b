"""What the rehearsal measured: one batch's outputs and gradients, and some steps on that batch, on a copy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class Bad:
    """Where the first number that is not finite arose.

    Attributes:
        step: At which step on the batch, from 0: before any update.
        way: ``"input"``, ``"weight"``; ``"forward"``: a layer gives it; ``"growth"``: it comes of numbers that a layer
            made large; ``"loss"``; ``"backward"``: a layer makes it of a finite gradient; ``"loss gradient"``;
            ``"gradient"``: somewhere between a finite loss and the weights.
        place: The path of a layer (forward, growth, backward), of a weight, or None.
        before: The largest size of a number that came into that layer or into the loss, of any number for gradients;
            None where it is not known.
        low: The smallest number that came in, or None.
    """

    step: int
    way: str
    place: str | None = None
    before: float | None = None
    low: float | None = None


@dataclass(frozen=True)
class Asked:
    """What a loss of the user's own gives to chosen outputs; NaN where it gives no number.

    Attributes:
        right: To outputs near their targets.
        wrong: To the same for other rows.
        whole: To the outputs as they are.
        halves: To each half of these rows.
    """

    right: float
    wrong: float
    whole: float
    halves: tuple[float, float]

    @property
    def is_sum(self) -> bool:
        """Whether it adds up over the rows: both halves together are the whole, to a thousandth."""
        size = abs(self.whole) + abs(self.halves[0]) + abs(self.halves[1])
        return bool(size > 0 and abs(self.whole - sum(self.halves)) <= 1e-3 * size)


@dataclass(frozen=True)
class Rehearsed:
    """What about a second of training on a copy showed.

    All losses are those of the data alone, without the penalties of regularizers.

    Attributes:
        rows: Rows of the batch.
        loss: The loss of the model as it is, in evaluation mode; None without a loss of its own.
        penalty: What regularizers add to it.
        outputs: By output what the model gives, evaluation mode, ``(rows, ...)``; ``""`` is the only one.
        targets: By output what is asked of it, as the loss takes it.
        order: Places of layers with weights or activations in the order of the computation.
        quantities: ``dead_share`` and ``saturated_share`` in evaluation mode, ``update_ratio`` of the first step: by
            quantity and place, as in a record.
        sums: By place the root mean square of what layers computed before their activation; only where the order of
            layers stands in code of the user's own.
        gradients: By weight's path the length of its gradient, NaN where it is not finite.
        weights: By weight's path the length of the weight.
        losses: The loss before each step on the one batch, training mode, with the user's own optimizer.
        free_losses: The same with steps of about 2 % of each weight's size (Adam), which tells whether the network
            could learn the batch at all; of a tenth of that where the first ones led nowhere.
        moved: By weight's path how far it went in the free steps, relative to its length; NaN where that was 0.
        learnt_loss: The loss after those free steps, evaluation mode.
        learnt_outputs: The outputs after them, by output.
        other_rows: Largest change of a row's output when other rows change, relative to the outputs' spread.
        turned: Largest change of the outputs when the steps of a row come from its end, relative to their spread, at
            weights with some noise; None where that was not asked.
        ahead: Largest change of the outputs' first half of steps when the inputs' second half changes, relative to the
            outputs' spread, at weights with some noise; None where targets are not the next steps.
        contradictory: Share of the batch's rows whose inputs are equal to another row's, but not their targets.
        asked: By output what its loss asks for; only of losses of the user's own, where outputs and targets can be
            compared.
        last: The activation that the only output ends in, by what it can reach; None where a layer of ours tells it.
        sure: By path of a layer of the user's own, ``""`` for the model, the share of rows in which a softmax in its
            code gives one number nearly all, before any step; of several the largest.
        bad: Where the first number that is not finite arose, or None.
        seconds: How long it took.
        unknown: What could not be rehearsed and why, one sentence each.
    """

    rows: int = 0
    loss: float | None = None
    penalty: float | None = None
    outputs: Mapping[str, np.ndarray] = field(default_factory=dict)
    targets: Mapping[str, np.ndarray] = field(default_factory=dict)
    order: tuple[str, ...] = ()
    quantities: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    sums: Mapping[str, float] = field(default_factory=dict)
    gradients: Mapping[str, float] = field(default_factory=dict)
    weights: Mapping[str, float] = field(default_factory=dict)
    losses: np.ndarray | None = None
    free_losses: np.ndarray | None = None
    moved: Mapping[str, float] = field(default_factory=dict)
    learnt_loss: float | None = None
    learnt_outputs: Mapping[str, np.ndarray] = field(default_factory=dict)
    other_rows: float | None = None
    turned: float | None = None
    ahead: float | None = None
    contradictory: float = 0.0
    asked: Mapping[str, Asked] = field(default_factory=dict)
    last: str | None = None
    sure: Mapping[str, float] = field(default_factory=dict)
    bad: Bad | None = None
    seconds: float = 0.0
    unknown: tuple[str, ...] = ()

    def quantity(self, name: str) -> Mapping[str, float]:
        """Return a quantity by place, empty where it was not measured."""
        return self.quantities.get(name, {})
