"""A check of networks that restore their inputs: whether what they give differs from row to row."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.course.curves import WHOLE, ended_at, measured
from pellucid.insight.doctor.checks.course.plateau import tells_apart
from pellucid.insight.doctor.checks.scale import is_readable
from pellucid.insight.doctor.facts.data import Column
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.finding import Place, Repair, Sign

UPDATES = 200
"""Steps after which an autoencoder tells rows apart, at usual rates."""
LEFT = 0.02
"""The part of the targets' variance; the first few directions of any real data have more."""


@check(
    "D627",
    "It restores the mean of its inputs",
    faults=("F25", "F39"),
    stage="course",
    explains=("D505", "D506", "D602", "D603", "D604", "D606", "D611"),
)
def restores_the_mean(facts: Facts) -> Iterator[Sign]:
    """An autoencoder whose code carries nothing gives the mean of all rows, and a blurred picture is all one sees.

    Where a divergence or penalty is a sum over numbers and the reconstruction a mean over pixels, the former is lowered
    first, to 0: posterior collapse.

    Source: Bowman et al., Generating Sentences from a Continuous Space, 2016; Lucas et al., Don't Blame the ELBO!,
    2019.
    Thresholds: outputs of the inputs' shape, without targets or with targets of that shape, ``LEFT`` of their variance
    in a batch after ``UPDATES`` steps. A code that is exactly dead is told by D604, too.
    """
    asked, record = _restored(facts), facts.course.record if facts.course else None
    spread = measured(facts, "prediction_variance").get(WHOLE)
    if asked is None or record is None or spread is None or facts.fit.batch_size == 1:
        return
    wanted, given = float(asked.flat.var(axis=0).mean()), ended_at(spread)
    if record.steps[-1] < UPDATES or not given < LEFT * wanted or tells_apart(facts):
        return
    evidence = (
        f"Over the rows of a batch the outputs have a variance of {given:.2g}, what is to be restored {wanted:.2g}: "
        f"{given / wanted:.1%} of it.",
    )
    repair = Repair(
        "a reconstruction loss that is a sum over the numbers of a row, as the divergence is; or a smaller weight "
        "of what else is minimised"
    )
    yield Sign("warning", 0.6, Place(facts.outputs[0].layer), evidence, repair)


def _restored(facts: Facts) -> Column | None:
    """Return what the only output is to restore: targets of the inputs' shape, or the inputs themselves."""
    data = facts.data
    if data is None or len(data.training.x) != 1 or len(facts.outputs) != 1:
        return None
    given = next(iter(data.training.x.values()))
    asked = next(iter(data.training.y.values()), given)
    sizes = {
        prod(given.shape),
        prod(asked.shape),
        prod(size or 0 for size in facts.outputs[0].shape),
    }
    return asked if len(sizes) == 1 and sizes != {1} and is_readable(asked) else None
