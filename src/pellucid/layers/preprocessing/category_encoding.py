"""CategoryEncoding: the numbers of categories become vectors."""

from __future__ import annotations

from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np
from jax.core import Tracer

from pellucid.core.errors import ArgumentError, DataError, ShapeError
from pellucid.core.limits import Choice, Integer, Limit
from pellucid.functional.categories import ENCODINGS, encode
from pellucid.layers.checks import as_float, who
from pellucid.layers.preprocessing.rows import NEVER, whole_numbers
from pellucid.modules import Layer


class CategoryEncoding(Layer):
    """Turns whole numbers from 0 to ``num_tokens - 1`` into vectors of 0 and 1, or of counts.

    Equation: ``count``: ``y[b, k] = sum_t w[b, t] [x[b, t] = k]`` with weights ``w`` or 1; ``multi_hot``: 1 where
    ``k`` occurs in row ``b``; ``one_hot``: ``y[b, t, k] = [x[b, t] = k]``.

    Args:
        num_tokens: The number of categories, at least 1; it has to be given.
        output_mode: ``"one_hot"``: a vector for each number; ``"multi_hot"`` or ``"count"``: one vector for each row.
            Default ``"multi_hot"``.
        sparse: Accepted for Keras's sake; only False.
        **kwargs: ``name``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (batch, ..., tokens), or (batch,) for one token each; count_weights: the same;
        outputs: (batch, ..., num_tokens); with ``"one_hot"`` (batch, ..., tokens, num_tokens), unless tokens is 1

    Raises:
        ArgumentError: ``num_tokens`` is not given.
        DataError: A number is out of range or no whole number, in a call at the prompt. Inside programs values cannot
            be looked at; there its row becomes NaN, and training stops at it.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import CategoryEncoding
        >>> CategoryEncoding(4)(jnp.array([[0, 1], [3, 3]]))
        Array([[1., 1., 0., 0.],
               [0., 0., 0., 1.]], dtype=float32)
        >>> CategoryEncoding(3, output_mode="one_hot")([2, 0])
        Array([[0., 0., 1.],
               [1., 0., 0.]], dtype=float32)

    Differs from Keras: the first axis counts the rows in all modes, so an array (batch,) gives (batch, num_tokens),
    where Keras makes one vector of all; numbers out of range are refused or give NaN, where Keras leaves them out.
    PyTorch has ``torch.nn.functional.one_hot``.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "num_tokens": Integer(1, optional=True),
        "output_mode": Choice(options=(*ENCODINGS, "binary")),
        "sparse": NEVER,
    }

    def __init__(
        self,
        num_tokens: int | None = None,
        output_mode: str = "multi_hot",
        sparse: bool = False,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        if num_tokens is None:
            raise ArgumentError(
                "CategoryEncoding",
                "it needs `num_tokens`, the number of categories.",
                "CategoryEncoding(10); or IntegerLookup(), which finds the categories in data",
            )
        self.num_tokens = num_tokens
        self.output_mode = "multi_hot" if output_mode == "binary" else output_mode

    def call(self, inputs: jax.Array, count_weights: Any = None) -> jax.Array:
        """Return the vectors; ``count_weights`` say what each number counts, with ``"count"``."""
        numbers, depth = whole_numbers(self, inputs), self.num_tokens
        if not isinstance(numbers, Tracer):
            self._require_known(np.asarray(numbers), depth)
        weights = None if count_weights is None else as_float(count_weights, self)
        self._check_weights(weights, numbers.shape)
        dtype = jax.dtypes.canonicalize_dtype(self.dtype)
        vectors = encode(numbers, depth, self.output_mode, dtype, weights)
        known = (numbers >= 0) & (numbers < depth)
        if self.output_mode != "one_hot" and numbers.ndim > 1:
            known = known.all(axis=-1)
        return jnp.where(known.reshape(*vectors.shape[:-1], 1), vectors, jnp.nan)

    def _require_known(self, numbers: np.ndarray, depth: int) -> None:
        wrong = numbers[(numbers < 0) | (numbers >= depth)]
        if wrong.size:
            repair = f"CategoryEncoding({int(wrong.max()) + 1})" if wrong.max() > 0 else None
            raise DataError(
                who(self),
                f"it knows the numbers 0 to {depth - 1}, but the inputs hold {wrong[0]}.",
                repair or "layers.IntegerLookup() numbers any integers from 0 on",
            )

    def _check_weights(self, weights: Any, shape: tuple[int, ...]) -> None:
        if weights is None:
            return
        if self.output_mode != "count":
            raise ArgumentError(
                who(self),
                f'`count_weights` need output_mode="count", but it is "{self.output_mode}".',
                f'CategoryEncoding({self.num_tokens}, output_mode="count")',
            )
        if weights.shape != shape:
            raise ShapeError(
                who(self),
                f"`count_weights` have shape {weights.shape}, but the inputs {shape}; each number needs its own.",
            )
