"""What the doctor is asked to do in a training."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from pellucid.core.errors import ArgumentError


@dataclass(frozen=True)
class Doctor:
    """How a training is attended: ``model.fit(..., doctor=Doctor(acknowledge=["D401"]))``.

    Args:
        rehearsal: Whether about a second of training on a copy comes first. Default True.
        probes: What is measured inside the program; as the argument of ``fit``. Default True, the usual quantities.
        acknowledge: Findings that you know of and do not want to read again: ``"D401"``, or ``"D301@dense_1"`` for one
            layer or argument. Default none.
        verify: Whether repairs are tried on copies after the training. Default False.
        seconds: How long each trial may take. Default 10.

    Example:
        >>> Doctor(acknowledge=["D401"]).acknowledge
        ('D401',)
    """

    rehearsal: bool = True
    probes: Any = True
    acknowledge: tuple[str, ...] = ()
    verify: bool = False
    seconds: float = 10.0

    def __post_init__(self) -> None:
        """Keep codes as a tuple, whatever they came in."""
        given = self.acknowledge
        object.__setattr__(
            self, "acknowledge", (given,) if isinstance(given, str) else tuple(given)
        )


def doctor_of(choice: Any) -> Doctor | None:
    """Return what ``fit(doctor=...)`` asks for; None for nobody.

    Raises:
        ArgumentError: It is no choice.

    >>> doctor_of("verify").verify, doctor_of(False)
    (True, None)
    """
    if choice is None or choice is False:
        return None
    if isinstance(choice, Doctor):
        return choice
    if choice is True:
        return Doctor()
    if choice == "verify":
        return replace(Doctor(), verify=True)
    raise ArgumentError(
        "fit",
        f"`doctor` must be True, False, 'verify' or a Doctor, but it is {choice!r}.",
        "doctor=True",
    )
