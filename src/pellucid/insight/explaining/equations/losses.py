"""The equations of the losses: t is the target, p or y what the model gave."""

from __future__ import annotations

import math
from typing import Any

from pellucid.insight.explaining.equation import Equation
from pellucid.insight.explaining.text import counted

MEAN = r"\frac{1}{n} \sum_{\text{rows}}"
INNER = r"\frac{1}{d} \sum_i"

TABLE: dict[str, tuple[str, str]] = {
    "BinaryCrossentropy": (
        rf"L = -{MEAN} {INNER} (t_i \log p_i + (1 - t_i) \log(1 - p_i))",
        r"\frac{p - t}{n d}",
    ),
    "CategoricalCrossentropy": (
        rf"L = -{MEAN} \sum_i t_i \log \frac{{p_i}}{{\sum_j p_j}}",
        r"\frac{p - t}{n}",
    ),
    "SparseCategoricalCrossentropy": (
        rf"L = -{MEAN} \log \frac{{p_t}}{{\sum_j p_j}}",
        r"\frac{p - [i = t]}{n}",
    ),
    "CategoricalGeneralizedCrossEntropy": (rf"L = {MEAN} \frac{{1 - p_t^q}}{{q}}", ""),
    "BinaryFocalCrossentropy": (rf"L = {MEAN} {INNER} w_i (1 - q_i)^\gamma H_i", ""),
    "CategoricalFocalCrossentropy": (
        rf"L = -{MEAN} \sum_i \alpha_i (1 - p_i)^\gamma t_i \log p_i",
        "",
    ),
    "MeanSquaredError": (rf"L = {MEAN} {INNER} (y_i - t_i)^2", r"\frac{2 (y - t)}{n d}"),
    "HalfSquaredError": (
        rf"L = {MEAN} {INNER} \frac{{1}}{{2}} (y_i - t_i)^2",
        r"\frac{y - t}{n d}",
    ),
    "MeanAbsoluteError": (rf"L = {MEAN} {INNER} \lvert y_i - t_i \rvert", r"\frac{\pm 1}{n d}"),
    "MeanAbsolutePercentageError": (
        rf"L = {MEAN} \frac{{100}}{{d}} \sum_i \frac{{\lvert y_i - t_i \rvert}}{{\lvert t_i \rvert}}",
        "",
    ),
    "MeanSquaredLogarithmicError": (rf"L = {MEAN} {INNER} (\log(1 + y_i) - \log(1 + t_i))^2", ""),
    "Huber": (
        rf"L = {MEAN} {INNER} (\frac{{1}}{{2}} e_i^2 \text{{ if }} \lvert e_i \rvert \leq \delta "
        r"\text{ else } \delta \lvert e_i \rvert - \frac{1}{2} \delta^2), e = y - t",
        "",
    ),
    "LogCosh": (
        rf"L = {MEAN} {INNER} \log(\mathrm{{cosh}}(y_i - t_i))",
        r"\frac{\tanh(y - t)}{n d}",
    ),
    "CosineSimilarity": (
        rf"L = -{MEAN} \sum_i \frac{{t_i y_i}}{{\lVert t \rVert \lVert y \rVert}}",
        "",
    ),
    "KLDivergence": (rf"L = {MEAN} \sum_i t_i \log \frac{{t_i}}{{p_i}}", r"-\frac{t}{n p}"),
    "Poisson": (rf"L = {MEAN} {INNER} (y_i - t_i \log y_i)", ""),
    "Hinge": (rf"L = {MEAN} {INNER} \max(1 - t_i y_i, 0)", ""),
    "SquaredHinge": (rf"L = {MEAN} {INNER} \max(1 - t_i y_i, 0)^2", ""),
    "CategoricalHinge": (rf"L = {MEAN} \max(\max_{{i \neq t}} y_i - y_t + 1, 0)", ""),
    "Dice": (r"L = 1 - \frac{2 \sum t y}{\sum t + \sum y}", ""),
    "Tversky": (
        r"L = 1 - \frac{\sum t y}{\sum t y + \alpha \sum t (1 - y) + \beta \sum (1 - t) y}",
        "",
    ),
    "Circle": (
        r"L = \log(1 + \sum e^{\gamma \alpha_n (s_n - \Delta_n)} \sum e^{-\gamma \alpha_p (s_p - \Delta_p)})",
        "",
    ),
    "CTC": (rf"L = -{MEAN} \log \sum_{{\text{{paths}}}} \prod_s p_{{s}}", ""),
}

TOGETHER = {
    "BinaryCrossentropy": r"\frac{\partial L}{\partial z} = \frac{p - t}{n d}",
    "CategoricalCrossentropy": r"\frac{\partial L}{\partial z} = \frac{p - t}{n}",
    "SparseCategoricalCrossentropy": r"\frac{\partial L}{\partial z} = \frac{p - [i = t]}{n}",
}
"""Behind the activation that belongs to the loss, the derivative by that activation's input."""


def loss_equation(
    loss: Any, shape: tuple[int, ...], together: bool = False, more: tuple[str, ...] = ()
) -> Equation:
    """Return a loss's equation; its derivative only where it is that of the table, without weights and smoothing.

    Args:
        loss: The loss object.
        shape: The shape of the model's outputs.
        together: Whether it is computed together with the last activation.
        more: What else is to be said of this loss, in sentences.
    """
    name = type(loss).__name__
    said = [*remarks(loss), *more]
    if name not in TABLE:
        return Equation(summary=" ".join([summary_of(loss), *said]))
    line, slope = TABLE[name]
    if loss.reduction == "sum":
        line = line.replace(MEAN, r"\sum_{\text{rows}}")
    backward = []
    if together and name in TOGETHER and not said:
        backward = [TOGETHER[name]]
    elif slope and name not in TOGETHER and not said:
        backward = [rf"\frac{{\partial L}}{{\partial y}} = {slope}"]
    rows = counted(math.prod(shape[:-1]) if len(shape) > 1 else math.prod(shape), "row")
    where = [("p" if "p_" in line else "y", "the model's outputs"), ("t", "targets")]
    where.append(("n", f"{rows} and positions" if len(shape) > 2 else rows))
    if INNER in line or r"{d}" in line:
        where.append(("d", f"{counted(shape[-1] if len(shape) > 1 else 1, 'output')} of a row"))
    return Equation((line,), tuple(backward), tuple(where), " ".join(said))


def several_equation(losses: dict[str, Any]) -> Equation:
    """Return the equation of the losses of several outputs, by the outputs' names."""
    return Equation(
        (r"L = \sum_k w_k L_k",),
        where=(
            ("L_k", "; ".join(f"{output}: {loss.name}" for output, loss in losses.items())),
            ("w_k", "the losses' weights"),
        ),
    )


def remarks(loss: Any) -> list[str]:
    """Return what a loss has beside its equation, in sentences."""
    said = []
    if loss.reduction not in ("sum_over_batch_size", "mean"):
        said.append(f"Reduction: {loss.reduction}.")
    if loss.from_logits:
        said.append("The model's outputs are logits, of which p is made.")
    if getattr(loss, "label_smoothing", 0):
        said.append(f"The targets are smoothed by {loss.label_smoothing:.4g}.")
    return said


def summary_of(thing: Any) -> str:
    """Return the first line of the documentation of an object's class, or its name."""
    said = (type(thing).__doc__ or "").strip().splitlines()
    return said[0] if said else type(thing).__name__
