"""``with`` blocks that mean nothing here: names, devices, control dependencies; accepted so that scripts run."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from pellucid.keras.naming import name_scope as name_scope


@contextmanager
def device(device_name: Any) -> Iterator[None]:
    """Accept the name of a device, ``tf.device``; JAX chooses the fastest that there is."""
    yield


@contextmanager
def control_dependencies(control_inputs: Any) -> Iterator[None]:
    """Accept what must have been computed; lines are computed in their order, ``tf.control_dependencies``."""
    yield


@contextmanager
def init_scope() -> Iterator[None]:
    """Accept code that runs outside of graphs, ``tf.init_scope``."""
    yield


def no_op(name: str | None = None) -> None:
    """Do nothing, ``tf.no_op``."""


def group(*inputs: Any, **options: Any) -> None:
    """Accept what was computed together, ``tf.group``."""


def get_logger() -> logging.Logger:
    """Return the logger called "tensorflow", ``tf.get_logger``; nothing is written to it."""
    return logging.getLogger("tensorflow")


def executing_eagerly() -> bool:
    """Tell that every line computes at once, ``tf.executing_eagerly``."""
    return True


def do_not_convert(func: Callable[..., Any] | None = None) -> Any:
    """Return a function as it is, ``tf.autograph.experimental.do_not_convert``."""
    return func if func is not None else do_not_convert


def set_verbosity(level: int = 0, alsologtostdout: bool = False) -> None:
    """Accept how much is to be logged, ``tf.autograph.set_verbosity``."""
