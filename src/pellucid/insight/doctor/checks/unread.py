"""A check of models of several inputs: whether all of them are read."""

from __future__ import annotations

from collections.abc import Iterator

from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.symptoms import STUCK
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.finding import Place, Repair, Sign


@check(
    "D348", "An input that nothing reads", faults=("F32", "F31"), explains=(*STUCK, "D607", "D621")
)
def unread(facts: Facts) -> Iterator[Sign]:
    """An input that leads to no output is handed in and forgotten: mostly the same branch was joined twice.

    Source: the graph. Threshold: none; silent where it is not known which layers the inputs come into.
    """
    names = set(facts.data.training.x) if facts.data else set()
    first = [layer for layer in facts.layers if layer.inputs is None or layer.inputs == ()]
    if len(names) < 2 or not first or not all(layer.given for layer in first):
        return
    read = {name for layer in facts.layers for name in layer.given}
    for name in sorted(names - read):
        evidence = (
            f"No layer on the way to the outputs takes '{name}'; {', '.join(map(repr, sorted(read)))} is read.",
        )
        repair = Repair(
            f"join the branch that begins at '{name}', or leave it out: Model(inputs=[...], ...)"
        )
        yield Sign("warning", 0.9, Place(None, "x", name), evidence, repair)
