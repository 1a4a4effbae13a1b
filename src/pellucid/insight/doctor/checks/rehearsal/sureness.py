"""A softmax in code of the user's own that is sure before anything was learnt, as of attention scores too large."""

from __future__ import annotations

from collections.abc import Iterator

from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.finding import Place, Repair, Sign

NEARLY_ALL = 0.8
"""Share of a softmax's rows: scores of a spread of 1 have none of 24 numbers, those of a spread of 8 a quarter."""


def sure_softmaxes(facts: Facts) -> Iterator[Sign]:
    """Yield a sign of each layer of the user's own with a softmax that starts sure; learnt weights may be."""
    found = facts.rehearsed
    if found is None or facts.fit.goes_on:
        return
    for path, share in found.sure.items():
        if share < NEARLY_ALL:
            continue
        where = f"'{path}'" if path else "the model"
        evidence = (
            f"In {share:.0%} of its rows a softmax in {where} gives more than 0.99 to one number, before any step: "
            "what it is taken of is too large, and gets almost no gradient.",
        )
        repair = Repair("scores = scores / np.sqrt(units), before the softmax")
        yield Sign("warning", 0.7, Place(path or None), evidence, repair)
