"""``pellucid summary``: what a model file holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pellucid
from pellucid.cli.run_folder import find_model
from pellucid.data import TablePreprocessor
from pellucid.saving import read_header


def run(path: Path) -> None:
    """Print layers, shapes, parameters, labels, choices and preprocessing."""
    path = find_model(path)
    model = pellucid.load(path)
    header = read_header(path)
    print(
        f"{path}: {path.stat().st_size:,} bytes, written by Pellucid {header.metadata['written_by']}\n"
    )
    model.summary()
    print()
    for name, value in _facts(model):
        print(f"{name + ':':<15} {value}")
    if isinstance(model.preprocessing, TablePreprocessor):
        _describe(model.preprocessing)


def _facts(model: Any) -> list[tuple[str, str]]:
    facts = [("inputs", f"{model.input_shape} {model.input_dtype}"), ("seed", str(model.seed))]
    if model.classes is not None:
        labels = [str(label) for label in model.classes]
        facts.append(
            (
                "labels",
                ", ".join(labels[:20]) + (f", ... ({len(labels)})" if len(labels) > 20 else ""),
            )
        )
    if model.compiled is not None:
        facts += [
            ("optimizer", repr(model.compiled.optimizer)),
            ("loss", repr(model.compiled.loss)),
        ]
        facts.append(("metrics", ", ".join(map(str, model.compiled.metrics)) or "none"))
    return facts


def _describe(prepare: TablePreprocessor) -> None:
    print(f"\nA table's columns become {len(prepare.feature_names)} features:")
    for column in prepare.columns:
        kind = type(column).__name__.removesuffix("Column").lower()
        print(
            f"  {column.name:<24} {kind:<9} {len(column.features)} feature{'s' if len(column.features) > 1 else ''}"
        )
    if prepare.target_name is not None:
        print(f"to predict '{prepare.target_name}' ({prepare.task_found}).")
    for note in prepare.notes:
        print(f"  {note}")
