"""``pellucid run``: a script or notebook that was written for Keras, as it stands."""

from __future__ import annotations

from pathlib import Path

from pellucid.keras.running import run_file


def run(script: Path, arguments: list[str], quiet: bool) -> int:
    """Run the file; return the exit code.

    Args:
        script: A ``.py`` or ``.ipynb`` file.
        arguments: The words for the script.
        quiet: Whether the notes at the end are left out.
    """
    return run_file(script, arguments, quiet=quiet)
