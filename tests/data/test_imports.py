"""Loading data is light: neither JAX nor scikit-learn nor a frame library is imported for it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from pellucid import data

HEAVY = ("jax", "sklearn", "pandas", "narwhals", "scipy", "optax")


def modules_after(code: str, *names: str) -> set[str]:
    """The heavy (or named) modules that a fresh process has imported after running ``code``."""
    report = (
        f"import sys\n{code}\nprint(*[name for name in {names or HEAVY} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", report], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_data_and_datasets_are_light() -> None:
    code = """
import numpy as np
from pellucid.data import Head, as_inputs, fit_targets, train_validation_split
from pellucid.datasets import digits, iris, mnist
(x, y), _ = digits.load_data()
as_inputs(x); as_inputs([[1.0, 2.0]]); train_validation_split(len(y), 0.2, y=y)
"""
    assert modules_after(code) == set()


def test_public_names_are_complete() -> None:
    assert dir(data) == data.__all__
    for name in data.__all__:
        assert getattr(data, name).__name__ == name
    with pytest.raises(AttributeError, match="nothing"):
        _ = data.nothing


def test_arrays_import_nothing_of_tables() -> None:
    code = "import pellucid.data.targets, pellucid.data.splits"
    assert modules_after(code, "csv", "gzip", "pellucid.data.tables") == set()


def test_tables_from_csv_are_light(tmp_path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,x\n2,y\n")
    code = f"from pellucid.data import TablePreprocessor\nTablePreprocessor().fit({str(path)!r})"
    assert modules_after(code) == set()


def test_the_report_sees_heavy_modules() -> None:
    assert "sklearn" in modules_after("import sklearn")
