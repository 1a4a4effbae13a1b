"""``tf.saved_model``: models in folders, data of our own format; what comes back is called, or asked by signature."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pellucid.core.errors import UsageError
from pellucid.keras.models import Model
from pellucid.keras.sides.counted import counted_name
from pellucid.keras.sides.files import IN_FOLDER, load_model, save_model
from pellucid.keras.tensorflow.asking import TensorSpec

NAMES = "outputs.json"
"""The file beside the model's that holds the names of its outputs."""

SERVING = "serving_default"


def save(obj: Any, export_dir: Any, signatures: Any = None, options: Any = None) -> None:
    """Write a model into a folder.

    Raises:
        UsageError: It is no model: of other objects TensorFlow keeps the code, and files here hold data only.

    >>> import os, tempfile
    >>> from pellucid.keras import Sequential, layers
    >>> from pellucid.keras.tensor import Tensor
    >>> model = Sequential([layers.Dense(2, input_shape=(3,), name="scores")])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(model, os.path.join(folder, "1"))
    ...     again = load(os.path.join(folder, "1"))
    >>> {
    ...     name: values.shape
    ...     for name, values in again.signatures[SERVING](Tensor([[1.0, 2, 3]])).items()
    ... }
    {'scores': TensorShape([1, 2])}
    """
    if not isinstance(obj, Model):
        raise UsageError(
            "tf.saved_model.save",
            f"{type(obj).__name__} is no Keras model, and files hold data, never code.",
            "a model's weights: model.save('model.keras'); variables: tf.train.Checkpoint(...).save(path)",
        )
    folder = Path(export_dir)
    folder.mkdir(parents=True, exist_ok=True)
    save_model(obj, folder / IN_FOLDER)
    (folder / NAMES).write_text(json.dumps(_names(obj)))


def load(export_dir: Any, tags: Any = None, options: Any = None) -> Loaded:
    """Read the folder that :func:`save` wrote, or the file of ``model.export``."""
    path = Path(export_dir)
    if not path.is_dir():
        model = load_model(path)
        return Loaded(model, _names(model))
    return Loaded(load_model(path / IN_FOLDER), json.loads((path / NAMES).read_text()))


def contains_saved_model(export_dir: Any) -> bool:
    """Tell whether a folder holds a model."""
    return (Path(export_dir) / IN_FOLDER).is_file()


class Loaded:
    """A model that was read: it is called as the model was, and has the model's attributes.

    Args:
        model: The model.
        names: The names of its outputs.
    """

    def __init__(self, model: Any, names: list[str]):
        self._model = model
        self.signatures = {SERVING: Signature(model, names)}

    def __call__(self, *args: Any, **named: Any) -> Any:
        """Apply the model."""
        return self._model(*args, **named)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._model, name)


class Signature:
    """A model as a function from tensors, by name or in their order, to a dict of its outputs."""

    def __init__(self, model: Any, names: list[str]):
        self._model, self._names = model, names

    def __call__(self, *args: Any, **named: Any) -> dict[str, Any]:
        """Return the outputs by name."""
        given = [*args, *named.values()]
        found = self._model(given[0] if len(given) == 1 else given, training=False)
        return dict(zip(self._names, _listed(found), strict=True))

    @property
    def structured_outputs(self) -> dict[str, Any]:
        """The shape and dtype of each output."""
        specs = [TensorSpec(o.shape, o.dtype) for o in _listed(self._model.outputs)]
        return dict(zip(self._names, specs, strict=True))


def _listed(values: Any) -> list[Any]:
    if isinstance(values, dict):
        return list(values.values())
    return list(values) if isinstance(values, (list, tuple)) else [values]


def _names(model: Any) -> list[str]:
    """Return the names of the outputs: those of their layers, as Keras counts them."""
    by_name = {layer.name: layer for layer in model.layers}
    names = model.output_names or ["output_0"]
    return [counted_name(by_name[name]) or name if name in by_name else name for name in names]
