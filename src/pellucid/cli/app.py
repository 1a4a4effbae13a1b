"""The commands and their options. Everything that takes time to import is imported when a command runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

import pellucid
from pellucid.cli.choices import (
    DATA_SETS,
    DEFAULTS,
    Activation,
    OptimizerName,
    Schedule,
    Settings,
    Task,
    default_in_words,
    parse_hidden,
)
from pellucid.cli.scripts import AS_THEY_ARE, doctor, run_script
from pellucid.cli.start import guarded


class TeachingGroup(TyperGroup):
    """Prints errors that are meant for the user as two lines, without a traceback."""

    def invoke(self, ctx: Any) -> Any:
        return guarded(super().invoke, ctx)


app = typer.Typer(
    cls=TeachingGroup,
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"pellucid {pellucid.__version__}")
        raise typer.Exit


@app.callback()
def pellucid_command(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_version, is_eager=True, help="Print the version and end."
        ),
    ] = False,
) -> None:
    """Train neural networks, look at what they learnt, and use them.

    Begin with:  pellucid train digits
    """


def _limit(words: str, allows: Callable[[float], bool]) -> Callable[[float | None], float | None]:
    """Return the check of an option's number, for intervals that are open at an end."""

    def check(value: float | None) -> float | None:
        if value is not None and not allows(value):
            raise typer.BadParameter(f"{value} is not in the range {words}.")
        return value

    return check


@app.command()
def train(
    what: Annotated[
        str, typer.Argument(metavar="WHAT", help=f"{', '.join(DATA_SETS)}, or a CSV file.")
    ],
    target: Annotated[
        str | None,
        typer.Option(help="The column to predict, for a CSV file: its name, or -1 for the last."),
    ] = None,
    task: Annotated[
        Task | None,
        typer.Option(help="Classes or quantities; found from the target column by itself."),
    ] = None,
    hidden: Annotated[
        str | None,
        typer.Option(
            metavar="N,N,...",
            help=f"Units of each hidden layer, or none. {default_in_words('hidden')}",
        ),
    ] = None,
    activation: Annotated[
        Activation | None,
        typer.Option(help=f"Of the hidden layers. {default_in_words('activation')}"),
    ] = None,
    dropout: Annotated[
        float | None,
        typer.Option(
            callback=_limit("0<=x<1", lambda x: 0 <= x < 1),
            help=f"Fraction of hidden outputs dropped, 0<=x<1. {default_in_words('dropout')}",
        ),
    ] = None,
    optimizer: Annotated[
        OptimizerName | None, typer.Option(help=f"{default_in_words('optimizer')}")
    ] = None,
    learning_rate: Annotated[
        float | None,
        typer.Option(
            callback=_limit("x>0", lambda x: 0 < x < float("inf")),
            help="Above 0. [default: the optimizer's; adam 0.001]",
        ),
    ] = None,
    schedule: Annotated[
        Schedule | None,
        typer.Option(
            help=f"Whether the rate falls to zero over the epochs. {default_in_words('schedule')}"
        ),
    ] = None,
    epochs: Annotated[
        int | None,
        typer.Option(min=1, help=f"Most passes over the data. {default_in_words('epochs')}"),
    ] = None,
    batch_size: Annotated[
        int | None, typer.Option(min=1, help=f"Rows per update. {default_in_words('batch_size')}")
    ] = None,
    patience: Annotated[
        int | None,
        typer.Option(
            min=0,
            help=f"Epochs without a better validation loss before it stops. {default_in_words('patience')}",
        ),
    ] = None,
    validation: Annotated[
        float | None,
        typer.Option(
            callback=_limit("0<x<1", lambda x: 0 < x < 1),
            help=f"Fraction of rows held out for that, 0<x<1. {default_in_words('validation')}",
        ),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same numbers.")] = 0,
    out: Annotated[Path, typer.Option(help="The folder in which the run's folder is made.")] = Path(
        "runs"
    ),
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print only the result.")] = False,
    no_doctor: Annotated[
        bool, typer.Option("--no-doctor", help="Do not look for what is wrong with the training.")
    ] = False,
) -> None:
    """Train a network and measure it on rows it never saw.

    A fifth of a table's rows is set aside as the test; the data sets have a test part of their own.
    Leaves a folder with the model file, the history, the curves, a report and the script that repeats it.

    Examples:  pellucid train digits --hidden 256,128 --dropout 0.3

               pellucid train penguins.csv --target species
    """
    given = {
        "hidden": None if hidden is None else parse_hidden(hidden),
        "activation": str(activation) if activation else None,
        "dropout": dropout,
        "optimizer": str(optimizer) if optimizer else None,
        "learning_rate": learning_rate,
        "schedule": str(schedule) if schedule else None,
        "epochs": epochs,
        "batch_size": batch_size,
        "patience": patience,
        "validation": validation,
        "seed": seed,
    }
    defaults = DEFAULTS[what if what in DEFAULTS else "table"]
    settings: Settings = replace(
        defaults, **{name: value for name, value in given.items() if value is not None}
    )

    from pellucid.cli.train import run

    code = run(
        what,
        settings,
        target=target,
        task=str(task) if task else None,
        out=out,
        quiet=quiet,
        doctor=not no_doctor,
    )
    raise typer.Exit(code)


@app.command()
def predict(
    model: Annotated[
        Path, typer.Argument(metavar="MODEL", help="A model file (.safetensors) or a run's folder.")
    ],
    data: Annotated[
        Path, typer.Argument(metavar="DATA", help="Rows as a CSV file, or arrays as .npy.")
    ],
    out: Annotated[
        Path | None,
        typer.Option(help="Where to write: .csv, or .npy for the plain outputs. [default: print]"),
    ] = None,
) -> None:
    """Predict the rows of a file.

    Written are the label and each class's probability, or the quantity in its unit.
    If the file also holds the target column, the score is told.
    """
    from pellucid.cli.predict import run

    run(model, data, out)


@app.command()
def summary(
    model: Annotated[
        Path, typer.Argument(metavar="MODEL", help="A model file (.safetensors) or a run's folder.")
    ],
) -> None:
    """Show what a model file holds.

    Layers, shapes, parameters, labels, how it was trained, and what it does to a table.
    """
    from pellucid.cli.summary import run

    run(model)


app.command("run", context_settings=AS_THEY_ARE)(run_script)
app.command("doctor", context_settings=AS_THEY_ARE)(doctor)


@app.command()
def check() -> None:
    """Show the device and its speed.

    Versions and driver too, and, if a graphics card lies idle, the line that gets it used.
    """
    from pellucid.cli.check import run

    run()
