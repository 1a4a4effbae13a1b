"""The scalar computation graph of a small network: every number of one row, and the loss's derivative by it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from pellucid.core.errors import UsageError, unknown_name
from pellucid.core.late import LateModule

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from pellucid.insight.explaining.explanation import Explanation, Step

# Whoever reads the numbers alone does not wait for matplotlib.
graph_picture: Any = LateModule("pellucid.insight.explaining.graph_picture")

LIMIT = 64
PASSING = {"Flatten", "Identity", "Reshape"}
"""Layers that give the numbers of a row as they are."""


@dataclass(frozen=True)
class ScalarNode:
    """One number.

    Attributes:
        name: ``"x[1]"``, ``"w1[2,3]"`` (layer 1, from input 2 to unit 3), ``"w1[2,3]·x[2]"``, ``"b1[3]"``, ``"z1[3]"``,
            ``"a1[3]"``, ``"t[1]"`` (a target), ``"penalty"``, ``"L"``.
        kind: "input", "weight", "product", "sum", "activation", "target", "penalty" or "loss".
        value: The number.
        derivative: The loss's derivative by it; None for a target.
        sources: The names of the numbers that it is computed from.
        column: Where it stands, from left to right.
    """

    name: str
    kind: str
    value: float
    derivative: float | None
    sources: tuple[str, ...]
    column: int


@dataclass(frozen=True)
class ScalarGraph:
    """All numbers of one row in the order of computation; ``graph["z1[1]"]`` is one of them.

    Attributes:
        model: The model's name.
        nodes: The numbers.
    """

    model: str
    nodes: tuple[ScalarNode, ...]

    def __getitem__(self, name: str) -> ScalarNode:
        """Return the number of a name."""
        for node in self.nodes:
            if node.name == name:
                return node
        raise unknown_name("number of this graph", name, [node.name for node in self.nodes])

    def draw(self, path: Any = None) -> Figure:
        """Draw the graph: each number with its value and its derivative; save it if a path is given.

        Args:
            path: ``"graph.svg"``, ``"graph.png"`` or ``"graph.pdf"``; None to return the figure only.
        """
        figure = graph_picture.draw(self)
        if path is not None:
            figure.savefig(path, dpi=150)
        return figure

    def __str__(self) -> str:
        lines = [f"{'number':<16}{'value':>12}{'∂L/∂ number':>14}   from"]
        for node in self.nodes:
            slope = "" if node.derivative is None else f"{node.derivative:.5g}"
            lines.append(
                f"{node.name:<16}{node.value:>12.5g}{slope:>14}   {', '.join(node.sources)}".rstrip()
            )
        return "\n".join(lines)


class Builder:
    """Collects the numbers of an explanation of one row.

    Attributes:
        nodes: The numbers so far.
        current: The names of those that the next layer takes.
        column: The column of the next ones.
        layer: How many layers with weights there were.
    """

    def __init__(self, explanation: Explanation):
        self.explanation = explanation
        self.nodes: list[ScalarNode] = []
        self.current: list[str] = []
        self.column = 0
        self.layer = 0

    def add(
        self, name: str, kind: str, value: Any, derivative: Any, sources: tuple[str, ...] = ()
    ) -> str:
        """Add a number; return its name."""
        slope = None if derivative is None else float(derivative)
        self.nodes.append(ScalarNode(name, kind, float(value), slope, sources, self.column))
        if len(self.nodes) > LIMIT:
            raise refused(
                self.explanation,
                f"its graph has more than {LIMIT} numbers, which nobody can read.",
                "print(explanation) shows larger networks layer by layer",
            )
        return name

    def dense(self, step: Step) -> None:
        """Add a dense layer: weights, products, sums, activations."""
        self.layer += 1
        kernel = step.parameter("kernel")
        biases = next((p for p in step.parameters if p.name == "bias"), None)
        inner = step.activation
        z = (inner.z if inner else step.outputs[0])[0]
        by_z = np.asarray(inner.gradient if inner else step.arriving[0])[0]
        sums = []
        for j in range(kernel.value.shape[1]):
            terms = []
            for i, source in enumerate(self.current):
                weight = f"w{self.layer}[{i + 1},{j + 1}]"
                self.add(weight, "weight", kernel.value[i, j], kernel.gradient[i, j])
                product = kernel.value[i, j] * step.inputs[0].reshape(-1)[i]
                terms.append(
                    self.add(f"{weight}·{source}", "product", product, by_z[j], (weight, source))
                )
            if biases is not None:
                bias = f"b{self.layer}[{j + 1}]"
                terms.append(self.add(bias, "weight", biases.value[j], biases.gradient[j]))
            sums.append((f"z{self.layer}[{j + 1}]", tuple(terms)))
        self.column += 1
        kind = [self.add(name, "sum", z[j], by_z[j], terms) for j, (name, terms) in enumerate(sums)]
        self.current = kind
        self.column += 1
        if inner is not None:
            self.activation(step)

    def activation(self, step: Step) -> None:
        """Add the numbers that an activation makes, each from one number, or from all (softmax)."""
        inner = step.activation
        across = inner is None or inner.derivative is None
        values, slopes = step.outputs[0].reshape(-1), np.asarray(step.arriving[0]).reshape(-1)
        if len(values) != len(self.current):
            raise refused(self.explanation, f"'{step.key}' changes how many numbers there are.")
        whole = tuple(self.current)
        self.current = [
            self.add(
                f"a{self.layer}[{k + 1}]",
                "activation",
                values[k],
                slopes[k],
                whole if across else (whole[k],),
            )
            for k in range(len(values))
        ]
        self.column += 1

    def loss(self) -> None:
        """Add targets, penalties and the loss."""
        e = self.explanation
        sources = list(self.current)
        self.column -= 1
        for target in e.targets:
            sources += [
                self.add(f"t[{k + 1}]", "target", value, None)
                for k, value in enumerate(target.reshape(-1))
            ]
        if e.penalties:
            sources.append(self.add("penalty", "penalty", e.penalties, 1.0))
        self.column += 1
        self.add("L", "loss", e.loss, 1.0, tuple(sources))


def scalar_graph(explanation: Explanation) -> ScalarGraph:
    """Return the graph of an explanation of one row; :meth:`Explanation.graph` tells more."""
    e = explanation
    if e.rows != 1:
        raise refused(
            e,
            f"it explains {e.rows} rows; a graph of single numbers is that of one row.",
            "model.explain(x[:1], y[:1]).graph()",
        )
    if len(e.inputs) != 1 or len(e.outputs) != 1 or e.input_gradients[0] is None:
        raise refused(
            e, "only networks of one input of real numbers and one output have such a graph."
        )
    built = Builder(e)
    x, slopes = e.inputs[0].reshape(-1), e.input_gradients[0].reshape(-1)
    built.current = [
        built.add(f"x[{i + 1}]", "input", x[i], slopes[i]) for i in range(len(x[: LIMIT + 1]))
    ]
    built.column = 1
    before = x
    for step in e.steps:
        if len(step.inputs) != 1 or not np.array_equal(step.inputs[0].reshape(-1), before):
            raise refused(
                e,
                f"'{step.key}' does not take what the layer before it gave; the layers must be a chain.",
            )
        names = {parameter.name for parameter in step.parameters}
        if step.layer == "Dense" and step.inputs[0].ndim == 2 and names - {"bias"} == {"kernel"}:
            built.dense(step)
        elif step.activation is not None and not step.parameters:
            built.activation(step)
        elif step.layer not in PASSING:
            raise refused(
                e,
                f"'{step.key}' is a {step.layer}; dense layers and activations have such a graph.",
            )
        before = step.outputs[0].reshape(-1)
    built.loss()
    return ScalarGraph(e.model, tuple(built.nodes))


def refused(explanation: Explanation, problem: str, repair: str | None = None) -> UsageError:
    """Build the error for what has no scalar graph."""
    return UsageError(f"Explanation of '{explanation.model}'", problem, repair)
