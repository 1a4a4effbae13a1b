"""Named cases for parameterized tests: every combination of the choices, with a name made of theirs."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import Any


def named_product(
    *groups: Iterable[dict[str, Any]], **choices: Iterable[Any]
) -> list[dict[str, Any]]:
    """Return one dict of arguments for each combination.

    Args:
        *groups: Lists of dicts that carry their ``testcase_name``.
        **choices: Values of an argument; their names are their texts.

    >>> [case["testcase_name"] for case in named_product(rank=[1, 2], bias=[True])]
    ['1_true', '2_true']
    """
    lists = [list(group) for group in groups]
    lists += [
        [{"testcase_name": _name(value), key: value} for value in values]
        for key, values in choices.items()
    ]
    cases = []
    for combination in itertools.product(*lists):
        case = {key: value for part in combination for key, value in part.items()}
        cases.append(
            case | {"testcase_name": "_".join(part["testcase_name"] for part in combination)}
        )
    return cases


def _name(value: Any) -> str:
    return getattr(value, "__name__", str(value)).lower()
