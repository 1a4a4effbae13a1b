"""Model files taken apart and put together by hand, with nothing but json: the tests' own view of the format."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pellucid
from pellucid import layers


def small_model(seed: int = 0) -> Any:
    """A network of two layers for four inputs, built and compiled."""
    model = pellucid.Sequential(
        [layers.Dense(3, activation="tanh"), layers.Dense(2, activation="softmax")], seed=seed
    )
    model.build((None, 4))
    model.compile("adam", "categorical_crossentropy")
    return model


def take_apart(path: Path) -> tuple[dict[str, Any], dict[str, Any], bytes]:
    """Return header (without the description), description and the arrays' bytes."""
    raw = path.read_bytes()
    length = int.from_bytes(raw[:8], "little")
    header = json.loads(raw[8 : 8 + length])
    description = json.loads(header["__metadata__"].pop("description"))
    return header, description, raw[8 + length :]


def put_together(header: dict[str, Any], description: Any, data: bytes) -> bytes:
    """Return a file's bytes; a description that is a text stays as it is."""
    whole = copy.deepcopy(header)
    text = description if isinstance(description, str) else json.dumps(description)
    whole["__metadata__"]["description"] = text
    return container(json.dumps(whole).encode(), data)


def container(header: bytes, data: bytes = b"") -> bytes:
    """Return a container of these header bytes."""
    return len(header).to_bytes(8, "little") + header + data


def crafted(good: Path, change: Callable[[dict[str, Any], dict[str, Any]], Any]) -> bytes:
    """Return a good file's bytes after ``change(header, description)``; what it returns replaces the description."""
    header, description, data = take_apart(good)
    answer = change(header, description)
    return put_together(header, description if answer is None else answer, data)
