"""``python -m conformance.keras_tests``: run Keras's own tests against Pellucid and report."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from conformance.keras_tests import areas, passes, processes, reasons, source
from conformance.keras_tests.counting import Functions, functions_of
from conformance.keras_tests.outcomes import Outcome, outcomes
from conformance.keras_tests.report import Report


def options(arguments: list[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m conformance.keras_tests", description=__doc__)
    parser.add_argument("--area", help=f"comma-separated, of {', '.join(areas.AREAS)}; default all")
    parser.add_argument("--only", default="", help="only files whose path holds this text")
    parser.add_argument("--wheel", type=Path, help="a wheel of Keras; default the installed one")
    parser.add_argument(
        "--on", choices=("pellucid", "keras"), default="pellucid", help="what the facade stands on"
    )
    parser.add_argument(
        "--write", action="store_true", help="with --on keras: write passes_on_keras.txt anew"
    )
    parser.add_argument("--json", type=Path, help="write the report as data, too")
    parser.add_argument("--seconds", type=float, default=120.0, help="how long a case may take")
    parser.add_argument(
        "--verbose", action="store_true", help="name every failing function and what it said"
    )
    return parser.parse_args(arguments)


def run_area(area: str, tests: source.Source, asked: argparse.Namespace) -> dict[str, Outcome]:
    """Run the files of one area and return the outcome of every function."""
    files = [path for path in areas.files_of(area, tests.tests) if asked.only in path]
    functions: dict[str, Functions] = {path: functions_of(tests.read(path)) for path in files}
    if not files:
        return {}
    with tempfile.TemporaryDirectory(prefix="keras-tests-") as scratch:
        folder = Path(scratch) / "unpacked"
        tests.unpack(folder, tests.tests)
        task = processes.Task(
            asked.on,
            str(folder),
            files,
            sorted(tests.modules),
            str(Path(scratch) / "lines"),
            asked.seconds,
        )
        return outcomes(processes.run(task), functions)


def main(arguments: list[str] | None = None) -> int:
    """Run, report, and return 0 if all that is measured is passed or explained."""
    asked = options(arguments)
    tests = source.find(asked.wheel)
    found: dict[str, Outcome] = {}
    for area in areas.chosen(asked.area):
        of_area = run_area(area, tests, asked)
        found |= of_area
        passed = sum(outcome.passes() for outcome in of_area.values())
        sys.stderr.write(f"{area}: {passed} of {len(of_area)} functions pass\n")
    if asked.on == "keras":
        return on_keras(found, tests.version, asked)
    if tests.version != passes.version():
        sys.stderr.write(
            f"the list of passes is of Keras {passes.version()}, these tests are of {tests.version}\n"
        )
    report = Report(
        found, passes.read(), reasons.read(), {outcome.file for outcome in found.values()}
    )
    sys.stdout.write(report.text(asked.verbose) + "\n")
    if asked.json:
        asked.json.write_text(json.dumps(report.data(), indent=1))
    return 0 if report.reached() else 1


def on_keras(found: dict[str, Outcome], version: str, asked: argparse.Namespace) -> int:
    """Say what does not pass on Keras itself, and write the list of what does."""
    if asked.verbose:
        for outcome in found.values():
            if not outcome.passes() and outcome.counts["failed"]:
                sys.stdout.write(f"{outcome.name}  {outcome.said[:200]}\n")
    if asked.write:
        count = passes.write(found.values(), version)
        sys.stdout.write(f"{passes.FILE.name} has {count} functions now\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
