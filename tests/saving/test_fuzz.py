"""Bytes flipped, cut and exchanged at random: a file loads as a model or is refused, and nothing else happens."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings, strategies as st

import pellucid
from pellucid.core.errors import FileFormatError
from tests.saving.crafting import put_together, take_apart

common = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def load_or_refuse(path: Path, raw: bytes) -> Any:
    path.write_bytes(raw)
    try:
        return pellucid.load(path)
    except FileFormatError:
        return None


@common
@given(flips=st.lists(st.tuples(st.floats(0, 1), st.integers(1, 255)), min_size=1, max_size=8))
def test_flipped_bytes(good: Path, tmp_path: Path, flips: list[tuple[float, int]]) -> None:
    raw = bytearray(good.read_bytes())
    for place, mask in flips:
        raw[min(int(place * len(raw)), len(raw) - 1)] ^= mask
    model = load_or_refuse(tmp_path / "flipped.safetensors", bytes(raw))
    assert model is None or isinstance(model, pellucid.Model)


@common
@given(start=st.floats(0, 1), length=st.integers(1, 500))
def test_bytes_cut_out(good: Path, tmp_path: Path, start: float, length: int) -> None:
    raw = good.read_bytes()
    begin = int(start * (len(raw) - 1))
    assert load_or_refuse(tmp_path / "cut.safetensors", raw[:begin] + raw[begin + length :]) is None


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["$object", "$again", "$name", "$array", "$tuple", "$dict", "$float", "$dtype", "family", "x"]),
        inner,
        max_size=3,
    ),
    max_leaves=6,
)  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """All places in a description where something stands."""
    found = [path] if path else []
    items = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, item in items:
        found += places(item, (*path, key))
    return found


@common
@given(choice=st.floats(0, 1, exclude_max=True), junk=JUNK)
def test_junk_anywhere_in_the_description(
    good: Path, tmp_path: Path, choice: float, junk: Any
) -> None:
    header, description, data = take_apart(good)
    known = places(description)
    *way, last = known[int(choice * len(known))]
    holder = description
    for key in way:
        holder = holder[key]
    holder[last] = junk
    model = load_or_refuse(tmp_path / "junk.safetensors", put_together(header, description, data))
    assert model is None or isinstance(model, pellucid.Model)


@common
@given(name=st.text(max_size=12), entry=JUNK)
def test_junk_in_the_header(good: Path, tmp_path: Path, name: str, entry: Any) -> None:
    header, description, data = take_apart(good)
    header[name or "dense/bias"] = json.loads(json.dumps(entry))
    assert (
        load_or_refuse(tmp_path / "junk.safetensors", put_together(header, description, data))
        is None
    )


def test_the_good_file_still_loads(good: Path) -> None:
    assert np.isfinite(pellucid.load(good).predict(np.ones((1, 4), "float32"))).all()
