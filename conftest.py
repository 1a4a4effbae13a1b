"""Settings of the test process; they must stand before JAX is imported, for the doctests in src too.

One processor platform, no windows, and a fresh folder for compiled programs and downloads, so that a test run neither
reads nor leaves anything in the user's folders. Child processes inherit all of it, the checkout's package included.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent
DATA = ROOT.parent / "shared" / "data"
SCRATCH = tempfile.TemporaryDirectory(prefix="pellucid-tests-", ignore_cleanup_errors=True)

os.environ.update(
    JAX_PLATFORMS="cpu",
    KERAS_BACKEND="jax",
    MPLBACKEND="Agg",
    PELLUCID_CORES="2",  # so that what cores share is tested on a machine with one core as well
    PELLUCID_CACHE=os.path.join(SCRATCH.name, "programs"),
    PELLUCID_STORE="0",  # programs are traced in each process: tests change the code that is traced
    PELLUCID_HOME=os.path.join(SCRATCH.name, "home"),
    PYTHONPATH=os.pathsep.join(filter(None, [str(ROOT / "src"), os.environ.get("PYTHONPATH")])),
)
if DATA.is_dir():
    os.environ.setdefault("PELLUCID_DATA", str(DATA))


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Share all tests among the processors; chosen ones run in this process, which starts at once."""
    return 0 if config.invocation_params.args else os.cpu_count() or 1


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is for releases, unless ``-m`` speaks of it."""
    if "release" in config.option.markexpr:
        return
    left_out = [item for item in items if item.get_closest_marker("release")]
    if left_out:
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)
