"""Texts to numbers: words are counted and numbered by how often they occur."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from pellucid.core.errors import ArgumentError, ArgumentTypeError, UsageError

FILTERS = '!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n'
"""Characters that are taken for gaps between words."""

MODES = ("binary", "count", "freq", "tfidf")


def text_to_word_sequence(
    input_text: str, filters: str = FILTERS, lower: bool = True, split: str = " "
) -> list[str]:
    """Return the words of a text.

    >>> text_to_word_sequence("The cat, the mat.")
    ['the', 'cat', 'the', 'mat']
    """
    words = input_text.lower() if lower else input_text
    gaps = str.maketrans(dict.fromkeys(filters, split))
    return [word for word in words.translate(gaps).split(split) if word]


def hashing_trick(
    text: str,
    n: int,
    hash_function: Any = None,
    filters: str = FILTERS,
    lower: bool = True,
    split: str = " ",
    analyzer: Callable[[str], list[str]] | None = None,
) -> list[int]:
    """Return a number from 1 to ``n - 1`` for each word; words may share one.

    Args:
        text: The text.
        n: One more than the largest number.
        hash_function: A function from words to integers; ``"md5"`` or None for MD5.
        filters: Characters that part words.
        lower: Whether capitals count as small letters.
        split: What parts words.
        analyzer: Gives the words of a text in another way.

    >>> hashing_trick("a b a", 100)
    [92, 95, 92]

    Differs from Keras: without a hash function it uses MD5, not Python's ``hash``, which differs from run to run.
    """
    number: Any = hash_function if callable(hash_function) else _md5
    words = analyzer(text) if analyzer else text_to_word_sequence(text, filters, lower, split)
    return [number(word) % (n - 1) + 1 for word in words]


def one_hot(
    input_text: str,
    n: int,
    filters: str = FILTERS,
    lower: bool = True,
    split: str = " ",
    analyzer: Any = None,
) -> list[int]:
    """Return a number for each word, the same in every run; despite its name no one-hot vectors."""
    return hashing_trick(input_text, n, "md5", filters, lower, split, analyzer)


def _md5(word: str) -> int:
    return int(hashlib.md5(word.encode(), usedforsecurity=False).hexdigest(), 16)


class Tokenizer:
    """Numbers words, the most frequent first, and turns texts into numbers and back.

    Args:
        num_words: Only numbers below this one are used, that is the ``num_words - 1`` most frequent words.
        filters: Characters that part words.
        lower: Whether capitals count as small letters.
        split: What parts words.
        char_level: Whether characters are numbered instead of words.
        oov_token: What stands for words without a number; it gets number 1.
        analyzer: Gives the words of a text in another way.
        **old: ``nb_words``, the old name of ``num_words``, and ``document_count``.

    Example:
        >>> tokenizer = Tokenizer(oov_token="?")
        >>> tokenizer.fit_on_texts(["the cat", "the dog ran"])
        >>> tokenizer.texts_to_sequences(["the dog sat"]), tokenizer.word_index["the"]
        ([[2, 4, 1]], 2)
    """

    def __init__(
        self,
        num_words: int | None = None,
        filters: str = FILTERS,
        lower: bool = True,
        split: str = " ",
        char_level: bool = False,
        oov_token: str | None = None,
        analyzer: Callable[[str], list[str]] | None = None,
        **old: Any,
    ):
        self.num_words = old.pop("nb_words", num_words)
        self.document_count = old.pop("document_count", 0)
        if old:
            raise ArgumentTypeError("Tokenizer", f"there is no argument {sorted(old)}.")
        self.filters, self.lower, self.split = filters, lower, split
        self.char_level, self.oov_token, self.analyzer = char_level, oov_token, analyzer
        self.word_counts: OrderedDict[str, int] = OrderedDict()
        self.word_docs: defaultdict[str, int] = defaultdict(int)
        self.index_docs: defaultdict[int, int] = defaultdict(int)
        self.word_index: dict[str, int] = {}
        self.index_word: dict[int, str] = {}

    def fit_on_texts(self, texts: Iterable[Any]) -> None:
        """Count the words of texts, or of lists of words, and number them."""
        for text in texts:
            self.document_count += 1
            counts = Counter(self._words(text))
            for word, count in counts.items():
                self.word_counts[word] = self.word_counts.get(word, 0) + count
                self.word_docs[word] += 1
        ordered = sorted(self.word_counts, key=self.word_counts.__getitem__, reverse=True)
        words = ordered if self.oov_token is None else [self.oov_token, *ordered]
        self.word_index = {word: number for number, word in enumerate(words, start=1)}
        self.index_word = {number: word for word, number in self.word_index.items()}
        for word, count in self.word_docs.items():
            self.index_docs[self.word_index[word]] = count

    def fit_on_sequences(self, sequences: list[Any]) -> None:
        """Count in how many lists each number occurs, for ``"tfidf"``."""
        self.document_count += len(sequences)
        for sequence in sequences:
            for number in set(sequence):
                self.index_docs[number] += 1

    def texts_to_sequences(self, texts: Iterable[Any]) -> list[list[int]]:
        """Return a list of numbers for each text; unknown words are left out unless there is an ``oov_token``."""
        return list(self.texts_to_sequences_generator(texts))

    def texts_to_sequences_generator(self, texts: Iterable[Any]) -> Iterator[list[int]]:
        """Give a list of numbers for one text after the other."""
        limit = self.num_words or len(self.word_index) + 1
        unknown = None if self.oov_token is None else self.word_index.get(self.oov_token)
        known = {
            word: number if number < limit else unknown for word, number in self.word_index.items()
        }
        for text in texts:
            numbers = (known.get(word, unknown) for word in self._words(text))
            yield [number for number in numbers if number is not None]

    def sequences_to_texts(self, sequences: Iterable[Any]) -> list[str]:
        """Return the words for lists of numbers, with gaps between them."""
        return list(self.sequences_to_texts_generator(sequences))

    def sequences_to_texts_generator(self, sequences: Iterable[Any]) -> Iterator[str]:
        """Give the words for one list of numbers after the other."""
        limit = self.num_words or len(self.word_index) + 1
        known = {number: word for number, word in self.index_word.items() if number < limit}
        for sequence in sequences:
            words = (known.get(int(number), self.oov_token) for number in sequence)
            yield " ".join(word for word in words if word is not None)

    def texts_to_matrix(self, texts: Iterable[Any], mode: str = "binary") -> np.ndarray:
        """Return a row for each text and a column for each number; see :meth:`sequences_to_matrix`."""
        return self.sequences_to_matrix(self.texts_to_sequences(texts), mode)

    def sequences_to_matrix(self, sequences: list[Any], mode: str = "binary") -> np.ndarray:
        """Return which numbers occur in which list.

        Args:
            sequences: Lists of numbers.
            mode: ``"binary"`` (whether), ``"count"`` (how often), ``"freq"`` (which part of the list) or ``"tfidf"``:
                ``(1 + ln count) ln(1 + texts / (1 + texts with it))``.

        Returns:
            Shape (lists, num_words), float64.
        """
        width = self.num_words or (len(self.word_index) + 1 if self.word_index else 0)
        if not width:
            raise UsageError(
                "Tokenizer",
                "it has seen no texts, so the matrix has no width.",
                "tokenizer.fit_on_texts(texts)",
            )
        if mode not in MODES:
            raise ArgumentError(
                "Tokenizer", f"`mode` must be one of {MODES}, but it is {mode!r}.", "mode='binary'"
            )
        if mode == "tfidf" and not self.document_count:
            raise UsageError(
                "Tokenizer", "'tfidf' needs to have seen texts.", "tokenizer.fit_on_texts(texts)"
            )
        found = np.zeros((len(sequences), width))
        for row, sequence in zip(found, sequences, strict=True):
            numbers = np.asarray(sequence, np.int64)
            row += np.bincount(numbers[numbers < width], minlength=width)
        if mode == "binary":
            return (found > 0).astype(found.dtype)
        if mode == "freq":
            lengths = np.array([max(len(sequence), 1) for sequence in sequences])
            return found / lengths[:, None]
        return found if mode == "count" else self._tfidf(found)

    def _tfidf(self, counts: np.ndarray) -> np.ndarray:
        texts_with = np.array([self.index_docs.get(number, 0) for number in range(counts.shape[1])])
        rarity = np.log(1 + self.document_count / (1 + texts_with))
        logs = np.log(counts, out=np.zeros_like(counts), where=counts > 0)
        return np.where(counts > 0, (1 + logs) * rarity, 0)

    def _words(self, text: Any) -> Any:
        if isinstance(text, (list, tuple)):
            return [word.lower() for word in text] if self.lower else text
        if self.char_level:
            return text.lower() if self.lower else text
        if self.analyzer is not None:
            return self.analyzer(text)
        return text_to_word_sequence(text, self.filters, self.lower, self.split)

    def get_config(self) -> dict[str, Any]:
        """Return settings and counts; the counts as JSON texts, as Keras has them."""
        return {
            "num_words": self.num_words,
            "filters": self.filters,
            "lower": self.lower,
            "split": self.split,
            "char_level": self.char_level,
            "oov_token": self.oov_token,
            "document_count": self.document_count,
            **{name: json.dumps(getattr(self, name)) for name in _TABLES},
        }

    def to_json(self, **options: Any) -> str:
        """Return everything as JSON; options are those of ``json.dumps``."""
        return json.dumps({"class_name": "Tokenizer", "config": self.get_config()}, **options)


_TABLES = ("word_counts", "word_docs", "index_docs", "index_word", "word_index")


def tokenizer_from_json(json_string: str) -> Tokenizer:
    """Return the tokenizer that ``to_json`` wrote, Keras's or ours."""
    config = dict(json.loads(json_string)["config"])
    tables = {name: json.loads(config.pop(name)) for name in _TABLES}
    tokenizer = Tokenizer(**config)
    tokenizer.word_counts = OrderedDict(tables["word_counts"])
    tokenizer.word_docs.update(tables["word_docs"])
    tokenizer.word_index = tables["word_index"]
    tokenizer.index_docs.update(
        {int(number): count for number, count in tables["index_docs"].items()}
    )
    tokenizer.index_word = {int(number): word for number, word in tables["index_word"].items()}
    return tokenizer
