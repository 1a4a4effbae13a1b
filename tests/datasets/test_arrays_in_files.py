"""Files that hold pickles: read when they hold arrays, refused when they want to call anything."""

from __future__ import annotations

import importlib
import io
import pickle
from collections.abc import Callable

import numpy as np
import pytest

from pellucid.core.errors import FileFormatError
from pellucid.datasets.npz import ArrayUnpickler, load_arrays


def npz(**arrays: np.ndarray) -> bytes:
    held = io.BytesIO()
    np.savez(held, allow_pickle=True, **arrays)
    return held.getvalue()


def lists(*rows: list[int]) -> np.ndarray:
    found = np.empty(len(rows), object)
    found[:] = rows
    return found


def test_numbers_and_lists_of_numbers_come_back() -> None:
    found = load_arrays(npz(x=lists([1, 2], [3]), y=np.arange(3.0)))
    assert found["x"].tolist() == [[1, 2], [3]]
    assert found["y"].tolist() == [0, 1, 2]


@pytest.mark.parametrize("protocol", range(2, 5))
def test_arrays_of_every_protocol(protocol: int) -> None:
    held = {b"data": np.arange(6, dtype="uint8").reshape(2, 3), b"labels": [1, 2]}
    new = pickle.dumps(held, protocol)
    # The lengths of names are written before them from protocol 4 on, so there the name cannot be exchanged.
    old = new.replace(b"numpy._core.multiarray", b"numpy.core.multiarray")
    for content in (new, old) if protocol == 3 else (new,):
        if protocol == 2:  # writes bytes as a call of a codec, which Python 2 never did
            with pytest.raises(FileFormatError, match="_codecs"):
                ArrayUnpickler(io.BytesIO(content), encoding="bytes").load()
            continue
        found = ArrayUnpickler(io.BytesIO(content), encoding="bytes").load()
        np.testing.assert_array_equal(found[b"data"], held[b"data"])


class Harm:
    def __init__(self, function: Callable, *arguments: object):
        self.call = function, arguments

    def __reduce__(self):
        return self.call


HARM = [
    Harm(print, "called"),
    Harm(eval, "1"),
    Harm(np.load, "x"),
    Harm(importlib.import_module, "os"),
]


@pytest.mark.parametrize("harm", HARM)
def test_what_wants_to_call_is_refused(harm: Harm, capsys) -> None:
    with pytest.raises(FileFormatError, match="wants to call"):
        load_arrays(npz(x=np.array([harm, 1], object)))
    with pytest.raises(FileFormatError, match="wants to call"):
        ArrayUnpickler(io.BytesIO(pickle.dumps({b"data": harm}))).load()
    assert capsys.readouterr().out == ""


WHOLE = npz(x=lists([1, 2], [3]), y=np.arange(300.0))
BROKEN = {
    "no zip": b"hello",
    "empty": b"",
    "cut off": WHOLE[:-40],
    "cut in the middle": WHOLE[: len(WHOLE) // 2],
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_files_are_refused(name: str) -> None:
    with pytest.raises(FileFormatError, match="no file of arrays"):
        load_arrays(BROKEN[name], "imdb.npz")
