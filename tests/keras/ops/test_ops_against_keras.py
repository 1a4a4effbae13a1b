"""`keras.ops` against Keras itself: the same calls on the same numbers, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

from pellucid.keras import ops
from tests.keras.ops.expressions import EXPRESSIONS, compute

pytestmark = [pytest.mark.oracle, pytest.mark.slow]


@pytest.fixture(scope="module")
def answers(tmp_path_factory, root):
    """Ask Keras for all numbers."""
    pytest.importorskip("keras", reason="oracle extra")
    file = tmp_path_factory.mktemp("keras") / "answers.npz"
    told = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.keras.ops.ask_keras", str(file)],
        cwd=root,
        env={**os.environ, "KERAS_BACKEND": "jax"},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert told.returncode == 0, told.stderr[-4000:]
    assert not told.stdout, told.stdout
    with np.load(file) as kept:
        return dict(kept)


@pytest.mark.parametrize("number", range(len(EXPRESSIONS)), ids=EXPRESSIONS)
@pytest.mark.filterwarnings("ignore")
def test_numbers_are_those_of_keras(answers, number):
    found = compute(EXPRESSIONS[number], ops)
    for leaf, array in enumerate(found):
        wanted = answers[f"{number}/{leaf}"]
        assert array.shape == wanted.shape
        assert array.dtype == wanted.dtype
        if wanted.dtype.kind in "fc":
            scale = np.nanmax(np.abs(wanted), initial=1.0)
            np.testing.assert_allclose(array, wanted, rtol=2e-5, atol=2e-5 * scale)
        else:
            np.testing.assert_array_equal(array, wanted)
