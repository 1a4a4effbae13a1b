"""Data sets to learn with: ``pellucid.datasets.digits.load_data()`` and its sisters.

Each module has Keras's ``load_data() -> (x_train, y_train), (x_test, y_test)``. The modules are imported on first use,
so that the small sets, which come with scikit-learn, do not pay for the downloader.
"""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pellucid.datasets import (
        boston_housing,
        breast_cancer,
        california_housing,
        cifar10,
        cifar100,
        diabetes,
        digits,
        fashion_mnist,
        imdb,
        iris,
        mnist,
        reuters,
        wine,
    )

__all__ = [
    "boston_housing",
    "breast_cancer",
    "california_housing",
    "cifar10",
    "cifar100",
    "diabetes",
    "digits",
    "fashion_mnist",
    "imdb",
    "iris",
    "mnist",
    "reuters",
    "wine",
]


def __getattr__(name: str) -> ModuleType:
    if name in __all__:
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(
        f"module {__name__!r} has no attribute {name!r}; the data sets are: {', '.join(__all__)}"
    )


def __dir__() -> list[str]:
    return __all__
