"""An explanation as HTML: formulas as MathML, which browsers set by themselves; nothing is loaded from anywhere."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from pellucid.insight.explaining.formula import in_mathml
from pellucid.insight.explaining.text import counted, letter, number

if TYPE_CHECKING:
    from pellucid.insight.explaining.equation import Equation
    from pellucid.insight.explaining.explanation import Explanation, Parameter, Step

ROWS, NUMBERS = 4, 8
STYLE = """
.px { color: #1b1b1b; background: #fff; font: 14px/1.45 system-ui, sans-serif; max-width: 1080px; padding: 0.5em 1em; }
.px h1 { font-size: 1.4em; margin: 0.3em 0; } .px h2 { font-size: 1.1em; margin: 0; display: inline; }
.px details { border: 1px solid #c9ced6; border-radius: 6px; margin: 0.6em 0; padding: 0.5em 0.9em; }
.px summary { cursor: pointer; } .px .kind { color: #5a6472; }
.px .sides { display: flex; flex-wrap: wrap; gap: 0.2em 3em; } .px h3 { font-size: 1em; margin: 0.7em 0 0.2em; }
.px math { margin: 0.5em 0; text-align: left; font-size: 1.15em; display: block math; width: fit-content; }
.px .where { color: #3c4653; margin: 0.2em 0; } .px .where math { display: inline math; font-size: 1em; }
.px .note { background: #fff6dd; border-left: 4px solid #b8860b; padding: 0.2em 0.6em; margin: 0.4em 0; }
.px table { border-collapse: collapse; margin: 0.15em 0 0.5em; font-variant-numeric: tabular-nums; }
.px td { border: 1px solid #dde1e7; padding: 0.1em 0.5em; text-align: right; }
.px .array { display: inline-block; vertical-align: top; margin-right: 1.4em; }
.px .name { font-weight: 600; } .px .shape { color: #5a6472; font-weight: 400; } .px .bar { overflow-x: auto; }
"""


def document(explanation: Explanation) -> str:
    """Return a whole page."""
    title = escape(f"{explanation.model}, explained")
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title></head>\n<body>\n{fragment(explanation)}\n</body>\n</html>\n"
    )


def fragment(explanation: Explanation) -> str:
    """Return what a notebook or a report puts into its own page."""
    e = explanation
    mode = "as in training" if e.training else "as in prediction"
    parts = [
        f"<h1>{escape(e.model)}: one step on {counted(e.rows, 'row')}, {mode}</h1>",
        f"<p>Loss <b>{e.loss:.6g}</b> before the update, <b>{e.loss_after:.6g}</b> after it, on the same rows.</p>",
    ]
    parts += [of_step(number, step) for number, step in enumerate(e.steps, 1)]
    arrays = [table("targets t", each) for each in e.targets]
    arrays += [table("∂L/∂x", each) for each in e.input_gradients if each is not None]
    penalties = f"<p>Of the loss, {e.penalties:.4g} is penalties.</p>" if e.penalties else ""
    parts.append(
        box(f"Loss: {e.loss_name}", "", formulas(e.loss_equation) + penalties + "".join(arrays))
    )
    parts.append(
        box(
            f"Update: {e.optimizer}",
            f"number {e.updates_before + 1}",
            formulas(e.optimizer_equation),
        )
    )
    if e.not_shown:
        parts.append("<p>Not shown:</p><ul>")
        parts += [f"<li>{escape(sentence)}</li>" for sentence in e.not_shown]
        parts.append("</ul>")
    return f'<div class="px"><style>{STYLE}</style>\n' + "\n".join(parts) + "\n</div>"


def of_step(position: int, step: Step) -> str:
    """Return one step's box."""
    result = "a" if step.activation is not None else "y"
    forward = [table(letter("x", i, step.inputs), each) for i, each in enumerate(step.inputs)]
    back = [
        table(f"∂L/∂{letter(result, i, step.arriving)}", each)
        for i, each in enumerate(step.arriving)
        if each is not None
    ]
    if step.activation is not None:
        forward.append(table("z", step.activation.z))
        if step.activation.derivative is not None:
            back.append(table("∂a/∂z", step.activation.derivative))
        back.append(table("∂L/∂z", step.activation.gradient))
    forward += [table(letter(result, i, step.outputs), each) for i, each in enumerate(step.outputs)]
    back += [
        table(f"∂L/∂{letter('x', i, step.leaving)}", each)
        for i, each in enumerate(step.leaving)
        if each is not None
    ]
    notes = "".join(f'<p class="note">{escape(note)}</p>' for note in step.notes)
    inside = (
        f"{formulas(step.equation)}{notes}<h3>Forward</h3>{bar(forward)}<h3>Back</h3>{bar(back)}"
    )
    inside += "".join(of_parameter(each) for each in step.parameters)
    return box(f"{position}. {step.key}", step.layer, inside)


def of_parameter(parameter: Parameter) -> str:
    """Return a parameter's tables."""
    rows: list[tuple[str, Any]] = [("value", parameter.value), ("gradient", parameter.gradient)]
    if parameter.update is not None:
        rows += [("update", parameter.update), ("after", parameter.after)]
    frozen = "" if parameter.update is not None else ' <span class="shape">frozen: no update</span>'
    return f"<h3>{escape(parameter.path)}{frozen}</h3>{bar([table(*each) for each in rows])}"


def formulas(equation: Equation) -> str:
    """Return an equation: forward beside backward, and below what the letters stand for."""
    said = f"<p>{escape(equation.summary)}</p>" if equation.summary else ""
    sides = "".join(
        f"<div>{''.join(map(in_mathml, lines))}</div>"
        for lines in (equation.lines, equation.backward)
        if lines
    )
    where = "; ".join(f"{inline(name)}: {escape(meaning)}" for name, meaning in equation.where)
    return f'{said}<div class="sides">{sides}</div><p class="where">{where}</p>'


def inline(latex: str) -> str:
    """Return a formula inside a line."""
    return in_mathml(latex).replace(' display="block"', "")


def box(title: str, kind: str, inside: str) -> str:
    """Return a box that can be folded."""
    head = f'<summary><h2>{escape(title)}</h2> <span class="kind">{escape(kind)}</span></summary>'
    return f"<details open>{head}{inside}</details>"


def bar(tables: list[str]) -> str:
    """Return tables side by side."""
    return f'<div class="bar">{"".join(tables)}</div>'


def table(name: str, array: Any) -> str:
    """Return an array's name, shape, first numbers, and of how many they are."""
    array = np.asarray(array)
    rows = array.reshape(-1, array.shape[-1]) if array.ndim else array.reshape(1, 1)
    size = "×".join(map(str, array.shape)) or "1"
    more = rows.shape[1] > NUMBERS
    body = "".join(
        "<tr>"
        + "".join(f"<td>{number(value)}</td>" for value in row[:NUMBERS])
        + ("<td>…</td>" if more else "")
        + "</tr>"
        for row in rows[:ROWS]
    )
    said = [f"{NUMBERS} of {rows.shape[1]} numbers"] if more else []
    said += (
        [f"{ROWS} of {len(rows)} {'row' if array.ndim < 3 else 'line'}s"]
        if len(rows) > ROWS
        else []
    )
    shown = f" · {', '.join(said)}" if said else ""
    return (
        f'<div class="array"><span class="name">{escape(name)}</span> '
        f'<span class="shape">{size}{shown}</span><table>{body}</table></div>'
    )
