"""Which loss a training uses: what ``compile`` was given, for one output or several, or what follows from the data."""

from __future__ import annotations

from typing import Any

from pellucid.core.errors import DataError, UsageError
from pellucid.training.compiled import (
    Compiled,
    as_list,
    losses_by_output,
    metrics_by_output,
    of_one,
    weights_by_output,
)
from pellucid.training.default_loss import choose_loss
from pellucid.training.outputs import Outputs
from pellucid.training.own_step import has_own
from pellucid.training.several import SeveralLosses
from pellucid.training.targets import by_output


def loss_in_use(model: Any, compiled: Compiled, outputs: Outputs, y: Any) -> tuple[Any, list[str]]:
    """Return the loss of a training and the sentences that say how it was chosen.

    Args:
        model: The model.
        compiled: What ``compile`` noted.
        outputs: The model's outputs.
        y: Targets as the user gave them, or None.

    Returns:
        A loss, :class:`SeveralLosses`, or None where only added losses or a method of the user's own count.
    """
    own = has_own(model, "compute_loss") or has_own(model, "train_step")
    if compiled.loss is None and (own or y is None):
        return None, []
    if outputs.names is None:
        loss = of_one("loss", compiled.loss, outputs.heads.layer)
        if loss is not None:
            return loss, []
        loss, note = choose_loss(outputs.heads, y)
        return loss, [note]
    return _several(compiled, outputs, y)


def _several(compiled: Compiled, outputs: Outputs, y: Any) -> tuple[SeveralLosses, list[str]]:
    names: tuple[str, ...] = outputs.names or ()
    if compiled.loss is not None:
        chosen = losses_by_output(compiled, names)
        found = {name: loss for name, loss in chosen.items() if loss is not None}
        if not found:
            raise UsageError(
                "compile", "no output has a loss.", f"loss={{'{next(iter(names))}': 'mse'}}"
            )
        return SeveralLosses(found), []
    found, notes = {}, []
    for name, targets in by_output("y", y, outputs).items():
        if targets is not None:
            found[name], note = choose_loss(outputs.heads[name], targets)
            notes.append(note)
    return SeveralLosses(found), notes


def weights_in_use(compiled: Compiled, outputs: Outputs) -> dict[str, float] | None:
    """Return the losses' weights by output; None for one output without a weight."""
    if outputs.names is not None:
        return weights_by_output(compiled, outputs.names)
    weight = of_one("loss_weights", compiled.loss_weights, outputs.heads.layer)
    return None if weight is None else {outputs.heads.layer: float(weight)}


def with_metrics(compiled: Compiled, outputs: Outputs) -> frozenset[str]:
    """Return those of several outputs that have metrics."""
    if outputs.names is None:
        return frozenset()
    found = [
        metrics_by_output(argument, getattr(compiled, argument), outputs.names)
        for argument in ("metrics", "weighted_metrics")
    ]
    return frozenset(name for each in found for name, choices in each.items() if as_list(choices))


def need_targets(model: Any, loss: Any, who: str, added: int = 1) -> None:
    """Refuse to go on without targets where nothing else says what the loss is.

    Args:
        model: The model.
        loss: The loss in use.
        who: The method, for messages.
        added: How many losses layers add while they are called.
    """
    own = has_own(model, "compute_loss") or (who == "fit" and has_own(model, "train_step"))
    if own or (loss is None and added):
        return
    raise DataError(
        who,
        "no targets `y` were given.",
        f"model.{who}(x, y); an autoencoder: model.{who}(x, x)",
    )
