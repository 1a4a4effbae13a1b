"""70,000 handwritten digits of 28 x 28 pixels."""

from __future__ import annotations

from pellucid.datasets.bundled import Pair
from pellucid.datasets.idx import load_images
from pellucid.datasets.remote import RemoteFile

CLASSES = [str(digit) for digit in range(10)]
"""The names of the classes."""

MIRRORS = [
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
]
"""Where the files are."""

FILES = [
    RemoteFile(
        "train-images-idx3-ubyte.gz",
        9_912_422,
        "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    ),
    RemoteFile(
        "train-labels-idx1-ubyte.gz",
        28_881,
        "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    ),
    RemoteFile(
        "t10k-images-idx3-ubyte.gz",
        1_648_877,
        "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    ),
    RemoteFile(
        "t10k-labels-idx1-ubyte.gz",
        4_542,
        "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
    ),
]
"""Training images and labels, test images and labels, as first published."""


def load_data() -> tuple[Pair, Pair]:
    """Return the digits; the first call downloads 11.6 MB and keeps them.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``; images are uint8 from 0 (paper) to 255 (ink) of shapes
        ``(60000, 28, 28)`` and ``(10000, 28, 28)``, labels uint8 from 0 to 9.

    Raises:
        DataError: The files cannot be had; the message says where to put them.

    Source: Y. LeCun, C. Cortes, C. Burges, The MNIST database of handwritten digits, 1998. As Keras's
    ``datasets.mnist``; the files are the original ones.
    """
    return load_images("mnist", FILES, MIRRORS)
