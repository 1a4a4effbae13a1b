"""Steps of models with several outputs: which target, loss, weight and metric is for which output."""

from __future__ import annotations

from typing import Any

import pellucid


def output_names(model: Any) -> list[str]:
    """Return the names of a graph's outputs if there are several; else nothing."""
    names = model.output_names if isinstance(model, pellucid.models.Functional) else None
    return list(names) if names and len(names) > 1 else []


def for_output(choice: Any, names: list[str], place: int) -> Any:
    """Return what is for one output: of a dict by its name, of a list by its place, else what is for all.

    >>> for_output({"a": "mse"}, ["a", "b"], 0), for_output(["mse", "mae"], ["a", "b"], 1)
    ('mse', 'mae')
    >>> for_output({"a": "mse"}, ["a", "b"], 1) is None
    True
    """
    if isinstance(choice, dict):
        return choice.get(names[place])
    return choice[place] if isinstance(choice, (list, tuple)) else choice


def choices_by_output(choices: Any, names: list[str]) -> list[tuple[int, Any]]:
    """Return pairs of an output's place and a metric that was chosen for it."""
    pairs = []
    for place in range(len(names)):
        chosen = for_output(choices, names, place)
        some = list(chosen) if isinstance(chosen, (list, tuple)) else [chosen]
        pairs += [(place, each) for each in some if each is not None]
    return pairs
