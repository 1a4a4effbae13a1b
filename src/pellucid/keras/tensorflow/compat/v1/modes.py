"""Sessions and graphs of TensorFlow 1: settings are accepted, what needs a graph is refused."""

from __future__ import annotations

from typing import Any

from pellucid.core.errors import UsageError
from pellucid.keras.tensorflow.data.options import Options

ConfigProto = GPUOptions = type("ConfigProto", (Options,), {
    "__init__": lambda self, *options, **more: None,
    "__doc__": "Settings of a session, accepted without effect.",
})  # fmt: skip


def _no_graphs(name: str) -> UsageError:
    return UsageError(
        f"tf.{name}",
        "graphs and sessions belong to TensorFlow 1; here every line computes at once.",
        "leave the line out, and use keras.Input for placeholders and the function itself for session.run",
    )


def disable_v2_behavior() -> None:
    """Refuse to go back to TensorFlow 1.

    Raises:
        UsageError: Always.
    """
    raise _no_graphs("compat.v1.disable_v2_behavior")


def disable_eager_execution() -> None:
    """Accept it: models are compiled whole anyway, and what needs a graph is refused where it stands."""


def placeholder(*options: Any, **more: Any) -> None:
    """Refuse a placeholder.

    Raises:
        UsageError: Always.
    """
    raise _no_graphs("compat.v1.placeholder")


def enable_eager_execution(*options: Any, **more: Any) -> None:
    """Accept it: every line computes at once."""


enable_v2_behavior = disable_v2_tensorshape = enable_resource_variables = enable_eager_execution


def reset_default_graph() -> None:
    """Accept it: there is no graph."""


def global_variables_initializer() -> None:
    """Accept it: variables have their first values from the start."""


class Session:
    """Accepted for its settings; there is nothing to run in it."""

    def __init__(self, *options: Any, **more: Any):
        self.graph = None

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *error: Any) -> None:
        return None

    def run(self, fetches: Any, *options: Any, **more: Any) -> Any:
        """Return None for what initializes variables.

        Raises:
            UsageError: Something else was to be computed.
        """
        if fetches is not None:
            raise _no_graphs("compat.v1.Session.run")

    def close(self) -> None:
        """Accept it."""


InteractiveSession = Session
