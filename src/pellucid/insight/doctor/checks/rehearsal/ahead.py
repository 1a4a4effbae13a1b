"""A check of networks that tell the next step of a row: whether they have it before them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pellucid.insight.doctor.changes import SetLayer
from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.symptoms import FOOLED
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.facts.network import Layer
from pellucid.insight.doctor.finding import Place, Repair, Sign

READERS = re.compile("Attention$|^TransformerEncoderBlock$")
"""Kinds of layers that read all steps by attention, unless their call says otherwise."""
ROUNDING = 1e-3
"""A change of the outputs below this part of their spread is no information: sums in another order give 1e-6."""


@check(
    "D519",
    "A step has the answer to it before it",
    faults=("F33", "F37"),
    stage="rehearsal",
    explains=FOOLED,
)
def reads_ahead(facts: Facts) -> Iterator[Sign]:
    """A network that is to tell the next letter copies it, if it can read it; in use there is none to copy.

    Asked where 95 % of the targets at a step are the inputs of the next one, also where these differ. Then the second
    half of each row is taken from another row, and nothing in the first half of the outputs may change.

    Source: the definition; Vaswani et al., Attention is all you need, 2017, section 3.2.3, mask it for that reason.
    Threshold: a change of a thousandth of the outputs' spread, as for rows (D509). Silent where rows are mixed: that
    changes other steps too.
    """
    found = facts.rehearsed
    if found is None or found.ahead is None or found.ahead < ROUNDING:
        return
    if found.other_rows is not None and found.other_rows >= ROUNDING:
        return
    evidence = (
        "The targets of a step are the inputs of the next one. With the second half of each row replaced, outputs of "
        f"the first half changed by up to {found.ahead:.2g} of their spread.",
    )
    suspects = [layer for layer in facts.layers if layer.ours and looks_ahead(layer)]
    is_told = bool(suspects) and len({layer.kind for layer in suspects}) == 1
    has_several = facts.data is not None and len(facts.data.training.x) > 1
    if not is_told or (has_several and len(suspects) > 1):
        line = "let a step read none behind it: use_causal_mask=True, padding='causal', no Bidirectional"
        own = [layer.path for layer in facts.layers if not layer.ours]
        place = Place(own[0] if len(own) == 1 and not suspects else None)
        yield Sign("serious", 0.9, place, evidence, Repair(line))
        return
    yield Sign("serious", 0.9, Place(suspects[0].path), evidence, repair_of(suspects))


def looks_ahead(layer: Layer) -> bool:
    """Tell whether a layer may read steps behind the one it answers."""
    if layer.kind == "Conv1D":
        size = layer.config.get("kernel_size")
        width = size[0] if isinstance(size, (tuple, list)) else size
        return layer.config.get("padding") == "same" and width != 1
    return layer.kind == "Bidirectional" or READERS.search(layer.kind) is not None


def repair_of(suspects: list[Layer]) -> Repair:
    """Return what makes layers of one kind read no step behind."""
    kind = suspects[0].kind
    if kind == "Bidirectional":
        return Repair("the layer in it alone, without Bidirectional(...)")
    if kind == "Conv1D":
        changes = tuple(SetLayer(layer.path, "padding", "causal") for layer in suspects)
        return Repair("Conv1D(..., padding='causal')", changes)
    given = "x" if kind == "TransformerEncoderBlock" else "x, x"
    if kind in ("Attention", "AdditiveAttention"):
        given = "[x, x]"
    return Repair(f"{kind}(...)({given}, use_causal_mask=True)")
