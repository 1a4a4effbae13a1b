"""Layers are imported late: a name costs its own file only, and what type checkers read agrees with what runs."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from pellucid import layers

HOME = Path(layers.__file__).parent


def stub_names() -> dict[str, str | None]:
    """Return the public names of the stub file with the module that each comes from."""
    tree = ast.parse((HOME / "__init__.pyi").read_text())
    imports = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
    names = {alias.asname: node.module for node in imports for alias in node.names if alias.asname}
    aliases = [node for node in tree.body if isinstance(node, ast.Assign)]
    return names | {node.targets[0].id: names[node.value.id] for node in aliases}


def test_the_stub_and_the_running_table_agree():
    files = {
        name: f"pellucid.layers.{file}" for file, names in layers._FILES.items() for name in names
    }
    aliases = {alias: files[name] for alias, name in layers._ALIASES.items()}
    assert stub_names() == {**files, **aliases, "Layer": "pellucid.modules"}


def test_every_name_is_there():
    for name in [*layers.__all__, *layers._ALIASES]:
        assert getattr(layers, name).__name__ == layers._ALIASES.get(name, name)


def test_every_name_of_the_table_is_a_layer():
    assert all(issubclass(cls, layers.Layer) for cls in layers.TABLE.values())


def test_a_name_imports_its_own_file_only():
    code = """
import sys
from pellucid import layers
layers.Dense(1)
print(*sorted(name for name in sys.modules if name.startswith("pellucid.layers.")))
"""
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    own = ["checks", "dense", "low_rank"]
    assert told.stdout.split() == [f"pellucid.layers.{name}" for name in own]


def test_a_misspelt_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match=r"pellucid\.layers.*Dens"):
        _ = layers.Dens
