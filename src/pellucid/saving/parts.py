"""What a model file holds beside layers and weights: labels, seed, the choices of ``compile``, preprocessing."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from pellucid.core.errors import ArgumentTypeError, FileFormatError, PellucidError
from pellucid.core.paths import join
from pellucid.saving.container import Header, damaged, read_arrays
from pellucid.saving.describe import Describer
from pellucid.saving.restore import Restorer

PREPROCESSORS = {"TablePreprocessor": "pellucid.data.tables"}
"""Classes that a file may name as its preprocessing, with the module that has them."""
PREPROCESSING = "$preprocessing"
"""Under this name the preprocessing's arrays stand."""
MORE_CHOICES = ("loss_weights", "weighted_metrics")
"""Arguments of ``compile`` that a file holds only if they were given."""
MAX_LABEL_BYTES = 64 << 20
"""NumPy gives each label the room of the longest one; a crafted list must not make that gigabytes."""

_INTEGERS = {f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)}
_LABEL_DTYPES = {"str", "object", "bool", "float32", "float64"} | _INTEGERS


def describe_extras(
    model: Any, describer: Describer
) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Return the JSON of everything beside the layers, and the arrays of the preprocessing by name."""
    preprocessing, arrays = _describe_preprocessing(model.preprocessing)
    return {
        "classes": _describe_labels(model.classes),
        "seed": model.seed,
        "compiled": _describe_compiled(model, describer),
        "preprocessing": preprocessing,
    }, arrays


def restore_extras(
    model: Any, description: dict[str, Any], header: Header, path: Path, restorer: Restorer
) -> None:
    """Give the model labels, seed, the choices of ``compile`` and preprocessing back."""
    model.classes = _restore_labels(description["classes"], path)
    seed = description["seed"]
    if type(seed) is not int:
        damaged(path, "its seed is no whole number")
    model._seed = seed
    _restore_compiled(model, description["compiled"], path, restorer)
    model.preprocessing = _restore_preprocessing(description["preprocessing"], header, path)


def _describe_labels(labels: Any) -> Any:
    if labels is None:
        return None
    if isinstance(labels, dict):  # by output
        return {"outputs": {name: _describe_labels(each) for name, each in labels.items()}}
    array = np.asarray(labels)
    dtype = "str" if array.dtype.kind == "U" else array.dtype.name
    if dtype not in _LABEL_DTYPES or array.ndim != 1:
        raise ArgumentTypeError(
            "save",
            f"labels of dtype {array.dtype} cannot be kept.",
            "use texts or whole numbers as labels",
        )
    return {"dtype": dtype, "values": array.tolist()}


def _restore_labels(labels: Any, path: Path) -> Any:
    if not isinstance(labels, dict) or set(labels) != {"outputs"}:
        return _restore_labels_of_one(labels, path, MAX_LABEL_BYTES)
    outputs = labels["outputs"]
    if not isinstance(outputs, dict):
        damaged(path, "its class labels are malformed")
    share = MAX_LABEL_BYTES // max(len(outputs), 1)
    return {name: _restore_labels_of_one(each, path, share) for name, each in outputs.items()}


def _restore_labels_of_one(labels: Any, path: Path, limit: int) -> np.ndarray | None:
    if labels is None:
        return None
    dtype, values = (
        (labels.get("dtype"), labels.get("values")) if isinstance(labels, dict) else (None, None)
    )
    if dtype not in _LABEL_DTYPES or not isinstance(values, list):
        damaged(path, "its class labels are malformed")
    if not all(isinstance(value, (str, int, float, bool)) for value in values):
        damaged(path, "its class labels are neither texts nor numbers")
    longest = max((len(value) for value in values if isinstance(value, str)), default=1)
    if len(values) * longest * 4 > limit:
        damaged(path, "its class labels are too long")
    try:
        return np.array(values, dtype=dtype)
    except (ValueError, TypeError, OverflowError):
        damaged(path, f"its class labels are not of dtype {dtype}")


def _describe_compiled(model: Any, describer: Describer) -> Any:
    chosen = model.compiled
    if chosen is None:
        return None
    metrics = chosen.metrics if isinstance(chosen.metrics, dict) else list(chosen.metrics or [])
    found = {
        "optimizer": describer.describe(chosen.optimizer, "compile, `optimizer`"),
        "loss": describer.describe(chosen.loss, "compile, `loss`"),
        "metrics": describer.describe(metrics, "compile, `metrics`"),
    }
    for name in MORE_CHOICES:
        if getattr(chosen, name) is not None:
            found[name] = describer.describe(getattr(chosen, name), f"compile, `{name}`")
    return found


def _restore_compiled(model: Any, compiled: Any, path: Path, restorer: Restorer) -> None:
    if compiled is None:
        return
    choices = restorer.restore(compiled)
    must = {"optimizer", "loss", "metrics"}
    if not isinstance(choices, dict) or not must <= set(choices) <= must | set(MORE_CHOICES):
        damaged(path, "its choices for training are malformed")
    try:
        model.compile(**choices)
    except Exception as error:
        reason = error.problem if isinstance(error, PellucidError) else str(error)
        raise FileFormatError(
            f"File '{path.name}'", f"its choices for training are refused: {reason[:300]}"
        ) from error


def _describe_preprocessing(preprocessing: Any) -> tuple[Any, dict[str, np.ndarray]]:
    if preprocessing is None:
        return None, {}
    kind = type(preprocessing).__name__
    if kind not in PREPROCESSORS:
        raise ArgumentTypeError(
            "save",
            f"preprocessing by a {kind} cannot be kept; known are: {', '.join(PREPROCESSORS)}.",
            "model.preprocessing = None, and preprocess before predict",
        )
    state, arrays = preprocessing.state()
    named = {join(PREPROCESSING, name): np.asarray(array) for name, array in arrays.items()}
    return {"kind": kind, "state": state}, named


def _restore_preprocessing(described: Any, header: Header, path: Path) -> Any:
    if described is None:
        return None
    kind = described.get("kind") if isinstance(described, dict) else None
    if kind not in PREPROCESSORS or not isinstance(described.get("state"), dict):
        damaged(path, f"its preprocessing {str(kind)[:40]!r} is unknown or malformed")
    prefix = PREPROCESSING + "/"
    names = [name for name in header.entries if name.startswith(prefix)]
    arrays = {name.removeprefix(prefix): array for name, array in read_arrays(path, names).items()}
    cls = getattr(import_module(PREPROCESSORS[kind]), kind)
    try:
        return cls.from_state(described["state"], arrays)
    except FileFormatError:
        raise
    except Exception as error:  # the state of a crafted file may be anything
        raise FileFormatError(
            f"File '{path.name}'", f"its preprocessing is damaged: {str(error)[:200]}"
        ) from error
