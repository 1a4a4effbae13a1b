"""What a repair did: the numbers before and after, judged against the noise between rows and between seeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np

from pellucid.insight.doctor.finding import Finding
from pellucid.insight.doctor.verify.score import BALANCED, JUDGED, is_uneven, joined
from pellucid.insight.doctor.verify.task import Task
from pellucid.insight.doctor.verify.text import as_html, as_text
from pellucid.insight.doctor.verify.variants import Variant

Verdict = Literal["helps", "no effect", "worse", "not tried"]

CERTAIN = 2.0
"""Standard errors that a difference must be away from zero: of twenty without effect one would be."""
LEAST = 0.02
"""And the part of the way from a constant answer to a perfect one that it must be worth: less is not worth a change."""


@dataclass(frozen=True)
class Numbers:
    """One number in all trainings.

    Attributes:
        name: ``"accuracy"``, with the output before it where there are several.
        before, after: By seed; empty where that program could not be trained.
    """

    name: str
    before: tuple[float, ...]
    after: tuple[float, ...]


@dataclass(frozen=True)
class Effect:
    """What one repair did, or several together.

    Attributes:
        codes, titles, places: Of the findings.
        repair: The lines of code.
        verdict: ``"helps"``, ``"no effect"``, ``"worse"`` or ``"not tried"``.
        reason: Why, in a sentence.
        numbers: What was measured.
        skill: Of the number that decided, without the repair and with it, on the scale where a constant answer has 0
            and a perfect one 1; None without both sides.
        error: The standard error of their difference.
        steps: Steps of each training with the repair, 0 where there was none.
    """

    codes: tuple[str, ...]
    titles: tuple[str, ...]
    places: tuple[str, ...]
    repair: str
    verdict: Verdict
    reason: str
    numbers: tuple[Numbers, ...] = ()
    skill: tuple[float, float] | None = None
    error: float | None = None
    steps: int = 0


@dataclass(frozen=True)
class Conditions:
    """How it was compared.

    Attributes:
        training_rows: Rows trained on.
        held_rows: Rows measured on.
        own_rows: Whether those are the rows trained on, for want of more.
        seeds: Trainings of each program.
        steps: Steps of each training of the program as it stands.
    """

    training_rows: int
    held_rows: int
    own_rows: bool
    seeds: int
    steps: int


@dataclass(frozen=True)
class Verification:
    """What the repairs of findings did on copies of the program.

    Attributes:
        effects: Of each repair alone, in the order of the findings.
        together: Of all repairs together, or None where fewer than two could be made.
        conditions: How it was compared.
    """

    effects: tuple[Effect, ...]
    together: Effect | None
    conditions: Conditions

    @property
    def helps(self) -> bool:
        """Whether any of the repairs, or all together, helped."""
        both = (*self.effects, *([self.together] if self.together else []))
        return any(effect.verdict == "helps" for effect in both)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON; a number that is not finite is None."""
        return _plain(asdict(self))

    def __str__(self) -> str:
        return as_text(self)

    def _repr_html_(self) -> str:
        return as_html(self)


def effect_of(
    findings: Sequence[Finding], variant: Variant | None, base: Variant, tasks: Mapping[str, Task]
) -> Effect:
    """Judge a variant against the program as it stands."""
    codes = tuple(finding.code for finding in findings)
    titles = tuple(finding.title for finding in findings)
    repairs = [finding.sign.repair.code for finding in findings if finding.sign.repair]
    places = tuple(str(finding.sign.place) for finding in findings)
    about = (codes, titles, places, "\n".join(repairs))
    if variant is None:
        return Effect(*about, "not tried", "the repair is one that only a person can make.")
    if variant.refused or not variant.scores or variant.setup is None:
        return Effect(*about, "not tried", variant.refused or "there was no time for it.")
    numbers = tuple(numbers_of(variant, base, tasks))
    steps = variant.setup.epochs * variant.setup.steps
    if not base.scores:
        reason = f"the program as it stands cannot be trained: {base.refused}"
        return Effect(*about, "helps", reason, numbers, steps=steps)
    skill, error = compared(variant, base, tasks)
    verdict, reason = judged(skill, error)
    if base.diverged > variant.diverged:
        reason += f" The loss of {base.diverged} of {len(base.scores)} trainings without it was not finite."
    return Effect(*about, verdict, reason, numbers, skill, error, steps)


def compared(
    variant: Variant, base: Variant, tasks: Mapping[str, Task]
) -> tuple[tuple[float, float], float]:
    r"""Return the skill without and with the repair, and the standard error of the difference.

    Of the differences :math:`d_{sr}` by seed and row the mean is the gain; its error is
    :math:`\sqrt{s_r^2 / R + s_s^2 / S}`, with the spreads over :math:`R` rows (of means over seeds) and over :math:`S`
    seeds (of means over rows). The second numbers of the task are asked only where the first did not move.
    """
    kinds = {name: task.kind for name, task in tasks.items()}
    count = min(len(base.scores), len(variant.scores))
    found: list[tuple[tuple[float, float], float]] = []
    for stage in range(len(JUDGED["classes"])):
        before, after = (
            np.stack([joined(scores, kinds, stage) for scores in each.scores[:count]])
            for each in (base, variant)
        )
        gain, error = mean_and_error(after - before)
        found.append(((float(before.mean()), float(after.mean())), error))
        if is_clear(gain, error):
            return found[-1]
    return found[0]


def mean_and_error(values: np.ndarray) -> tuple[float, float]:
    """Return the mean of values ``(seeds, rows)`` and its standard error.

    >>> mean_and_error(np.array([[1.0, 3.0], [2.0, 4.0]]))[0]
    2.5
    """
    rows, seeds = values.mean(axis=0), values.mean(axis=1)
    between_rows = rows.std(ddof=1) ** 2 / len(rows) if len(rows) > 1 else 0.0
    between_seeds = seeds.std(ddof=1) ** 2 / len(seeds) if len(seeds) > 1 else 0.0
    return float(values.mean()), float(np.sqrt(between_rows + between_seeds))


def is_clear(gain: float, error: float) -> bool:
    """Tell whether a difference is more than noise, and worth something."""
    return abs(gain) >= max(LEAST, CERTAIN * error)


def judged(skill: tuple[float, float], error: float) -> tuple[Verdict, str]:
    """Return the verdict and its reason.

    >>> verdict, reason = judged((0.1, 0.9), 0.05)
    >>> verdict, reason
    ('helps', 'from 10 to 90, give or take 5, where a constant answer has 0 and a perfect one 100.')
    """
    gain = skill[1] - skill[0]
    told = (
        f"from {round(100 * skill[0])} to {round(100 * skill[1])}, give or take {round(100 * error)}, "
        "where a constant answer has 0 and a perfect one 100."
    )
    if is_clear(gain, error):
        return ("helps" if gain > 0 else "worse"), told
    return "no effect", f"no more than noise: {told}"


def numbers_of(variant: Variant, base: Variant, tasks: Mapping[str, Task]) -> list[Numbers]:
    """Return what is shown: balanced numbers only where classes are uneven."""
    found = []
    for output, task in tasks.items():
        for name in variant.scores[0][output]:
            if name in BALANCED and not is_uneven(task):
                continue
            before, after = (
                tuple(scores[output][name].value for scores in each.scores)
                for each in (base, variant)
            )
            found.append(Numbers(f"{output}: {name}" if output else name, before, after))
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return None if isinstance(value, float) and not np.isfinite(value) else value
