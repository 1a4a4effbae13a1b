"""The process in which test files run: ``keras`` is Pellucid or the real one, ``keras.src`` is the facade.

What to do is in a JSON file that the only argument names: see :class:`conformance.keras_tests.processes.Task`.
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

import pytest

from conformance.keras_tests.facade import importer
from conformance.keras_tests.facade.absent import stand_in_for
from conformance.keras_tests.recorder import Recorder

OUTSIDE = ("tensorflow", "grain", "torch")
"""Packages that test files import and that need not be there; tests that use them fail then."""


def main() -> None:
    """Run the files of a task."""
    task = json.loads(Path(sys.argv[1]).read_text())
    folder = Path(task["folder"])
    if task["on"] == "pellucid":
        importlib.import_module("pellucid.keras.finder").install()
    stand_in_for(OUTSIDE)
    helpers = importlib.import_module("conformance.keras_tests.facade.helpers").helpers()
    importer.install(folder, helpers, set(task["modules"]))
    options = [
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:doctest",
        "--import-mode=importlib",
        "--tb=no",
        "--no-header",
    ]
    options += [
        f"--rootdir={folder.parent}",
        f"--confcutdir={folder.parent}",
        "-c",
        str(folder.parent / "pytest.ini"),
    ]
    with Path(task["out"]).open("a") as out:
        recorder = Recorder(out, folder, task["seconds"], set(task["done"]))
        code = pytest.main(
            [*options, *(str(folder / path) for path in task["files"])], plugins=[recorder]
        )
        recorder.write(ends=int(code))


if __name__ == "__main__":
    main()
