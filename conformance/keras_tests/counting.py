"""What a test file holds, read from its text: its functions, and which of them compare numbers.

A function compares numbers if it, or a method of its class that it calls, calls one of :data:`COMPARISONS` or gives
``expected_output=`` to the check of a layer.
"""

from __future__ import annotations

import ast

COMPARISONS = {
    "assertAllClose",
    "assertAllEqual",
    "assertAlmostEqual",
    "assertNotAllClose",
    "assert_allclose",
    "assert_almost_equal",
    "assert_array_almost_equal",
    "assert_array_equal",
}

Functions = dict[str, dict[str, bool]]
"""By class and function: whether it compares numbers."""


def functions_of(text: str) -> Functions:
    """Return the test functions of a file."""
    classes = {node.name: node for node in ast.parse(text).body if isinstance(node, ast.ClassDef)}
    found = {}
    for name in classes:
        methods = _methods(name, classes)
        tests = {method for method in methods if method.startswith("test")}
        if tests:
            found[name] = {test: _compares(test, methods, set()) for test in sorted(tests)}
    return found


def function_of(case: str, names: list[str]) -> str:
    """Return the function that a case was made from: its name with something behind it.

    >>> function_of("test_basic_two", ["test_basic", "test_base"])
    'test_basic'
    """
    return max((name for name in names if case.startswith(name)), key=len, default=case)


def _methods(name: str, classes: dict[str, ast.ClassDef]) -> dict[str, ast.FunctionDef]:
    found: dict[str, ast.FunctionDef] = {}
    for base in classes[name].bases:
        if isinstance(base, ast.Name) and base.id in classes:
            found |= _methods(base.id, classes)
    return found | {
        node.name: node for node in classes[name].body if isinstance(node, ast.FunctionDef)
    }


def _compares(name: str, methods: dict[str, ast.FunctionDef], seen: set[str]) -> bool:
    seen.add(name)
    calls = [node for node in ast.walk(methods[name]) if isinstance(node, ast.Call)]
    called = {call.func.attr for call in calls if isinstance(call.func, ast.Attribute)}
    given = {keyword.arg for call in calls for keyword in call.keywords}
    if called & COMPARISONS or "expected_output" in given:
        return True
    return any(_compares(other, methods, seen) for other in called & methods.keys() - seen)
