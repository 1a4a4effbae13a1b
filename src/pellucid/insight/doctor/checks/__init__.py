"""All checks, in the order of their codes. A family of checks is a file; ``_FILES`` lists them."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from pellucid.insight.doctor.check import Check

_FILES: tuple[str, ...] = (
    "columns",
    "sentinels",
    "numbering",
    "rowwise",
    "inputs",
    "tokens",
    "pictures",
    "emptied",
    "labels",
    "classless",
    "samples",
    "otherwise",
    "copies",
    "windows",
    "restoring",
    "targets",
    "weighing",
    "heads",
    "forms",
    "reductions",
    "directions",
    "losses",
    "several",
    "bends",
    "widths",
    "orders",
    "joining",
    "unread",
    "strides",
    "depths",
    "plain_sums",
    "dropping",
    "sharing",
    "lonely",
    "augmenting",
    "ranges",
    "alike",
    "forgotten",
    "starts",
    "frozen",
    "penalties",
    "series",
    "rates",
    "optimizers",
    "steps",
    "warming",
    "watches",
    "rehearsal.start",
    "rehearsal.gradients",
    "rehearsal.steps",
    "rehearsal.burdens",
    "rehearsal.places",
    "rehearsal.ahead",
    "course.descent",
    "course.swings",
    "course.plateau",
    "course.restored",
    "course.generalising",
    "course.modes",
    "course.inside",
    "course.held_labels",
    "course.stopping",
    "elsewhere",
    "pairing",
)


@cache
def all_checks() -> tuple[Check, ...]:
    """Return every check, by code."""
    found = {
        check.code: check
        for name in _FILES
        for check in vars(import_module(f"{__name__}.{name}")).values()
        if isinstance(check, Check)
    }
    return tuple(found[code] for code in sorted(found))
