"""An explanation as text for a terminal, at most 96 columns wide."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Any

import numpy as np

from pellucid.insight.explaining.formula import in_text

if TYPE_CHECKING:
    from pellucid.insight.explaining.equation import Equation
    from pellucid.insight.explaining.explanation import Explanation, Parameter, Step

WIDTH = 96
ROWS, NUMBERS = 2, 4
NAMES = 12


def of_explanation(explanation: Explanation) -> str:
    """Return the whole text."""
    e = explanation
    mode = "as in training" if e.training else "as in prediction"
    lines = [f"{e.model}: one step on {counted(e.rows, 'row')}, {mode}", ""]
    lines += [line for each in e.inputs for line in shown("x", each)]
    lines.append("")
    for number, step in enumerate(e.steps, 1):
        lines += [*of_step(number, step), ""]
    lines += [heading(f"Loss: {e.loss_name}"), *of_equation(e.loss_equation)]
    lines += [line for each in e.targets for line in shown("targets t", each)]
    lines += [
        line for each in e.input_gradients if each is not None for line in shown("∂L/∂x", each)
    ]
    lines.append(
        f"   before the update {e.loss:.6g}"
        + (f", of it penalties {e.penalties:.4g}" if e.penalties else "")
    )
    lines.append(f"   after the update  {e.loss_after:.6g}, on the same rows")
    lines += ["", heading(f"Update: {e.optimizer}, number {e.updates_before + 1}")]
    lines += of_equation(e.optimizer_equation)
    if e.not_shown:
        lines += ["", "Not shown"]
        for sentence in e.not_shown:
            lines += wrap(sentence, WIDTH, initial_indent="   ", subsequent_indent="      ")
    return "\n".join(lines)


def of_step(number: int, step: Step) -> list[str]:
    """Return one step's lines."""
    lines = [heading(f"{number}. {step.key} ({step.layer})"), *of_equation(step.equation)]
    for note in step.notes:
        lines += wrap(note, WIDTH, initial_indent="   ", subsequent_indent="   ")
    for index, each in enumerate(step.inputs):
        lines += shown(letter("x", index, step.inputs), each)
    if step.activation is not None:
        lines += shown("z", step.activation.z)
    result = "a" if step.activation is not None else "y"
    for index, each in enumerate(step.outputs):
        lines += shown(letter(result, index, step.outputs), each)
    lines.append("   backward")
    for index, each in enumerate(step.arriving):
        if each is not None:
            lines += shown(f"∂L/∂{letter(result, index, step.arriving)}", each)
    if step.activation is not None:
        if step.activation.derivative is not None:
            lines += shown("∂a/∂z", step.activation.derivative)
        lines += shown("∂L/∂z", step.activation.gradient)
    for index, each in enumerate(step.leaving):
        if each is not None:
            lines += shown(f"∂L/∂{letter('x', index, step.leaving)}", each)
    for parameter in step.parameters:
        lines += of_parameter(parameter)
    return lines


def of_parameter(parameter: Parameter) -> list[str]:
    """Return a parameter's lines: value, gradient, update, value after."""
    frozen = "" if parameter.update is not None else ", frozen: no update"
    lines = [f"   {parameter.path}{frozen}"]
    rows = [("value", parameter.value), ("gradient", parameter.gradient)]
    if parameter.update is not None and parameter.after is not None:
        rows += [("update", parameter.update), ("after", parameter.after)]
    for name, array in rows:
        lines += shown(f"  {name}", array)
    return lines


def of_equation(equation: Equation) -> list[str]:
    """Return an equation's lines: forward, backward, and what the letters stand for."""
    lines = [f"   {equation.summary}"] if equation.summary else []
    lines += [f"   {in_text(line)}" for line in equation.lines]
    lines += [f"   {in_text(line)}" for line in equation.backward]
    return lines + wrapped([f"{in_text(name)}: {meaning}" for name, meaning in equation.where])


def wrapped(parts: list[str]) -> list[str]:
    """Return parts as lines that are not too long, joined by semicolons."""
    lines: list[str] = []
    for part in parts:
        if lines and len(lines[-1]) + len(part) + 2 <= WIDTH:
            lines[-1] += f"; {part}"
        else:
            lines.append(f"   {'where ' if not lines else '      '}{part}")
    return lines


def heading(words: str) -> str:
    """Return a line of words and dashes."""
    return f"{words} ".ljust(WIDTH, "─")


def letter(name: str, index: int, arrays: tuple[Any, ...]) -> str:
    """Return the name of one of several arrays."""
    return name if len(arrays) == 1 else f"{name}{index + 1}"


def counted(count: int, what: str) -> str:
    """Return ``"1 row"`` or ``"3 rows"``."""
    return f"{count} {what}" + ("" if count == 1 else "s")


def shown(name: str, array: Any) -> list[str]:
    r"""Return an array's name, shape and first numbers, and of how many they are.

    >>> print(*shown("x", np.arange(12.0).reshape(2, 6)), sep="\n")
       x            2×6              0         1         2         3 …
                                     6         7         8         9 … 4 of 6 numbers
    """
    array = np.asarray(array)
    rows = array.reshape(-1, array.shape[-1]) if array.ndim else array.reshape(1, 1)
    size = "×".join(map(str, array.shape)) or "1"
    lines = []
    for index, row in enumerate(rows[:ROWS]):
        head = f"   {name:<{NAMES}} {size:<8}" if index == 0 else " " * (NAMES + 12)
        cells = "".join(f"{number(value):>10}" for value in row[:NUMBERS])
        lines.append(head + cells + (" …" if len(row) > NUMBERS else ""))
    said = excerpt(rows.shape, "row" if array.ndim < 3 else "line")
    return [*lines[:-1], f"{lines[-1]} {said}".rstrip()]


def excerpt(shape: tuple[int, ...], line: str) -> str:
    """Return of how many rows, or lines of arrays of more axes, and numbers only some are shown."""
    said = [f"{NUMBERS} of {shape[1]} numbers"] if shape[1] > NUMBERS else []
    said += [f"{ROWS} of {shape[0]} {line}s"] if shape[0] > ROWS else []
    return ", ".join(said)


def number(value: Any) -> str:
    """Return a number in at most nine characters."""
    if np.asarray(value).dtype.kind in "biu":
        return str(int(value))
    return (
        f"{float(value):.4g}" if value == 0 or 1e-3 <= abs(value) < 1e5 else f"{float(value):.1e}"
    )
