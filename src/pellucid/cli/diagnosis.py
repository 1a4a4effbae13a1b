"""What the doctor says of a training of ``pellucid train``: one line in the terminal, a section in the report."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pellucid.insight.doctor.changes import Change, SetFit, SetLayers, SetOptimizer
from pellucid.insight.doctor.text import as_html

if TYPE_CHECKING:
    from pellucid.insight.doctor.diagnosis import Diagnosis
    from pellucid.insight.doctor.finding import Repair

OPTIONS = ("learning_rate", "optimizer", "epochs", "batch_size", "activation")
"""What a change may set that has an option of the same name."""


def in_a_line(diagnosis: Diagnosis | None) -> str | None:
    """Return the first finding as one line; None where nothing asks for action.

    Args:
        diagnosis: What the doctor said; None where nobody asked.
    """
    if diagnosis is None or diagnosis.is_healthy:
        return None
    first, *others = diagnosis.findings
    repair = f" Repair: {repair_in_words(first.sign.repair)}." if first.sign.repair else ""
    more = f" {len(others)} more in report.html." if others else ""
    return f"Doctor: {first.title} ({first.sign.place}) [{first.code}].{repair}{more}"


def section(diagnosis: Diagnosis | None) -> str:
    """Return the report's section; empty where nobody asked the doctor."""
    return "" if diagnosis is None else f"<h2>What the doctor says</h2>{as_html(diagnosis)}"


def repair_in_words(repair: Repair) -> str:
    """Return a repair as the options that make it, or as its line of code where there are none.

    >>> from pellucid.insight.doctor.finding import Repair
    >>> change = SetOptimizer(None, {"learning_rate": 0.001})
    >>> repair_in_words(Repair("Adam(learning_rate=0.001)", (change,)))
    '--learning-rate 0.001'
    >>> repair_in_words(Repair("x = x / 255"))
    'x = x / 255'
    """
    words = [option for change in repair.changes for option in options_of(change)]
    whole = words and None not in words
    return " ".join(map(str, words)) if whole else repair.code


def options_of(change: Change) -> Iterable[str | None]:
    """Yield the options that make a change, and None for what has none."""
    given = {"": None}  # the option `--activation` is of the hidden layers, as such a change is
    if isinstance(change, SetOptimizer):
        named = {"optimizer": change.optimizer} if change.optimizer else {}
        given = {**named, **change.arguments}
    elif isinstance(change, SetFit) or (
        isinstance(change, SetLayers) and change.argument == "activation"
    ):
        given = {change.argument: change.value}
    for name, value in given.items():
        number = f"{value:g}" if isinstance(value, float) else str(value)
        yield f"--{name.replace('_', '-')} {number}" if name in OPTIONS else None
