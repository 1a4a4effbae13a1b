"""The equations of the optimizers: w is a weight, g its gradient, α the learning rate, k the number of the update."""

from __future__ import annotations

from typing import Any

from pellucid.insight.explaining.equation import Equation
from pellucid.insight.explaining.equations.losses import summary_of

M = r"m \leftarrow \beta_1 m + (1 - \beta_1) g"
V = r"v \leftarrow \beta_2 v + (1 - \beta_2) g^2"
ADAM = (
    M,
    V,
    r"w \leftarrow w - \alpha \frac{\sqrt{1 - \beta_2^k}}{1 - \beta_1^k} \cdot \frac{m}{\sqrt{v} + \epsilon}",
)
BETAS = {r"\beta_1": "beta_1", r"\beta_2": "beta_2", r"\epsilon": "epsilon"}

TABLE: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {
    "SGD": ((r"w \leftarrow w - \alpha g",), {}),
    "Adam": (ADAM, BETAS),
    "AdamW": (ADAM, BETAS),
    "Adamax": (
        (
            M,
            r"u \leftarrow \max(\beta_2 u, \lvert g \rvert)",
            r"w \leftarrow w - \frac{\alpha}{1 - \beta_1^k} \cdot \frac{m}{u + \epsilon}",
        ),
        BETAS,
    ),
    "Nadam": (
        (
            M,
            V,
            r"w \leftarrow w - \alpha \frac{\beta_1 \hat{m} + (1 - \beta_1) \hat{g}}{\sqrt{\hat{v}} + \epsilon}",
        ),
        BETAS,
    ),
    "RMSprop": (
        (
            r"v \leftarrow \rho v + (1 - \rho) g^2",
            r"w \leftarrow w - \alpha \frac{g}{\sqrt{v + \epsilon}}",
        ),
        {r"\rho": "rho", r"\epsilon": "epsilon"},
    ),
    "Adagrad": (
        (r"v \leftarrow v + g^2", r"w \leftarrow w - \alpha \frac{g}{\sqrt{v + \epsilon}}"),
        {r"\epsilon": "epsilon"},
    ),
    "Adadelta": (
        (
            r"v \leftarrow \rho v + (1 - \rho) g^2",
            r"d = -\frac{\sqrt{u + \epsilon}}{\sqrt{v + \epsilon}} g",
            r"u \leftarrow \rho u + (1 - \rho) d^2",
            r"w \leftarrow w + \alpha d",
        ),
        {r"\rho": "rho", r"\epsilon": "epsilon"},
    ),
    "Lion": (
        (
            r"w \leftarrow w - \alpha \mathrm{sign}(\beta_1 m + (1 - \beta_1) g)",
            r"m \leftarrow \beta_2 m + (1 - \beta_2) g",
        ),
        {r"\beta_1": "beta_1", r"\beta_2": "beta_2"},
    ),
    "Lamb": (
        (
            M,
            V,
            r"u = \frac{\hat{m}}{\sqrt{\hat{v}} + \epsilon}",
            r"w \leftarrow w - \alpha \frac{\lVert w \rVert}{\lVert u \rVert} u",
        ),
        BETAS,
    ),
}


def optimizer_equation(optimizer: Any, rate: float) -> Equation:
    """Return an optimizer's equation, with its learning rate in this update."""
    name = type(optimizer).__name__
    if name not in TABLE:
        return Equation(summary=summary_of(optimizer))
    lines, numbers = TABLE[name]
    where = [("w", "a weight"), ("g", "its gradient"), (r"\alpha", f"learning rate {rate:.4g}")]
    if name == "SGD" and optimizer.momentum:
        lines = (
            r"v \leftarrow \mu v - \alpha g",
            r"w \leftarrow w + \mu v - \alpha g" if optimizer.nesterov else r"w \leftarrow w + v",
        )
        numbers = {r"\mu": "momentum"}
    if name == "RMSprop" and optimizer.momentum:
        lines = (
            lines[0],
            r"u \leftarrow \mu u + \alpha \frac{g}{\sqrt{v + \epsilon}}",
            r"w \leftarrow w - u",
        )
        numbers = {**numbers, r"\mu": "momentum"}
    if optimizer.weight_decay:
        lines = (r"w \leftarrow w - \alpha \lambda w", *lines)
        where.append((r"\lambda", f"weight decay {optimizer.weight_decay:.4g}"))
    where += [
        (letter, f"{getattr(optimizer, attribute):.4g}") for letter, attribute in numbers.items()
    ]
    written = " ".join(lines)
    if "^k" in written:
        where.append(("k", "the number of the update"))
    if r"\hat{m}" in written:
        where.append((r"\hat{m}, \hat{v}", "m and v, made up for their start at zero"))
    return Equation(lines, (), tuple(where), remarks(optimizer))


def remarks(optimizer: Any) -> str:
    """Return what an optimizer does beside its equation, in sentences."""
    clips = [
        name for name in ("clipnorm", "clipvalue", "global_clipnorm") if getattr(optimizer, name)
    ]
    said = [f"Gradients are clipped first ({name})." for name in clips]
    if getattr(optimizer, "amsgrad", False):
        said.append("In the last line stands the greatest v so far.")
    if getattr(optimizer, "centered", False):
        said.append("Of v the square of the mean gradient is taken off.")
    if optimizer.gradient_accumulation_steps:
        said.append(
            f"One update is made of {optimizer.gradient_accumulation_steps} steps' mean gradient."
        )
    return " ".join(said)
