"""Files that somebody made to hurt: each is refused as a FileFormatError, quickly, and nothing is executed."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy

import pellucid
from pellucid.core.errors import FileFormatError
from tests.saving.crafting import container, crafted, take_apart

Change = Callable[[dict[str, Any], dict[str, Any]], Any]


def layer(description: dict[str, Any], index: int = 0) -> dict[str, Any]:
    return description["model"]["arguments"]["layers"][index]


def entry(header: dict[str, Any], name: str = "dense/kernel") -> dict[str, Any]:
    return header[name]


def rename(header: dict[str, Any], name: str) -> None:
    header[name] = header.pop("dense/kernel")


def nested(depth: int) -> str:
    return "[" * depth + "]" * depth


def deep_model(h: Any, d: dict[str, Any]) -> None:
    """Sequentials in each other, deeper than Python's stack."""
    inner = d["model"]
    for _ in range(95):
        inner = {"$object": "Sequential", "family": "models", "arguments": {"layers": [inner]}}
    d["model"] = inner


# What is wrong with the header: name -> (change, a part of the message).
HEADERS: dict[str, tuple[Change, str]] = {
    "shape of another size": (lambda h, d: entry(h).update(shape=[4, 4]), "does not fit its 48 bytes"),
    "shape that overflows": (lambda h, d: entry(h).update(shape=[1 << 40, 1 << 40]), "does not fit"),
    "huge size": (lambda h, d: entry(h).update(shape=[1 << 70]), "no valid shape"),
    "negative size": (lambda h, d: entry(h).update(shape=[-4, -3]), "no valid shape"),
    "size that is a text": (lambda h, d: entry(h).update(shape=["4", 3]), "no valid shape"),
    "size that is a boolean": (lambda h, d: entry(h).update(shape=[True, 12]), "no valid shape"),
    "rank of a thousand": (lambda h, d: entry(h).update(shape=[1] * 1000), "no valid shape"),
    "unknown dtype": (lambda h, d: entry(h).update(dtype="O"), "has the dtype 'O'"),
    "dtype that is a list": (lambda h, d: entry(h).update(dtype=["F32"]), "has the dtype"),
    "bytes beyond the file": (lambda h, d: entry(h).update(data_offsets=[1 << 30, (1 << 30) + 48]), "hole"),
    "bytes that overlap": (lambda h, d: entry(h).update(data_offsets=[0, 48]), "overlap"),
    "offsets backwards": (lambda h, d: entry(h).update(data_offsets=[48, 0]), "does not fit"),
    "offsets that are floats": (lambda h, d: entry(h).update(data_offsets=[0.0, 48.0]), "no valid place"),
    "field too many": (lambda h, d: entry(h).update(code="print(1)"), "malformed"),
    "entry that is a text": (lambda h, d: h.update({"dense/kernel": "import os"}), "malformed"),
    "path upwards": (lambda h, d: rename(h, "../../etc/passwd"), "no plain path"),
    "absolute path": (lambda h, d: rename(h, "/etc/passwd"), "no plain path"),
    "drive letter": (lambda h, d: rename(h, "C:\\windows"), "not allowed"),
    "zero byte in a name": (lambda h, d: rename(h, "dense\x00/kernel"), "not allowed"),
    "megabyte name": (lambda h, d: rename(h, "k" * (1 << 20)), "1048576 characters"),
    "empty name": (lambda h, d: rename(h, ""), "0 characters"),
    "array called NaN": (lambda h, d: rename(h, "NaN"), "missing dense/kernel, not expected NaN"),
    "weight of another layer": (lambda h, d: rename(h, "dense_7/kernel"), "missing dense/kernel"),
    "metadata of numbers": (lambda h, d: h["__metadata__"].update(format=1), "metadata"),
    "another program's file": (lambda h, d: h["__metadata__"].update(format="pt"), "none that Pellucid wrote"),
    "newer format": (lambda h, d: h["__metadata__"].update(format_version="2"), "pip install --upgrade"),
    "format of a million digits": (lambda h, d: h["__metadata__"].update(format_version="9" * 10**6), "no number"),
    "format that is no number": (lambda h, d: h["__metadata__"].update(format_version="one"), "no number"),
    "format zero": (lambda h, d: h["__metadata__"].update(format_version="0"), "no number"),
}  # fmt: skip

DESCRIPTIONS: dict[str, tuple[Change, str]] = {
    "module path as a class": (lambda h, d: layer(d).update({"$object": "os.system"}), "lacks"),
    "class outside the table": (lambda h, d: layer(d).update({"$object": "__import__"}), "lacks"),
    "family outside the table": (lambda h, d: layer(d).update(family="os"), "unknown family 'os'"),
    "family that is a list": (lambda h, d: layer(d).update(family=["layers"]), "malformed"),
    "helper function as a class": (lambda h, d: layer(d).update({"$object": "get"}), "lacks"),
    "builtin as an activation": (
        lambda h, d: layer(d)["arguments"].update(activation={"$name": "eval", "family": "activations"}),
        "lacks",
    ),
    "class of the user's": (lambda h, d: layer(d).update({"$object": "Net", "family": "custom"}), "custom_objects={"),
    "unknown argument": (lambda h, d: layer(d)["arguments"].update(shell="rm"), "no argument `shell`"),
    "argument out of its limits": (lambda h, d: layer(d)["arguments"].update(units=-3), "at least 1"),
    "argument of another type": (lambda h, d: layer(d)["arguments"].update(units="3"), "at least 1"),
    "unknown sign": (lambda h, d: layer(d)["arguments"].update(units={"$eval": "1+1"}), "unknown sign"),
    "two signs at once": (lambda h, d: layer(d).update({"$array": "x"}), "unknown sign"),
    "reference forwards": (lambda h, d: d.update(model={"$again": 5}), "malformed"),
    "reference that is a text": (lambda h, d: d.update(model={"$again": "0"}), "malformed"),
    "array that is not there": (
        lambda h, d: layer(d)["arguments"].update(kernel_initializer={"$array": "$arguments/9"}), "not there",
    ),
    "array of a path": (
        lambda h, d: layer(d)["arguments"].update(units={"$array": "../../etc/passwd"}), "not there",
    ),
    "dtype of objects": (lambda h, d: layer(d)["arguments"].update(dtype={"$dtype": "object"}), "malformed"),
    "units beyond memory": (lambda h, d: layer(d)["arguments"].update(units=1 << 40), "the layer needs"),
    "units beyond 64 bits": (lambda h, d: layer(d)["arguments"].update(units=1 << 80), "File"),
    "inputs beyond memory": (lambda h, d: d.update(input_shape={"$tuple": [None, 1 << 50]}), "cannot be built"),
    "inputs that do not fit": (lambda h, d: d.update(input_shape={"$tuple": [None, 5]}), "(4, 3), but the layer needs"),
    "negative inputs": (lambda h, d: d.update(input_shape={"$tuple": [None, -4]}), "cannot be built"),
    "inputs of texts": (lambda h, d: d.update(input_dtype="object"), "cannot be built"),
    "inputs that are a number": (lambda h, d: d.update(input_shape=4), "cannot be built"),
    "no inputs": (lambda h, d: d.update(input_shape=None), "not those of its layers"),
    "an activation as a model": (
        lambda h, d: d.update(model={"$name": "relu", "family": "activations"}), "where a model should be",
    ),
    "an optimizer as a model": (lambda h, d: d.update(model=d["compiled"]["optimizer"]), "where a model should be"),
    "layer as a model": (lambda h, d: d.update(model=layer(d)), "where a model should be"),
    "frozen layer that is not there": (lambda h, d: d.update(frozen=["dense_9"]), "frozen"),
    "seed that is a text": (lambda h, d: d.update(seed="0"), "seed"),
    "labels that would take gigabytes": (
        lambda h, d: d.update(classes={"dtype": "str", "values": ["x" * 60_000, *["y"] * 100_000]}), "too long",
    ),
    "labels of objects": (lambda h, d: d.update(classes={"dtype": "object", "values": [[1], {}]}), "neither"),
    "labels of another dtype": (lambda h, d: d.update(classes={"dtype": "int64", "values": ["a"]}), "dtype int64"),
    "labels of unknown dtype": (lambda h, d: d.update(classes={"dtype": "O8", "values": []}), "malformed"),
    "preprocessing of the user's": (lambda h, d: d.update(preprocessing={"kind": "Popen", "state": {}}), "unknown"),
    "preprocessing without a state": (
        lambda h, d: d.update(preprocessing={"kind": "TablePreprocessor", "state": {}}), "damaged",
    ),
    "optimizer that is a layer": (lambda h, d: d["compiled"].update(optimizer=layer(d)), "refused"),
    "choices that are a list": (lambda h, d: d.update(compiled=[1, 2]), "malformed"),
    "part missing": (lambda h, d: d.pop("seed") and None, "lacks parts"),
    "megabyte text": (lambda h, d: layer(d)["arguments"].update(name="n" * (1 << 20)), "1048576 characters"),
    "description that is a list": (lambda h, d: "[]", "lacks parts"),
    "description that is no JSON": (lambda h, d: "__import__('os')", "no valid JSON"),
    "description nested beyond the stack": (lambda h, d: nested(200_000), "nested too deeply"),
    "value nested beyond any model": (lambda h, d: d.update(seed=json.loads(nested(500))), "nested too deeply"),
    "models nested in models": (deep_model, "File"),
    "doubled key": (lambda h, d: '{"model": 1, "model": 2}', "twice"),
    "NaN in the description": (lambda h, d: '{"model": NaN}', "NaN is no JSON"),
    "number of 100,000 digits": (lambda h, d: '{"model": ' + "9" * 100_000 + "}", "no valid JSON"),
    "more objects than any model": (
        lambda h, d: d["model"]["arguments"].update(layers=[layer(d)] * 10_001), "more than 10000 objects",
    ),
}  # fmt: skip


def refuse(tmp_path: Path, raw: bytes, part: str) -> None:
    path = tmp_path / "crafted.safetensors"
    path.write_bytes(raw)
    tracemalloc.start()
    try:
        with pytest.raises(FileFormatError) as caught:
            pellucid.load(path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert part in str(caught.value)
    assert len(str(caught.value)) < 2000, "a message must not repeat a crafted file's megabytes"
    assert peak < 300e6


@pytest.mark.parametrize("name", HEADERS)
def test_a_crafted_header_is_refused(name: str, good: Path, tmp_path: Path) -> None:
    change, part = HEADERS[name]
    refuse(tmp_path, crafted(good, change), part)


@pytest.mark.parametrize("name", DESCRIPTIONS)
def test_a_crafted_description_is_refused(name: str, good: Path, tmp_path: Path) -> None:
    change, part = DESCRIPTIONS[name]
    refuse(tmp_path, crafted(good, change), part)


RAW: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "truncated"),
    "seven bytes": (b"\0" * 7, "truncated"),
    "length beyond the file": ((1 << 63).to_bytes(8, "little") + b"{}", "truncated"),
    "header of length zero": (b"\0" * 16, "truncated"),
    "header of ten megabytes": (container(b" " * (10 << 20)), "at most 8388608"),
    "header that is a list": (container(b"[1]"), "no JSON object"),
    "header that is a number": (container(b"12"), "no JSON object"),
    "header that is no UTF-8": (container(b'{"\xff\xfe": 1}'), "no valid JSON"),
    "header nested beyond the stack": (container(nested(200_000).encode()), "nested too deeply"),
    "header with a doubled key": (container(b'{"a": 1, "a": 2}'), "twice"),
    "header with NaN": (container(b'{"a": NaN}'), "NaN is no JSON"),
    "pickle": (b"\x80\x04cos\nsystem\n(S'touch hurt'\ntR." + b"\0" * 64, "truncated"),
    "zip": (b"PK\x03\x04" + b"\0" * 100, "truncated"),
    "HDF5": (b"\x89HDF\r\n\x1a\n" + b"\0" * 100, "truncated"),
    "no arrays": (container(b"{}"), "none that Pellucid wrote"),
}


@pytest.mark.parametrize("name", RAW)
def test_raw_bytes_are_refused(name: str, tmp_path: Path) -> None:
    refuse(tmp_path, *RAW[name])


def test_every_truncation_is_refused(good: Path, tmp_path: Path) -> None:
    raw = good.read_bytes()
    for length in range(0, len(raw), 97):
        refuse(tmp_path, raw[:length], "File")


def test_bytes_too_many_are_refused(good: Path, tmp_path: Path) -> None:
    refuse(tmp_path, good.read_bytes() + b"\0", "bytes too many")


def test_a_foreign_safetensors_file_is_named_as_such(tmp_path: Path) -> None:
    path = tmp_path / "torch.safetensors"
    safetensors.numpy.save_file({"weight": np.zeros((2, 2), "float32")}, path, {"format": "pt"})
    with pytest.raises(FileFormatError, match="none that Pellucid wrote"):
        pellucid.load(path)


def test_the_good_file_put_together_by_hand_loads(good: Path, tmp_path: Path) -> None:
    """Else the tests above would pass because of the crafting."""
    path = tmp_path / "same.safetensors"
    path.write_bytes(crafted(good, lambda h, d: None))
    x = np.ones((3, 4), "float32")
    assert np.array_equal(pellucid.load(path).predict(x), pellucid.load(good).predict(x))


def test_a_newer_file_names_the_version_that_wrote_it(good: Path, tmp_path: Path) -> None:
    def newer(header: dict[str, Any], description: dict[str, Any]) -> None:
        header["__metadata__"].update(format_version="3", written_by="9.1.0")

    path = tmp_path / "newer.safetensors"
    path.write_bytes(crafted(good, newer))
    with pytest.raises(FileFormatError, match=r"format 3, written by Pellucid 9\.1\.0"):
        pellucid.load(path)


def test_loading_imports_nothing_that_the_file_names(
    good: Path, tmp_path: Path, monkeypatch: Any
) -> None:
    """A module of the crafted name lies on the path; it must not be imported."""
    (tmp_path / "evil_module.py").write_text("raise SystemExit('executed')")
    monkeypatch.syspath_prepend(tmp_path)
    for change in (
        lambda h, d: layer(d).update(family="evil_module"),
        lambda h, d: layer(d).update({"$object": "evil_module.Layer"}),
        lambda h, d: d.update(preprocessing={"kind": "evil_module", "state": {}}),
    ):
        refuse(tmp_path, crafted(good, change), "File")


def test_the_tests_know_the_header(good: Path) -> None:
    header, _, data = take_apart(good)
    assert set(header) == {
        "__metadata__",
        "dense/kernel",
        "dense/bias",
        "dense_1/kernel",
        "dense_1/bias",
    }
    assert len(data) == 4 * (4 * 3 + 3 + 3 * 2 + 2)
