"""60,000 colour pictures of 32 x 32 pixels, a hundred kinds in twenty groups."""

from __future__ import annotations

from pellucid.core.errors import ArgumentError
from pellucid.datasets.bundled import Pair
from pellucid.datasets.cifar import MIRRORS, parse_cifar
from pellucid.datasets.remote import RemoteFile, fetch

FILE = RemoteFile(
    "cifar-100-python.tar.gz",
    169_001_437,
    "85cd44d02ba6437773c5bbd22e183051d648de2e7d6b014e1ef29b855ba677a7",
)
"""The archive as first published."""

MODES = ("fine", "coarse")
"""A hundred kinds, or twenty groups of five."""


def load_data(label_mode: str = "fine") -> tuple[Pair, Pair]:
    """Return the pictures; the first call downloads 169 MB and keeps them.

    Args:
        label_mode: ``"fine"`` for labels from 0 to 99, ``"coarse"`` for the groups 0 to 19.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``; images are uint8 from 0 to 255 of shapes ``(50000, 32, 32, 3)`` and
        ``(10000, 32, 32, 3)``, labels uint8 of shapes ``(50000, 1)`` and ``(10000, 1)``.

    Raises:
        DataError: The file cannot be had; the message says where to put it.

    Source: A. Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009. As Keras's
    ``datasets.cifar100``.
    """
    if label_mode not in MODES:
        raise ArgumentError(
            "cifar100.load_data",
            f"`label_mode` must be one of {MODES}, but it is {label_mode!r}.",
            "label_mode='fine'",
        )
    packed = fetch("cifar-100", FILE, MIRRORS)
    return parse_cifar(packed, "cifar-100-python", ["train"], ["test"], f"{label_mode}_labels")
