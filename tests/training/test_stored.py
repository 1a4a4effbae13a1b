"""Programs that are loaded from disk instead of traced: found again, never taken for one another, never in the way.

Parts of the package are replaced by mocks, never by functions: with a function of a user's nothing is stored.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import jax
import numpy as np
import pytest

import pellucid
from pellucid import layers
from pellucid.training import cache, portable, stored

X = np.random.default_rng(0).normal(size=(24, 5)).astype("float32")
Y = (X.sum(1) > 0).astype(int)


@pytest.fixture(autouse=True)
def storing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Store programs, in a folder of the test's own."""
    monkeypatch.setenv(stored.SETTING, "1")
    monkeypatch.setattr(cache, "keep_on_disk", Mock(return_value=tmp_path))
    cache.clear()
    yield
    cache.clear()


def trained(rows: int = 24, rate: float = 0.1, **layer: Any) -> dict[str, Any]:
    """Train a small network and use it; return all numbers."""
    model = pellucid.Sequential(
        [
            layers.Dense(4, **{"activation": "relu", **layer}),
            layers.Dropout(rate),
            layers.Dense(2, "softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    history = model.fit(
        X[:rows], Y[:rows], batch_size=8, epochs=3, validation_split=0.25, verbose=0
    )
    return {
        "history": history.history,
        "weights": model.get_weights(),
        "evaluated": model.evaluate(X, Y, verbose=0),
        "predicted": model.predict(X, verbose=0),
    }


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_the_second_time_nothing_is_traced_and_every_number_is_the_same(tmp_path, monkeypatch):
    first = trained()
    assert len(files(tmp_path)) == 3  # training, evaluation, prediction
    cache.clear()
    monkeypatch.setattr(stored, "store", Mock(side_effect=AssertionError("made again")))
    second = trained()
    monkeypatch.setenv(stored.SETTING, "0")
    cache.clear()
    for other in (second, trained()):
        assert json.dumps(first["history"]) == json.dumps(other["history"])
        np.testing.assert_array_equal(first["predicted"], other["predicted"])
        np.testing.assert_array_equal(first["evaluated"], other["evaluated"])
        for one, two in zip(first["weights"], other["weights"], strict=True):
            np.testing.assert_array_equal(one, two)


@pytest.mark.parametrize(
    "changed", [{"rows": 16}, {"use_bias": False}, {"activation": "tanh"}, {"rate": 0.0}], ids=str
)
def test_another_network_or_other_rows_are_another_program(tmp_path, changed):
    trained()
    before = files(tmp_path)
    cache.clear()
    trained(**changed)
    assert len(files(tmp_path) - before) >= 1


def test_a_number_that_is_an_array_of_the_program_makes_no_other(tmp_path):
    trained(rate=0.1)
    before = files(tmp_path)
    cache.clear()
    trained(rate=0.3)
    assert files(tmp_path) == before


@pytest.mark.parametrize(
    "content", [b"", b"nonsense" * 20, None], ids=["empty", "nonsense", "cut off"]
)
def test_a_damaged_file_is_passed_over_and_written_anew(tmp_path, content):
    first = trained()
    for path in tmp_path.iterdir():
        path.write_bytes(path.read_bytes()[:-100] if content is None else content)
    cache.clear()
    again = trained()
    np.testing.assert_array_equal(first["predicted"], again["predicted"])
    assert all(stored.loaded(path, 1) is not None for path in tmp_path.iterdir())


def test_code_of_the_users_own_is_traced_in_every_process(tmp_path):
    class Halved(layers.Dense):
        def call(self, inputs: Any) -> Any:
            return super().call(inputs) / 2

    for own in (
        Halved(2),
        layers.Dense(2, activation=lambda x: x * 2),
        layers.Lambda(lambda x: x * 3),
    ):
        model = pellucid.Sequential([own, layers.Dense(1)])
        model.compile("sgd", "mse")
        model.fit(X, X[:, :1], epochs=1, verbose=0)
        model.predict(X, verbose=0)
    assert not files(tmp_path)


def test_changed_files_versions_and_settings_are_other_programs(tmp_path, monkeypatch):
    trained()
    before = files(tmp_path)
    for name in ("_installation", "_machine"):
        cache.clear()
        with monkeypatch.context() as patch:
            patch.setattr(portable, name, Mock(return_value="another"))
            trained()
        assert len(files(tmp_path) - before) == 3
        before = files(tmp_path)
    cache.clear()
    with jax.default_matmul_precision("float32"):
        trained()
    assert len(files(tmp_path) - before) == 3


def test_while_a_function_of_pellucid_is_replaced_nothing_is_stored_or_loaded(
    tmp_path, monkeypatch
):
    plain = trained()["predicted"]
    before = files(tmp_path)
    own = layers.Dense.call
    cache.clear()
    with monkeypatch.context() as patch:
        patch.setattr(layers.Dense, "call", lambda self, inputs: own(self, inputs) * 2)
        assert np.abs(trained()["predicted"] - plain).max() > 1e-3
    cache.clear()
    np.testing.assert_array_equal(trained()["predicted"], plain)
    assert files(tmp_path) == before


def test_files_younger_than_the_process_are_not_what_it_runs(tmp_path, monkeypatch):
    monkeypatch.setattr(portable, "LOADED", 0.0)
    monkeypatch.setattr(portable, "_installation", portable._installation.__wrapped__)
    assert portable.environment() is None
    trained()
    assert not files(tmp_path)


def test_the_installation_is_told_by_the_times_of_its_files(tmp_path, monkeypatch):
    monkeypatch.setattr(portable, "LOADED", math.inf)
    (tmp_path / "one.py").write_text("a = 1\n")
    monkeypatch.setattr(portable, "PACKAGE", tmp_path)
    before = portable._installation.__wrapped__()
    (tmp_path / "one.py").write_text("a = 12\n")
    assert portable._installation.__wrapped__() != before


def test_a_gradient_through_a_program_is_traced(tmp_path):
    program = stored.StoredProgram(jax.jit(lambda x: x**2), "square", tmp_path, 1)
    assert float(program(3.0)) == 9.0
    assert float(jax.grad(program)(3.0)) == 6.0


SCRIPT = """
import sys
from unittest.mock import Mock
import numpy as np
import pellucid
from pellucid import layers
from pellucid.training import stored

if sys.argv[1] == "loads":
    stored.store = Mock(side_effect=SystemExit("made again"))
x = np.linspace(0, 1, 60, dtype="float32").reshape(20, 3)
model = pellucid.Sequential([layers.Dense(3, "tanh"), layers.Dense(1)])
model.compile("adam", "mse")
print(model.fit(x, x[:, :1], epochs=2, verbose=0).history["loss"])
assert ("optax" in sys.modules) == (sys.argv[1] == "stores")  # what is only traced with is not waited for
"""


def test_another_process_loads_what_one_stored(tmp_path, monkeypatch):
    monkeypatch.setenv("PELLUCID_CACHE", str(tmp_path))
    first, second = (
        subprocess.run([sys.executable, "-c", SCRIPT, role], capture_output=True, text=True)
        for role in ("stores", "loads")
    )
    assert first.returncode == second.returncode == 0, second.stderr
    assert first.stdout == second.stdout


def test_threads_make_a_program_once(tmp_path, monkeypatch):
    made = []

    class Slow:
        def lower(self, *arguments):
            time.sleep(0.05)
            made.append(arguments)
            return jax.jit(lambda x: x + 1).lower(*arguments)

    program = stored.StoredProgram(Slow(), "of two threads", tmp_path, 1)
    with ThreadPoolExecutor(2) as crew:
        found = list(crew.map(program, [np.float32(1), np.float32(2)]))
    assert [float(each) for each in found] == [2, 3]
    assert len(made) == 1


def test_jax_own_cache_is_back_when_the_last_thread_has_compiled():
    def switched():
        return jax.config.values[stored.CACHE]

    before = switched()
    with stored.beside_jax_cache:
        with stored.beside_jax_cache:
            assert not switched()
        assert not switched()
    assert switched() == before


def test_settings_of_one_thread_are_told_from_those_of_all():
    assert portable.settings_are_all_threads()
    with jax.default_matmul_precision("float32"):
        assert not portable.settings_are_all_threads()
