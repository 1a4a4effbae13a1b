"""What may be assigned to an attribute of a layer outside ``call``, and what declaring a weight twice means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jax

from pellucid.core.errors import FrozenError
from pellucid.core.paths import unique
from pellucid.modules.weight import Weight

if TYPE_CHECKING:
    from pellucid.modules.layer import Layer


def declare_weight(layer: Layer, name: str, weight: Weight) -> None:
    """Keep a declared weight; declaring the same one again changes nothing. Of two with one name, one is numbered.

    Raises:
        FrozenError: The layer was built for inputs of another shape.
    """
    taken = {other.name or "" for place, other in layer._weights.items() if place != name}
    weight.name = unique(weight.name or name.lstrip("_"), taken)
    weight.hint = f"{layer.name}/{weight.name}"
    known = layer._weights.get(name)
    if known is not None and known.spec() == weight.spec():
        return
    if known is not None and known.value is not None:
        raise FrozenError(
            f"{type(layer).__name__} '{layer.name}'",
            f"`{name}` has shape {known.shape} since the first build; it cannot become {weight.shape}.",
            "make a fresh layer for other inputs: layer.clone()",
        )
    layer._weights[name] = weight
    layer.__dict__.pop(name, None)


def refuse_assignment(layer: Layer, name: str, value: Any) -> None:
    """Refuse to assign what a program would bake in, weights without a name of their own, or a built layer's argument.

    Raises:
        FrozenError: With the line that does what was meant.
    """
    who = f"{type(layer).__name__} '{layer.name}'"
    if isinstance(value, jax.Array):
        raise FrozenError(
            who,
            f"`{name}` is an array that no `add_weight` declared; it would be baked into the program.",
            f"self.{name} = self.add_weight(shape=..., trainable=False), or keep it as a NumPy array",
        )
    if any(isinstance(leaf, Weight) for leaf in jax.tree.leaves(value)):
        raise FrozenError(
            who,
            f"`{name}` holds weights in a {type(value).__name__}; each weight needs an attribute of its own.",
            f"setattr(self, f'{name}_{{i}}', self.add_weight(...))",
        )
    same = name not in vars(layer) or vars(layer)[name] is value
    if layer._built and name in layer._arguments and not same:
        raise FrozenError(
            who,
            f"`{name}` cannot change after the layer is built.",
            f"make a changed copy: layer.clone({name}={value!r})",
        )
