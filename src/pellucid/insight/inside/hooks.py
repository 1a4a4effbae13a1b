"""Hooks: a function of ours around one layer's ``call`` inside a trace.

A *hook* gets the layer's bound ``call`` and its arguments and returns the outputs. It may put an array of its own in
their place, by which the model's answer can then be differentiated, or ask the layer for more than the model does.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from pellucid.core.errors import UsageError
from pellucid.modules import Layer
from pellucid.modules.binding import Scope
from pellucid.modules.pure import Applied, run_with

Arrays = dict[str, Any]
Hook = Callable[..., Any]


class HookedScope(Scope):
    """A scope with hooks around the layers at some paths.

    Args:
        arrays: Weights by path.
        hooks: By path; each is called as ``hook(call, *args, **kwargs)`` in the place of ``call(*args, **kwargs)``.
        **options: As for :class:`~pellucid.modules.binding.Scope`.
    """

    def __init__(self, arrays: Arrays, hooks: dict[str, Hook], **options: Any):
        super().__init__(arrays, **options)
        self.hooks = hooks

    def bind(self, layer: Layer, path: str = "") -> Layer:
        """Return the twin of ``layer``; one with a hook has it in the place of its ``call``."""
        known = id(layer) in self._twins
        twin = super().bind(layer, path)
        if not known and twin._path in self.hooks:
            # The twin is thrown away after the trace; its class keeps the `call` whose signature is asked for.
            twin.__dict__["call"] = partial(self.hooks[twin._path], twin.call)
        return twin


def run_hooked(
    model: Layer,
    params: Arrays,
    state: Arrays,
    inputs: Any,
    hooks: dict[str, Hook],
    **options: Any,
) -> Applied:
    """As :func:`pellucid.modules.run`, with hooks around the layers at some paths."""
    scope = HookedScope({**params, **state}, hooks, **options)
    return run_with(model, lambda bound: bound(inputs), state, scope)


def put(path: str, value: Any) -> dict[str, Hook]:
    """Return the hook that puts an array in the place of what the layer at ``path`` gives.

    Raises:
        UsageError: The layer is called more than once; the array could stand for one of its outputs only.
    """
    called: list[bool] = []

    def hook(call: Any, *args: Any, **kwargs: Any) -> Any:
        if called:
            raise UsageError(
                f"layer '{path}'",
                "the model calls it more than once, so its output is not one array.",
                "name a layer that is called once: path='...'",
            )
        called.append(True)
        call(*args, **kwargs)  # its losses and the state it assigns are still wanted
        return value

    return {path: hook}
