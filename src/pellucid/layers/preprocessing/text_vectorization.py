"""TextVectorization: raw texts become the numbers of their words, characters or bytes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any, ClassVar

import numpy as np

from pellucid.core.errors import ArgumentError, ArgumentTypeError, ShapeError
from pellucid.core.limits import Integer, Limit
from pellucid.layers.checks import who
from pellucid.layers.preprocessing.lookup import OLD_NAMES
from pellucid.layers.preprocessing.rows import NEVER, text_array, texts_of
from pellucid.layers.preprocessing.string_lookup import TextLookup
from pellucid.layers.preprocessing.tokens import (
    SPLITS,
    STANDARDIZATIONS,
    split_up,
    standardized,
    with_ngrams,
)


class TextVectorization(TextLookup):
    """Turns raw texts into numbers of words, or into vectors of counts; on the host, before the program.

    Each text is standardised, split into tokens, and every token becomes its place in a vocabulary, learned by
    :meth:`adapt`. With ``"tf_idf"`` token ``t`` of a text counts ``c_t log(1 + n / (1 + n_t))``: ``c_t`` times in this
    text, in ``n_t`` of the ``n`` texts that ``adapt`` saw.

    Args:
        max_tokens: The largest number of tokens, the special ones included, at least 2. Default None, no limit.
        standardize: ``"lower_and_strip_punctuation"``, ``"lower"``, ``"strip_punctuation"``, None, or a function that
            gets an array of texts and returns as many. Default ``"lower_and_strip_punctuation"``.
        split: ``"whitespace"``, ``"character"``, ``"byte"`` (of UTF-8), None (each text is one token), or a function
            that gets an array of texts and returns a list of tokens for each. Default ``"whitespace"``.
        ngrams: Neighbouring tokens become tokens too: up to so many together, or so many as a tuple says. Default None.
        output_mode: ``"int"``: the tokens' numbers in order; ``"multi_hot"``, ``"count"``, ``"tf_idf"``: a vector with
            a place for each token of the vocabulary. Default ``"int"``.
        output_sequence_length: To how many numbers texts are cut or filled up with 0, at least 1; with ``"int"``.
            Default None: as many as the longest text of those given has.
        pad_to_max_tokens: Whether vectors have ``max_tokens`` places, however small the vocabulary. Default False.
        vocabulary: The tokens in order, or the name of a file with one a line; else call :meth:`adapt`. Default None.
        idf_weights: The inverse document frequency of each, with ``"tf_idf"`` and a vocabulary. Default None.
        sparse: Accepted for Keras's sake; only False.
        ragged: Accepted for Keras's sake; only False.
        encoding: How bytes are read. Default ``"utf-8"``.
        **kwargs: ``name``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (batch,) or (batch, 1) text; with ``split=None`` also (batch, tokens); outputs: (batch,
        output_sequence_length) with ``"int"``, else (batch, tokens of the vocabulary)

    Raises:
        UsageError: The layer is used before ``adapt``, or inside a program.
        DataError: What is no text, such as a missing one.

    Example:
        >>> from pellucid.layers import TextVectorization
        >>> layer = TextVectorization(output_sequence_length=4)
        >>> layer.adapt(["To be, or not to be?", "Be quick!"])
        >>> layer.get_vocabulary()
        ['', '[UNK]', 'be', 'to', 'quick', 'or', 'not']
        >>> layer(["Not to be quick, please", "Be!"])
        array([[6, 3, 2, 4],
               [2, 0, 0, 0]], dtype=int32)

    Number 0 fills up, 1 is for unknown tokens. The vocabulary is kept in the model's file; functions of your own are
    not, and need a name in ``custom_objects``. No TensorFlow is used.

    Differs from Keras: lower case and white space are those of Unicode, where TensorFlow knows ASCII's; ``"byte"`` is
    new; ``adapt`` may replace a given vocabulary; integers are int32; a function for ``split`` gets a NumPy array.
    PyTorch has no such layer; scikit-learn's ``TfidfVectorizer`` weighs otherwise.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "output_sequence_length": Integer(1, optional=True),
        "ragged": NEVER,
        "sparse": NEVER,
    }

    def __init__(
        self,
        max_tokens: int | None = None,
        standardize: Any = "lower_and_strip_punctuation",
        split: Any = "whitespace",
        ngrams: Any = None,
        output_mode: str = "int",
        output_sequence_length: int | None = None,
        pad_to_max_tokens: bool = False,
        vocabulary: Any = None,
        idf_weights: Any = None,
        sparse: bool = False,
        ragged: bool = False,
        encoding: str = "utf-8",
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        self.max_tokens = max_tokens
        self.mask_token = ""
        self.oov_token = "[UNK]"
        self.standardize = standardize
        self.split = split
        self.ngrams = ngrams
        self.output_mode = OLD_NAMES.get(output_mode, output_mode)
        self.output_sequence_length = output_sequence_length
        self.pad_to_max_tokens = pad_to_max_tokens
        self.encoding = encoding
        self._check()
        self._start(vocabulary, idf_weights)

    def call(self, inputs: Any) -> np.ndarray:
        """Return the numbers of the tokens, filled up with 0, or a vector for each text; of one alone without rows."""
        self._known()
        texts = np.asarray(text_array(inputs))
        if not texts.ndim:
            return self.call(texts[None])[0]
        tokens, lengths = self._tokens(texts)
        numbers = self._numbers(tokens)
        rows = np.repeat(np.arange(len(lengths)), lengths)
        if self.output_mode != "int":
            return self._vectors(rows, numbers, len(lengths))
        width = self.output_sequence_length
        width = int(lengths.max(initial=0)) if width is None else width
        places = np.arange(len(tokens)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        kept = places < width
        filled = np.zeros((len(lengths), width), np.int32)
        filled[rows[kept], places[kept]] = numbers[kept]
        return filled

    def _tokens(self, batch: Any) -> tuple[Sequence[str], np.ndarray]:
        array = np.asarray(text_array(batch))
        if self.split is not None and array.size != len(array):
            raise ShapeError(
                who(self),
                f"it takes one text a row, (batch,) or (batch, 1), but the inputs have shape {array.shape}.",
                "a layer for each column, or split=None for rows of tokens",
            )
        texts = standardized(texts_of(self, array, self.encoding), self.standardize)
        if self.split is None:
            each = array.size // max(len(array), 1)
            documents = [texts[start : start + each] for start in range(0, array.size, each or 1)]
        else:
            documents = split_up(texts, self.split)
        if self.ngrams is not None:
            given = self.ngrams
            widths = given if isinstance(given, (tuple, list)) else range(1, given + 1)
            documents = [with_ngrams(tokens, tuple(widths)) for tokens in documents]
        lengths = np.fromiter(map(len, documents), np.int64, len(documents))
        return list(chain.from_iterable(documents)), lengths

    def _check(self) -> None:
        """Refuse arguments that are none of the known ones, or do not go together."""
        for name, options in (("standardize", STANDARDIZATIONS), ("split", SPLITS)):
            value = getattr(self, name)
            if not (value is None or callable(value) or value in options):
                raise ArgumentError(
                    "TextVectorization",
                    f"`{name}` must be one of {', '.join(map(repr, options))}, None or a function, but it is "
                    f"{value!r:.60}.",
                )
        widths = self.ngrams if isinstance(self.ngrams, (tuple, list)) else (self.ngrams,)
        whole = all(isinstance(width, int) and width > 0 for width in widths)
        if self.ngrams is not None and not whole:
            raise ArgumentTypeError(
                "TextVectorization",
                f"`ngrams` must be an integer of at least 1, or a tuple of them, but it is {self.ngrams!r}.",
            )
        if self.output_mode != "int" and self.output_sequence_length is not None:
            raise ArgumentError(
                "TextVectorization",
                f'`output_sequence_length` needs output_mode="int", but it is "{self.output_mode}".',
            )
        if self.output_mode == "one_hot":
            raise ArgumentError(
                "TextVectorization",
                '`output_mode="one_hot"` would need one token in each text.',
                'output_mode="multi_hot"; or layers.StringLookup(output_mode="one_hot")',
            )
