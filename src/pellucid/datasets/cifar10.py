"""60,000 colour pictures of 32 x 32 pixels, ten kinds of things and animals."""

from __future__ import annotations

from pellucid.datasets.bundled import Pair
from pellucid.datasets.cifar import MIRRORS, parse_cifar
from pellucid.datasets.remote import RemoteFile, fetch

CLASSES = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
"""The names of the classes."""

FILE = RemoteFile(
    "cifar-10-python.tar.gz",
    170_498_071,
    "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce",
)
"""The archive as first published."""


def load_data() -> tuple[Pair, Pair]:
    """Return the pictures; the first call downloads 170 MB and keeps them.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``; images are uint8 from 0 to 255 of shapes ``(50000, 32, 32, 3)`` and
        ``(10000, 32, 32, 3)``, labels uint8 of shapes ``(50000, 1)`` and ``(10000, 1)``, named in ``CLASSES``.

    Raises:
        DataError: The file cannot be had; the message says where to put it.

    Source: A. Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009. As Keras's ``datasets.cifar10``.
    """
    train = [f"data_batch_{number}" for number in range(1, 6)]
    packed = fetch("cifar-10", FILE, MIRRORS)
    return parse_cifar(packed, "cifar-10-batches-py", train, ["test_batch"], "labels")
