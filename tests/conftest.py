"""Fixtures that all tests share, and JAX's strictest settings that a library can live with."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import jax
import pytest

from pellucid.training import cache

ROOT = Path(__file__).resolve().parent.parent

# Keys must be typed: an array of two integers that happens to be data can then never pass for a key.
jax.config.update("jax_legacy_prng_key", "error")


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the folder of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """Return the folder of larger data sets: `PELLUCID_DATA`, or `../shared/data` beside the checkout."""
    given = os.environ.get("PELLUCID_DATA")
    folder = Path(given) if given else ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(
            f"needs the data sets: {folder} is not there, and PELLUCID_DATA names no other folder"
        )
    return folder


@pytest.fixture
def local_data(data_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make `pellucid.datasets` read the larger data sets from `data_folder`; nothing is downloaded."""
    monkeypatch.setenv("PELLUCID_DATA", str(data_folder))
    return data_folder


@pytest.fixture(autouse=True)
def strict_ranks(request: pytest.FixtureRequest) -> Iterator[None]:
    """Make JAX refuse to broadcast `(N,)` against `(N, 1)` while the table of losses is tested.

    Not everywhere: adding a bias of shape `(units,)` to a batch is meant, and so are metrics that compare
    each prediction with each threshold.
    """
    strict = request.path.name == "test_losses.py"
    with jax.numpy_rank_promotion("raise" if strict else "allow"):
        yield


@pytest.fixture(scope="module", autouse=True)
def forget_programs() -> Iterator[None]:
    """Free the compiled programs of a test file when it ends: together they would take gigabytes."""
    yield
    jax.clear_caches()
    cache.clear()
