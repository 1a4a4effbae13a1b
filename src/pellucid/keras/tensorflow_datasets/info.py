"""What a set says of itself: its splits, and the features of an element."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pellucid.core.errors import ArgumentError


@dataclass(frozen=True)
class Feature:
    """One entry of an element: shape and dtype."""

    shape: tuple[int | None, ...]
    dtype: str


class ClassLabel(Feature):
    """A class by its number.

    Args:
        names: The names of the classes.

    >>> label = ClassLabel(["cat", "dog"])
    >>> label.num_classes, label.int2str(1), label.str2int("cat")
    (2, 'dog', 0)
    """

    def __init__(self, names: list[str]):
        super().__init__((), "int64")
        object.__setattr__(self, "names", list(names))

    names: list[str]

    @property
    def num_classes(self) -> int:
        """The number of classes."""
        return len(self.names)

    def int2str(self, number: Any) -> str:
        """Return the name of a class."""
        return self.names[int(number)]

    def str2int(self, name: str) -> int:
        """Return the number of a class.

        Raises:
            ArgumentError: There is no such class.
        """
        if name not in self.names:
            raise ArgumentError("ClassLabel", f"'{name}' is none of {', '.join(self.names)}.")
        return self.names.index(name)


@dataclass(frozen=True)
class SplitInfo:
    """A split: its name and its number of rows."""

    name: str
    num_examples: int


@dataclass(frozen=True)
class DatasetInfo:
    """The description of a set.

    Attributes:
        name: Its name.
        features: The features of an element by name.
        supervised_keys: Which of them are input and label.
        splits: The splits by name.
    """

    name: str
    features: Mapping[str, Feature]
    supervised_keys: tuple[str, str]
    splits: Mapping[str, SplitInfo]

    @property
    def full_name(self) -> str:
        """The name."""
        return self.name

    @property
    def description(self) -> str:
        """A sentence."""
        return f"{self.name}: {sum(s.num_examples for s in self.splits.values())} rows."
