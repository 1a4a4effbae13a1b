"""All tables together, and what the battery says to each row: asked once, however many tests want to know."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import jax
import numpy as np
from layer_table.rows import Row

from pellucid import layers
from pellucid.testing import Numbers, Report, check_layer
from pellucid.testing.case import Case
from pellucid.testing.program import QUICK, Program

FOLDER = Path(__file__).parent
MODULES = {
    f.stem: import_module(f"layer_table.{f.stem}")
    for f in sorted(FOLDER.glob("*.py"))
    if f.stem != "cases"
}

FAMILIES: dict[str, dict[str, list[Row]]] = {
    name: module.TABLE for name, module in MODULES.items() if hasattr(module, "TABLE")
}
TABLE: dict[str, list[Row]] = {
    name: rows for table in FAMILIES.values() for name, rows in table.items()
}
HOST: dict[str, list[dict[str, Any]]] = {
    name: rows for module in MODULES.values() for name, rows in getattr(module, "HOST", {}).items()
}
"""Layers that read texts on the host, before any program: sets of arguments, with nothing to ask the battery."""
FAMILY_OF = {name: family for family, table in FAMILIES.items() for name in table}
CASES = [(name, number) for name, rows in TABLE.items() for number in range(len(rows))]


@cache
def report(name: str, number: int) -> Report:
    """Return what the battery says to a row."""
    row = TABLE[name][number]
    return check_layer(
        getattr(layers, name), row.arguments, row.inputs, call=row.call, skip=row.skip
    )


def numbers(name: str, number: int) -> Numbers:
    """Return outputs and gradients of a row alone, for whoever needs no checks."""
    row = TABLE[name][number]
    with jax.enable_x64(True):
        case = Case(getattr(layers, name)(**row.arguments), row.inputs, dict(row.call))

        def program(weights, inputs):
            return Program(case).differentiate(weights, inputs, training=False)

        told = jax.jit(program, compiler_options=QUICK)(case.first, case.inputs)
        told = jax.tree.map(np.asarray, told)
        return case.numbers(told["outputs"], told.get("gradient"))
