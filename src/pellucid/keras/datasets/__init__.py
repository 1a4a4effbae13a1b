"""``keras.datasets``: Pellucid's data sets with Keras's arguments, the name of the cached file first."""

from __future__ import annotations

from pellucid.keras.tensorflow.facade import facade

__getattr__, __dir__ = facade(
    __name__,
    {},
    modules="boston_housing california_housing cifar10 cifar100 fashion_mnist imdb mnist reuters",
)
__all__ = __dir__()  # noqa: PLE0605  # pyright: ignore[reportUnsupportedDunderAll]
