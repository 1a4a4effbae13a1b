"""The shim's classes of one family, made when they are first named: a side mixed into each public class of Pellucid."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from types import ModuleType
from typing import Any

import jax

import pellucid
from pellucid.keras.late import late
from pellucid.keras.sides.made import Made
from pellucid.keras.tensor import Tensor, unwrapped, wrapped
from pellucid.keras.unknown import unknown_name


def make_class(name: str, side: type, plain: type, module: str) -> type:
    """Return a subclass of one of Pellucid's classes with a side mixed in.

    Args:
        name: Its name.
        side: What is mixed in.
        plain: Pellucid's class.
        module: The module whose name it has.
    """
    first = (plain.__doc__ or name).strip().splitlines()[0]
    text = f"{first}\n\nAs :class:`pellucid.{module.rpartition('.')[2]}.{name}`, made to fit Keras code."
    attributes: dict[str, Any] = {"__module__": module, "__doc__": text, "plain": plain}
    build = getattr(plain, "build", pellucid.Layer.build)
    if build is not pellucid.Layer.build:
        attributes["build"] = marked_built(build)
    if "call" in dir(plain) and issubclass(plain, pellucid.Layer):
        # A side may have a word in the call, too.
        sides = getattr(side, "call", pellucid.Layer.call)
        own = plain.call if sides is pellucid.Layer.call else sides
        attributes["call"] = late("sides.own_code").on_own_tensors(own)
    step: Any = getattr(plain, "convolution_op", None)
    if step is not None:
        attributes["convolution_op"] = on_tensors(step)
    if "compute_mask" in vars(plain):
        attributes["compute_mask"] = on_tensors(vars(plain)["compute_mask"])
    return Made(name, (side, plain), attributes)


def on_tensors(method: Callable[..., Any]) -> Callable[..., Any]:
    """Return a method of Pellucid's that also takes tensors, and then gives tensors."""

    @wraps(method)
    def called(self: Any, *args: Any, **kwargs: Any) -> Any:
        given = jax.tree.leaves((args, kwargs))
        found = method(self, *unwrapped(args), **unwrapped(kwargs))
        return wrapped(found) if any(isinstance(leaf, Tensor) for leaf in given) else found

    return called


def marked_built(build: Callable[..., Any]) -> Callable[..., Any]:
    """Return ``build`` as scripts call it themselves: afterwards the layer is built."""

    @wraps(build)
    def built(self: Any, *shapes: Any, **more: Any) -> None:
        build(self, *shapes, **more)
        object.__setattr__(self, "_built", True)
        object.__setattr__(self, "_built_for", shapes[:1])

    return built


def late_classes(module: str, package: Any, side: Any) -> Callable[[str], Any]:
    """Return a module's ``__getattr__``: classes are made of those of ``package``, other names are as they are there.

    Args:
        module: The module's name.
        package: Pellucid's package of the family.
        side: What is mixed in; or a function of Pellucid's class that tells it.
    """

    def find(name: str) -> Any:
        if not name.startswith("__") and not hasattr(package, name):
            raise unknown_name(module.removeprefix("pellucid."), name, package.__all__)
        plain = None if name.startswith("__") else getattr(package, name)
        if plain is None or isinstance(plain, ModuleType):
            text = f"module '{module}' has no attribute '{name}'"
            raise AttributeError(text, name=name, obj=sys.modules[module])
        made = plain
        if isinstance(plain, type):
            mixed = side if isinstance(side, type) else side(plain)
            made = make_class(name, mixed, plain, module)
        setattr(sys.modules[module], name, made)
        return made

    return find


def adopt(found: Any, classes: Callable[[type], type | None]) -> Any:
    """Give an object of one of Pellucid's classes what the shim's class for it has; other objects stay as they are.

    Args:
        found: The object; it becomes one of the shim's class.
        classes: The shim's class for one of Pellucid's, or None.
    """
    wanted = classes(type(found))
    if wanted is not None and not isinstance(type(found), Made):
        object.__setattr__(found, "__class__", wanted)
    return found
