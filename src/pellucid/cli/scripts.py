"""The commands that run a script: ``pellucid run`` and ``pellucid doctor``, with their options."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

AS_THEY_ARE = {"allow_interspersed_args": False}
"""What follows the script's name is the script's, options too."""

Script = Annotated[
    Path, typer.Argument(metavar="SCRIPT", help="A Python script (.py) or a notebook (.ipynb).")
]
Arguments = Annotated[
    list[str] | None,
    typer.Argument(metavar="[ARGUMENTS]...", help="Given to the script as they are."),
]


def run_script(
    script: Script,
    arguments: Arguments = None,
    quiet_notes: Annotated[
        bool, typer.Option("--quiet-notes", help="Leave out the notes at the end.")
    ] = False,
) -> None:
    """Run a script that was written for Keras.

    The script's imports of keras and tensorflow get Pellucid. At the end it says which old forms the script uses,
    their modern names, and where Pellucid did otherwise than Keras.

    Example:  pellucid run mnist_mlp.py --epochs 5
    """
    from pellucid.cli.run import run

    raise typer.Exit(run(script, arguments or [], quiet_notes))


def doctor(
    script: Script,
    arguments: Arguments = None,
    json: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write what was found to a JSON file too.")
    ] = None,
    acknowledge: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CODE[@PLACE]",
            help="A finding that you know of, D401 or D301@dense_1; may be given several times.",
        ),
    ] = None,
    verify: Annotated[
        bool, typer.Option("--verify", help="Try the repairs on copies after each training.")
    ] = False,
    no_rehearsal: Annotated[
        bool, typer.Option("--no-rehearsal", help="Leave out the second of training on a copy.")
    ] = False,
    epochs: Annotated[
        int | None, typer.Option(min=1, help="End each training after so many epochs.")
    ] = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Print only the findings, a line each.")
    ] = False,
) -> None:
    """Run a script and say what is wrong with its trainings.

    Runs a script for Keras or Pellucid as 'pellucid run' does, with the doctor beside every call of fit.
    The exit code is 0 if nothing was found, 1 for warnings, 2 if something is serious, 3 if the script failed
    or is not there.

    Example:  pellucid doctor --epochs 2 mnist_mlp.py
    """
    from pellucid.cli.doctor import Wishes, run

    wishes = Wishes(json, tuple(acknowledge or ()), verify, not no_rehearsal, epochs, quiet)
    raise typer.Exit(run(script, arguments or [], wishes))
