"""Every public name of `keras.ops` and `keras.random` exists, takes the same arguments, or says why not."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from pellucid.keras import backend, ops, random
from pellucid.keras.unknown import MissingNameError

LINES = [
    line.split(": ", 1)
    for line in Path(__file__).with_name("names.txt").read_text().splitlines()
    if line and not line.startswith("#")
]
LEFT_OUT = {line[0] for line in LINES if len(line) == 2}


def find(path):
    found = {"random": random}.get(path.split(".")[0], ops)
    for part in path.removeprefix("random.").split("."):
        found = getattr(found, part)
    return found


def test_the_list_is_whole():
    assert len(LINES) > 600
    assert all(len(line) == 1 or line[1] for line in LINES)


@pytest.mark.parametrize("path", [line[0] for line in LINES if len(line) == 1])
def test_name_is_there(path):
    assert callable(find(path))


def test_what_is_left_out_is_not_there():
    for path in LEFT_OUT:
        with pytest.raises(AttributeError):
            find(path)


def test_packages_list_their_names():
    for package in (ops, ops.numpy, ops.nn, ops.image, backend):
        assert dir(package) == sorted(package.__all__)
        for name in package.__all__:
            assert getattr(package, name) is not None


def test_unknown_names_are_answered():
    with pytest.raises(MissingNameError, match="softmax"):
        _ = ops.sofmax
    with pytest.raises(MissingNameError, match="repeat_elements"):
        _ = backend.repeat_element


@pytest.mark.oracle
def test_arguments_are_those_of_keras():
    """Names, order and defaults; where Keras has `**kwargs` or a shorter list, ours may have more behind it."""
    keras = pytest.importorskip("keras", reason="oracle extra")
    for path, *reason in LINES:
        if reason or path == "random.SeedGenerator":
            continue
        theirs = keras.random if path.startswith("random.") else keras.ops
        for part in path.removeprefix("random.").split("."):
            theirs = getattr(theirs, part)
        wanted = [
            p for p in inspect.signature(theirs).parameters.values() if p.kind is not p.VAR_KEYWORD
        ]
        found = list(inspect.signature(find(path)).parameters.values())
        assert [(p.name, p.default) for p in found][: len(wanted)] == [
            (p.name, p.default) for p in wanted
        ], path
