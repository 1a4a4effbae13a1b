"""70,000 pictures of garments of 28 x 28 pixels, a harder sister of MNIST."""

from __future__ import annotations

from pellucid.datasets.bundled import Pair
from pellucid.datasets.idx import load_images
from pellucid.datasets.remote import RemoteFile

CLASSES = [
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
]
"""The names of the classes."""

MIRRORS = [
    "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
    "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
]
"""Where the files are."""

FILES = [
    RemoteFile(
        "train-images-idx3-ubyte.gz",
        26_421_880,
        "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
    ),
    RemoteFile(
        "train-labels-idx1-ubyte.gz",
        29_515,
        "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
    ),
    RemoteFile(
        "t10k-images-idx3-ubyte.gz",
        4_422_102,
        "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
    ),
    RemoteFile(
        "t10k-labels-idx1-ubyte.gz",
        5_148,
        "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
    ),
]
"""Training images and labels, test images and labels, as first published."""


def load_data() -> tuple[Pair, Pair]:
    """Return the garments; the first call downloads 30.9 MB and keeps them.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``; images are uint8 from 0 to 255 of shapes ``(60000, 28, 28)`` and
        ``(10000, 28, 28)``, labels uint8 from 0 to 9, named in ``CLASSES``.

    Raises:
        DataError: The files cannot be had; the message says where to put them.

    Source: H. Xiao, K. Rasul, R. Vollgraf, Fashion-MNIST, arXiv:1708.07747. As Keras's ``datasets.fashion_mnist``.
    """
    return load_images("fashion-mnist", FILES, MIRRORS)
