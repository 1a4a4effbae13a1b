"""StringLookup: texts become their numbers in a vocabulary, and back."""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from itertools import repeat
from typing import Any, ClassVar

import jax
import numpy as np

from pellucid.core.errors import ArgumentError, DataError
from pellucid.core.limits import Limit
from pellucid.functional.categories import encode_on_host
from pellucid.functional.hashing import hash_texts, into_bins
from pellucid.layers.checks import who
from pellucid.layers.preprocessing.hashing import SALT, salt_words
from pellucid.layers.preprocessing.lookup import MISSING, OLD_NAMES, UNKNOWN, VocabularyLayer
from pellucid.layers.preprocessing.rows import text_array, texts_of
from pellucid.modules.graph import find_symbolic


class TextLookup(VocabularyLayer):
    """What layers with a vocabulary of texts share: they work on the host, on lists and arrays of text.

    Example:
        >>> from pellucid.layers import StringLookup
        >>> StringLookup.on_host
        True
    """

    on_host: ClassVar[bool] = True
    _salt_words: tuple[int, ...] = ()
    encoding: str
    _only_shapes: bool = False

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Apply the layer to a list or an array of text, or record the call in a graph.

        A graph learns the shapes from invented texts, which no vocabulary has to hold.
        """
        if find_symbolic(args, kwargs) is None:
            return super().__call__(*map(text_array, args), **kwargs)
        self._only_shapes = True
        try:
            return super().__call__(*args, **kwargs)
        finally:
            del self._only_shapes

    def _start(self, vocabulary: Any, idf_weights: Any) -> None:
        try:
            codecs.lookup(self.encoding)
        except LookupError:
            raise ArgumentError(
                type(self).__name__,
                f"`encoding` is {self.encoding!r:.60}, which Python does not know.",
                'encoding="utf-8"',
            ) from None
        super()._start(vocabulary, idf_weights)

    def _numbers(self, tokens: Sequence[str]) -> np.ndarray:
        """Return the number of each token; masked ones have 0, or none in vectors."""
        known = self._known()
        numbers = np.fromiter(map(known.index.get, tokens, repeat(UNKNOWN)), np.int32, len(tokens))
        if self.mask_token is not None:
            masked = np.fromiter(map(self.mask_token.__eq__, tokens), bool, len(tokens))
            numbers[masked] = 0 if self.output_mode == "int" else MISSING
        unknown = np.flatnonzero(numbers == UNKNOWN).tolist()
        if not unknown:
            return numbers
        if self.num_oov_indices == 0 and not self._only_shapes:
            raise DataError(
                who(self),
                f"{tokens[unknown[0]]!r:.60} is not in its vocabulary, and `num_oov_indices` is 0.",
                f"{type(self).__name__}(num_oov_indices=1) gives unknown tokens a number",
            )
        if self.num_oov_indices < 2:
            numbers[unknown] = self._first_unknown()
        else:
            hashes = hash_texts([tokens[i] for i in unknown], self._salt_words)
            numbers[unknown] = self._first_unknown() + into_bins(hashes, self.num_oov_indices)
        return numbers

    def _vectors(self, rows: np.ndarray, numbers: np.ndarray, count: int) -> np.ndarray:
        """Return one vector for each of ``count`` rows."""
        dtype, depth = jax.dtypes.canonicalize_dtype(self.dtype), self._depth()
        if self.output_mode != "tf_idf":
            return encode_on_host(rows, numbers, (count, depth), self.output_mode, dtype)
        weights = self._known().padded_weights(depth)
        return encode_on_host(rows, numbers, (count, depth), "count", dtype, weights)


class StringLookup(TextLookup):
    """Turns texts into whole numbers, their places in a vocabulary; on the host, before the program.

    Args:
        max_tokens: The largest number of tokens, the special ones included, at least 2. Default None, no limit.
        num_oov_indices: How many numbers there are for texts that are not in the vocabulary, at least 0: with 0 such
            texts are refused, with several they are hashed. Default 1.
        mask_token: A text that becomes 0, and is left out of vectors. Default None.
        oov_token: What unknown texts become with ``invert``. Default ``"[UNK]"``.
        vocabulary: The texts in order, or the name of a file with one a line; else call :meth:`adapt`. Default None.
        idf_weights: The inverse document frequency of each, with ``"tf_idf"`` and a vocabulary. Default None.
        invert: Whether to turn numbers into texts. Default False.
        output_mode: ``"int"``: numbers; ``"one_hot"``: a vector for each text; ``"multi_hot"``, ``"count"``,
            ``"tf_idf"``: a vector for each row. Default ``"int"``.
        pad_to_max_tokens: Whether vectors have ``max_tokens`` places, however small the vocabulary. Default False.
        sparse: Accepted for Keras's sake; only False.
        encoding: How bytes are read. Default ``"utf-8"``.
        salt: One whole number, or two, that change which of several numbers an unknown text gets. Default None.
        **kwargs: ``name``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (batch, ...) text; outputs: the same with ``"int"``, (batch, ..., tokens) with ``"one_hot"`` (an axis of
        1 at the end is dropped), else (batch, ..., tokens) for inputs (batch, ..., texts)

    Raises:
        UsageError: The layer is used before ``adapt``, or inside a program.
        DataError: What is no text; an unknown text with ``num_oov_indices=0``.

    Example:
        >>> from pellucid.layers import StringLookup
        >>> layer = StringLookup()
        >>> layer.adapt(["red", "blue", "red", "green"])
        >>> layer.get_vocabulary()
        ['[UNK]', 'red', 'green', 'blue']
        >>> layer([["red", "pink"], ["blue", "red"]])
        array([[1, 0],
               [3, 1]], dtype=int32)
        >>> StringLookup(vocabulary=layer.get_vocabulary(), invert=True)([1, 0]).tolist()
        ['red', '[UNK]']

    The vocabulary is kept in the model's file.

    Several unknown texts share their numbers as in Keras. Differs from Keras: ``adapt`` may replace a given vocabulary;
    inverted texts are text, not bytes; integers are int32; the first axis counts the rows in all modes. PyTorch has no
    such layer.
    """

    limits: ClassVar[dict[str, Limit]] = {"salt": SALT}

    def __init__(
        self,
        max_tokens: int | None = None,
        num_oov_indices: int = 1,
        mask_token: str | None = None,
        oov_token: str = "[UNK]",
        vocabulary: Any = None,
        idf_weights: Any = None,
        invert: bool = False,
        output_mode: str = "int",
        pad_to_max_tokens: bool = False,
        sparse: bool = False,
        encoding: str = "utf-8",
        salt: Any = None,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        self.max_tokens = max_tokens
        self.num_oov_indices = num_oov_indices
        self.mask_token = mask_token
        self.oov_token = oov_token
        self.invert = invert
        self.output_mode = OLD_NAMES.get(output_mode, output_mode)
        self.pad_to_max_tokens = pad_to_max_tokens
        self.encoding = encoding
        self.salt = salt
        self._salt_words = salt_words(type(self).__name__, salt)
        self._start(vocabulary, idf_weights)

    def call(self, inputs: Any) -> np.ndarray:
        """Return the numbers of the texts, vectors of them, or with ``invert`` the texts."""
        array = np.asarray(inputs)
        if self.invert:
            return self._texts(array)
        numbers = self._numbers(texts_of(self, array, self.encoding)).reshape(array.shape)
        if self.output_mode == "int":
            return numbers
        if self.output_mode == "one_hot":
            before = array.shape[:-1] if array.ndim > 1 and array.shape[-1] == 1 else array.shape
            rows = np.arange(array.size)
            return self._vectors(rows, numbers.ravel(), array.size).reshape(*before, -1)
        before = array.shape[:1] if array.ndim == 1 else array.shape[:-1]
        count = int(np.prod(before))
        rows = np.repeat(np.arange(count), array.size // max(count, 1))
        return self._vectors(rows, numbers.ravel(), count).reshape(*before, self._depth())

    def _texts(self, numbers: np.ndarray) -> np.ndarray:
        known = self._known().all
        names = np.array([*known, self.oov_token])
        inside = (numbers >= 0) & (numbers < len(known))
        return names[np.where(inside, numbers, len(known)).astype(np.int64)]

    def _tokens(self, batch: Any) -> tuple[Sequence[str], np.ndarray]:
        array = np.asarray(text_array(batch))
        texts = texts_of(self, array, self.encoding)
        count = len(array) if array.ndim else 1
        return texts, np.full(count, len(texts) // max(count, 1))
