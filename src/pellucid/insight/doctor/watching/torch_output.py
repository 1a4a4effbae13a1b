"""The output of a PyTorch model and its loss as facts."""

from __future__ import annotations

from typing import Any

import numpy as np

from pellucid.insight.doctor.facts.facts import Optimizer
from pellucid.insight.doctor.facts.network import Output
from pellucid.insight.doctor.watching.torch_layers import Structure
from pellucid.insight.doctor.watching.torch_names import optimizer_numbers


def output_of(
    structure: Structure,
    loss: str | None,
    criterion: Any,
    targets: np.ndarray | None,
    metrics: tuple[str, ...],
) -> tuple[Output, ...]:
    """Return the only output as facts; none where there are several, or where none was seen.

    Args:
        structure: What the first pass showed.
        loss: The loss by :func:`~pellucid.insight.doctor.watching.torch_names.loss_word`; None for one's own.
        criterion: The loss as an object, for its arguments; or None.
        targets: A batch's targets, which say whether classes come as numbers or as columns.
        metrics: Names of metrics.
    """
    if structure.shape is None:
        return ()
    activation = structure.activation
    from_logits = False
    if loss == "negative_log_likelihood" and activation == "log_softmax":
        loss, activation = "crossentropy", "linear"  # together they are the cross-entropy of scores
    if loss == "crossentropy":
        is_whole = targets is None or targets.dtype.kind in "iu"
        loss = f"{'sparse_' if is_whole else ''}categorical_crossentropy"
        from_logits = True
    if loss == "binary_crossentropy_with_logits":
        loss, from_logits = "binary_crossentropy", True
    names = ("label_smoothing", "reduction", "delta", "beta", "ignore_index")
    arguments = {name: getattr(criterion, name) for name in names if hasattr(criterion, name)}
    return (
        Output(
            name="",
            layer=structure.end,
            shape=structure.shape,
            activation=activation,
            loss=loss,
            from_logits=from_logits,
            loss_arguments=arguments,
            metrics=metrics,
            own_loss=loss is None,
        ),
    )


def optimizer_of(optimizer: Any, rates: list[float], norms: list[float]) -> Optimizer:
    """Return the optimizer as facts, by its first group of weights.

    Args:
        optimizer: The optimizer.
        rates: The rates of the steps that were taken.
        norms: The length of the gradient at some steps.
    """
    group = optimizer.param_groups[0]
    few = (
        np.array(rates)[np.linspace(0, len(rates) - 1, min(50, len(rates))).astype(int)]
        if rates
        else None
    )
    is_constant = few is None or bool(np.all(few == few[0]))
    return Optimizer(
        name=type(optimizer).__name__.lower(),
        learning_rate=float(rates[0] if rates else group["lr"]),
        rates=None if is_constant else few,
        arguments={**optimizer_numbers(group), **clipping(norms)},
    )


def clipping(norms: list[float]) -> dict[str, float]:
    """Return the length to which gradients are clipped: a round one, which they have at five steps or more.

    Gradients that hardly change because nothing moves have the same length, too, but no round one.

    >>> clipping([1e-6] * 5), clipping([1e-6, 2e-6, 1e-6, 1e-6, 1e-6]), clipping([0.04317] * 5)
    ({'clipnorm': 1e-06}, {}, {})
    """
    if len(norms) < 5 or not 0 < max(norms) <= 1.001 * min(norms):
        return {}
    middle = float(np.median(norms))
    clip = float(f"{middle:.1g}")
    return {"clipnorm": clip} if abs(middle - clip) <= 0.001 * clip else {}


def channels_last(rows: np.ndarray) -> np.ndarray:
    """Return images with their channels last.

    >>> channels_last(np.zeros((8, 3, 32, 16))).shape
    (8, 32, 16, 3)
    """
    return np.moveaxis(rows, 1, -1)
