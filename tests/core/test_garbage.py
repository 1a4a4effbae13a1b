"""The search for garbage is put off while a script imports, and no longer."""

from __future__ import annotations

import gc
import subprocess
import sys

import pytest

from pellucid.core import garbage


@pytest.fixture
def own_thresholds():
    """Let the process go on with its thresholds, and with nothing frozen."""
    before = gc.get_threshold()
    yield before
    gc.set_threshold(*before)
    gc.unfreeze()


def test_it_is_as_before_after_the_end(own_thresholds):
    garbage.put_off()
    garbage.put_off()
    assert gc.get_threshold() == garbage.THRESHOLDS
    garbage.resume()
    assert gc.get_threshold() == own_thresholds
    assert gc.get_freeze_count() > 0
    gc.unfreeze()
    garbage.resume()
    assert gc.get_freeze_count() == 0


SCRIPT = """
import gc
print(gc.get_threshold())
from tensorflow import keras
print(gc.get_threshold())
keras.layers.Dense(3)
print(gc.get_threshold())
"""


def test_a_script_imports_undisturbed_and_computes_as_usual(tmp_path):
    (tmp_path / "script.py").write_text(SCRIPT)
    command = [sys.executable, "-m", "pellucid", "run", str(tmp_path / "script.py")]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\n")
    assert said[:2] == [str(garbage.THRESHOLDS)] * 2
    assert said[2] == str(gc.get_threshold())
