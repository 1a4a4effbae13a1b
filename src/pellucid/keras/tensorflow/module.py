"""``tf.Module``: an object that finds the variables in its attributes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any

from pellucid.keras.tensorflow.contexts import name_scope
from pellucid.keras.variable import Variable


class Module:
    """Keeps variables, layers and other modules as attributes.

    >>> class Scale(Module):
    ...     def __init__(self):
    ...         super().__init__()
    ...         self.factors = [Variable(2.0), Variable(3.0, trainable=False)]
    >>> scale = Scale()
    >>> len(scale.variables), len(scale.trainable_variables)
    (2, 1)
    """

    def __init__(self, name: str | None = None):
        self._name = name or type(self).__name__.lower()

    @property
    def name(self) -> str:
        """The name."""
        return self._name

    @property
    def name_scope(self) -> AbstractContextManager[str]:
        """A ``with`` block of its name."""
        return name_scope(self._name)

    @classmethod
    def with_name_scope(cls, method: Any) -> Any:
        """Return a method as it is; a decorator."""
        return method

    @property
    def variables(self) -> tuple[Any, ...]:
        """All variables, in the order of the attributes' names."""
        return tuple(dict.fromkeys(_variables(self, "variables")))

    @property
    def trainable_variables(self) -> tuple[Any, ...]:
        """The variables that gradients are asked for."""
        return tuple(
            v for v in dict.fromkeys(_variables(self, "trainable_variables")) if v.trainable
        )

    @property
    def non_trainable_variables(self) -> tuple[Any, ...]:
        """The other variables."""
        trainable = set(map(id, self.trainable_variables))
        return tuple(v for v in self.variables if id(v) not in trainable)

    @property
    def submodules(self) -> tuple[Module, ...]:
        """The modules among the attributes, and theirs."""
        return tuple(dict.fromkeys(_modules(self)))


def _parts(module: Module) -> Iterator[Any]:
    """Return the attributes, and what is in lists and dicts among them."""
    waiting = [value for _, value in sorted(vars(module).items())]
    while waiting:
        value = waiting.pop(0)
        if isinstance(value, (list, tuple)):
            waiting = [*value, *waiting]
        elif isinstance(value, dict):
            waiting = [*value.values(), *waiting]
        else:
            yield value


def _variables(module: Module, kind: str) -> Iterator[Any]:
    """Return the variables of a module; layers and models know theirs."""
    for part in _parts(module):
        if isinstance(part, Variable):
            yield part
        elif isinstance(part, Module):
            yield from _variables(part, kind)
        elif not isinstance(part, type) and hasattr(type(part), kind):
            yield from getattr(part, kind)


def _modules(module: Module) -> Iterator[Module]:
    for part in _parts(module):
        if isinstance(part, Module):
            yield part
            yield from _modules(part)
