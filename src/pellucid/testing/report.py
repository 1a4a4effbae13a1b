"""What a run of the battery found, check by check, and how it says so."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import Any

from pellucid.core.errors import PellucidError

WIDTH = 100


class Broken(Exception):
    """A contract is broken; the text says by which numbers."""


class NotApplicable(Exception):
    """A check makes no sense for this layer; the text says why."""


class ConformanceError(PellucidError, AssertionError):
    """A layer breaks one of the contracts that every layer keeps."""


@dataclass(frozen=True)
class Finding:
    """What one check found.

    Attributes:
        check: The check's name.
        status: ``"passed"``, ``"failed"`` or ``"skipped"``.
        words: Why it was skipped, or what is broken, by which numbers, from which usual cause and how to repair it.
    """

    check: str
    status: str
    words: str = ""


@dataclass(frozen=True)
class Numbers:
    """What the layer computed in double precision at inference, for a comparison with another framework.

    Attributes:
        inputs: The inputs: an array, a list or a dict.
        params: Parameters by path.
        state: State by path.
        outputs: The outputs.
        cotangent: Fixed random arrays like the outputs, None for outputs that are not floats.
        gradient: ``(by parameter path, by input)``: the gradient of ``sum(outputs * cotangent)``, in the inputs' order
            for inputs of floats; None where nothing can be differentiated.
    """

    inputs: Any
    params: dict[str, Any]
    state: dict[str, Any]
    outputs: Any
    cotangent: Any
    gradient: Any


@dataclass(frozen=True)
class Report:
    """What :func:`~pellucid.testing.check_layer` found; printed, it is a table.

    Attributes:
        who: The layer, as its ``repr``.
        findings: One for every check, in order.
        numbers: What the layer computed, or None if it could not be computed.

    Example:
        >>> from pellucid import layers, testing
        >>> report = testing.check_layer(layers.Flatten, {}, (2, 3, 2))
        >>> report.ok, len(report.passed), len(report.failed)
        (True, 8, 0)
    """

    who: str
    findings: tuple[Finding, ...]
    numbers: Numbers | None = None

    @property
    def passed(self) -> list[str]:
        """The names of the checks that ran and found nothing."""
        return [each.check for each in self.findings if each.status == "passed"]

    @property
    def failed(self) -> dict[str, str]:
        """What is broken, in words, by check."""
        return {each.check: each.words for each in self.findings if each.status == "failed"}

    @property
    def skipped(self) -> dict[str, str]:
        """Why checks were skipped, by check."""
        return {each.check: each.words for each in self.findings if each.status == "skipped"}

    @property
    def ran(self) -> int:
        """How many checks ran."""
        return len(self.findings) - len(self.skipped)

    @property
    def ok(self) -> bool:
        """Whether at least one check ran, and none failed."""
        return self.ran > 0 and not self.failed

    def raise_if_failed(self) -> None:
        """Raise what is broken.

        Raises:
            ConformanceError: A check failed, or none ran.
        """
        if not self.ok:
            problem = "\n".join(f"[{name}] {words}" for name, words in self.failed.items())
            raise ConformanceError(self.who, problem or "no check ran.")

    def __str__(self) -> str:
        counts = f"{len(self.passed)} passed, {len(self.failed)} failed"
        lines = [f"{self.who}: {self.ran} checks ran ({counts}), {len(self.skipped)} skipped"]
        for each in self.findings:
            head = f"  {each.status:<8}{each.check:<15}"
            lines += textwrap.wrap(
                each.words,
                WIDTH,
                initial_indent=head,
                subsequent_indent=" " * len(head),
            ) or [head.rstrip()]
        return "\n".join(lines)
