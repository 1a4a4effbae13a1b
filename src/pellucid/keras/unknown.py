"""Errors for names of Keras and TensorFlow that do not exist here: the nearest that do, and the page with more."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from pellucid.core.errors import PellucidError
from pellucid.keras.names.refused import REFUSED

PAGE = "docs/keras-scripts.md"


class MissingNameError(PellucidError, AttributeError):
    """A name of Keras or TensorFlow that does not exist here."""


class MissingModuleError(PellucidError, ModuleNotFoundError):
    """A module of Keras or TensorFlow that does not exist here, or a name that was to be imported from one."""


def unknown_name(module: str, name: str, known: Iterable[str]) -> MissingNameError:
    """Build the error for an attribute that does not exist: ``keras.layers.Densee``.

    Args:
        module: The module as the user writes it, e.g. ``"keras.layers"``.
        name: The attribute.
        known: The names that the module has.

    >>> error = unknown_name("keras.layers", "Densee", ["Dense", "Dropout"])
    >>> print(error.problem, error.repair)
    `keras.layers.Densee` does not exist here. write keras.layers.Dense; what there is: docs/keras-scripts.md
    """
    return MissingNameError("", *_parts(module, name, known))


def unknown_import(module: str, name: str, known: Iterable[str]) -> MissingModuleError:
    """Build the error for an import that fails: ``from keras.layers import Densee``.

    Args:
        module: The module, e.g. ``"keras.layers"``; empty for a module that stands alone.
        name: The name that was to be imported from it.
        known: The names that the module has.
    """
    return MissingModuleError("", *_parts(module, name, known))


def nearest_names(name: str, known: Iterable[str], most: int = 3) -> list[str]:
    """Return the known names that are most like ``name``, best first, whatever their case.

    >>> nearest_names("dense", ["Dense", "Dropout"])
    ['Dense']
    """
    by_lower = {each.lower(): each for each in sorted(known) if not each.startswith("_")}
    found = difflib.get_close_matches(name.lower(), list(by_lower), n=most, cutoff=0.6)
    return [by_lower[each] for each in found]


def _parts(module: str, name: str, known: Iterable[str]) -> tuple[str, str]:
    """Return problem and repair."""
    whole = f"{module}.{name}" if module else name
    problem = f"`{whole}` does not exist here."
    if name in REFUSED:
        reason, repair = REFUSED[name]
        return f"{problem[:-1]}: {reason}", repair
    near = [f"{module}.{each}" if module else each for each in nearest_names(name, known)]
    if not near:
        return problem, f"see {PAGE} for what there is"
    return problem, f"write {' or '.join(near)}; what there is: {PAGE}"
