"""``import pellucid`` is light, and every package imports alone."""

import subprocess
import sys

import pytest

import pellucid

HEAVY = ("jax", "numpy", "optax", "matplotlib", "sklearn", "rich")


def run(code):
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_import_alone_loads_nothing_heavy():
    loaded = run(f"import sys, pellucid; print([m for m in {HEAVY} if m in sys.modules])")
    assert loaded.strip() == "[]"


def test_training_imports_no_plotting_and_no_scikit_learn():
    heavy = ("matplotlib", "sklearn", "pandas")
    code = f"import sys, pellucid; pellucid.Sequential; print([m for m in {heavy} if m in sys.modules])"
    assert run(code).strip() == "[]"


@pytest.mark.parametrize("name", pellucid._PACKAGES)
def test_every_package_imports_alone(name):
    run(f"import pellucid.{name}")


def test_every_public_name_exists():
    for name in pellucid.__all__:
        assert getattr(pellucid, name) is not None


def test_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'Sequentail'"):
        _ = pellucid.Sequentail
