"""Runs a file, prints its error if it has one, and says the last words; the answer is the exit code."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from pellucid.core.errors import ArgumentError
from pellucid.keras import notices
from pellucid.keras.running import closing, figures, notebook, places, script, tracebacks

FAILED = 1
INTERRUPTED = 130


def run_file(
    path: str | Path, arguments: Sequence[str] = (), quiet: bool = False, command: str = "run"
) -> int:
    """Run a script or a notebook that was written for Keras.

    Args:
        path: A ``.py`` file or a ``.ipynb`` file.
        arguments: The words that the script finds in ``sys.argv[1:]``.
        quiet: Whether the closing notes are left out.
        command: What was asked for, ``pellucid run`` or another command that runs files; errors name it.

    Returns:
        The exit code: 0, what the script gave to ``sys.exit``, 1 after an error, 130 after Ctrl-C.

    Raises:
        ArgumentError: There is no such file.
    """
    path = Path(path)
    if not path.is_file():
        problem = "is a folder" if path.is_dir() else "does not exist"
        raise ArgumentError(
            f"pellucid {command}", f"{path} {problem}.", f"pellucid {command} SCRIPT.py"
        )
    path = path.absolute()  # so that lines are found after the script has changed its folder
    kind = notebook if path.suffix == ".ipynb" else script
    with places.as_main(path, arguments) as main:
        try:
            kind.run(path, main)
            if figures.album().left_open:
                figures.save_open()
            code = 0
        except SystemExit as asked:
            code = exit_code(asked)
        except KeyboardInterrupt as stopped:
            sys.stderr.write(tracebacks.in_words(stopped, str(path)))
            code = INTERRUPTED
        except BaseException as error:  # whatever a script may raise is its own and is shown
            sys.stdout.flush()
            sys.stderr.write(tracebacks.in_words(error, str(path)))
            code = FAILED
    words = closing.last_words(notices.collected(), figures.album(), quiet)
    if words:
        sys.stdout.flush()
        sys.stderr.write(f"{words}\n")
    return code


def exit_code(asked: SystemExit) -> int:
    """Return the code that ``sys.exit`` was given; words are printed, and mean 1.

    >>> exit_code(SystemExit()), exit_code(SystemExit(3))
    (0, 3)
    """
    if asked.code is None or isinstance(asked.code, int):
        return asked.code or 0
    sys.stderr.write(f"{asked.code}\n")
    return FAILED
