"""Weights from Keras's files into a model of the same layers: which array belongs to which weight."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from pellucid.core.errors import FileFormatError, ShapeError, UsageError
from pellucid.modules import Layer
from pellucid.modules.tree import SKIPPED, is_layer, weights_of
from pellucid.modules.weight import Weight
from pellucid.saving.keras_hdf5 import Saved, opened, read_array, read_tree
from pellucid.saving.keras_order import layers_in_order
from pellucid.saving.low_rank import forget_changes, plain_slots, trains_plainly

Pairs = list[tuple[str, Weight, Any]]
"""For each weight its path, its slot, and the array in the file."""


def load_keras_weights(
    model: Layer,
    path: str | os.PathLike[str],
    by_name: bool = False,
    skip_mismatch: bool = False,
) -> list[str]:
    """Set a model's weights from a file that Keras wrote; nothing in the file is ever run.

    Layers are matched by order, as Keras lists them; or by name where all layers were given names, and the file names
    the same ones. All weights are checked before the first one changes. Reading needs the package ``h5py``, which
    ``pip install "pellucid[keras]"`` brings.

    Args:
        model: A built model with the layers of the model in the file.
        path: A ``.weights.h5`` or ``.keras`` file of Keras 3, or an ``.h5`` file of Keras 2 (weights or a whole
            model), such as the published weights of known architectures.
        by_name: Take only the layers whose names the file knows; the others keep their weights. Default False: every
            layer needs its weights.
        skip_mismatch: Leave layers as they are whose weights have another number or shape, in the place of an error.
            Default False.

    Returns:
        The paths of the weights that were set.

    Raises:
        MissingFileError: There is no such file.
        FileFormatError: It is no file of Keras, or of other layers.
        ShapeError: A weight has another shape in the file.
        UsageError: The model is not built.

    >>> from pellucid import Sequential, layers
    >>> model = Sequential([layers.Input((4,)), layers.Dense(3)])
    >>> try:
    ...     load_keras_weights(model, "nowhere/net.weights.h5")
    ... except FileNotFoundError as error:
    ...     print(error.problem)
    there is no file 'nowhere/net.weights.h5'.
    """
    if not model.built:
        raise UsageError(
            f"{type(model).__name__} '{model.name}'",
            "the model is not built, so it has no weights to set.",
            "model.build((None, 28, 28, 1)), or begin it with layers.Input",
        )
    with opened(Path(path)) as file:
        saved, flat = read_tree(file)
        matcher = _Matcher(skip_mismatch)
        if by_name:
            matcher.named_layers(model, saved.parts if flat else _container(saved), flat)
        elif flat:
            matcher.flat_layers(model, saved)
        else:
            matcher.tree(model, saved, "")
        arrays = [(where, slot, read_array(dataset)) for where, slot, dataset in matcher.pairs]
    for _, slot, array in arrays:
        slot.assign(array)
    forget_changes(model, [slot for _, slot, _ in arrays])
    return [where for where, _, _ in arrays]


def keras_key(class_name: str) -> str:
    """Return the name that Keras makes of a class's, also where it is no pretty one.

    >>> [keras_key(name) for name in ("Conv2DTranspose", "ReLU", "LSTM", "SimpleRNN")]
    ['conv2d_transpose', 're_lu', 'lstm', 'simple_rnn']
    """
    return re.sub(
        "([a-z])([A-Z])", r"\1_\2", re.sub("(.)([A-Z][a-z]+)", r"\1_\2", class_name)
    ).lower()


class _Matcher:
    """Finds for each weight its array.

    Args:
        skip_mismatch: Whether a layer that does not fit is left alone.
    """

    def __init__(self, skip_mismatch: bool):
        self.skip_mismatch = skip_mismatch
        self.pairs: Pairs = []

    # Keras 2: a flat list of layers.

    def flat_layers(self, model: Layer, saved: Saved) -> None:
        """Match the layers of a model with those of a flat list."""
        layers = _with_weights(_layers_of(model))
        held = [part for part in saved.parts.values() if part.arrays]
        if _same_names(layers, held):
            return self.named_layers(model, saved.parts, flat=True)
        if len(layers) != len(held):
            self._refuse(
                FileFormatError(
                    f"{type(model).__name__} '{model.name}'",
                    f"it has {len(layers)} layers with weights, but the file has {len(held)}: "
                    f"{_some(part.key for part in held)}.",
                    "make the same model as in the file, or load_keras_weights(..., by_name=True)",
                )
            )
        for layer, part in zip(layers, held, strict=False):
            self._layer(layer, part)
        return None

    def named_layers(self, model: Layer, parts: dict[str, Saved], flat: bool) -> None:
        """Match those layers that the file knows by name."""
        known = {part.name: part for part in parts.values()}
        for layer in _with_weights(_layers_of(model)):
            if layer.name in known:
                part = known[layer.name]
                self._layer(layer, part) if flat else self.tree(layer, part, layer.name)

    def _layer(self, layer: Layer, part: Saved) -> None:
        """Match all weights of a layer, the trained ones first."""
        found = sorted(plain_slots(layer), key=lambda each: not trains_plainly(*each[1:]))
        slots = [(f"{layer.name}/{path}", slot) for path, _, slot in found]
        self._arrays(f"{type(layer).__name__} '{layer.name}'", slots, part.arrays, part.key)

    # Keras 3: groups that mirror the objects.

    def tree(self, layer: Layer, saved: Saved, where: str) -> None:
        """Match a layer with its group, and what it is made of with the groups inside."""
        who = f"{type(layer).__name__} '{layer.name}'"
        found = [each for each in plain_slots(layer) if each[1] is layer]
        found.sort(key=lambda each: not trains_plainly(*each[1:]))
        own = [(f"{where}/{path}", slot) for path, _, slot in found]
        if own and not saved.arrays and saved.parts:
            own = self._projections(own, saved, who)
        self._arrays(who, own, saved.arrays, saved.key)
        children = [(keys, child) for keys, child in _children(layer) if weights_of(child)]
        known = _labels(saved, [child for _, child in children])
        for keys, child in children:
            found = [known.get(child.name), *(_part(saved, key) for key in keys)]
            part = next((each for each in found if each is not None), None)
            self._child(child, part, f"{saved.key}/{keys[-1]}".lstrip("/"), saved, where)

    def _projections(
        self, slots: list[tuple[str, Weight]], saved: Saved, who: str
    ) -> list[tuple[str, Weight]]:
        """Match weights named ``query/kernel`` with the group ``query_dense``: attention's parts are layers there."""
        groups: dict[str, list[tuple[str, Weight]]] = {}
        for path, slot in slots:
            groups.setdefault((slot.name or "").partition("/")[0], []).append((path, slot))
        for name, members in groups.items():
            part = saved.parts.get(f"{name.removeprefix('attention_')}_dense")
            if part is None:
                return slots
            self._arrays(who, members, part.arrays, part.key)
        return []

    def _child(
        self, child: Layer, part: Saved | None, place: str, saved: Saved, where: str
    ) -> None:
        if part is not None:
            return self.tree(child, part, f"{where}/{child.name}".lstrip("/"))
        return self._refuse(
            FileFormatError(
                f"{type(child).__name__} '{child.name}'",
                f"the file has no weights for it; it was looked for at '{place}', but there are: "
                f"{_some(_container(saved) or saved.parts)}.",
                "make the same model as in the file, or load_keras_weights(..., by_name=True)",
            )
        )

    # Both.

    def _arrays(
        self, who: str, slots: Sequence[tuple[str, Weight]], arrays: list[Any], key: str
    ) -> None:
        if len(arrays) == len(slots) + 1 and slots:
            # Keras's Normalization also keeps how many rows it saw: one number, which nothing reads.
            arrays = [array for array in arrays if array.shape != ()]
        if len(arrays) != len(slots):
            return self._refuse(
                FileFormatError(
                    who,
                    f"it has {len(slots)} weights, but the file has {len(arrays)} at '{key}'.",
                    "give the layer the arguments that it had in Keras, e.g. use_bias",
                )
            )
        for (path, slot), array in zip(slots, arrays, strict=True):
            if tuple(array.shape) != slot.shape:
                return self._refuse(
                    ShapeError(
                        who,
                        f"weight '{path}' has shape {slot.shape}, but {tuple(array.shape)} in the file, at '{key}'.",
                        "skip_mismatch=True leaves such layers as they are",
                    )
                )
        self.pairs += [
            (path, slot, array) for (path, slot), array in zip(slots, arrays, strict=True)
        ]
        return None

    def _refuse(self, error: Exception) -> None:
        if not self.skip_mismatch:
            raise error


def _layers_of(model: Layer) -> list[Layer]:
    """Return the layers that Keras lists: those of a model, or what a layer is made of."""
    if isinstance(getattr(model, "layers", None), list):
        return layers_in_order(model)
    return [child for _, child in _children(model)]


def _same_names(layers: list[Layer], held: list[Saved]) -> bool:
    """Tell whether all layers were given names, and the file has just these: automatic ones say nothing."""
    named = all(layer._given_name for layer in layers)
    return named and {layer.name for layer in layers} == {part.name for part in held}


def _with_weights(layers: Iterable[Layer]) -> list[Layer]:
    return [layer for layer in layers if weights_of(layer)]


def _children(layer: Layer) -> Iterator[tuple[list[str], Layer]]:
    """Yield the layers inside with the keys under which Keras may have put them, the likeliest last."""
    keys: dict[int, tuple[Layer, list[str]]] = {}

    def note(child: Layer, key: str) -> None:
        keys.setdefault(id(child), (child, []))[1].append(key)

    for attribute, value in vars(layer).items():
        if attribute in SKIPPED:
            continue
        if is_layer(value):
            note(value, attribute)
        elif isinstance(value, (list, tuple, dict)):
            for name, child in _numbered(value.values() if isinstance(value, dict) else value):
                note(child, f"{attribute}/{name}")
    if isinstance(getattr(layer, "layers", None), list):
        for name, child in _numbered(layers_in_order(layer)):
            note(child, f"layers/{name}")
    for child, names in keys.values():
        yield names, child


def _numbered(items: Iterable[Any]) -> Iterator[tuple[str, Layer]]:
    """Yield the layers of a list under names made of their classes': ``dense``, ``dense_1``."""
    counts: dict[str, int] = {}
    for item in items:
        if is_layer(item):
            name = keras_key(type(item).__name__)
            counts[name] = counts.get(name, -1) + 1
            yield (f"{name}_{counts[name]}" if counts[name] else name), item


def _labels(saved: Saved, children: list[Layer]) -> dict[str | None, Saved]:
    """Return the parts of a model's list of layers by name, if the file names exactly the model's layers."""
    parts = {part.name: part for part in _container(saved).values() if part.holds_arrays}
    return parts if _same_names(children, list(parts.values())) else {}


def _part(saved: Saved, key: str) -> Saved | None:
    """Return the part at a key, e.g. ``"layers/dense_1"``."""
    found: Saved | None = saved
    for each in key.split("/"):
        found = found.parts.get(each) if found else None
    return found


def _container(saved: Saved) -> dict[str, Saved]:
    return saved.parts["layers"].parts if "layers" in saved.parts else {}


def _some(names: Iterable[str]) -> str:
    """Name the first few of many."""
    names = list(names)
    return ", ".join(names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "")
