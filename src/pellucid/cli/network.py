"""The network that the settings describe, and the script that repeats the run without the command line."""

from __future__ import annotations

import textwrap
from typing import Any

from pellucid import Sequential, callbacks, layers, losses, optimizers
from pellucid.cli.choices import Settings
from pellucid.cli.problem import TEST_FRACTION, Problem

LOSSES = {"classification": "sparse_categorical_crossentropy", "regression": "mean_squared_error"}
METRICS = {"classification": "accuracy", "regression": "mean_absolute_error"}


def build(problem: Problem, settings: Settings) -> Sequential:
    """Return the network, not yet compiled: scaling for images, the hidden layers, the last layer."""
    stack: list[Any] = []
    if problem.top is not None:
        stack += [layers.Rescaling(1 / problem.top), layers.Flatten()]
    for units in settings.hidden:
        stack.append(layers.Dense(units, activation=settings.activation))
        if settings.dropout:
            stack.append(layers.Dropout(settings.dropout))
    last = "softmax" if problem.task == "classification" else None
    stack.append(layers.Dense(problem.outputs, activation=last))
    return Sequential(stack, seed=settings.seed)


def make_optimizer(problem: Problem, settings: Settings) -> Any:
    """Return the optimizer with its learning rate or schedule."""
    made = optimizers.get(settings.optimizer)
    rate = first_rate(settings)
    if settings.schedule == "cosine":
        return made.clone(
            learning_rate=optimizers.schedules.CosineDecay(rate, steps(problem, settings))
        )
    return made.clone(learning_rate=rate)


def first_rate(settings: Settings) -> float:
    """Return the learning rate at the start."""
    if settings.learning_rate is not None:
        return settings.learning_rate
    return float(optimizers.get(settings.optimizer).learning_rate)


def steps(problem: Problem, settings: Settings) -> int:
    """Return the updates of all epochs."""
    rows = len(problem.x)
    if problem.validation is None:
        rows = int(rows * (1 - settings.validation))
    return settings.epochs * -(-rows // batch_size(problem, settings))


def loss_of(task: str) -> Any:
    """Return the loss of a task."""
    return losses.get(LOSSES[task])


def batch_size(problem: Problem, settings: Settings) -> int:
    """Return the rows per update, at most all that train."""
    held = 0.0 if problem.validation is not None else settings.validation
    return min(settings.batch_size, int(len(problem.x) * (1 - held)))


def stopping(settings: Settings) -> Any:
    """Return the rule that ends the training and gives the best weights back."""
    return callbacks.EarlyStopping(
        "val_loss", patience=settings.patience, restore_best_weights=True
    )


def script(problem: Problem, settings: Settings) -> str:
    """Return a Python script that trains the same network on the same rows and prints the same test score."""
    data = (
        _image_data(problem, settings)
        if problem.top is not None
        else _table_data(problem, settings)
    )
    return (
        "\n\n".join(
            [
                f'"""Repeats `pellucid train {_what(problem)}` with the settings of its run."""',
                _imports(problem, settings),
                data,
                _model(problem, settings),
                _training(problem, settings),
                _score(problem),
            ]
        ).replace("'", '"')
        + "\n"
    )


def _what(problem: Problem) -> str:
    return problem.name if problem.top is not None else f"{problem.name}.csv"


def _imports(problem: Problem, settings: Settings) -> str:
    names = ["callbacks", "layers"] + (["datasets"] if problem.top is not None else [])
    plain = settings.learning_rate is None and settings.schedule == "constant"
    names += [] if plain else ["optimizers"]
    lines = [
        "import numpy as np",
        "",
        f"from pellucid import Sequential, {', '.join(sorted(names))}",
    ]
    if problem.top is None:
        lines.append(
            "from pellucid.data import TablePreprocessor, read_csv, take_rows, train_validation_split"
        )
    return "\n".join(lines)


def _image_data(problem: Problem, settings: Settings) -> str:
    return f"(x, y), (x_test, y_test) = datasets.{problem.name}.load_data()"


def _table_data(problem: Problem, settings: Settings) -> str:
    scaled = problem.task == "regression"
    y = "prepare.scale_targets(labels[train])" if scaled else "labels[train]"
    y_held = "prepare.scale_targets(labels[held])" if scaled else "labels[held]"
    return textwrap.dedent(f"""\
        table = read_csv({problem.source!r})
        table = take_rows(table, np.flatnonzero([value is not None for value in table[{problem.target!r}]]))
        whole = TablePreprocessor({problem.target!r}, {problem.task!r}).fit(table)
        labels = whole.targets(table)
        table = {{name: table[name] for name in [*(each.name for each in whole.columns), {problem.target!r}]}}
        rest, test = train_validation_split(len(labels), {TEST_FRACTION}, y=labels, seed={settings.seed})
        train, held = train_validation_split(len(rest), {settings.validation}, y=labels[rest], seed={settings.seed})
        train, held = rest[train], rest[held]
        prepare = TablePreprocessor({problem.target!r}, {problem.task!r}).fit(take_rows(table, train))
        x, x_held, x_test = (prepare.transform(take_rows(table, rows)) for rows in (train, held, test))
        y, y_held, y_test = {y}, {y_held}, labels[test]""")


def _model(problem: Problem, settings: Settings) -> str:
    stack = []
    if problem.top is not None:
        stack += [f"layers.Rescaling(1 / {problem.top})", "layers.Flatten()"]
    for units in settings.hidden:
        stack.append(f"layers.Dense({units}, activation={settings.activation!r})")
        if settings.dropout:
            stack.append(f"layers.Dropout({settings.dropout})")
    last = ", activation='softmax'" if problem.task == "classification" else ""
    stack.append(f"layers.Dense({problem.outputs}{last})")
    inner = "".join(f"        {layer},\n" for layer in stack)
    return f"model = Sequential(\n    [\n{inner}    ],\n    seed={settings.seed},\n)"


def _optimizer(problem: Problem, settings: Settings) -> str:
    if settings.learning_rate is None and settings.schedule == "constant":
        return repr(settings.optimizer)
    rate = str(first_rate(settings))
    if settings.schedule == "cosine":
        rate = f"optimizers.schedules.CosineDecay({rate}, {steps(problem, settings)})"
    return f"optimizers.{type(optimizers.get(settings.optimizer)).__name__}(learning_rate={rate})"


def _training(problem: Problem, settings: Settings) -> str:
    split = problem.validation is None
    validation = (
        f"validation_split={settings.validation}" if split else "validation_data=(x_held, y_held)"
    )
    return textwrap.dedent(f"""\
        model.compile(
            {_optimizer(problem, settings)},
            {LOSSES[problem.task]!r},
            metrics=[{METRICS[problem.task]!r}],
        )
        stop = callbacks.EarlyStopping('val_loss', patience={settings.patience}, restore_best_weights=True)
        model.fit(
            x,
            y,
            batch_size={batch_size(problem, settings)},
            epochs={settings.epochs},
            {validation},
            callbacks=[stop],
        )""")


def _score(problem: Problem) -> str:
    if problem.task == "classification":
        return "print('test accuracy', np.mean(model.predict_classes(x_test) == y_test))"
    return (
        "answers = prepare.unscale_targets(model.predict(x_test))[:, 0]\n"
        "print('mean absolute error', np.mean(np.abs(answers - y_test)))"
    )
