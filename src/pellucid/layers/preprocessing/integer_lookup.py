"""IntegerLookup: any whole numbers become their places in a vocabulary, and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np
from jax.core import Tracer

from pellucid.core.errors import ArgumentError, DataError
from pellucid.core.limits import Choice, Integer, Limit
from pellucid.functional.categories import encode
from pellucid.functional.hashing import hash_numbers, into_bins
from pellucid.layers.checks import who
from pellucid.layers.preprocessing.hashing import SALT, salt_words
from pellucid.layers.preprocessing.lookup import MISSING, OLD_NAMES, VocabularyLayer
from pellucid.layers.preprocessing.rows import is_wide, whole_numbers


class IntegerLookup(VocabularyLayer):
    """Turns whole numbers, such as customer numbers, into their places in a vocabulary; inside the program.

    Args:
        max_tokens: The largest number of tokens, the special ones included, at least 2. Default None, no limit.
        num_oov_indices: How many places there are for numbers that are not in the vocabulary, at least 0. With 0 such
            numbers are refused at the prompt; inside programs they become -1, or NaN in vectors. Default 1.
        mask_token: A number that becomes 0, and is left out of vectors. Default None.
        oov_token: What unknown numbers become with ``invert``. Default -1.
        vocabulary: The numbers in order, or the name of a file with one a line; else call :meth:`adapt`. Default None.
        vocabulary_dtype: Accepted for Keras's sake; only ``"int64"``.
        idf_weights: The inverse document frequency of each, with ``"tf_idf"`` and a vocabulary. Default None.
        invert: Whether to turn places into numbers. Default False.
        output_mode: ``"int"``: places; ``"one_hot"``: a vector for each number; ``"multi_hot"``, ``"count"``,
            ``"tf_idf"``: a vector for each row. Default ``"int"``.
        sparse: Accepted for Keras's sake; only False.
        pad_to_max_tokens: Whether vectors have ``max_tokens`` places, however small the vocabulary. Default False.
        oov_method: How several places are shared by unknown numbers: ``"floormod"``, the remainder; ``"farmhash"``, a
            hash function. Default ``"floormod"``.
        salt: One whole number, or two, that make it another hash function; with ``"farmhash"``. Default None.
        **kwargs: ``name``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (batch, ...) whole numbers; outputs: the same with ``"int"``, (batch, ..., tokens) with ``"one_hot"``
        (an axis of 1 at the end is dropped), else (batch, ..., tokens) for inputs (batch, ..., numbers)

    Raises:
        UsageError: The layer is used before ``adapt``.
        DataError: What is no whole number, or one beyond 32 bits; an unknown one with ``num_oov_indices=0``.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import IntegerLookup
        >>> layer = IntegerLookup()
        >>> layer.adapt([12, 36, 36, 1138])
        >>> layer.get_vocabulary()
        [-1, 36, 1138, 12]
        >>> layer(jnp.array([[36, 7], [12, 36]]))
        Array([[1, 0],
               [3, 1]], dtype=int32)

    The vocabulary is kept in the model's file.

    Unknown numbers share their places as in Keras. Differs from Keras: ``adapt`` may replace a given vocabulary;
    integers are int32; the first axis counts the rows in all modes. PyTorch has no such layer.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "mask_token": Integer(optional=True),
        "oov_token": Integer(optional=True),
        "vocabulary_dtype": Choice(options=("int64",)),
        "oov_method": Choice(options=("floormod", "farmhash")),
        "salt": SALT,
    }

    def __init__(
        self,
        max_tokens: int | None = None,
        num_oov_indices: int = 1,
        mask_token: int | None = None,
        oov_token: int | None = -1,
        vocabulary: Any = None,
        vocabulary_dtype: str = "int64",
        idf_weights: Any = None,
        invert: bool = False,
        output_mode: str = "int",
        sparse: bool = False,
        pad_to_max_tokens: bool = False,
        oov_method: str = "floormod",
        salt: Any = None,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        if salt is not None and oov_method != "farmhash":
            raise ArgumentError("IntegerLookup", '`salt` needs oov_method="farmhash".')
        self.max_tokens = max_tokens
        self.num_oov_indices = num_oov_indices
        self.mask_token = mask_token
        self.oov_token = oov_token
        self.invert = invert
        self.output_mode = OLD_NAMES.get(output_mode, output_mode)
        self.pad_to_max_tokens = pad_to_max_tokens
        self.oov_method = oov_method
        self.salt = salt
        self._salt_words = salt_words("IntegerLookup", salt)
        self._start(vocabulary, idf_weights)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Apply the layer; numbers beyond 32 bits, which programs do not have, are refused."""
        wide = not jax.config.read("jax_enable_x64") and self._scope is None
        if wide and any(map(is_wide, jax.tree.leaves(args[:1]))):
            raise DataError(
                who(self),
                "the inputs hold numbers beyond 32 bits, which programs do not have.",
                "layers.StringLookup() with the numbers as texts: x.astype(str)",
            )
        return super().__call__(*args, **kwargs)

    def call(self, inputs: jax.Array) -> jax.Array:
        """Return the places of the numbers, vectors of them, or with ``invert`` the numbers."""
        numbers = whole_numbers(self, inputs)
        wide = jax.dtypes.canonicalize_dtype("int64")
        numbers = numbers.astype(wide) if numbers.dtype.itemsize < 8 else numbers
        if self.invert:
            return self._inverted(numbers)
        places, missing = self._places(numbers)
        if not isinstance(missing, Tracer) and bool(jnp.any(missing)):
            unknown = np.asarray(numbers)[np.asarray(missing)][0]
            raise DataError(
                who(self),
                f"{unknown} is not in its vocabulary, and `num_oov_indices` is 0.",
                "IntegerLookup(num_oov_indices=1) gives unknown numbers a place",
            )
        return places if self.output_mode == "int" else self._vectors(places, missing)

    def _places(self, numbers: jax.Array) -> tuple[jax.Array, jax.Array]:
        """Return the place of each number, and which have none because the vocabulary lacks them."""
        values, order = self._known().sorted_numbers
        reach = jnp.iinfo(numbers.dtype)
        fitting = (values >= reach.min) & (values <= reach.max)
        keys, order = values[fitting].astype(numbers.dtype), order[fitting]
        if not keys.size:  # nothing that a program could hold
            keys, order = np.zeros(1, numbers.dtype), np.full(1, MISSING, np.int32)
        nearest = jnp.minimum(jnp.searchsorted(keys, numbers), keys.size - 1)
        known = (jnp.asarray(keys)[nearest] == numbers) & (jnp.asarray(order)[nearest] >= 0)
        places = jnp.where(known, jnp.asarray(order)[nearest], self._unknown(numbers))
        missing = ~known & (self.num_oov_indices == 0)
        if self.mask_token is not None:
            masked = numbers == self.mask_token
            places = jnp.where(masked, 0 if self.output_mode == "int" else MISSING, places)
            missing &= ~masked
        return places, missing

    def _unknown(self, numbers: jax.Array) -> Any:
        """Return the places that the numbers have if the vocabulary lacks them."""
        if self.num_oov_indices < 2:
            return jnp.int32(self._first_unknown() if self.num_oov_indices else MISSING)
        if self.oov_method == "floormod":
            return self._first_unknown() + (numbers % self.num_oov_indices).astype(jnp.int32)
        hashes = hash_numbers(numbers, self._salt_words)
        return self._first_unknown() + into_bins(hashes, self.num_oov_indices)

    def _vectors(self, places: jax.Array, missing: jax.Array) -> jax.Array:
        dtype, depth = jax.dtypes.canonicalize_dtype(self.dtype), self._depth()
        mode = "count" if self.output_mode == "tf_idf" else self.output_mode
        vectors = encode(places, depth, mode, dtype)
        if self.output_mode == "tf_idf":
            vectors = vectors * jnp.asarray(self._known().padded_weights(depth), dtype)
        if self.num_oov_indices:
            return vectors
        if mode != "one_hot" and missing.ndim > 1:
            missing = missing.any(axis=-1)
        return jnp.where(missing.reshape(*vectors.shape[:-1], 1), jnp.nan, vectors)

    def _inverted(self, places: jax.Array) -> jax.Array:
        known = self._known().all
        unknown = -1 if self.oov_token is None else self.oov_token
        table = np.array(
            [unknown if each is None else each for each in (*known, unknown)], np.int64
        )
        reach = jnp.iinfo(places.dtype)
        if table.min() < reach.min or table.max() > reach.max:
            raise DataError(
                who(self),
                "its vocabulary holds numbers beyond 32 bits, which programs do not have.",
                "layers.StringLookup() with the numbers as texts",
            )
        inside = (places >= 0) & (places < len(known))
        return jnp.asarray(table.astype(places.dtype))[jnp.where(inside, places, len(known))]

    def _token(self, value: Any) -> int:
        return int(value)

    def _tokens(self, batch: Any) -> tuple[Sequence[int], np.ndarray]:
        array = np.asarray(batch)
        array = whole_numbers(self, array.reshape(1) if not array.ndim else array)
        return array.ravel().tolist(), np.full(len(array), array.size // max(len(array), 1))
