"""What all layers with a vocabulary share: learning it, being given it, keeping it, and vectors of tokens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np

from pellucid.core.errors import ArgumentError, DataError, UsageError
from pellucid.core.limits import Boolean, Choice, Instance, Integer, Limit
from pellucid.functional.categories import ENCODINGS
from pellucid.layers.checks import who
from pellucid.layers.preprocessing.rows import NEVER, batches_of
from pellucid.layers.preprocessing.vocabulary import Census, Vocabulary
from pellucid.modules import Layer

MODES = ("int", *ENCODINGS, "tf_idf")
OLD_NAMES = {"binary": "multi_hot", "tf-idf": "tf_idf"}
MISSING = -1
"""The number of a token that has none: a masked one in vectors, an unknown one with ``num_oov_indices=0``."""
UNKNOWN = -2
"""Stands for a token that is not in the vocabulary, until it gets its number."""


class VocabularyLayer(Layer):
    """A layer with a vocabulary; a subclass says what its tokens are and what it does with their numbers.

    Its constructor stores the arguments that are annotated here and calls :meth:`_start`.

    Example:
        >>> from pellucid.layers import StringLookup
        >>> layer = StringLookup()
        >>> layer.adapt(["b", "a", "b"])
        >>> layer.get_vocabulary()
        ['[UNK]', 'b', 'a']
    """

    limits: ClassVar[dict[str, Limit]] = {
        "max_tokens": Integer(2, optional=True),
        "num_oov_indices": Integer(0),
        "vocabulary": Instance(
            (list, tuple, np.ndarray, str, Path), "a list of tokens or a file's name", optional=True
        ),
        "idf_weights": Instance((list, tuple, np.ndarray), "a list of numbers", optional=True),
        "invert": Boolean(),
        "output_mode": Choice(options=(*MODES, *OLD_NAMES)),
        "pad_to_max_tokens": Boolean(),
        "sparse": NEVER,
    }
    max_tokens: int | None
    num_oov_indices: int = 1
    mask_token: Any
    oov_token: Any
    invert: bool = False
    output_mode: str
    pad_to_max_tokens: bool
    _vocabulary: Vocabulary | None = None

    # What a subclass writes.

    def _tokens(self, batch: Any) -> tuple[Sequence[Any], np.ndarray]:
        """Return the tokens of a batch end to end, and how many each document has."""
        raise NotImplementedError

    def _token(self, value: Any) -> Any:
        """Return an entry of a given vocabulary as a token."""
        return str(value)

    # What a user asks.

    def adapt(self, data: Any, batch_size: int | None = None, steps: int | None = None) -> None:
        """Learn the vocabulary: all tokens of the data, the most frequent ones first, up to ``max_tokens``.

        Among equally frequent tokens those last in the alphabet come first. A vocabulary known before is forgotten.

        Args:
            data: A list, array or series of rows, or an iterable of batches of them.
            batch_size: Accepted for Keras's sake.
            steps: How many batches of an iterable are taken. Default None, all.

        Raises:
            DataError: There is no token in the data.
        """
        census = Census(with_documents=self.output_mode == "tf_idf")
        for batch in batches_of(data, steps):
            census.add(*self._tokens(batch))
        room = None if self.max_tokens is None else self.max_tokens - len(self._special())
        tokens = census.by_frequency((self.mask_token, self.oov_token), room)
        if not tokens:
            raise DataError(who(self), "`adapt` found no token.", "layer.adapt(texts)")
        weights = None
        if self.output_mode == "tf_idf":
            weights = census.inverse_document_frequency(tokens)
        self.set_vocabulary(tokens, weights)

    def set_vocabulary(self, vocabulary: Any, idf_weights: Any = None) -> None:
        """Take a vocabulary in the place of one that is learned.

        Args:
            vocabulary: The tokens in order, with or without the special ones before them; or a text file's name, with
                one token a line.
            idf_weights: The inverse document frequency of each, with ``output_mode="tf_idf"``. Default None.

        Raises:
            ArgumentError: No tokens, a token twice, more than ``max_tokens``; weights missing or too many.
        """
        self._vocabulary = self._checked(vocabulary, idf_weights)
        self._note()

    def get_vocabulary(self, include_special_tokens: bool = True) -> list[Any]:
        """Return the tokens by number; without the special ones if told so."""
        known = self._known()
        return list(known.all if include_special_tokens else known.tokens)

    def vocabulary_size(self) -> int:
        """Return how many tokens there are, the special ones included."""
        return len(self._known())

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Make a layer from :meth:`get_config`'s answer, which holds the vocabulary itself, never a file's name."""
        if isinstance(config.get("vocabulary"), (str, Path)):
            raise ArgumentError(
                cls.__name__, "a configuration holds the vocabulary itself, not a file's name."
            )
        return super().from_config(config)

    # What subclasses use.

    def _start(self, vocabulary: Any, idf_weights: Any) -> None:
        """Check the arguments together, and take the vocabulary if one was given."""
        name = type(self).__name__
        if self.invert and self.output_mode != "int":
            raise ArgumentError(
                name,
                '`invert` needs output_mode="int".',
                f'{name}(..., invert=True, output_mode="int")',
            )
        if self.pad_to_max_tokens and self.max_tokens is None:
            raise ArgumentError(name, "`pad_to_max_tokens` needs `max_tokens`.", "max_tokens=1000")
        if self.max_tokens is not None and self.max_tokens <= len(self._special()):
            raise ArgumentError(
                name,
                f"`max_tokens` is {self.max_tokens}, but {len(self._special())} are special ones.",
            )
        if vocabulary is None:
            if idf_weights is not None:
                raise ArgumentError(
                    name, "`idf_weights` need the `vocabulary` that they belong to."
                )
            return
        self._vocabulary = self._checked(vocabulary, idf_weights)
        if not isinstance(vocabulary, (list, tuple)):
            self._note()

    def _known(self) -> Vocabulary:
        if self._vocabulary is None:
            raise UsageError(
                who(self),
                "it has no vocabulary yet.",
                f"call {self.name}.adapt(x_train) first, or give vocabulary=[...]",
            )
        return self._vocabulary

    def _special(self) -> tuple[Any, ...]:
        """The tokens before the vocabulary's own; in vectors masked tokens have no place."""
        masked = self.mask_token is not None and self.output_mode == "int"
        return (self.mask_token,) * masked + (self.oov_token,) * self.num_oov_indices

    def _first_unknown(self) -> int:
        """The first number of unknown tokens."""
        return len(self._special()) - self.num_oov_indices

    def _depth(self) -> int:
        """How long the vectors are."""
        return (self.max_tokens or 0) if self.pad_to_max_tokens else len(self._known())

    def _note(self) -> None:
        """Keep the constructor's record up to date, from which clones and files are made."""
        known = self._known()
        self._arguments["vocabulary"] = list(known.all)
        weights = known.weights
        self._arguments["idf_weights"] = None if weights is None else np.array(weights)

    # Checks of a given vocabulary.

    def _checked(self, vocabulary: Any, idf_weights: Any) -> Vocabulary:
        if isinstance(vocabulary, (str, Path)):
            vocabulary = lines_of(vocabulary, who(self))
        given = (
            np.asarray(vocabulary).tolist() if hasattr(vocabulary, "dtype") else list(vocabulary)
        )
        special = self._special()
        with_special = bool(special) and tuple(given[: len(special)]) == special
        tokens = tuple(map(self._token, given[len(special) :] if with_special else given))
        self._check_tokens(tokens)
        return Vocabulary(special, tokens, self._weights_of(idf_weights, len(tokens), with_special))

    def _check_tokens(self, tokens: tuple[Any, ...]) -> None:
        problem = None
        most = None if self.max_tokens is None else self.max_tokens - len(self._special())
        reserved = {self.mask_token, *((self.oov_token,) if self.invert else ())} - {None}
        if not tokens:
            problem = "the vocabulary is empty."
        elif len(set(tokens)) < len(tokens):
            twice = next(token for token, count in Counter(tokens).items() if count > 1)
            problem = f"the vocabulary holds {twice!r} twice."
        elif reserved & set(tokens):
            problem = (
                f"the vocabulary holds {(reserved & set(tokens)).pop()!r}, which has a meaning of its own; special "
                f"tokens stand before the others, as {list(self._special())}, or not at all."
            )
        elif most is not None and len(tokens) > most:
            problem = (
                f"the vocabulary has {len(tokens)} tokens, and {len(self._special())} special ones, but "
                f"`max_tokens` is {self.max_tokens}."
            )
        if problem:
            raise ArgumentError(who(self), problem)

    def _weights_of(self, given: Any, count: int, with_special: bool) -> tuple[float, ...] | None:
        """Return the inverse document frequencies of all tokens: unknown ones have the mean of the others."""
        if (given is None) == (self.output_mode == "tf_idf"):
            need = "need" if given is not None else "are needed for"
            raise ArgumentError(
                who(self), f'`idf_weights` {need} output_mode="tf_idf"; it is "{self.output_mode}".'
            )
        if given is None:
            return None
        weights, special = np.asarray(given, np.float64), len(self._special())
        wanted = count + special * with_special
        if weights.shape != (wanted,) or not np.isfinite(weights).all():
            raise ArgumentError(
                who(self),
                f"`idf_weights` must be {wanted} finite numbers, one for each token, but have shape {weights.shape}.",
            )
        before = [] if with_special else [weights.mean()] * special
        return (*map(float, before), *weights.tolist())


def lines_of(path: str | Path, owner: str) -> list[str]:
    """Return the lines of a vocabulary's file."""
    if not Path(path).is_file():
        raise ArgumentError(
            owner, f"there is no vocabulary file '{path}'.", "vocabulary=[...], a list of tokens"
        )
    return Path(path).read_text(encoding="utf-8").splitlines()
