"""The tools of `conformance/keras_tests`, and two small areas of Keras's own tests run with them against Pellucid."""

from __future__ import annotations

import doctest
import importlib.util
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

from conformance.keras_tests import areas, counting, passes, reasons
from conformance.keras_tests.counting import function_of, functions_of
from conformance.keras_tests.facade import names, products
from conformance.keras_tests.facade.products import named_product
from conformance.keras_tests.outcomes import Outcome, outcomes
from conformance.keras_tests.report import Report

TEXT = """
class Base:
    def compare(self):
        self.assertAllClose(1, 1)

class SomeTest(Base):
    def test_number(self):
        self.compare()

    def test_word(self):
        self.assertEqual("a", "a")
"""
FILE, KIND = "losses/some_test.py", "SomeTest"


@pytest.mark.parametrize("module", [areas, counting, names, products])
def test_examples_hold(module: ModuleType) -> None:
    assert doctest.testmod(module).failed == 0


def test_functions_that_compare_numbers_are_found_through_helpers() -> None:
    assert functions_of(TEXT) == {KIND: {"test_number": True, "test_word": False}}
    assert function_of("test_number_of_two", ["test_number", "test_number_of"]) == "test_number_of"


def test_combinations_are_named() -> None:
    cases = named_product([{"testcase_name": "a", "x": 1}], flag=[True, False])
    assert cases == [
        {"testcase_name": "a_true", "x": 1, "flag": True},
        {"testcase_name": "a_false", "x": 1, "flag": False},
    ]


def test_a_function_passes_when_all_its_cases_do() -> None:
    lines = [
        {"case": f"{FILE}::{KIND}::test_number_1", "outcome": "passed"},
        {"case": f"{FILE}::{KIND}::test_number_2", "outcome": "passed"},
        {"case": f"{FILE}::{KIND}::test_word", "outcome": "failed", "kind": "E", "message": "no"},
    ]
    found = outcomes(lines, {FILE: functions_of(TEXT)})
    number, word = found[f"{FILE}::{KIND}::test_number"], found[f"{FILE}::{KIND}::test_word"]
    assert number.passes(2)
    assert not number.passes(3), "a case that Keras runs was skipped here"
    assert not word.passes()
    assert word.said == "E: no"


def test_a_file_that_cannot_be_imported_fails_all_its_functions() -> None:
    found = outcomes([{"file": FILE, "error": "no such name"}], {FILE: functions_of(TEXT)})
    assert [outcome.said for outcome in found.values()] == ["Import: no such name"] * 2


def test_the_list_of_passes_is_read_as_it_was_written(tmp_path: Path) -> None:
    passed = Outcome(f"{FILE}::{KIND}::test_number", True, Counter(passed=2))
    failed = Outcome(f"{FILE}::{KIND}::test_word", False, Counter(passed=2, failed=1))
    assert passes.write([passed, failed], "1.2", tmp_path / "list") == 1
    assert passes.read(tmp_path / "list") == {passed.name: 2}
    assert passes.version(tmp_path / "list") == "1.2"


def test_reasons_explain_and_grow_stale() -> None:
    name = f"{FILE}::{KIND}::test_number"
    reason = reasons.Reason((f"{FILE}::*::test_number",), "on purpose", "because")
    failed = Outcome(name, True, Counter(failed=1), [{"kind": "AssertionError"}])
    assert Report({name: failed}, {name: 1}, [reason], {FILE}).categories() == {
        "on purpose": [failed]
    }
    assert Report({name: failed}, {name: 1}, [], {FILE}).categories() == {None: [failed]}
    healed = Report({name: Outcome(name, True, Counter(passed=1))}, {name: 1}, [reason], {FILE})
    assert healed.stale() == list(reason.tests)
    assert Report({}, {}, [reason], {"losses/other_test.py"}).stale() == [], "its file was not run"


def test_all_reasons_are_of_functions_that_pass_on_keras() -> None:
    names = passes.read()
    assert len(names) > 1500
    for reason in reasons.read():
        for pattern in reason.tests:
            alone = reasons.Reason((pattern,), reason.category, reason.reason)
            assert any(alone.holds_for(name) for name in names), f"{pattern} means nothing"


@pytest.mark.oracle
@pytest.mark.slow
@pytest.mark.skipif(
    not all(importlib.util.find_spec(name) for name in ("keras", "absl")),
    reason="needs the extra oracle",
)
@pytest.mark.parametrize("area", ["activations", "losses"])
def test_small_areas_pass(area: str, root: Path, tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "conformance.keras_tests",
        "--area",
        area,
        "--json",
        str(tmp_path / "report"),
    ]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=600)
    report = json.loads((tmp_path / "report").read_text())
    assert report["shares"]["numeric"] >= 0.90, done.stdout
    assert report["shares"]["all"] >= 0.85, done.stdout
