"""Real data as arrays: scikit-learn's bundled sets, and files of the folder that ``PELLUCID_DATA`` names."""

from __future__ import annotations

import csv
import gzip
import os
import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from pellucid import datasets

Table = tuple[np.ndarray, np.ndarray]

WORDS = 1000
"""Numbers of words: 0 is padding, 1 any word that is too rare."""

LENGTH = 24
"""Words of a text, cut or padded."""


def folder() -> Path | None:
    """Return the folder of the files, or None without one."""
    name = os.environ.get("PELLUCID_DATA")
    return Path(name) if name and (Path(name) / "tabular").is_dir() else None


def path_of(name: str) -> Path:
    """Return a file's path.

    Raises:
        FileNotFoundError: ``PELLUCID_DATA`` names no folder that holds it.
    """
    root = folder()
    if root is None:
        raise FileNotFoundError(f"PELLUCID_DATA must name the folder that holds {name}")
    return root / name


@cache
def bundled(name: str) -> Table:
    """Return a set of scikit-learn's, or one of the MNIST kind, training and test rows together."""
    (x, y), (x_test, y_test) = getattr(datasets, name).load_data()
    if len(x) > 10000:
        x, y = x[:4000], y[:4000]
    x, y = np.concatenate([x, x_test[:1000]]), np.concatenate([y, y_test[:1000]]).reshape(-1)
    return (_halved(x) if x.shape[1:] == (28, 28) else x), y


def _halved(pictures: np.ndarray) -> np.ndarray:
    """Return pictures at half their size, the mean of each four pixels, because a case must train in seconds."""
    rows, height, width, *rest = pictures.shape
    blocks = pictures.reshape(rows, height // 2, 2, width // 2, 2, *rest)
    return blocks.mean(axis=(2, 4)).astype(np.uint8)


@cache
def cifar() -> Table:
    """Return 4,000 colour pictures of ten kinds, 16 x 16."""
    packed = path_of("cifar-10-subset/data_batch_1.first4000.bin.gz").read_bytes()
    records = np.frombuffer(gzip.decompress(packed), np.uint8).reshape(-1, 3073)
    pictures = records[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
    return _halved(pictures), records[:, 0].astype(int)


@cache
def _records(name: str) -> list[list[str]]:
    path = path_of(name)
    text = gzip.decompress(path.read_bytes()).decode() if path.suffix == ".gz" else path.read_text()
    return [row for row in csv.reader(text.splitlines(), skipinitialspace=True) if row]


def _numbers(records: Sequence[Sequence[str]], columns: Sequence[int]) -> np.ndarray:
    """Return columns as numbers; rows with an empty field are left out by the caller."""
    return np.array([[float(row[column]) for column in columns] for row in records], np.float32)


@cache
def california() -> Table:
    """Return eight numbers of a district and the price of its houses in dollars."""
    rows = [row for row in _records("tabular/california-housing/housing.csv")[1:] if all(row)]
    return _numbers(rows, range(8)), _numbers(rows, [8])[:, 0]


@cache
def boston() -> Table:
    """Return 13 measurements of a quarter and the price of its houses, 5 to 50."""
    table = _numbers(_records("tabular/boston-housing/housing.csv"), range(14))
    return table[:, :-1], table[:, -1]


@cache
def mpg() -> Table:
    """Return six numbers of a car and how many miles it goes with a gallon, 9 to 47."""
    rows = [row for row in _records("tabular/auto-mpg/mpg.csv")[1:] if all(row)]
    return _numbers(rows, range(1, 7)), _numbers(rows, [0])[:, 0]


@cache
def wine_quality() -> Table:
    """Return eleven measurements of a wine and whether tasters gave it 6 or more of 10."""
    table = _numbers(_records("tabular/wine-quality/winequality-red.csv"), range(12))
    return table[:, :-1], (table[:, -1] >= 6).astype(int)


@cache
def penguins() -> Table:
    """Return four lengths and weights of a penguin and its species of three."""
    rows = [row for row in _records("tabular/penguins/penguins.csv")[1:] if all(row)]
    names = sorted({row[0] for row in rows})
    return _numbers(rows, range(2, 6)), np.array([names.index(row[0]) for row in rows])


@cache
def pima() -> Table:
    """Return eight measurements of a person and whether she has diabetes."""
    table = _numbers(_records("tabular/pima-diabetes/pima-indians-diabetes.csv"), range(9))
    return table[:, :-1], table[:, -1].astype(int)


@cache
def adult() -> Table:
    """Return five numbers of a person and whether he earns more than 50,000 dollars."""
    rows = _records("tabular/adult/adult-train.csv.gz")[:6000]
    return _numbers(rows, [0, 4, 10, 11, 12]), np.array(
        [int(row[-1].startswith(">")) for row in rows]
    )


def _as_words(texts: Sequence[str]) -> np.ndarray:
    """Return texts as numbers of their words, ``(texts, LENGTH)``."""
    split = [re.findall(r"[a-z']+", text.lower()) for text in texts]
    frequent = Counter(word for words in split for word in words).most_common(WORDS - 2)
    number = {word: place + 2 for place, (word, _) in enumerate(frequent)}
    rows = np.zeros((len(texts), LENGTH), np.int32)
    for row, words in zip(rows, split, strict=True):
        numbers = [number.get(word, 1) for word in words[:LENGTH]]
        row[: len(numbers)] = numbers
    return rows


@cache
def sms() -> Table:
    """Return short messages and whether they are spam, which 13 % are."""
    lines = path_of("text/sms-spam/SMSSpamCollection").read_text("utf-8").splitlines()
    pairs = [line.split("\t", 1) for line in lines if "\t" in line]
    return _as_words([text for _, text in pairs]), np.array(
        [int(kind == "spam") for kind, _ in pairs]
    )


@cache
def reviews() -> Table:
    """Return sentences about films and whether they are kind."""
    texts, answers = [], []
    for answer, ending in enumerate(("neg", "pos")):
        lines = (
            path_of(f"text/rt-polarity/rt-polarity.{ending}")
            .read_text("utf-8", "replace")
            .splitlines()
        )
        texts += lines
        answers += [answer] * len(lines)
    return _as_words(texts), np.array(answers)


@cache
def news() -> Table:
    """Return the beginnings of news and their four kinds."""
    rows = _records("text/ag-news/test.csv")
    return _as_words([f"{row[1]} {row[2]}" for row in rows]), np.array(
        [int(row[0]) - 1 for row in rows]
    )


def _windows(series: np.ndarray, past: int) -> tuple[np.ndarray, np.ndarray]:
    """Return windows over the past and what follows each: ``(windows, past, columns)`` and ``(windows, columns)``."""
    windows = np.lib.stride_tricks.sliding_window_view(series, past, axis=0)[:-1]
    return windows.transpose(0, 2, 1).copy(), series[past:]


def _series(name: str, column: int = 1) -> np.ndarray:
    return _numbers(_records(f"time-series/{name}.csv")[1:], [column])


@cache
def temperatures() -> Table:
    """Return 20 days' lowest temperatures and the next day's."""
    x, y = _windows(_series("daily-min-temperatures"), 20)
    return x, y[:, 0]


@cache
def passengers() -> Table:
    """Return a year's monthly passengers of airlines, in thousands, and the next month's; 132 rows."""
    x, y = _windows(_series("airline-passengers"), 12)
    return x, y[:, 0]


@cache
def sunspots() -> Table:
    """Return 24 months' numbers of sunspots and the next month's."""
    x, y = _windows(_series("monthly-sunspots"), 24)
    return x, y[:, 0]


@cache
def oil() -> Table:
    """Return 24 hours of six loads and the temperature of a transformer, and its temperature an hour later."""
    x, y = _windows(_numbers(_records("time-series/ETTh1.csv")[1:6000], range(1, 8)), 24)
    return x, y[:, -1]


@cache
def seasons() -> Table:
    """Return 20 days' lowest temperatures and the quarter of the year in which they end."""
    dates = [row[0] for row in _records("time-series/daily-min-temperatures.csv")[1:]]
    x, _ = _windows(_series("daily-min-temperatures"), 20)
    return x, np.array([(int(date[5:7]) - 1) // 3 for date in dates[19:-1]])


FILES: dict[str, Any] = {
    reader.__name__: reader
    for reader in (
        *(cifar, california, boston, mpg, wine_quality, penguins, pima, adult),
        *(sms, reviews, news, temperatures, passengers, sunspots, oil, seasons),
    )
}
"""What needs the folder of the files."""
