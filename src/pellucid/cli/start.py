"""The way in: a script is run at once, all else goes through the parser, whose own imports take a tenth of a second."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from pellucid.cli.choices import FAILED, INTERRUPTED
from pellucid.core import garbage
from pellucid.core.errors import PellucidError


def main(words: Sequence[str] | None = None) -> None:
    """Run the command line, by default the words that the process was started with."""
    words = sys.argv[1:] if words is None else words
    if words[:1] == ["run"] and len(words) > 1 and not words[1].startswith("-"):
        sys.exit(guarded(_run_script, words[1], list(words[2:])))
    from pellucid.cli.app import app

    app(list(words), prog_name="pellucid")


def _run_script(script: str, arguments: list[str]) -> int:
    garbage.put_off()  # until the script makes its first layer
    from pellucid.cli.run import run

    return run(Path(script), arguments, quiet=False)


def guarded(command: Callable[..., Any], *arguments: Any) -> Any:
    """Return what a command returns; errors meant for the user end the process with two lines, no traceback."""
    try:
        return command(*arguments)
    except PellucidError as error:
        print(in_words(error), file=sys.stderr)
        raise SystemExit(FAILED) from None
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        raise SystemExit(INTERRUPTED) from None


def in_words(error: PellucidError) -> str:
    """Return the error's text without the place in the code, which is none of the user's here."""
    text = f"Error: {error.who + ': ' if error.who else ''}{error.problem}"
    return f"{text}\n  Repair: {as_option(error.repair)}" if error.repair else text


def as_option(repair: str) -> str:
    """Write a repair that is one argument of a call as the option of the command line; leave others as they are.

    >>> as_option("target='price'"), as_option("batch_size=32"), as_option("give fewer rows")
    ("--target 'price'", '--batch-size 32', 'give fewer rows')
    """
    argument = re.fullmatch(r"(\w+)=('[^']*'|[\w.]+)", repair)
    return f"--{argument[1].replace('_', '-')} {argument[2]}" if argument else repair
