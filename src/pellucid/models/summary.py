"""The table of a model's layers, as text within 80 columns and as HTML for notebooks; no array is made for it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from html import escape

from pellucid.models.rows import Row, facts_of, rows_of, totals_of
from pellucid.modules import Layer

TITLES = {
    "layer": "Layer (type)",
    "shape": "Output shape",
    "params": "Params",
    "cost": "Mult-adds",
    "connected": "Connected to",
    "trained": "Trained",
}
TO_THE_RIGHT = ("params", "cost", "trained")
WIDE = 100
"""Characters from which on a table has room for the multiply-adds of each layer."""


def summary(
    model: Layer,
    line_length: int = 80,
    print_fn: Callable[[str], object] | None = None,
    expand_nested: bool = False,
    show_trainable: bool = False,
) -> None:
    """Print a model's layers with output shapes and numbers of parameters, then totals, memory and multiply-adds.

    A graph's table also tells what each layer is connected to; the calls of a shared layer are separated by ``;``.

    Args:
        model: Any model or layer, built or not.
        line_length: The width of the table in characters; from 100 on it tells the multiply-adds of each layer.
            Default 80.
        print_fn: Called with each line. Default: standard output.
        expand_nested: Whether layers inside layers get lines of their own. Default False.
        show_trainable: Whether a column tells which layers are trained; always told when one is frozen. Default False.

    Example:
        >>> from pellucid import Input, Sequential
        >>> from pellucid.layers import Dense
        >>> summary(
        ...     Sequential([Input(shape=(4,)), Dense(8, activation="relu"), Dense(3)]),
        ...     line_length=50,
        ... )
        Model: sequential
        --------------------------------------------------
        Layer (type)               Output shape     Params
        --------------------------------------------------
        dense (Dense)              (None, 8)            40
        dense_1 (Dense)            (None, 3)            27
        --------------------------------------------------
        Parameters: 67 (268 B), all trained
        Outputs of all layers: 44 B per sample
        Multiply-adds: 56 per sample
    """
    write = print_fn or _write
    for line in lines(model, line_length, expand_nested, show_trainable):
        write(line)


def lines(
    model: Layer, line_length: int = 80, expand_nested: bool = False, show_trainable: bool = False
) -> list[str]:
    """Return the lines that :func:`summary` prints."""
    facts = facts_of(model)
    rows = rows_of(model, facts, expand_nested)
    table = _table(rows, _columns(rows, line_length >= WIDE, show_trainable), line_length)
    rule = "-" * line_length
    return [
        f"Model: {model.name}",
        rule,
        table[0],
        rule,
        *table[1:],
        rule,
        *totals_of(model, facts),
    ]


def html(model: Layer) -> str:
    """Return the table as HTML, nested layers among the others, the way notebooks show it.

    >>> from pellucid import Input, Sequential
    >>> from pellucid.layers import Dense
    >>> html(Sequential([Input(shape=(4,)), Dense(3)])).count("<tr>")
    2
    """
    facts = facts_of(model)
    rows = rows_of(model, facts, True)
    columns = _columns(rows, True, False)
    align = {name: "right" if name in TO_THE_RIGHT else "left" for name in columns}
    head = "".join(f'<th style="text-align:{align[c]}">{TITLES[c]}</th>' for c in columns)
    body = "".join(
        "<tr>" + "".join(f'<td style="text-align:{align[c]}">{_html_cell(row, c)}</td>' for c in columns) + "</tr>"
        for row in rows
    )  # fmt: skip
    told = "".join(f"<br>{escape(line)}" for line in totals_of(model, facts))
    return (
        f"<div><b>{escape(model.name)}</b><table><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table>{told.removeprefix('<br>')}</div>"
    )


def _html_cell(row: Row, column: str) -> str:
    space = "&nbsp;" * (4 * row.depth) if column == "layer" else ""
    return space + escape(getattr(row, column))


def _columns(rows: list[Row], wide: bool, show_trainable: bool) -> list[str]:
    frozen = any(row.trained == "frozen" for row in rows)
    wanted = {
        "layer": True,
        "shape": True,
        "params": True,
        "cost": wide and any(row.cost for row in rows),
        "connected": any(row.connected for row in rows),
        "trained": show_trainable or frozen,
    }
    return [name for name, there in wanted.items() if there]


def _table(rows: list[Row], columns: list[str], length: int) -> list[str]:
    """Set the rows in columns: the first takes what the others leave, numbers stand to the right."""
    texts = [
        [TITLES[name] for name in columns],
        *([getattr(row, n) for n in columns] for row in rows),
    ]
    for row, cells in zip(rows, texts[1:], strict=True):
        cells[0] = "  " * row.depth + cells[0]
    widths = {name: max(len(cells[i]) for cells in texts) for i, name in enumerate(columns)}
    crowded = "connected" in columns
    widths["shape"] = min(widths["shape"] + 1, length // 4 if crowded else length // 3)
    widths["params"] = max(widths["params"], 9)
    if crowded:
        widths["connected"] = min(widths["connected"], length // 4)
    rest = sum(widths[name] for name in columns[1:])
    widths["layer"] = max(length - rest - len(columns) + 1, 12)

    def line(cells: list[str]) -> str:
        set_ = [
            _cut(cell, widths[name]).rjust(widths[name])
            if name in TO_THE_RIGHT
            else _cut(cell, widths[name]).ljust(widths[name])
            for name, cell in zip(columns, cells, strict=True)
        ]
        return " ".join(set_).rstrip()

    return [line(cells) for cells in texts]


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 3] + "..."


def _write(line: str) -> None:
    sys.stdout.write(f"{line}\n")
