"""The page of one run: a single HTML file that needs no network and shows what the test says, and where it is wrong."""

from __future__ import annotations

import datetime
import platform
from dataclasses import asdict
from html import escape
from importlib import metadata
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any

import pellucid
from pellucid.cli import charts, diagnosis, network
from pellucid.cli.choices import Settings
from pellucid.cli.mistakes import confusion_section, quantity_section, worst
from pellucid.cli.problem import Problem
from pellucid.cli.scores import ClassScore, amount, count

if TYPE_CHECKING:
    from pellucid.cli.result import Result

TEMPLATE = Path(__file__).with_name("report.html")
ENDINGS = {
    "epochs": "all epochs were done",
    "early stopping": "the validation loss no longer fell",
    "interrupt": "you stopped it",
    "non-finite": "a number became infinite; the last good weights were kept",
}


def page(problem: Problem, settings: Settings, result: Result, script: str) -> str:
    """Return the report as HTML.

    Args:
        problem: The data.
        settings: The chosen numbers.
        result: What the training gave.
        script: The script that repeats it.
    """
    test = (
        confusion_section(problem, result)
        if result.sureness is not None
        else quantity_section(problem, result)
    )
    return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        title=escape(f"{problem.name}: {_headline(problem, result)}"),
        subtitle=escape(
            f"A network of {result.model.count_params():,} parameters, trained on {_rows(result):,} rows on "
            f"{datetime.datetime.now():%d %B %Y at %H:%M}."
        ),
        tiles=_tiles(result),
        verdict=escape(_verdict(result)),
        curves_words=escape(_curves_words(result)),
        curves=_curves(problem, result),
        doctor=diagnosis.section(result.diagnosis),
        test=test,
        worst=worst(problem, result),
        notes=_notes(problem),
        settings=_settings(settings),
        script=escape(script),
        versions=escape(versions()),
    )


def versions() -> str:
    """Say what the numbers were made with."""
    found = [f"Pellucid {pellucid.__version__}", f"Python {platform.python_version()}"]
    found += [f"{name} {metadata.version(name)}" for name in ("jax", "numpy", "optax")]
    return ", ".join([*found, f"{platform.system()} {platform.machine()}"])


def _headline(problem: Problem, result: Result) -> str:
    score = result.score
    if isinstance(score, ClassScore):
        return f"{100 * score.accuracy:.1f} % of the test rows are right"
    return f"off by {amount(score.mae)} on average in the test"


def _rows(result: Result) -> int:
    """The rows that trained, without those held out."""
    return int(result.history.params["rows"])


def _tiles(result: Result) -> str:
    score, history = result.score, result.history
    if isinstance(score, ClassScore):
        interval = (
            f"test accuracy; 95 % sure it is {100 * score.low:.1f} to {100 * score.high:.1f} %"
        )
        tiles = [
            (f"{100 * score.accuracy:.1f} %", interval),
            (f"{100 * score.trivial:.1f} %", f"without a network: always “{score.trivial_label}”"),
        ]
    else:
        tiles = [
            (f"{amount(score.mae)}", "mean absolute error in the test"),
            (
                f"{amount(score.trivial_mae)}",
                f"without a network: always the mean, {amount(score.trivial_value)}",
            ),
            (
                "–" if score.r2 != score.r2 else f"{score.r2:.3f}",
                f"R²; root mean squared error {amount(score.rmse)}",
            ),
        ]
    if history.epoch:
        kept = history.best_epoch if history.restored_epoch is None else history.restored_epoch
        ending = ENDINGS.get(history.ended, history.ended)
        tiles.append((f"{kept + 1} of {len(history.epoch)}", f"epoch kept; {ending}"))
    tiles.append((f"{result.seconds:.1f} s", "training, compilation included"))
    return "".join(
        f'<div class="tile"><b>{escape(b)}</b><span>{escape(words)}</span></div>'
        for b, words in tiles
    )


def _verdict(result: Result) -> str:
    score = result.score
    better = (
        score.low > score.trivial
        if isinstance(score, ClassScore)
        else score.mae < score.trivial_mae
    )
    if not better:
        return (
            "On rows it never saw the network is no better than an answer that ignores the inputs: it has learnt "
            "nothing of use, or there is nothing to learn from these columns."
        )
    if isinstance(score, ClassScore):
        wrong, trivial = (
            round(score.rows * (1 - share)) for share in (score.accuracy, score.trivial)
        )
        seen = f"Measured on {count(score.rows)} it never saw: {wrong:,} mistake{'' if wrong == 1 else 's'}"
        return f"{seen} where the trivial answer makes {trivial:,}."
    return (
        f"Measured on {count(score.rows)} it never saw, in the target's own unit. It is off by "
        f"{100 * score.mae / score.trivial_mae:.0f} % of what the trivial answer is off by."
    )


def _curves_words(result: Result) -> str:
    return (
        "“While training” is the mean over an epoch while the weights still change and dropout is on; “validation” is "
        "measured after the epoch on rows that do not train. So the two differ a little even when nothing is wrong; a "
        "validation curve that turns away is over-fitting."
        + (
            " The loss is that of the scaled target."
            if not isinstance(result.score, ClassScore)
            else ""
        )
    )


def _curves(problem: Problem, result: Result) -> str:
    history = result.history
    columns, epochs = history.history, [epoch + 1 for epoch in history.epoch]
    if not epochs:
        return "<p>No epoch was finished.</p>"
    kept = history.best_epoch if history.restored_epoch is None else history.restored_epoch
    drawn = []
    for name in columns:
        if name.startswith("val_") or name == "learning_rate":
            continue
        lines = [charts.Line("while training", "training", columns[name])]
        if f"val_{name}" in columns:
            lines.append(charts.Line("validation", "validation", columns[f"val_{name}"]))
        title = name.replace("_", " ")
        if name == "mean_absolute_error":
            title += f" of {problem.target}"
        drawn.append(charts.over_epochs(title, epochs, lines, None if kept is None else kept + 1))
    return "".join(drawn)


def _notes(problem: Problem) -> str:
    if not problem.notes:
        return ""
    return (
        "<h2>What was done to the data</h2><ul>"
        + "".join(f"<li>{escape(n)}</li>" for n in problem.notes)
        + "</ul>"
    )


def _settings(settings: Settings) -> str:
    rows: dict[str, Any] = asdict(settings)
    rows["hidden"] = ", ".join(map(str, settings.hidden)) or "none"
    rate = network.first_rate(settings)
    rows["learning_rate"] = (
        settings.learning_rate or f"{rate:g}, the default of {settings.optimizer}"
    )
    return "".join(
        f'<tr><th class="text">{escape(name.replace("_", " "))}</th><td class="text">{escape(str(value))}</td></tr>'
        for name, value in rows.items()
    )
