"""From lines about cases to outcomes of functions.

Terms: a *case* is what runs, a *function* what is written in the test file; a parameterized function makes several
cases. A function passes when it has a case that passed and none that failed; its number of passed cases is kept too,
so that a case that one Keras runs and another skips is seen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from conformance.keras_tests.counting import Functions, function_of


@dataclass
class Outcome:
    """What became of a function.

    Args:
        name: ``"file::class::function"``.
        numeric: Whether it compares numbers.
        counts: How many cases passed, failed, were skipped.
        failures: What was said of those that failed: their lines.
        seconds: The time of all cases.
    """

    name: str
    numeric: bool
    counts: Counter[str] = field(default_factory=Counter)
    failures: list[dict[str, Any]] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def file(self) -> str:
        """The test file."""
        return self.name.partition("::")[0]

    def passes(self, cases: int = 1) -> bool:
        """Tell whether it passes with at least so many cases."""
        return not self.counts["failed"] and self.counts["passed"] >= cases

    @property
    def said(self) -> str:
        """What the first failure said, in one line."""
        if not self.failures:
            return "skipped" if self.counts["skipped"] else "not run"
        first = self.failures[0]
        return f"{first.get('kind', '')}: {' '.join(first.get('message', '').split())}"


def outcomes(
    lines: Iterable[dict[str, Any]], functions: dict[str, Functions]
) -> dict[str, Outcome]:
    """Return the outcome of every function of some files.

    Args:
        lines: What the processes wrote.
        functions: By file, what :func:`conformance.keras_tests.counting.functions_of` found.
    """
    found = {
        f"{file}::{kind}::{name}": Outcome(f"{file}::{kind}::{name}", numeric)
        for file, kinds in functions.items()
        for kind, names in kinds.items()
        for name, numeric in names.items()
    }
    for line in lines:
        if "case" in line:
            _count(found, line, functions)
        elif "error" in line:
            for name, outcome in found.items():
                if name.startswith(f"{line['file']}::"):
                    outcome.counts["failed"] += 1
                    outcome.failures.append({"kind": "Import", "message": line["error"]})
    return found


def _count(
    found: dict[str, Outcome], line: dict[str, Any], functions: dict[str, Functions]
) -> None:
    file, kind, case = line["case"].split("::")
    function = function_of(case, list(functions.get(file, {}).get(kind, {})))
    outcome = found.setdefault(
        f"{file}::{kind}::{function}", Outcome(f"{file}::{kind}::{function}", False)
    )
    outcome.counts[line["outcome"]] += 1
    outcome.seconds += line.get("seconds", 0.0)
    if line["outcome"] == "failed":
        outcome.failures.append(line)
