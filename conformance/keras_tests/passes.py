"""The list of functions that pass on Keras's own facade, with their numbers of cases: what Pellucid is measured by.

The file has a paragraph for each test file and a line for each class::

    losses/losses_test.py
      MeanSquaredErrorTest: base_function_reduction config no_reduction*2

Names are without their ``test_``; ``*2`` means two cases.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from conformance.keras_tests.outcomes import Outcome

FILE = Path(__file__).with_name("passes_on_keras.txt")


def read(path: Path = FILE) -> dict[str, int]:
    """Return the number of cases by ``"file::class::function"``."""
    found: dict[str, int] = {}
    file = ""
    for line in path.read_text().splitlines():
        if line.startswith("#") or not line.strip():
            continue
        if not line.startswith(" "):
            file = line
            continue
        kind, _, names = line.strip().partition(": ")
        for entry in names.split():
            name, _, cases = entry.partition("*")
            found[f"{file}::{kind}::test_{name}"] = int(cases or 1)
    return found


def version(path: Path = FILE) -> str:
    """Return the version of the Keras that the list was made with."""
    return path.read_text().split("\n", 1)[0].removeprefix("# Keras ").partition(" ")[0]


def write(outcomes: Iterable[Outcome], keras_version: str, path: Path = FILE) -> int:
    """Write what passed in place of what the list says of the same files; return how many functions it has then."""
    outcomes = list(outcomes)
    run = {outcome.file for outcome in outcomes}
    kept = read(path) if path.exists() and version(path) == keras_version else {}
    found = {name: cases for name, cases in kept.items() if name.partition("::")[0] not in run}
    found |= {outcome.name: outcome.counts["passed"] for outcome in outcomes if outcome.passes()}
    by_file: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for name, cases in sorted(found.items()):
        file, kind, function = name.split("::")
        by_file[file][kind].append(
            function.removeprefix("test_") + (f"*{cases}" if cases > 1 else "")
        )
    lines = [
        f"# Keras {keras_version} on its own facade, JAX below: functions that pass; *2 for two cases."
    ]
    for file, kinds in by_file.items():
        lines.append(file)
        lines += [f"  {kind}: {' '.join(names)}" for kind, names in kinds.items()]
    path.write_text("\n".join(lines) + "\n")
    return len(found)
