"""At which steps a training is measured: a pure function of the number of the step."""

from __future__ import annotations

from typing import ClassVar

from pellucid.core.limits import Boolean, Integer, Limit
from pellucid.core.record import Recorded


class Schedule(Recorded):
    r"""Measure densely at first, then every so many steps, then ever more rarely as the run gets longer.

    Equation: step :math:`t` is measured if it is 0, or a power of 2 below ``every`` (``early``), or a multiple of
    :math:`every \cdot 2^k` with the smallest :math:`k \ge 0` for which
    :math:`t < 2 \cdot every \cdot points \cdot 2^k`.

    So there are ``2 points`` steps at a distance of ``every``, and ``points`` more for each doubling of the length: the
    record of a million steps has some 300 rows, and what measuring costs falls as the run gets longer.

    Args:
        every: The distance in steps, at least 1. Default None: 500, for small networks 1,000 or 2,000, whose step takes
            less time than to measure it.
        early: Whether the first steps, 0, 1, 2, 4, 8, ..., are measured too. Default True.
        points: After how many points, times two, the distance doubles, at least 1; None keeps it. Default 32.

    Steps are counted over all calls of ``fit``, from 0. Changing a schedule compiles nothing.

    Example:
        >>> from pellucid.training.probes import Schedule
        >>> schedule = Schedule(every=10, points=2)
        >>> [step for step in range(100) if schedule.due(step)]
        [0, 1, 2, 4, 8, 10, 20, 30, 40, 60, 80]
    """

    limits: ClassVar[dict[str, Limit]] = {
        "every": Integer(1, optional=True),
        "early": Boolean(),
        "points": Integer(1, optional=True),
    }

    def __init__(self, every: int | None = None, early: bool = True, points: int | None = 32):
        self.every = every
        self.early = early
        self.points = points

    def due(self, step: int) -> bool:
        """Tell whether this step is measured."""
        return step == 0 or self.after(step - 1) == step

    def after(self, step: int) -> int:
        """Return the first step after this one that is measured."""
        distance = self._distance(step)
        regular = (step // distance + 1) * distance
        power = 1 << step.bit_length()  # the smallest power of 2 above the step
        return min(power, regular) if self.early and power < (self.every or 1) else regular

    def _distance(self, step: int) -> int:
        every = self.every or 1
        if self.points is None:
            return every
        doublings = (step // (every * self.points)).bit_length() - 1
        return every << max(0, doublings)
