"""Weights that a script's layer keeps in lists, tuples and dicts: Keras tracks them, so they are weights here too.

``self.kernels = [self.add_weight(...) for _ in range(3)]`` declares ``kernels_0`` to ``kernels_2``; what stands in the
list afterwards are variables, which read as the program's arrays while ``call`` runs.
"""

from __future__ import annotations

from typing import Any

from pellucid.keras.variable import Variable
from pellucid.modules.assignment import declare_weight
from pellucid.modules.tree import NOT_KEPT, SKIPPED
from pellucid.modules.weight import Weight

PASSED = NOT_KEPT | SKIPPED


def hold_all(layer: Any) -> None:
    """Declare what was appended to a layer's lists while it was made or built."""
    for name, value in list(vars(layer).items()):
        if type(value) in (list, tuple, dict) and name not in PASSED | layer.beside:
            found = held(layer, name, value)
            if found is not value:
                object.__setattr__(layer, name, found)


def held(layer: Any, name: str, value: Any) -> Any:
    """Declare the weights and free variables in a value, and return it with variables in the place of weights."""
    if type(value) is list:
        value[:] = [held(layer, f"{name}_{place}", item) for place, item in enumerate(value)]
    elif type(value) is dict:
        value.update({key: held(layer, f"{name}_{key}", item) for key, item in value.items()})
    elif type(value) is tuple:
        items = tuple(held(layer, f"{name}_{place}", item) for place, item in enumerate(value))
        return value if all(a is b for a, b in zip(items, value, strict=True)) else items
    elif isinstance(value, Weight):
        declare_weight(layer, name, value)
        return Variable.of(layer._weights[name], value.name or name)
    elif type(value) is Variable and value._slot is None:
        declare_weight(layer, name, slot_of(value, name))
    return value


def slot_of(variable: Variable, name: str) -> Weight:
    """Make a weight of a free variable, which stands for it from now on."""
    array = variable.value
    slot = Weight(name, array.shape, None, array.dtype, variable.trainable)
    slot.value = array
    variable._hold(slot)
    Variable.adopt(variable, slot)
    return slot
