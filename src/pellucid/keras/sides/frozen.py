"""What was trainable when a model was compiled: GAN scripts freeze a model afterwards, and go on training it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakKeyDictionary

from pellucid.keras.notices import differs
from pellucid.modules.tree import places

_at_compile: WeakKeyDictionary[Any, list[tuple[Any, bool]]] = WeakKeyDictionary()


def remember(model: Any) -> None:
    """Note which layers of a model train."""
    _at_compile[model] = flags_of(model)


def flags_of(model: Any) -> list[tuple[Any, bool]]:
    """Return the layers inside a model with whether they train."""
    return [(layer, layer.trainable) for path, layer in places(model) if path]


@contextmanager
def as_compiled(model: Any) -> Iterator[None]:
    """Train what was trainable when the model was compiled, if it was frozen as a whole since."""
    before = _at_compile.get(model, [])
    if model.trainable and all(layer.trainable == trains for layer, trains in before):
        yield  # the usual case, told quickly: this runs for every batch of a loop
        return
    if model.trainable_weights or not any(trains for _, trains in before):
        yield
        return
    differs(
        "frozen after compile",
        "A model that was frozen after `compile` trains what it trained at `compile`, as in Keras 2.",
    )
    now, own = flags_of(model), model.trainable
    set_flags([(model, True), *before])
    try:
        yield
    finally:
        set_flags([(model, own), *now])


def set_flags(flags: list[tuple[Any, bool]]) -> None:
    """Set whether single layers train, and not those inside them."""
    for layer, trains in flags:
        object.__setattr__(layer, "_trainable", trains)
