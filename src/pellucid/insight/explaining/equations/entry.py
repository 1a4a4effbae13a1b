r"""An entry of the table of equations, and how its names are filled in.

In an entry's formulas ``@`` is what comes out before the activation: ``z`` where the layer has one, else ``y``. A part
``«b:+ b»`` stays only where the layer has the parameter, or the number, that the letter before the colon stands for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pellucid.insight.explaining.equation import Equation
from pellucid.insight.explaining.equations.activations import formulas_of

OPTIONAL = re.compile(r"«([^:»]+):([^»]*)»")


@dataclass(frozen=True)
class Facts:
    """What is known of a step when its equation is written.

    Attributes:
        layer: The layer.
        path: Its path.
        inputs: The shapes of its inputs.
        outputs: Those of its outputs.
        activation: The name of the activation that made the outputs, or None.
        parameters: Its parameters' names to their paths and shapes.
    """

    layer: Any
    path: str
    inputs: tuple[tuple[int, ...], ...]
    outputs: tuple[tuple[int, ...], ...]
    activation: str | None
    parameters: Mapping[str, tuple[str, tuple[int, ...]]]


@dataclass(frozen=True)
class Entry:
    r"""One kind of layer.

    Attributes:
        lines: Its formulas.
        backward: How the gradient goes back, with ``\delta`` for the gradient at ``@``.
        parameters: Letters to the names of parameters.
        numbers: Letters to attributes that hold numbers or names.
        letters: Further letters and what they mean.
        output: The letter of what comes out when no activation follows.
        whole: Whether the formulas say what the activation does, too: ``@y`` of ``@x`` are then ``a`` of ``z``.
    """

    lines: tuple[str, ...]
    backward: tuple[str, ...] = ()
    parameters: Mapping[str, str] = field(default_factory=dict)
    numbers: Mapping[str, str] = field(default_factory=dict)
    letters: Mapping[str, str] = field(default_factory=dict)
    output: str = "y"
    whole: bool = False


def filled(entry: Entry, facts: Facts) -> Equation:
    """Return an entry's equation with the names of one step filled in."""
    here = {
        letter: facts.parameters[n]
        for letter, n in entry.parameters.items()
        if n in facts.parameters
    }
    numbers = {letter: getattr(facts.layer, n, None) for letter, n in entry.numbers.items()}
    numbers = {letter: value for letter, value in numbers.items() if value not in (None, (), "")}
    known = {*here, *numbers}
    after, slope = formulas_of(facts.activation)
    if entry.whole:
        after, slope = (), r"\odot \frac{\partial a}{\partial z}" if facts.activation else ""
    named = {"@y": "a", "@x": "z"} if facts.activation else {"@y": "y", "@x": "x"}
    inner = "z" if facts.activation else entry.output

    def written(line: str) -> str:
        kept = OPTIONAL.sub(lambda found: found[2] if found[1] in known else "", line)
        for mark, letter in named.items():
            kept = kept.replace(mark, letter)
        return kept.replace("@", inner)

    lines = (
        *(["z = x"] if entry.whole and facts.activation else []),
        *map(written, entry.lines),
        *after,
    )
    arriving = rf"\frac{{\partial L}}{{\partial {'a' if facts.activation else inner}}}"
    backward = tuple(map(written, entry.backward))
    if backward and any(r"\delta" in line for line in backward):
        backward = (rf"\delta = {arriving} {slope}".strip(), *backward)
    elif facts.activation and slope:
        backward = (rf"\frac{{\partial L}}{{\partial z}} = {arriving} {slope}", *backward)
    where = [("x", f"input {shapes_in_words(facts.inputs)}")]
    where += [(letter, f"{path} {shape_in_words(shape)}") for letter, (path, shape) in here.items()]
    where += [(letter, in_words(value)) for letter, value in numbers.items()]
    where += list(entry.letters.items())
    out = "a" if facts.activation else entry.output
    where.append((out, f"output {shapes_in_words(facts.outputs)}"))
    return Equation(lines, backward, tuple(where), adapted(facts.layer))


def adapted(layer: Any) -> str:
    """Say what the weight of a layer with LoRA is."""
    if getattr(layer, "lora_rank", None) is None:
        return ""
    letter = "E" if layer.adapted == "embeddings" else "W"
    return f"{letter} is the frozen weight plus a multiple of the product of the two lora matrices."


def shape_in_words(shape: tuple[int, ...]) -> str:
    """Return ``"4×3"`` for ``(4, 3)``, ``"1 number"`` for ``()``."""
    return "×".join(map(str, shape)) if shape else "1 number"


def shapes_in_words(shapes: tuple[tuple[int, ...], ...]) -> str:
    """Return the shapes, joined."""
    return " and ".join(map(shape_in_words, shapes)) or "nothing"


def in_words(value: Any) -> str:
    """Return a number, a name or a function as a short text."""
    if isinstance(value, float):
        return f"{value:.4g}"
    name = getattr(value, "__name__", None)
    return str(name or value)
