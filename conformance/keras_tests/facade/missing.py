"""What stands for a private name: nothing, until it is used."""

from __future__ import annotations

from typing import Any


class NotPublicError(Exception):
    """A test used a name that is private to Keras."""


class Missing:
    """A name without a public counterpart; importing it is no mistake yet, using it is.

    Args:
        path: The name as the test wrote it.
    """

    def __init__(self, path: str):
        self._path = path

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Missing(f"{self._path}.{name}")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        raise NotPublicError(self._path)

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[type, ...]:
        path = self._path

        def refuse(self: Any, *args: Any, **kwargs: Any) -> None:
            raise NotPublicError(path)

        return (type("Missing", (), {"__init__": refuse}),)

    def __repr__(self) -> str:
        return f"<{self._path}: not public>"
