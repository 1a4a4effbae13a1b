"""The file itself: readable with NumPy alone, written in one step, equal for equal models, and old ones for ever."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest
import safetensors.numpy

import pellucid
from pellucid.saving import load, read_header, save
from pellucid.saving.atomic import write
from tests.saving.crafting import small_model

GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.safetensors"))

READER = """
import json, sys
import numpy
raw = open(sys.argv[1], "rb").read()
length = int.from_bytes(raw[:8], "little")
header = json.loads(raw[8 : 8 + length])
about = json.loads(header.pop("__metadata__")["description"])
kinds = {"F32": "<f4", "F64": "<f8", "I32": "<i4", "U8": "|u1"}
arrays = {}
for name, entry in header.items():
    begin, end = entry["data_offsets"]
    data = raw[8 + length + begin : 8 + length + end]
    arrays[name] = numpy.frombuffer(data, kinds[entry["dtype"]]).reshape(entry["shape"])
x = numpy.array([[1, 2, 3, 4]], "f4")
hidden = numpy.tanh(x @ arrays["dense/kernel"] + arrays["dense/bias"])
logits = hidden @ arrays["dense_1/kernel"] + arrays["dense_1/bias"]
print(json.dumps((numpy.exp(logits) / numpy.exp(logits).sum()).tolist()))
print([layer["$object"] for layer in about["model"]["arguments"]["layers"]], about["seed"])
print(sorted(set(sys.modules) & {"jax", "pellucid", "safetensors"}))
"""


def test_a_file_is_read_with_json_and_numpy_alone(good: Path):
    """The format stands in docs/model-files.md; these fifteen lines are all that one needs in twenty years."""
    command = [sys.executable, "-c", READER, str(good)]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    wanted = load(good).predict(np.array([[1, 2, 3, 4]], "float32"))
    np.testing.assert_allclose(json.loads(lines[0]), wanted, atol=1e-6)
    assert lines[1:] == ["['Dense', 'Dense'] 0", "[]"]


def test_equal_models_give_equal_files_but_for_the_order_of_metadata(tmp_path: Path):
    paths = [tmp_path / "a.safetensors", tmp_path / "b.safetensors"]
    for path in paths:
        small_model(seed=3).save(path)
    a, b = (read_header(path) for path in paths)
    assert a == b
    assert paths[0].stat().st_size == paths[1].stat().st_size


def test_bfloat16_half_and_empty_arrays_survive(tmp_path: Path):
    arrays = {
        "half": np.array([1.5], "float16"),
        "brain": np.array([[1.5, -2.0]], ml_dtypes.bfloat16),
        "none": np.zeros((0, 3), "float32"),
        "single": np.array(3.0, "float32"),
        "turned": np.arange(6, dtype="float32").reshape(2, 3).T,
        "big-endian": np.arange(3, dtype=">f4"),
    }
    path = write(tmp_path / "arrays.safetensors", arrays, {"format": "test"})
    read = safetensors.numpy.load_file(path)
    for name, array in arrays.items():
        assert np.array_equal(read[name], array), name


# Atomic writing.


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: Any):
    path = tmp_path / "model.safetensors"
    small_model(seed=1).save(path)
    before = path.read_bytes()

    def fail(*args: Any, **kwargs: Any) -> None:
        raise OSError(28, "No space left on device")

    for target in ("os.replace", "os.fsync", "safetensors.numpy.save_file"):
        with monkeypatch.context() as patch:
            patch.setattr(target, fail)
            with pytest.raises(OSError, match="No space"):
                small_model(seed=2).save(path)
        assert path.read_bytes() == before
        assert [each.name for each in tmp_path.iterdir()] == ["model.safetensors"]


def test_the_file_appears_whole_and_forced_to_the_disk(tmp_path: Path, monkeypatch: Any):
    path, seen = tmp_path / "model.safetensors", []
    replace, fsync = os.replace, os.fsync

    def noting_fsync(handle: int) -> None:
        seen.append("fsync")
        fsync(handle)

    def noting_replace(source: Any, target: Any) -> None:
        seen.append("replace")
        assert Path(source).parent == Path(target).parent
        assert read_header(source).metadata["format"] == "pellucid"
        assert not path.exists()
        replace(source, target)

    monkeypatch.setattr(os, "fsync", noting_fsync)
    monkeypatch.setattr(os, "replace", noting_replace)
    small_model().save(path)
    assert seen[:2] == ["fsync", "replace"]


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_the_file_has_the_mode_that_the_umask_gives(tmp_path: Path):
    before = os.umask(0o027)
    try:
        small_model().save(tmp_path / "model.safetensors")
    finally:
        os.umask(before)
    assert (tmp_path / "model.safetensors").stat().st_mode & 0o777 == 0o640


@pytest.mark.skipif(os.name != "posix", reason="making links needs rights elsewhere")
def test_a_link_stays_a_link(tmp_path: Path):
    real = tmp_path / "real.safetensors"
    small_model(seed=1).save(real)
    link = tmp_path / "link.safetensors"
    link.symlink_to(real)
    small_model(seed=2).save(link)
    assert link.is_symlink()
    assert load(real).seed == 2


# Files of all versions, loaded for ever.


def test_this_format_has_a_golden_file():
    assert [read_header(path).metadata["format_version"] for path in GOLDEN].count("1") >= 1


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_a_golden_file_predicts_as_on_the_day_it_was_written(path: Path):
    """The predictions of that day lie beside the file; ``make_golden.py`` says how both were made."""
    model = load(path)
    kept = json.loads(path.with_suffix(".json").read_text())
    np.testing.assert_allclose(model.predict(np.array(kept["x"], "float32")), kept["y"], atol=1e-6)
    assert model.classes.tolist() == kept["classes"]
    assert repr(model.compiled.optimizer) == kept["optimizer"]
    table = kept["table"]
    np.testing.assert_allclose(
        model.preprocessing.transform(table), kept["x"][: len(table["size"])], atol=1e-6
    )


def test_save_returns_the_path_and_is_public(tmp_path: Path):
    path = tmp_path / "model.safetensors"
    assert pellucid.save is save
    assert save(small_model(), str(path)) == path
