"""Makes ``import keras`` and ``import tensorflow`` mean this package: a finder in front of Python's own.

It is put in place by :func:`install` only (``pellucid run``, the notebook magic), never by importing Pellucid, and
Keras or TensorFlow that are installed are neither imported nor touched. Every module it answers with is a *stand-in*:
a module object that asks one of ours for each name, so that old paths, old names and unknown names can be spoken of.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

import pellucid
from pellucid.core.errors import UsageError
from pellucid.keras.former import first_name, former, former_names, second_names
from pellucid.keras.names.modules import (
    BESIDE,
    EMPTY,
    KERAS,
    LEAKED,
    MODERN,
    OLD,
    PRIVATE_ROOTS,
    ROOTS,
    SISTERS,
)
from pellucid.keras.names.private import PRIVATE_FILES, PRIVATE_PACKAGES
from pellucid.keras.notices import say
from pellucid.keras.unknown import MissingModuleError, unknown_import, unknown_name

_TOPS = frozenset(root.split(".")[0] for root in ROOTS)


class StandIn(ModuleType):
    """A module of Keras or TensorFlow: each of its names is looked up in modules of ours, in order.

    Args:
        name: The name under which it was imported.
        targets: The modules that hold its names; none for a package that only has others below it.
    """

    def __init__(self, name: str, targets: tuple[Any, ...]):
        super().__init__(name)
        vars(self).update(_targets=targets, __path__=[])

    def __getattr__(self, name: str) -> Any:
        if name == "__all__":
            return _public(self)
        if name.startswith("__") and name != "__version__":
            raise AttributeError(f"module '{self.__name__}' has no attribute '{name}'")
        return _look_up(self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        """Set on our module: scripts put their own losses into ``keras.losses``."""
        targets = vars(self)["_targets"]
        if not targets or isinstance(value, ModuleType) or name.startswith("__"):
            super().__setattr__(name, value)
        else:
            setattr(targets[0], name, value)

    def __reduce__(self) -> tuple[Any, ...]:
        """Be imported again in another process, where nothing was installed: ``GridSearchCV(n_jobs=2)``."""
        return _imported_elsewhere, (self.__name__,)

    def __dir__(self) -> list[str]:
        return sorted({name for target in vars(self)["_targets"] for name in dir(target)})


def _imported_elsewhere(name: str) -> ModuleType:
    install()
    return import_module(name)


MODULES_ONLY = ("", "datasets")
"""Modules of Keras, by their inner names, that hold modules: a star import gives these."""


def _public(module: StandIn) -> list[str]:
    """Return what ``from module import *`` gives, old class names included."""
    targets = vars(module)["_targets"]
    inner = [_inner_name(target) for target in targets]
    old = [name for each in inner for name in (*former_names(each), *second_names(each))]
    if module.__name__.startswith("keras."):
        old += [name for each in inner for name in LEAKED.get(each, ())]
    tree = _inner_name(targets[0]) in MODULES_ONLY if targets else False
    held = [name for name in _known(targets) if tree or not _is_module(targets, name)]
    return sorted({*held, *old})


def _is_module(targets: tuple[Any, ...], name: str) -> bool:
    """Tell a file of ours from the names that a module holds."""
    return any(isinstance(vars(target).get(name), ModuleType) for target in targets) or any(
        _inner_name(target) in pellucid.__all__
        and isinstance(vars(getattr(pellucid, _inner_name(target))).get(name), ModuleType)
        for target in targets
    )


def _inner_name(target: Any) -> str:
    """Return a module's name inside Keras: ``"layers"`` for ``pellucid.keras.layers``."""
    return target.__name__.removeprefix(KERAS).removeprefix(".")


def _look_up(module: StandIn, name: str) -> Any:
    """Return what a name of a module means: an old class, a module below, what ours hold, or an error that helps."""
    targets = vars(module)["_targets"]
    for target in targets:
        old = former(_inner_name(target), name)
        if old is not None:
            return old
    if _is_module_below(module.__name__, name):
        return import_module(f"{module.__name__}.{name}")
    for target in targets:
        for each in filter(None, (first_name(_inner_name(target), name), name)):
            try:
                return getattr(target, each)
            except AttributeError as error:
                # An error from inside speaks of another name or of an object; "no such name" goes on to the next.
                if error.name != each or not isinstance(error.obj, ModuleType):
                    raise
        held = None if target.__name__ == KERAS else _found(f"{target.__name__}.{name}")
        if held is not None:
            return held
    for target in targets:
        leaked = LEAKED.get(_inner_name(target), {}).get(name)
        if leaked is not None:
            return import_module(leaked)
    raise unknown_name(_shown(module.__name__), name, _known(targets))


def _known(targets: tuple[Any, ...]) -> list[str]:
    """Return the public names of our modules, those that are made when they are first used included."""
    names: set[str] = set()
    for target in targets:
        names |= set(vars(target).get("__all__", ()))
        if "__dir__" in vars(target) or "__all__" not in vars(target):
            names |= {name for name in dir(target) if _is_own(target, name)}
        inner = _inner_name(target)
        if inner in pellucid.__all__ and inner not in MODULES_ONLY:
            names |= set(getattr(getattr(pellucid, inner), "__all__", ()))
    return sorted(name for name in names if not name.startswith("_") and name != "TABLE")


def _is_own(target: Any, name: str) -> bool:
    """Tell a module's names from those of other modules that its lines use."""
    value = vars(target).get(name)
    foreign = getattr(value, "__module__", None) in ("typing", "__future__", "collections.abc")
    return not isinstance(value, ModuleType) and not foreign


def _shown(module: str) -> str:
    """Return the modern way to write a module's name."""
    root = _root_of(module)
    modern = module if root is None or root not in PRIVATE_ROOTS else "keras" + module[len(root) :]
    return modern.removesuffix(".api")


def _root_of(module: str) -> str | None:
    """Return the longest root that a module's name begins with."""
    fitting = [root for root in ROOTS if module == root or module.startswith(f"{root}.")]
    return max(fitting, key=len, default=None)


def _is_module_below(parent: str, name: str) -> bool:
    """Tell whether a name is a module of the tree, so that ``keras.layers`` works without importing it."""
    whole = f"{parent}.{name}"
    if whole in ROOTS or whole in EMPTY:
        return True
    root = _root_of(whole)
    inner = whole[len(root or "") + 1 :]
    if root == "tensorflow":
        return inner in PRIVATE_FILES or inner in PRIVATE_PACKAGES
    return root is not None and ROOTS[root] == KERAS and (inner in MODERN or inner in OLD)


def _found(path: str) -> Any:
    """Return one of our modules by its path, or a module that another holds under that name; else None."""
    try:
        return import_module(path)
    except ModuleNotFoundError as error:
        if error.name is None or not (path == error.name or path.startswith(f"{error.name}.")):
            raise
    parent, _, name = path.rpartition(".")
    if not parent.startswith(KERAS):
        return None
    held = getattr(_found(parent), name, None)
    return held if isinstance(held, ModuleType) else None


def _targets_of(module: str) -> tuple[Any, ...] | None:
    """Return the modules of ours that stand behind a module of Keras or TensorFlow; None where there are none."""
    root = _root_of(module)
    if module in EMPTY or root is None:
        return () if module in EMPTY else None
    inner = module[len(root) + 1 :]
    if root == "tensorflow" and inner in (PRIVATE_FILES.keys() | PRIVATE_PACKAGES):
        return _private_targets(inner)
    if ROOTS[root] != KERAS or not inner:
        return _all_found((".".join(filter(None, (ROOTS[root], inner))),))
    if inner in OLD:
        return _old_targets(inner)
    if inner.split(".")[0] in MODERN:
        targets = _all_found(tuple(f"{KERAS}.{each}" for each in (inner, *BESIDE.get(inner, ()))))
        if targets is not None:
            return targets
    # In trees that were never public, files inside a known module belong to it.
    parent, _, last = inner.rpartition(".")
    if root in PRIVATE_ROOTS and parent and last == last.lower():
        return _targets_of(f"{root}.{parent}")
    return None


def _all_found(paths: tuple[str, ...]) -> tuple[Any, ...] | None:
    return tuple(module for path in paths if (module := _found(path)) is not None) or None


def _old_targets(inner: str) -> tuple[Any, ...] | None:
    """Return the modules that hold the names of an old one, and say where they are today."""
    targets = _all_found(tuple(f"{KERAS}.{place}" for place in OLD[inner]))
    if targets is not None:
        modern = " or ".join(f"`keras.{place}`" for place in OLD[inner])
        say(f"module {inner}", f"the module `keras.{inner}` is now {modern}.")
    return targets


def _private_targets(inner: str) -> tuple[Any, ...] | None:
    """Return the module that has the names of a file inside TensorFlow, and say that scripts need not look there."""
    if inner not in PRIVATE_FILES:
        return ()
    modern = ".".join(filter(None, ("tensorflow", PRIVATE_FILES[inner])))
    say(f"module {inner}", f"`tensorflow.{inner}` was never public: its names are in `{modern}`.")
    return _all_found((KERAS + "." + modern,))


class KerasFinder(MetaPathFinder, Loader):
    """Answers imports of Keras and TensorFlow with stand-ins, and leaves all others to Python."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return how the module is made; None for modules that are not ours to answer."""
        top = fullname.split(".")[0]
        if top in SISTERS:
            _explain_sister(top)
        if top not in _TOPS:
            return None
        targets = _targets_of(fullname)
        if targets is None:
            parent, _, name = fullname.rpartition(".")
            known = _known(_targets_of(parent) or ())
            raise unknown_import(_shown(parent), name, known)
        root = _root_of(fullname)
        if fullname == root and root in PRIVATE_ROOTS:
            say(f"module {root}", f"`{root}` was never public: it is `keras` for all to use.")
        return ModuleSpec(
            fullname, self, origin="pellucid.keras", loader_state=targets, is_package=True
        )

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Return the stand-in."""
        return StandIn(spec.name, spec.loader_state)

    def exec_module(self, module: ModuleType) -> None:
        """Do nothing: a stand-in has no code."""


def _explain_sister(name: str) -> None:
    if PathFinder.find_spec(name) is None:
        raise MissingModuleError(
            "",
            f"`{name}` is not here: {SISTERS[name]}.",
            "leave it out, or run the script with TensorFlow",
        )


_finder = KerasFinder()


def install() -> None:
    """Make ``import keras``, ``import tensorflow`` and the modules below them mean Pellucid, in this process.

    Raises:
        UsageError: Keras or TensorFlow themselves were imported before.

    Example:
        >>> from pellucid.keras.finder import install, uninstall
        >>> install()
        >>> import keras
        >>> uninstall()
    """
    if _finder in sys.meta_path:
        return
    real = [top for top in _TOPS if top in sys.modules]
    if real:
        raise UsageError(
            "pellucid.keras.install",
            f"`{min(real)}` itself was imported before.",
            "call install() before the first `import keras`; in a notebook, restart the kernel first",
        )
    sys.meta_path.insert(0, _finder)


def uninstall() -> None:
    """Take the finder and its stand-ins away again; modules that a script already holds keep working."""
    if _finder in sys.meta_path:
        sys.meta_path.remove(_finder)
    for name in [name for name, module in sys.modules.items() if isinstance(module, StandIn)]:
        del sys.modules[name]
