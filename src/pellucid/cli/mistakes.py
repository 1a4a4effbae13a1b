"""The parts of the report that show where the network is wrong: confusion matrix, residuals, worst examples."""

from __future__ import annotations

import base64
import io
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.image import imsave

from pellucid.cli import charts
from pellucid.cli.problem import Problem
from pellucid.cli.scores import ClassScore, amount

if TYPE_CHECKING:
    from pellucid.cli.result import Result

MAX_CLASSES = 30
"""A confusion matrix of more classes is no picture any more; then the most frequent confusions are listed."""
PICTURES, ROWS, COLUMNS = 24, 12, 12


def confusion_section(problem: Problem, result: Result) -> str:
    """Return the matrix of true classes against answers, and each class's recall and precision."""
    score, labels = result.score, result.labels
    assert isinstance(score, ClassScore) and labels is not None
    names = [_name(problem, label) for label in labels.tolist()]
    if len(names) <= MAX_CLASSES:
        shown = _matrix(score.confusion, names)
        words = "Rows are the true classes, columns the answers; the diagonal is right, orange is a mistake."
    else:
        shown = _confusions(score.confusion, names)
        words = f"There are {len(names)} classes; these confusions are the most frequent."
    heading = f"<h2>Which classes it confuses</h2><p>{words}</p>"
    return f'{heading}<div class="pair">{shown}{_per_class(score.confusion, names)}</div>'


def quantity_section(problem: Problem, result: Result) -> str:
    """Return the answers against the truth, and the errors against the answers."""
    truth, answers = problem.y_test, result.answers
    return (
        "<h2>How far off it is</h2><p>First: every test row; exact answers would lie on the dashed line. Then the "
        "error of each answer; a slope or a funnel there means that something is left to learn.</p><div class='charts'>"
        + charts.cloud(f"answer for {problem.target}", "true value", truth, answers, "diagonal")
        + charts.cloud("answer − true value", "answer", answers, answers - truth, "zero")
        + "</div>"
    )


def worst(problem: Problem, result: Result) -> str:
    """Return the examples with the worst answers: pictures, or rows of the table."""
    if result.sureness is None:
        order = np.argsort(-np.abs(result.answers - problem.y_test))[:ROWS]
        words = "<p>The rows with the largest errors.</p>"
        return words + _row_table(problem, result, order)
    wrong = np.flatnonzero(result.answers != problem.y_test)
    order = wrong[np.argsort(result.sureness[wrong, 1])]
    words = (
        "<p>Wrong answers, the surest first: the true class was given the least probability.</p>"
    )
    if not len(order):
        order = np.argsort(result.sureness[:, 0])
        words = "<p>Every test row was right. These are the rows it was least sure of.</p>"
    if problem.top is not None:
        return words + _pictures(problem, result, order[:PICTURES])
    return words + _row_table(problem, result, order[:ROWS])


def _name(problem: Problem, label: Any) -> str:
    return str(problem.names.get(label, label))


def _matrix(confusion: np.ndarray, names: list[str]) -> str:
    totals = np.maximum(confusion.sum(1, keepdims=True), 1)
    shares = confusion / totals
    largest = max(float((shares - np.diag(np.diag(shares))).max()), 1e-9)
    rows = ["<tr><th></th>" + "".join(f"<th>{escape(name)}</th>" for name in names) + "</tr>"]
    for i, name in enumerate(names):
        cells = [f'<th class="text">{escape(name)}</th>']
        for j, count in enumerate(confusion[i].tolist()):
            kind = "none" if not count else "right" if i == j else "wrong"
            share = shares[i, j] if i == j else shares[i, j] / largest
            cells.append(
                f'<td class="{kind}" style="--share:{share:.3f}" title="{escape(name)} called {escape(names[j])}: '
                f'{count}">{count}</td>'
            )
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return f'<div class="scroll"><table class="matrix">{"".join(rows)}</table></div>'


def _confusions(confusion: np.ndarray, names: list[str]) -> str:
    mistakes = confusion - np.diag(np.diag(confusion))
    places = np.argsort(-mistakes, axis=None)[:20]
    rows = [
        f'<tr><td class="text">{escape(names[i])}</td><td class="text">{escape(names[j])}</td>'
        f"<td>{mistakes[i, j]}</td></tr>"
        for i, j in zip(*np.unravel_index(places, mistakes.shape), strict=True)
        if mistakes[i, j]
    ]
    head = '<tr><th class="text">true class</th><th class="text">answer</th><th>rows</th></tr>'
    return f'<div class="scroll"><table>{head}{"".join(rows)}</table></div>'


def _per_class(confusion: np.ndarray, names: list[str]) -> str:
    rows = []
    for i, name in enumerate(names):
        right, true, said = (
            int(confusion[i, i]),
            int(confusion[i].sum()),
            int(confusion[:, i].sum()),
        )
        found = f"{100 * right / true:.1f} %" if true else "–"
        trusted = f"{100 * right / said:.1f} %" if said else "–"
        rows.append(
            f'<tr><td class="text">{escape(name)}</td><td>{true}</td><td>{found}</td><td>{trusted}</td></tr>'
        )
    head = (
        '<tr><th class="text">class</th><th>test rows</th><th title="recall">found</th>'
        '<th title="precision">right when said</th></tr>'
    )
    return f'<div class="scroll"><table>{head}{"".join(rows)}</table></div>'


def _pictures(problem: Problem, result: Result, order: np.ndarray) -> str:
    assert result.sureness is not None
    figures = []
    for row in order.tolist():
        truth, answer = (
            _name(problem, problem.y_test[row].item()),
            _name(problem, result.answers[row].item()),
        )
        sure = 100 * result.sureness[row, 0]
        source = _png(problem.x_test[row], problem.top or 1)
        figures.append(
            f'<figure><img src="{source}" alt="a test image of {escape(truth)}"><figcaption><b>{escape(truth)}</b>, '
            f"called <b>{escape(answer)}</b><br>{sure:.0f} % sure</figcaption></figure>"
        )
    return f'<div class="pictures">{"".join(figures)}</div>'


def _png(image: np.ndarray, top: int) -> str:
    buffer = io.BytesIO()
    imsave(buffer, image, vmin=0, vmax=top, cmap="gray_r", format="png")
    return f"data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}"


def _row_table(problem: Problem, result: Result, order: np.ndarray) -> str:
    columns = [name for name in problem.rows or {} if name != problem.target][:COLUMNS]
    titles = ["true value", "answer", "error" if result.sureness is None else "sure", *columns]
    lines = [_row_cells(problem, result, row, columns) for row in order.tolist()]
    texts = [any(not _is_number(line[place]) for line in lines) for place in range(len(titles))]
    styles = [' class="text"' if text else "" for text in texts]
    rows = ["".join(f"<th{s}>{escape(c)}</th>" for s, c in zip(styles, titles, strict=True))]
    rows += [
        "".join(f"<td{s}>{escape(c)}</td>" for s, c in zip(styles, line, strict=True))
        for line in lines
    ]
    return f'<div class="scroll"><table>{"".join(f"<tr>{row}</tr>" for row in rows)}</table></div>'


def _row_cells(problem: Problem, result: Result, row: int, columns: list[str]) -> list[str]:
    truth, answer = problem.y_test[row], result.answers[row]
    if result.sureness is None:
        cells = [
            f"{truth:.7g}",
            amount(answer),
            f"{'+' if answer > truth else ''}{amount(answer - truth)}",
        ]
    else:
        cells = [str(truth), str(answer), f"{100 * result.sureness[row, 0]:.0f} %"]
    values = [(problem.rows or {})[name][row] for name in columns]
    return cells + ["" if value is None else str(value)[:40] for value in values]


def _is_number(cell: str) -> bool:
    return (
        cell.removesuffix(" %").lstrip("+-").replace(",", "").replace(".", "", 1).isdigit()
        or not cell
    )
