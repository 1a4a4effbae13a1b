"""The report: how many functions pass by area, why others are left, and what nobody has explained."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

from conformance.keras_tests.areas import area_of
from conformance.keras_tests.outcomes import Outcome
from conformance.keras_tests.reasons import Reason, category, stale

TARGETS = {"numeric": 0.90, "all": 0.80}
"""The shares of what passes on Keras's own facade that must pass here."""


@dataclass
class Report:
    """What a run found.

    Args:
        outcomes: Of every function of the files that were run.
        expected: The number of cases of every function that passes on Keras's own facade.
        reasons: The entries of ``reasons.toml``.
        files: The files that were run.
    """

    outcomes: dict[str, Outcome]
    expected: dict[str, int]
    reasons: list[Reason]
    files: set[str]

    @property
    def measured(self) -> dict[str, Outcome]:
        """The functions that count: those that pass on Keras's own facade."""
        return {name: self.outcomes[name] for name in self.expected if name in self.outcomes}

    @property
    def failing(self) -> list[Outcome]:
        """Those of them that do not pass here."""
        return [
            outcome
            for name, outcome in self.measured.items()
            if not outcome.passes(self.expected[name])
        ]

    def categories(self) -> dict[str | None, list[Outcome]]:
        """Return the failing functions by category; None holds the unexplained."""
        found: dict[str | None, list[Outcome]] = defaultdict(list)
        for outcome in self.failing:
            found[category(outcome, self.reasons)].append(outcome)
        return found

    def stale(self) -> list[str]:
        """Return the patterns of reasons that nothing needs any more."""
        failing = (outcome.name for outcome in self.failing)
        return stale(self.reasons, self.expected, failing, self.files)

    def counts(self) -> dict[str, Counter[str]]:
        """Return, by area, how many functions there are and pass, and how many of them compare numbers."""
        failing = {outcome.name for outcome in self.failing}
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for name, outcome in self.measured.items():
            for area in (area_of(outcome.file), "total"):
                found[area]["all"] += 1
                found[area]["numeric"] += outcome.numeric
                found[area]["all passed"] += name not in failing
                found[area]["numeric passed"] += outcome.numeric and name not in failing
        return found

    def shares(self) -> dict[str, float]:
        """Return the shares that pass, ``"numeric"`` and ``"all"``."""
        total = self.counts()["total"]
        return {name: total[f"{name} passed"] / max(total[name], 1) for name in TARGETS}

    def reached(self) -> bool:
        """Tell whether the targets are reached, everything left is explained, and no reason is stale."""
        shares = self.shares()
        enough = all(shares[name] >= least for name, least in TARGETS.items())
        return enough and None not in self.categories() and not self.stale()

    def text(self, verbose: bool = False) -> str:
        """Return the report for people; with ``verbose`` every failing function and what it said."""
        lines = [f"{'area':16}{'numeric':>16}{'':>8}{'all':>16}"]
        counts = self.counts()
        for area in [*(area for area in counts if area != "total"), "total"]:
            lines.append(_row(area, counts[area]))
        for name, left in sorted(self.categories().items(), key=lambda item: -len(item[1])):
            numeric = sum(outcome.numeric for outcome in left)
            lines.append(
                f"left: {name or 'UNEXPLAINED'}: {len(left)} functions, {numeric} of them numeric"
            )
            if verbose or name is None:
                lines += [_failure(outcome) for outcome in left]
        lines += [f"stale reason: {pattern}" for pattern in self.stale()]
        return "\n".join(lines)

    def data(self) -> dict[str, Any]:
        """Return the report as data."""
        left = {
            outcome.name: {
                "category": name,
                "numeric": outcome.numeric,
                "failures": outcome.failures or outcome.said,
            }
            for name, entries in self.categories().items()
            for outcome in entries
        }
        return {
            "shares": self.shares(),
            "areas": {area: dict(count) for area, count in self.counts().items()},
            "left": left,
            "stale": self.stale(),
            "seconds": round(sum(outcome.seconds for outcome in self.outcomes.values()), 1),
        }


def _row(area: str, count: Counter[str]) -> str:
    numeric = f"{count['numeric passed']} of {count['numeric']}"
    everything = f"{count['all passed']} of {count['all']}"
    share = count["numeric passed"] / max(count["numeric"], 1)
    return f"{area:16}{numeric:>16}{share:>8.1%}{everything:>16}{count['all passed'] / max(count['all'], 1):>8.1%}"


def _failure(outcome: Outcome) -> str:
    return f"    {'#' if outcome.numeric else ' '} {outcome.name}  {outcome.said[:160]}"
