"""Hashing and HashedCrossing: any values, or combinations of values, become one of a fixed number of categories."""

from __future__ import annotations

from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np

from pellucid.core.errors import ArgumentError, ShapeError
from pellucid.core.limits import Choice, Instance, Integer, Limit
from pellucid.functional.categories import ENCODINGS, encode
from pellucid.functional.hashing import cross, hash_numbers, hash_texts, into_bins
from pellucid.layers.checks import who
from pellucid.layers.preprocessing.rows import (
    NEVER,
    NumbersOrText,
    is_text,
    texts_of,
    whole_numbers,
)

SALT: Limit = Instance((int, list, tuple), "an integer or two of them", optional=True)


def salt_words(owner: str, salt: Any) -> tuple[int, ...]:
    """Return a salt as its two numbers; one stands for both.

    >>> salt_words("Hashing", 7), salt_words("Hashing", None)
    ((7, 7), ())
    """
    if salt is None:
        return ()
    words = (salt, salt) if isinstance(salt, int) else tuple(salt)
    if len(words) != 2 or not all(isinstance(word, (int, np.integer)) for word in words):
        raise ArgumentError(
            owner, f"`salt` must be an integer or two of them, but it is {salt!r:.60}.", "salt=7"
        )
    return words


class Hashing(NumbersOrText):
    """Puts any whole numbers or texts into ``num_bins`` categories, without a vocabulary.

    Equation: ``y = h(x) mod num_bins`` with a hash function ``h``; with ``mask_value``, bin 0 is for that value alone.

    Args:
        num_bins: The number of categories, at least 1.
        mask_value: A value that is put into bin 0, and nothing else with it. Default None.
        salt: One whole number, or two, that make it another hash function. Default None.
        output_mode: ``"int"``: the bin's number; ``"one_hot"``, ``"multi_hot"``, ``"count"``: vectors, as in
            :class:`~pellucid.layers.CategoryEncoding`. Default ``"int"``.
        sparse: Accepted for Keras's sake; only False.
        **kwargs: ``name``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (batch, ...) whole numbers or text; outputs: the same with ``"int"``, else (batch, ..., num_bins)

    Raises:
        ArgumentError: A salt that is not one or two whole numbers.

    Example:
        >>> from pellucid.layers import Hashing
        >>> Hashing(10)(["red", "blue", "red"])
        array([0, 5, 0], dtype=int32)
        >>> Hashing(10)([1, 2])
        Array([9, 9], dtype=int32)

    The hash is FarmHash's ``Fingerprint64`` of a text's UTF-8 bytes, or SipHash-2-4 with a salt; of a number its
    decimal text is hashed. It is the same on the host, on any device and in every version. Numbers are hashed inside
    programs, text on the host, before the program: in ``Sequential`` say ``Input(shape=(1,), dtype="string")`` first.
    Different values may share a bin; the more bins, the fewer do.

    The bins are those of Keras and TensorFlow. Differs from Keras: integers come out as int32; the first axis counts
    the rows in all modes. PyTorch has no such layer.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "num_bins": Integer(1, 2**31 - 1),
        "mask_value": Instance((int, str), "an integer or a text", optional=True),
        "salt": SALT,
        "output_mode": Choice(options=("int", *ENCODINGS)),
        "sparse": NEVER,
    }

    def __init__(
        self,
        num_bins: int,
        mask_value: Any = None,
        salt: Any = None,
        output_mode: str = "int",
        sparse: bool = False,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        self.num_bins = num_bins
        self.mask_value = mask_value
        self.salt = salt
        self.output_mode = output_mode
        self._salt_words = salt_words(type(self).__name__, salt)

    def call(self, inputs: Any) -> Any:
        """Return the bins."""
        bins = self._bins(inputs)
        return encoded(self, bins, self.num_bins, self.output_mode)

    def _bins(self, inputs: Any) -> Any:
        text = is_text(inputs)
        values = inputs if text else whole_numbers(self, inputs)
        reserved = int(self.mask_value is not None and self.num_bins > 1)
        if text:
            hashes = hash_texts(texts_of(self, values), self._salt_words).reshape(values.shape)
        else:
            hashes = hash_numbers(values, self._salt_words)
        bins = into_bins(hashes, self.num_bins - reserved) + reserved
        bins = jnp.asarray(bins) if isinstance(values, jax.Array) else bins
        if not reserved or isinstance(self.mask_value, str) != text:
            return bins
        masked = np.asarray(values == self.mask_value) if text else values == self.mask_value
        return (np if isinstance(bins, np.ndarray) else jnp).where(masked, 0, bins)


class HashedCrossing(NumbersOrText):
    """Puts the combinations of two or more features into ``num_bins`` categories.

    Equation: ``y = h(x_1, x_2, ...) mod num_bins`` with a hash function ``h`` of all features of a row together.

    Args:
        num_bins: The number of categories, at least 1.
        output_mode: ``"int"``: the bin's number; ``"one_hot"``: a vector with a 1 there. Default ``"int"``.
        sparse: Accepted for Keras's sake; only False.
        **kwargs: ``name``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: a list of two or more of (batch,) or (batch, 1), whole numbers or text; outputs: the same with
        ``"int"``, else (batch, num_bins)

    Raises:
        ShapeError: One feature only, or features of different shapes.

    Example:
        >>> import numpy as np
        >>> from pellucid.layers import HashedCrossing
        >>> HashedCrossing(5)([np.array([1, 1, 2]), np.array([7, 8, 7])])
        Array([4, 2, 2], dtype=int32)

    The order of the features counts. Whole numbers alone are hashed inside programs; with text among them all is done
    on the host, as in :class:`~pellucid.layers.Hashing`.

    The bins are those of Keras and TensorFlow. Differs from Keras: integers come out as int32. PyTorch has no such
    layer.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "num_bins": Integer(1, 2**31 - 1),
        "output_mode": Choice(options=("int", "one_hot")),
        "sparse": NEVER,
    }

    def __init__(
        self, num_bins: int, output_mode: str = "int", sparse: bool = False, **kwargs: Any
    ):
        super().__init__(**kwargs)
        self.num_bins = num_bins
        self.output_mode = output_mode

    def call(self, inputs: Any) -> Any:
        """Return the bins of the combinations."""
        features = list(inputs)
        self._check_shapes([np.shape(feature) for feature in features])
        if any(map(is_text, features)):
            hashes = cross([self._on_host(feature) for feature in features])
        else:
            hashes = cross([whole_numbers(self, feature) for feature in features])
        bins = into_bins(hashes, self.num_bins)
        bins = jnp.asarray(bins) if isinstance(features[0], jax.Array) else bins
        return encoded(self, bins, self.num_bins, self.output_mode)

    def _on_host(self, feature: Any) -> np.ndarray:
        """Return the hashes of texts, and numbers as they are."""
        if is_text(feature):
            return hash_texts(texts_of(self, feature)).reshape(np.shape(feature))
        return np.asarray(whole_numbers(self, np.asarray(feature)))

    def _check_shapes(self, shapes: list[tuple[int, ...]]) -> None:
        fitting = all(len(shape) == 1 or shape[1:] == (1,) for shape in shapes)
        if len(shapes) < 2 or len(set(shapes)) > 1 or not fitting:
            raise ShapeError(
                who(self),
                "it takes a list of two or more features of one shape, (batch,) or (batch, 1), but it got "
                f"{', '.join(map(str, shapes))}.",
                f"{self.name}([x[:, 0], x[:, 1]])",
            )


def encoded(layer: NumbersOrText, bins: Any, depth: int, mode: str) -> Any:
    """Return bins as they are, or as vectors; NumPy's as NumPy's."""
    if mode == "int":
        return bins
    vectors = encode(jnp.asarray(bins), depth, mode, jax.dtypes.canonicalize_dtype(layer.dtype))
    return np.asarray(vectors) if isinstance(bins, np.ndarray) else vectors
