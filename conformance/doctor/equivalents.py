"""Which codes of the catalogue say the same of a training."""

from __future__ import annotations

GROUPS: tuple[frozenset[str], ...] = (
    frozenset({"F09", "F10", "F11", "F12"}),
    frozenset({"F02", "F05"}),
    frozenset({"F06", "F27"}),
    frozenset({"F13", "F16", "F18"}),
    frozenset({"F08", "F15"}),
)
"""Published: too slow (rate, epochs, optimizer, batch); activation or loss, either can be changed; scaling by hand or
by normalisation; gradients that do not pass; dead units by a rate too high."""

WHEN_DIVERGING: tuple[frozenset[str], ...] = (frozenset({"F08", "F06"}), frozenset({"F08", "F07"}))
"""A loss that grows or is no number: a smaller rate or scaled numbers, either ends it."""


def accepted(
    truth: tuple[str, ...], also: tuple[str, ...] = (), *, diverged: bool = False
) -> frozenset[str]:
    """Return the codes that count as right.

    >>> sorted(accepted(("F09",))), sorted(accepted(("F06",), diverged=True))
    (['F09', 'F10', 'F11', 'F12'], ['F06', 'F08', 'F27'])
    """
    found = set(truth) | set(also)
    for group in GROUPS + (WHEN_DIVERGING if diverged else ()):
        if group & set(truth):
            found |= group
    return frozenset(found)
