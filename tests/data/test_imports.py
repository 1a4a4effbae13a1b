"""Loading data is light: neither JAX nor scikit-learn nor a frame library is imported for it."""

from __future__ import annotations

import subprocess
import sys

HEAVY = ("jax", "sklearn", "pandas", "narwhals", "scipy", "optax")


def modules_after(code: str) -> set[str]:
    """The heavy modules that a fresh process has imported after running ``code``."""
    report = f"import sys\n{code}\nprint(*[name for name in {HEAVY} if name in sys.modules])"
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


def test_tables_from_csv_are_light(tmp_path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,x\n2,y\n")
    code = f"from pellucid.data import TablePreprocessor\nTablePreprocessor().fit({str(path)!r})"
    assert modules_after(code) == set()


def test_the_report_sees_heavy_modules() -> None:
    assert "sklearn" in modules_after("import sklearn")
