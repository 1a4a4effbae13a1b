"""``pellucid train``: from data to a trained network, its test and a folder with everything worth keeping."""

from __future__ import annotations

import shutil
import sys
import time
import warnings
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import jax.numpy as jnp
import numpy as np

from pellucid.cli import diagnosis, network, run_folder
from pellucid.cli.choices import DIVERGED, DONE, INTERRUPTED, Settings
from pellucid.cli.problem import Problem, load_problem
from pellucid.cli.result import Result
from pellucid.cli.scores import score_classes, score_quantities
from pellucid.insight.doctor.doctor import Doctor
from pellucid.insight.doctor.round import Round
from pellucid.training.loop import NonFiniteWarning


def run(
    what: str,
    settings: Settings,
    *,
    target: str | None,
    task: str | None,
    out: Path,
    quiet: bool,
    doctor: bool = True,
) -> int:
    """Train, test and keep; return the exit code.

    Args:
        what: A data set's name or a CSV file.
        settings: The chosen numbers.
        target: The target column of a CSV file.
        task: Classification, regression, or None to find out.
        out: The folder for run folders.
        quiet: Whether only the result is printed.
        doctor: Whether the doctor looks on.
    """
    problem = load_problem(what, settings, target, task)
    if not quiet:
        _introduce(problem)
    folder = run_folder.make(out, problem.name)
    try:
        result = train(problem, settings, verbose=0 if quiet else "auto", doctor=doctor)
    except BaseException:
        shutil.rmtree(folder)  # nothing was trained: leave no empty folder behind
        raise
    run_folder.fill(folder, problem, settings, result)
    print(_ending(problem, result, folder))
    alarm = diagnosis.in_a_line(result.diagnosis)
    if alarm:
        print(alarm)
    if result.history.ended == "non-finite":
        print(
            "The training diverged: a number became infinite, and the last good weights were kept.",
            file=sys.stderr,
        )
        if not alarm:
            smaller = 0.1 * network.first_rate(settings)
            print(f"  Repair: a smaller rate, e.g. --learning-rate {smaller:g}", file=sys.stderr)
    return {"interrupt": INTERRUPTED, "non-finite": DIVERGED}.get(result.history.ended, DONE)


def train(problem: Problem, settings: Settings, verbose: int | str, doctor: bool = True) -> Result:
    """Fit the network that the settings describe, and test it."""
    model = network.build(problem, settings)
    optimizer = network.make_optimizer(problem, settings)
    classes = problem.task == "classification"
    metric: Any = network.METRICS[problem.task] if classes else _error_in_unit(problem)
    model.compile(optimizer, network.loss_of(problem.task), [metric])
    started = time.perf_counter()
    around = Round(Doctor(rehearsal=False))
    with warnings.catch_warnings(), around.opened() if doctor else nullcontext():
        warnings.simplefilter("ignore", NonFiniteWarning)  # the command line says it in its own way
        history = model.fit(
            problem.x,
            problem.y,
            batch_size=network.batch_size(problem, settings),
            epochs=settings.epochs,
            validation_split=0.0 if problem.validation else settings.validation,
            validation_data=problem.validation,
            callbacks=[network.stopping(settings)],
            verbose=verbose,
        )
    seconds = time.perf_counter() - started
    found = around.visits[0].diagnosis if around.visits else None
    model.preprocessing = problem.preprocessing
    answers, sureness, labels = _answers(model, problem)
    if labels is not None:
        score: Any = score_classes(problem.y_test, answers, problem.y_train, labels)
    else:
        score = score_quantities(problem.y_test, answers, problem.y_train)
        # The metric above carried the unit in a function; the file gets Pellucid's own.
        model.compile(optimizer, network.loss_of(problem.task), [network.METRICS[problem.task]])
    return Result(model, history, score, answers, sureness, labels, seconds, found)


def _error_in_unit(problem: Problem) -> Any:
    """Return the absolute error in the target's own unit, as a metric on the scaled targets."""
    assert problem.preprocessing is not None
    scale = problem.preprocessing.target_scale

    def mean_absolute_error(y_true: Any, y_pred: Any) -> Any:
        return scale * jnp.mean(jnp.abs(y_true - y_pred), axis=-1)

    return mean_absolute_error


def _answers(
    model: Any, problem: Problem
) -> tuple[np.ndarray, np.ndarray | None, np.ndarray | None]:
    outputs = model.predict(problem.x_test)
    if problem.task == "regression":
        assert problem.preprocessing is not None
        return problem.preprocessing.unscale_targets(outputs)[:, 0], None, None
    labels = np.arange(problem.outputs) if model.classes is None else np.asarray(model.classes)
    index, rows = outputs.argmax(-1), np.arange(len(outputs))
    truth = np.searchsorted(labels, problem.y_test)
    return labels[index], np.stack([outputs[rows, index], outputs[rows, truth]], axis=1), labels


def _introduce(problem: Problem) -> None:
    size = " × ".join(map(str, problem.x.shape[1:]))
    kind = "classes" if problem.task == "classification" else "a quantity"
    count = f"{problem.outputs} {kind}" if problem.task == "classification" else kind
    print(
        f"{problem.name}: {len(problem.x):,} training rows of {size} numbers; {count} to predict."
    )
    for note in problem.notes:
        print(f"  {note}")
    sys.stdout.flush()


def _ending(problem: Problem, result: Result, folder: Path) -> str:
    lines = [f"Test: {result.score.line}.", f"Kept in {folder}:"]
    described = {
        "report.html": "curves, mistakes, settings: open it in a browser",
        "model.safetensors": f"the network: pellucid predict {folder} DATA",
        "history.csv": "every epoch's numbers; curves.png is their picture",
        "reproduce.py": "the Python script that repeats this run",
    }
    lines += [f"  {name:<18} {words}" for name, words in described.items()]
    return "\n".join(lines)
