"""The project's own promises: one version, licences, small files, clean imports, a command that starts at once."""

from __future__ import annotations

import ast
import importlib.metadata
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import pellucid

PACKAGES = ["pellucid", *(f"pellucid.{name}" for name in pellucid._PACKAGES)]
LONGEST_FILE = 400
LONGEST_FUNCTION = 60
OPTIONAL = {"IPython", "pandas"}  # used where the user has them, and imported then
NEVER = ("utils", "helpers", "misc", "common")


@pytest.fixture(scope="module")
def project(root: Path) -> dict:
    """Return what pyproject.toml says."""
    return tomllib.loads((root / "pyproject.toml").read_text())


def sources(root: Path) -> list[Path]:
    """Return the files of the library."""
    found = sorted((root / "src" / "pellucid").rglob("*.py"))
    assert len(found) > 50, "the sources are not where they are looked for"
    return found


def run_python(code: str) -> str:
    """Run `code` in a fresh process and return what it printed."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_there_is_one_version(project: dict, root: Path) -> None:
    assert "version" not in project["project"]
    assert project["project"]["dynamic"] == ["version"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", pellucid.__version__)
    try:
        installed = importlib.metadata.version("pellucid")
    except importlib.metadata.PackageNotFoundError:
        pytest.skip("run from a checkout that is not installed")
    assert installed == pellucid.__version__


def test_the_licence_is_apache_2(root: Path) -> None:
    text = (root / "LICENSE").read_text()
    assert "Apache License" in text
    assert "Version 2.0, January 2004" in text


def test_every_dependency_has_a_reason(project: dict, root: Path) -> None:
    reasons = (root / "docs" / "dependencies.md").read_text()
    extras = project["project"]["optional-dependencies"]
    for requirement in [
        *project["project"]["dependencies"],
        *(line for extra in extras.values() for line in extra),
    ]:
        name = re.match(r"[A-Za-z0-9_-]+", requirement).group()
        assert f"| `{name}" in reasons, f"docs/dependencies.md gives no reason for {name}"


def imported(tree: ast.AST) -> set[str]:
    """Return the packages that a piece of code imports."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").split(".")[0])
    return found


def test_what_the_sources_import_is_declared(project: dict, root: Path) -> None:
    declared = {
        re.match(r"[A-Za-z0-9_-]+", requirement).group().replace("scikit-learn", "sklearn")
        for requirement in project["project"]["dependencies"]
    }
    allowed = declared | {"pellucid"} | set(sys.stdlib_module_names)
    for path in sources(root):
        names = imported(ast.parse(path.read_text()))
        assert names <= allowed | OPTIONAL, f"{path} imports {names - allowed}, not declared"


def test_files_and_functions_stay_readable(root: Path) -> None:
    for path in sources(root):
        text = path.read_text()
        assert path.stem not in NEVER, f"{path}: name what it does"
        assert text.count("\n") <= LONGEST_FILE, f"{path} has more than {LONGEST_FILE} lines"
        assert ast.get_docstring(ast.parse(text)), f"{path} does not say what it is for"
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                lines = body_lines(node)
                assert lines <= LONGEST_FUNCTION, f"{path}: {node.name} has {lines} lines"


def body_lines(function: ast.FunctionDef) -> int:
    """Count the lines of a function's body without its docstring."""
    first = (
        function.body[1]
        if ast.get_docstring(function) and len(function.body) > 1
        else function.body[0]
    )
    return (function.end_lineno or 0) - first.lineno + 1


@pytest.mark.parametrize("name", PACKAGES)
def test_each_package_imports_alone(name: str) -> None:
    assert run_python(f"import {name}; print({name}.__name__)").strip() == name


def test_importing_costs_what_it_uses() -> None:
    loaded = json.loads(
        run_python(
            "import json, sys, pellucid; print(json.dumps(sorted({m.split('.')[0] for m in sys.modules})))"
        )
    )
    heavy = {"jax", "numpy", "optax", "sklearn", "matplotlib", "rich", "pandas", "typer"}
    assert not heavy & set(loaded)


def test_public_names_are_what_dir_says() -> None:
    assert sorted(pellucid.__all__) == dir(pellucid)
    for name in pellucid.__all__:
        assert getattr(pellucid, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = pellucid.nothing
