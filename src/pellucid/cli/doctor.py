"""``pellucid doctor``: a script runs with the doctor beside its trainings, and what was found is told at its end."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pellucid.cli.choices import INTERRUPTED
from pellucid.cli.findings import as_lines, as_text
from pellucid.cli.start import in_words
from pellucid.core.errors import ArgumentError, PellucidError
from pellucid.insight.doctor.checks import all_checks
from pellucid.insight.doctor.doctor import Doctor
from pellucid.insight.doctor.round import Round, Visit
from pellucid.keras.running import run_file

SCRIPT_FAILED = 3
"""The exit code where the script failed or there is none; 0, 1 and 2 say what the doctor found."""


@dataclass(frozen=True)
class Wishes:
    """The options.

    Attributes:
        json: Where the findings are written as data, or None.
        acknowledge: Findings that the user knows of.
        verify: Whether repairs are tried.
        rehearsal: Whether a second of training on a copy comes before each training.
        epochs: After how many epochs each training ends; None where the script says.
        quiet: Whether only the findings are printed.
    """

    json: Path | None = None
    acknowledge: tuple[str, ...] = ()
    verify: bool = False
    rehearsal: bool = True
    epochs: int | None = None
    quiet: bool = False


def run(script: Path, arguments: list[str], wishes: Wishes) -> int:
    """Run the file, print what the doctor found, and return the exit code.

    Args:
        script: A ``.py`` or ``.ipynb`` file.
        arguments: The words for the script.
        wishes: The options.
    """
    try:
        return attend(script, arguments, wishes)
    except PellucidError as error:  # of what was asked for, not of the script, whose own are shown
        print(in_words(error), file=sys.stderr)
        return SCRIPT_FAILED


def attend(script: Path, arguments: list[str], wishes: Wishes) -> int:
    """Run the file with the doctor beside its trainings; arguments and answer as for :func:`run`.

    Raises:
        ArgumentError: There is no such file, no such code, or no folder for the JSON file.
    """
    for code in wishes.acknowledge:
        check_code(code)
    if wishes.json is not None:
        check_folder(wishes.json)
    doctor = Doctor(
        rehearsal=wishes.rehearsal, acknowledge=wishes.acknowledge, verify=wishes.verify
    )
    around = Round(doctor, wishes.epochs, says=not wishes.quiet)
    with around.opened():
        code = run_file(script, arguments, quiet=True, command="doctor")
    sys.stderr.flush()
    words = as_lines(around) if wishes.quiet else as_text(around, script.name)
    if words:
        print(words, flush=True)
    if wishes.json is not None:
        write(wishes.json, around)
    if code == INTERRUPTED:
        return code
    return SCRIPT_FAILED if code else around.exit_code


def check_code(given: str) -> None:
    """Refuse a finding to acknowledge that no check can find.

    Raises:
        ArgumentError: It has another form, or there is no such code.

    >>> check_code("D201@dense_1")
    """
    form = re.fullmatch(r"(D\d{3})(@.+)?", given)
    if form is None or form[1] not in {check.code for check in all_checks()}:
        raise ArgumentError(
            "--acknowledge",
            "it must be the code of a finding, or CODE@PLACE with a layer or an argument, "
            f"but it is '{given}'; docs/doctor.md lists the codes.",
            "--acknowledge D201",
        )


def check_folder(path: Path) -> None:
    """Refuse a file that cannot be written, before the script runs.

    Raises:
        ArgumentError: Its folder does not exist, or it is a folder itself.
    """
    if path.is_dir() or not path.absolute().parent.is_dir():
        problem = "is a folder" if path.is_dir() else "lies in a folder that does not exist"
        raise ArgumentError("--json", f"'{path}' {problem}.", "--json diagnosis.json")


def write(path: Path, around: Round) -> None:
    """Write one entry for each training; those that nobody could attend have no diagnosis."""
    entries = [entry(visit) for visit in around.visits]
    entries += [
        {**place("where", where), "what": what, "diagnosis": None}
        for what, where in around.unseen.items()
    ]
    path.write_text(json.dumps(entries, indent=2) + "\n", encoding="utf-8")


def entry(visit: Visit) -> dict[str, Any]:
    """Return a visit as data."""
    made = {
        **place("where", visit.where),
        "compiled": place("where", visit.compiled)["where"],
        "ended": visit.ended,
        "diagnosis": visit.diagnosis.to_dict(),
    }
    if visit.verified is not None:
        made["verified"] = visit.verified.to_dict()
    return made


def place(name: str, line: str | None) -> dict[str, Any]:
    """Return the user's line as its place and its text.

    >>> place("where", "train.py:3: model.fit(x, y)")
    {'where': 'train.py:3', 'line': 'model.fit(x, y)'}
    """
    where, _, text = (line or "").partition(": ")
    return {name: where or None, "line": text or None}
