"""A verification in words and as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pellucid.insight.doctor.verify.effect import Conditions, Effect, Verification

STYLE = "border-collapse: collapse; font: 14px/1.4 system-ui, sans-serif; color: #1b1b1b; background: #fff"
CELL = (
    "border-bottom: 1px solid #dde1e7; padding: 0.3em 0.8em; text-align: left; vertical-align: top"
)
COLOURS = {"helps": "#1a7f37", "no effect": "#5a6472", "worse": "#b42318", "not tried": "#5a6472"}


def as_text(verification: Verification) -> str:
    """Return the verification as lines for a terminal."""
    lines = [in_words(verification.conditions)]
    for effect in all_effects(verification):
        lines += ["", f"{heading(effect)}: {effect.verdict}"]
        lines += [f"  {line}" for line in effect.repair.splitlines()]
        lines += [f"  {name}: {before} -> {after}" for name, before, after in rows_of(effect)]
        lines.append(f"  {effect.reason[:1].upper()}{effect.reason[1:]}")
    return "\n".join(lines)


def as_html(verification: Verification) -> str:
    """Return the verification as a table for a notebook or a report."""
    head = "".join(
        f'<th style="{CELL}">{each}</th>'
        for each in ("finding", "repair", "effect", "number", "without", "with")
    )
    body = "".join(_html_of(effect) for effect in all_effects(verification))
    return (
        f'<p style="font: 14px/1.4 system-ui, sans-serif">{escape(in_words(verification.conditions))}</p>'
        f'<table style="{STYLE}"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
    )


def in_words(conditions: Conditions) -> str:
    """Return the conditions as a sentence."""
    c = conditions
    where = (
        "on the same rows, for want of more"
        if c.own_rows
        else f"on {c.held_rows} rows that were not trained on"
    )
    trainings = "1 training" if c.seeds == 1 else f"{c.seeds} trainings"
    return (
        f"Tried on copies: {trainings} of each program, {c.steps} steps as it stands, on {c.training_rows} rows; "
        f"measured {where}."
    )


def all_effects(verification: Verification) -> Sequence[Effect]:
    """Return the effects, that of all repairs together last."""
    together = verification.together
    return (*verification.effects, *([together] if together else []))


def heading(effect: Effect) -> str:
    """Return which finding, or findings, the repair is for."""
    if len(effect.codes) > 1:
        return f"{', '.join(effect.codes)} together"
    return f"{' '.join((*effect.codes, *effect.titles))} ({', '.join(effect.places)})"


def rows_of(effect: Effect) -> list[tuple[str, str, str]]:
    """Return name, value without and value with of the numbers."""
    return [(each.name, shown(each.before), shown(each.after)) for each in effect.numbers]


def shown(values: Sequence[float]) -> str:
    """Return the mean over seeds, and the spread where there are several.

    >>> shown([0.5, 0.7]), shown([0.1 + 0.2, 0.3]), shown([]), shown([float("nan"), 1.0])
    ('0.6 ± 0.14', '0.3 ± 0', 'none', 'not finite')
    """
    if not values:
        return "none"
    if not np.isfinite(values).all():
        return "not finite"
    mean = f"{np.mean(values):.3g}"
    if len(values) == 1:
        return mean
    spread = np.std(values, ddof=1)
    return f"{mean} ± {spread if spread > 1e-9 * abs(np.mean(values)) else 0:.2g}"


def _html_of(effect: Effect) -> str:
    numbers = rows_of(effect) or [("", "", "")]
    span = f'rowspan="{len(numbers)}"'
    verdict = f'<b style="color: {COLOURS[effect.verdict]}">{effect.verdict}</b>'
    repair = f"<pre style='margin: 0'>{escape(effect.repair)}</pre>"
    first = "".join(
        f'<td style="{CELL}" {span}>{each}</td>'
        for each in (
            escape(heading(effect)),
            repair,
            f"{verdict}<br>{escape(effect.reason)}",
        )
    )
    rows = ["".join(f'<td style="{CELL}">{escape(each)}</td>' for each in row) for row in numbers]
    return "".join(f"<tr>{first if place == 0 else ''}{row}</tr>" for place, row in enumerate(rows))
