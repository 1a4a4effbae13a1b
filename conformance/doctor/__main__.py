"""``python -m conformance.doctor``: run the bank under the doctor, and print how often he is right."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from conformance.doctor import scoring, table
from conformance.doctor.batches import batches_of, in_turn
from conformance.doctor.case import Case
from conformance.doctor.cases import CASES
from conformance.doctor.running import Outcome, forget
from conformance.doctor.twins import Gate, gate

PARTS = ("open", "held-out", "all")


def options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m conformance.doctor", description=__doc__)
    parser.add_argument("--part", choices=PARTS, default="all", help="which half; default all")
    parser.add_argument("--seeds", type=int, default=5, help="seeds of each program; default 5")
    parser.add_argument("--group", help="only cases of a group: 'pool A', 'healthy' and so on")
    parser.add_argument(
        "--only", help="only the cases with these ids, separated by commas; each is told"
    )
    parser.add_argument(
        "--without-repaired", action="store_true", help="no repaired programs: half the time"
    )
    parser.add_argument("--before", action="store_true", help="look before the first step only")
    parser.add_argument(
        "--verify",
        action="store_true",
        help="try the repairs of the first seed, too: about 20 s a program",
    )
    parser.add_argument(
        "--check-twins", action="store_true", help="no doctor: is the repaired program better?"
    )
    parser.add_argument(
        "--processes", type=int, default=1, help="run so many side by side; default 1"
    )
    parser.add_argument("--write", type=Path, help="write the score as JSON")
    return parser.parse_args(arguments)


def chosen(asked: argparse.Namespace) -> list[Case]:
    """Return the cases that are asked for and can be run here; neighbours share data and programs."""
    names = set(asked.only.split(",")) if asked.only else None
    found = [
        case
        for case in CASES
        if (names is None or case.id in names)
        and (asked.group is None or case.group == asked.group)
        and (
            names is not None
            or asked.part == "all"
            or case.is_held_out == (asked.part == "held-out")
        )
    ]
    away = [case.id for case in found if not case.is_here]
    if away:
        sys.stderr.write(
            f"{len(away)} cases wait for the files of PELLUCID_DATA: {', '.join(away)}\n"
        )
    return sorted((case for case in found if case.is_here), key=lambda case: case.recipe.source)


def scored(cases: Sequence[Case], asked: argparse.Namespace) -> list[Outcome]:
    """Run the cases; of those that are held out only that they ran is told."""
    outcomes: list[Outcome] = []
    batches = batches_of(cases)
    names = [[case.id for case in batch] for batch in batches]
    number = 0
    for batch, results in zip(batches, in_turn(names, asked), strict=True):
        for case, (seconds, found) in zip(batch, results, strict=True):
            number += 1
            outcomes += found
            hidden = case.is_held_out and not asked.only
            text = "(held out)" if hidden else table.of_case(case, found)
            sys.stdout.write(f"{number:3}/{len(cases)} {seconds:5.1f} s  {text}\n")
            sys.stdout.flush()
    return outcomes


def gated(cases: Sequence[Case], seeds: int) -> int:
    """Print for each case whether it stays, and return 1 if one goes."""
    gates: list[Gate] = []
    known: dict[tuple[int, int], float] = {}
    for batch in batches_of(cases):
        for case in batch:
            gates.append(gate(case, seeds, known))
            sys.stdout.write(f"{gates[-1]}\n")
            sys.stdout.flush()
        forget()
    return int(not all(each.is_open for each in gates))


def parts_of(
    cases: Sequence[Case], outcomes: Sequence[Outcome]
) -> dict[str, tuple[list[Case], list[Outcome]]]:
    """Return by a part's name its cases and outcomes; a part without cases is left out."""
    tests: dict[str, Any] = {
        "open": lambda case: not case.is_held_out,
        "held out": lambda case: case.is_held_out,
        "published cases": lambda case: case.group in ("pool A", "pool B", "control"),
        "all": lambda case: True,
    }
    found = {}
    for name, test in tests.items():
        those = [case for case in cases if test(case)]
        ids = {case.id for case in those}
        if those:
            found[name] = (those, [outcome for outcome in outcomes if outcome.case in ids])
    return found


def as_data(cases: Sequence[Case], outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Return the score as plain data, with each outcome of the cases that are not held out."""
    hidden = {case.id for case in cases if case.is_held_out}
    return {
        "parts": {
            name: {measure: share.to_dict() for measure, share in scoring.totals(*part).items()}
            for name, part in parts_of(cases, outcomes).items()
        },
        "checks": scoring.per_check(cases, outcomes),
        "faults": {
            code: share.to_dict() for code, share in scoring.per_fault(cases, outcomes).items()
        },
        "outcomes": [outcome.to_dict() for outcome in outcomes if outcome.case not in hidden],
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, report, and return 0 if nothing failed."""
    asked = options(arguments)
    cases = chosen(asked)
    if asked.check_twins:
        return gated(cases, asked.seeds)
    outcomes = scored(cases, asked)
    for name, part in parts_of(cases, outcomes).items():
        sys.stdout.write("\n" + table.as_text(name, *part, details=name == "all") + "\n")
    if asked.write:
        asked.write.write_text(json.dumps(as_data(cases, outcomes), indent=1) + "\n")
    return int(any(outcome.error for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main())
