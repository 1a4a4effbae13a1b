"""What ``fit(probes=...)`` may be, and what of it a model can be measured by."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pellucid.core.errors import ArgumentError, UsageError, unknown_name
from pellucid.core.late import LateModule
from pellucid.core.record import Recorded
from pellucid.core.registry import snake_case
from pellucid.training.objective import Aim
from pellucid.training.probes.probe import Probe
from pellucid.training.probes.schedule import Schedule

# The quantities are many small files: they are imported when a training is measured.
quantities: Any = LateModule("pellucid.training.probes.quantities")

DEFAULT = (
    "Loss", "LossNoise", "ActivationMean", "ActivationSpread", "DeadShare", "SaturatedShare", "PreactivationRange",
    "GradientNorm", "GradientZeroShare", "UpdateRatio", "ParameterChange", "PredictionVariance", "ModeDifference",
)  # fmt: skip

ALLOWED = "True for the usual set, a list of probes or of their names, or Probes([...], schedule=Schedule(...))"

# Of which work, in multiply-adds of a step, on which distance is the usual one: measuring costs a few microseconds for
# each quantity of each layer, however small that is, and beyond that one to three steps on a CPU. On a GPU, where small
# kernels weigh more, it was not measured; the distances leave room for that.
DISTANCES = ((2**24, 500), (2**20, 1_000), (0, 2_000))


class Probes(Recorded):
    """What is measured in a training, and at which steps.

    Args:
        probes: A list of probes, or of their names; None for the usual set: all but the histograms.
        schedule: At which steps. Default ``Schedule()``.

    Example:
        >>> from pellucid.training.probes import Probes, Schedule
        >>> Probes(["gradient_norm"], schedule=Schedule(every=50)).names
        ['gradient_norm']
    """

    def __init__(self, probes: Iterable[Any] | None = None, schedule: Schedule | None = None):
        self.probes = probes
        self.schedule = schedule

    @property
    def members(self) -> list[Probe]:
        """The probes as objects."""
        given = DEFAULT if self.probes is None else self.probes
        return [made(each) for each in given]

    @property
    def names(self) -> list[str]:
        """The quantities that are measured."""
        return [probe.name for probe in self.members]


def made(given: Any) -> Probe:
    """Return a probe from a name or an object.

    Raises:
        UnknownNameError: No quantity has this name.
        ArgumentError: It is no probe.
    """
    if isinstance(given, str):
        known = {snake_case(name): name for name in quantities.__all__}
        name = known.get(snake_case(given))
        if name is None:
            raise unknown_name("probe", given, known)
        return getattr(quantities, name)()
    if isinstance(given, Probe):
        return given
    if isinstance(given, type) and issubclass(given, Probe):
        raise ArgumentError("probes", f"{given.__name__} is a class.", f"{given.__name__}()")
    raise ArgumentError("probes", f"{given!r} is no probe.", "probes=['gradient_norm']")


def checked_probes(given: Any) -> Probes | None:
    """Return what ``fit`` was given as a set of probes, or None.

    Raises:
        ArgumentError: It is none of what is allowed, or a quantity is there twice.
    """
    if given is None or given is False:
        return None
    if given is True or given == "default":
        return Probes()
    if isinstance(given, (str, Probe)):
        given = [given]
    if not isinstance(given, (Probes, list, tuple)):
        raise ArgumentError(
            "fit", f"`probes` must be {ALLOWED}; it is a {type(given).__name__}.", "probes=True"
        )
    chosen = given if isinstance(given, Probes) else Probes(given)
    names = chosen.names
    double = next((name for name in names if names.count(name) > 1), None)
    if double is not None or not names:
        raise ArgumentError(
            "fit",
            f"`probes` has '{double}' twice." if double else "`probes` is an empty list.",
            "each quantity once: a class of its own for a second one"
            if double
            else "probes=None measures nothing, probes=True the usual set",
        )
    return chosen


def able(chosen: Probes, aim: Aim) -> tuple[tuple[Probe, ...], list[str]]:
    """Return the probes that a model can be measured by, and what is left out of the usual set, in words.

    Raises:
        UsageError: A probe that was asked for by name cannot be measured.
    """
    reasons = unknown_to(aim)
    kept, notes = [], []
    for probe in chosen.members:
        reason = next((reasons[name] for name in probe.needs if name in reasons), None)
        if reason is None:
            kept.append(probe)
        elif chosen.probes is None:
            notes.append(f"{probe.name} is not measured: {reason}.")
        else:
            raise UsageError(
                f"Probe '{probe.name}'",
                f"it cannot be measured: {reason}.",
                "leave it out: probes=True measures what can be",
            )
    return tuple(kept), notes


def unknown_to(aim: Aim) -> dict[str, str]:
    """Return the fields of a view that cannot be filled for a model, each with the reason."""
    if aim.own_step:
        text = "what layers compute inside a `train_step` of your own is not seen"
        return dict.fromkeys(("outputs", "row_losses", "evaluated"), text)
    if aim.own_loss:
        return {"row_losses": "a `compute_loss` of your own gives one number for the batch"}
    return {}


def schedule_for(chosen: Probes, work: int) -> Schedule:
    """Return the schedule with its distance; ``work`` is how many multiply-adds a step's forward pass has."""
    schedule = chosen.schedule or Schedule()
    if schedule.every is not None:
        return schedule
    return schedule.clone(every=next(every for least, every in DISTANCES if work >= least))
