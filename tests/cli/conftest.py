"""Tables and trained runs for the tests of the command line; each is made once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from pellucid.cli.app import app


@dataclass(frozen=True)
class Run:
    """What a command printed, its exit code, and the folder it left."""

    code: int
    output: str
    folder: Path


def command(*arguments: Any) -> tuple[int, str]:
    """Run a command in this process; return exit code and all it printed."""
    result = CliRunner().invoke(app, [str(each) for each in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def write_csv(path: Path, columns: dict[str, list[Any]]) -> Path:
    lines = [
        ",".join(columns),
        *(",".join(map(str, row)) for row in zip(*columns.values(), strict=True)),
    ]
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture(scope="session")
def flowers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two classes that a line divides, one column of texts, one of row numbers, a field missing, a name with a <."""
    random = np.random.default_rng(0)
    size = random.normal(size=60)
    colour = np.where(random.random(60) < 0.5, "red", "blue")
    label = np.where(size + (colour == "red") > 0.5, "lily", "<rose>")
    shown = ["" if row == 3 else f"{value:.3f}" for row, value in enumerate(size)]
    columns = {"id": list(range(60)), "size": shown, "colour": list(colour), "flower": list(label)}
    return write_csv(tmp_path_factory.mktemp("tables") / "my flowers.csv", columns)


@pytest.fixture(scope="session")
def houses(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A quantity in the hundred thousands that a line explains."""
    area = np.random.default_rng(1).uniform(50, 200, 80)
    columns = {
        "area": [f"{a:.2f}" for a in area],
        "price": [f"{3000 * a + 100_000:.1f}" for a in area],
    }
    return write_csv(tmp_path_factory.mktemp("tables") / "houses.csv", columns)


def train(out: Path, *arguments: Any) -> Run:
    code, output = command("train", *arguments, "--out", out)
    folders = sorted(out.iterdir()) if out.is_dir() else []
    return Run(code, output, folders[-1] if folders else out)


@pytest.fixture(scope="session")
def digits_run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return train(
        tmp_path_factory.mktemp("runs"),
        "digits",
        "--epochs",
        4,
        "--hidden",
        "32",
        "--seed",
        1,
        "--schedule",
        "cosine",
    )


@pytest.fixture(scope="session")
def flowers_run(flowers: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return train(
        tmp_path_factory.mktemp("runs"),
        flowers,
        "--target",
        "flower",
        "--epochs",
        30,
        "--hidden",
        "8",
    )


@pytest.fixture(scope="session")
def houses_run(houses: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return train(
        tmp_path_factory.mktemp("runs"),
        *(
            houses,
            "--target",
            -1,
            "--epochs",
            60,
            "--hidden",
            "8",
            "--dropout",
            0,
            "--learning-rate",
            0.02,
            "-q",
        ),
    )
