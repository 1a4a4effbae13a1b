"""Why a function that passes on Keras is left failing here: entries of ``reasons.toml``, and what says so itself.

An entry has ``tests``, patterns of ``"file::class::function"`` with ``*``; a ``category``; and a ``reason``. It is
*stale* when everything it matches, in the files that were run, passes now.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from conformance.keras_tests.outcomes import Outcome

FILE = Path(__file__).with_name("reasons.toml")

CATEGORIES = {
    "message texts": "refused as Keras refuses it, in other words",
    "backend internals": "asks for a private name, or for how a backend of Keras works",
    "quantization": "int8, int4, float8, GPTQ, AWQ, LoRA",
    "sparse tensors": "sparse inputs, gradients or outputs",
    "ragged tensors": "rows of different lengths in one tensor",
    "dtype policy": "dtype policies beyond float32 and the mixed ones",
    "symbolic internals": "how symbolic tensors are made and named",
    "random draws": "a bound that other random numbers miss",
    "serialized form": "the very text of a configuration or file",
    "TensorFlow": "functions of TensorFlow beyond those that scripts use beside Keras",
    "not there": "a class or an argument that few programs use and that Pellucid does not have",
    "on purpose": "Pellucid does otherwise, and docs/differences.md says why",
    "real difference": "to be mended",
}
"""What the categories mean; the last one is a debt."""

KNOWN = {"OtherWordsError": "message texts", "NotPublicError": "backend internals"}
"""Kinds of failures that name their category themselves."""

PRIVATE = re.compile(r"has no attribute ['`]_[a-z]")
"""What an AttributeError says when a test reads a private attribute."""


@dataclass(frozen=True)
class Reason:
    """Why some functions are left.

    Args:
        tests: Patterns.
        category: One of :data:`CATEGORIES`.
        reason: In words.
    """

    tests: tuple[str, ...]
    category: str
    reason: str

    def holds_for(self, name: str) -> bool:
        """Tell whether a pattern matches a function."""
        return any(fnmatchcase(name, pattern) for pattern in self.tests)


def read(path: Path = FILE) -> list[Reason]:
    """Return the entries of the file."""
    entries = tomllib.loads(path.read_text()).get("left", [])
    found = [Reason(tuple(entry["tests"]), entry["category"], entry["reason"]) for entry in entries]
    for entry in found:
        if entry.category not in CATEGORIES:
            raise SystemExit(
                f"{path.name}: no category {entry.category!r}; there are {', '.join(CATEGORIES)}"
            )
    return found


def category(outcome: Outcome, reasons: Iterable[Reason]) -> str | None:
    """Return the category of a failure, or None when nobody has explained it."""
    for reason in reasons:
        if reason.holds_for(outcome.name):
            return reason.category
    kinds = {_kind(failure) for failure in outcome.failures}
    return kinds.pop() if len(kinds) == 1 else None


def _kind(failure: dict[str, Any]) -> str | None:
    if failure.get("kind") == "AttributeError" and PRIVATE.search(failure.get("message", "")):
        return "backend internals"
    return KNOWN.get(failure.get("kind", ""))


def stale(
    reasons: Iterable[Reason], expected: Iterable[str], failing: Iterable[str], files: set[str]
) -> list[str]:
    """Return the patterns of which everything passes.

    Args:
        reasons: The entries.
        expected: All functions that count.
        failing: Those that do not pass.
        files: The files that were run; a pattern that means functions of others too is not judged.
    """
    names, left = list(expected), set(failing)
    found = []
    for pattern in (pattern for reason in reasons for pattern in reason.tests):
        meant = [name for name in names if fnmatchcase(name, pattern)]
        run = meant and all(name.partition("::")[0] in files for name in meant)
        if run and not left.intersection(meant):
            found.append(pattern)
    return found
