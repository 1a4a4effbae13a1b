"""The outputs of a model as training sees them: one array, or several by name.

Names of several outputs: the keys of a dict, else the model's ``output_names``, else ``output_0``, ``output_1``, ...
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jax

from pellucid.core.errors import ArgumentError, UsageError, nearest
from pellucid.core.paths import unique
from pellucid.data.head import Head
from pellucid.modules.notes import is_our_function

Names = tuple[str, ...] | None
"""The names of several outputs in the order of ``jax.tree.leaves``; None for one output, which needs no name."""


@dataclass(frozen=True)
class Outputs:
    """What a model gives.

    Attributes:
        names: The names of several outputs, or None.
        specs: Specs of one batch: of the one output, or by name.
        heads: The last layers: one, or by name.
        masked: Whether positions are masked, of one output or by name: then metrics count valid positions.
        shapes: Shapes of inputs and outputs of the layers that were seen, by path.
        strict: Whether last layers, losses and targets that do not go together are refused, or only said.
    """

    names: Names
    specs: Any
    heads: Any
    masked: Any = False
    shapes: Any = None
    strict: bool = True


def outputs_of(model: Any, found: Any) -> Outputs:
    """Return the outputs that shape inference found.

    Args:
        model: The model.
        found: What :func:`pellucid.modules.infer` gave.

    Raises:
        UsageError: The outputs are no arrays, or nested more than one level deep.
    """
    if hasattr(found.outputs, "shape"):
        shape = tuple(found.outputs.shape[1:])
        head = Head(_last_layer(model), found.activation, shape)
        masked = has_positions(model, found.outputs, found.masks)
        return Outputs(None, found.outputs, head, masked, strict=model.strict)
    names, leaves = names_of(model, found.outputs), jax.tree.leaves(found.outputs)
    heads = {
        name: Head(name, activation, tuple(spec.shape[1:]))
        for name, spec, activation in zip(names, leaves, found.activation, strict=True)
    }
    masked = {
        name: has_positions(model, spec, mask)
        for name, spec, mask in zip(names, leaves, found.masks, strict=True)
    }
    specs = dict(zip(names, leaves, strict=True))
    return Outputs(names, specs, heads, masked, strict=model.strict)


def has_positions(model: Any, output: Any, mask_shape: Any) -> bool:
    """Tell whether a mask says which positions (axis 1) of an output ``(batch, positions, ...)`` count.

    A ``train_step`` of the user's own returns outputs without masks.
    """
    if mask_shape is None or not is_our_function(type(model).train_step):
        return False
    return len(output.shape) > 2 and tuple(mask_shape) == tuple(output.shape[:2])


def by_name(names: Names, outputs: Any) -> Any:
    """Return several outputs by name; one output as it is."""
    return outputs if names is None else dict(zip(names, jax.tree.leaves(outputs), strict=True))


def names_of(model: Any, outputs: Any) -> tuple[str, ...]:
    """Return the names of several outputs, in the order of ``jax.tree.leaves``."""
    flat = isinstance(outputs, (dict, list, tuple)) and outputs
    values = list(outputs.values()) if isinstance(outputs, dict) else outputs
    if not flat or not all(hasattr(value, "shape") for value in values):
        raise UsageError(
            f"{type(model).__name__} '{model.name}'",
            f"its `call` returns {_in_words(outputs)}; training needs one array, or a list or dict of arrays.",
            "return {'name': array, ...}",
        )
    if isinstance(outputs, dict):
        return tuple(sorted(outputs))
    known = model.output_names
    if not known or len(known) != len(values):
        return tuple(f"output_{number}" for number in range(len(values)))
    names: list[str] = []
    for name in known:  # a layer that gives several outputs has one name for all
        names.append(unique(name, names))
    return tuple(names)


def _in_words(outputs: Any) -> str:
    kinds = {
        type(value).__name__ for value in jax.tree.leaves(outputs, is_leaf=lambda v: v is None)
    }
    kind = type(outputs).__name__
    return f"a {kind} with {', '.join(sorted(kinds))} in it, nested" if kinds else f"a {kind}"


def _last_layer(model: Any) -> str:
    """Return the name of the layer that makes the output, as far as the model knows it."""
    layers = getattr(model, "layers", None)
    return layers[-1].name if layers else model.name


def choices_by_output(
    who: str, argument: str, choices: Any, names: tuple[str, ...], missing: Any = None
) -> dict[str, Any]:
    """Return what a list or dict says for each output.

    Args:
        who: The method, for messages.
        argument: The argument, for messages.
        choices: A list or tuple with one entry for each output, or a dict by name that may leave outputs out.
        names: The outputs' names.
        missing: What outputs get that a dict leaves out.

    Raises:
        ArgumentError: An unknown name, or a list of another length.

    >>> choices_by_output("compile", "loss", {"age": "mse"}, ("age", "sex"))
    {'age': 'mse', 'sex': None}
    """
    if isinstance(choices, Mapping):
        for key in choices:
            if key not in names:
                raise _unknown_output(who, argument, key, names)
        return {name: choices.get(name, missing) for name in names}
    if isinstance(choices, (list, tuple)) and len(choices) == len(names):
        return dict(zip(names, choices, strict=True))
    came = f"a {type(choices).__name__}"
    if isinstance(choices, (list, tuple)):
        came += f" of {len(choices)}"
    elif hasattr(choices, "shape"):
        came = f"one array of shape {tuple(choices.shape)}"
    raise ArgumentError(
        who,
        f"the model has {len(names)} outputs ({', '.join(names)}), but `{argument}` is {came}.",
        f"{argument}={as_dict(names)}",
    )


def as_dict(names: tuple[str, ...]) -> str:
    """Write a dict by output for a repair line.

    >>> as_dict(("age", "sex"))
    "{'age': ..., 'sex': ...}"
    """
    return "{" + ", ".join(f"'{name}': ..." for name in names) + "}"


def _unknown_output(who: str, argument: str, key: Any, names: tuple[str, ...]) -> ArgumentError:
    close = nearest(str(key), names)
    return ArgumentError(
        who,
        f"`{argument}` names '{key}', but the outputs are: {', '.join(names)}.",
        f"write '{close}' instead of '{key}'" if close else f"{argument}={as_dict(names)}",
    )
