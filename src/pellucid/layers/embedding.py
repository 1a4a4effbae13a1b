"""Embedding: whole numbers, such as words, become rows of learned features."""

from __future__ import annotations

from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np
from jax.core import Tracer

from pellucid import initializers, regularizers
from pellucid.core.errors import DataError
from pellucid.core.limits import Boolean, Integer, Limit
from pellucid.functional.embedding import look_up
from pellucid.functional.low_rank import low_rank_sum
from pellucid.initializers import Constant
from pellucid.layers.checks import who
from pellucid.layers.low_rank import LowRankLayer


class Embedding(LowRankLayer):
    """Turns each whole number into the row of a learned table that it names.

    Equation: ``y[t] = E[x[t]]`` with the table ``E``.

    Args:
        input_dim: The number of rows, at least 1: the largest number in the inputs, plus 1.
        output_dim: The number of features of each row, at least 1.
        embeddings_initializer: Starting values of ``E``. Default ``"uniform"``.
        embeddings_regularizer: A penalty on ``E``. Default None.
        embeddings_constraint: Applied to ``E`` after each update. Default None.
        mask_zero: Whether the number 0 is padding, which layers that know masks leave out. Default False.
        weights: Starting values of ``E`` as an array (or a list of one), e.g. word vectors. Default None.
        input_length: The length of all series; tells a ``Sequential`` the shape of its inputs, as in older scripts.
            Default None.
        lora_rank: Freezes ``E`` and learns a change of this rank, at least 1; see :meth:`enable_lora`. Default None.
        lora_alpha: The strength of that change. Default None, the rank.
        **kwargs: ``name``, ``trainable``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (batch, ...) whole numbers from 0 to input_dim - 1; outputs: (batch, ..., output_dim);
        embeddings: (input_dim, output_dim)

    Raises:
        ShapeError: ``weights`` has another shape than (input_dim, output_dim).
        DataError: A number is out of range, or no whole number, in a call at the prompt. Inside programs values cannot
            be looked at; there such a number gives NaN, never another row in silence, and training stops at it.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import Embedding
        >>> Embedding(3, 2, embeddings_initializer="identity")(jnp.array([[0, 1]]))
        Array([[[1., 0.],
                [0., 1.]]], dtype=float32)

    The derivative is summed into the rows that occur; nothing of the size (batch, input_dim) is made.

    Differs from Keras: numbers out of range are refused or give NaN, where Keras gives NaN or another row, depending on
    its backend; no quantisation inside the layer. Differs from PyTorch: ``padding_idx`` is ``mask_zero``, which
    masks instead of freezing the row; the table starts uniform in ±0.05, there standard normal.
    """

    adapted = "embeddings"
    limits: ClassVar[dict[str, Limit]] = {
        "input_dim": Integer(1),
        "output_dim": Integer(1),
        "mask_zero": Boolean(),
        "input_length": Integer(1, optional=True),
    }
    embeddings: jax.Array

    def __init__(
        self,
        input_dim: int,
        output_dim: int,
        embeddings_initializer: Any = "uniform",
        embeddings_regularizer: Any = None,
        embeddings_constraint: Any = None,
        mask_zero: bool = False,
        weights: Any = None,
        input_length: int | None = None,
        **kwargs: Any,
    ):
        if input_length is not None:
            kwargs.setdefault("input_shape", (int(input_length),))
        super().__init__(**kwargs)
        self.input_dim = int(input_dim)
        self.output_dim = int(output_dim)
        self.embeddings_initializer = initializers.get(embeddings_initializer)
        self.embeddings_regularizer = regularizers.get(embeddings_regularizer)
        self.embeddings_constraint = embeddings_constraint
        self.mask_zero = mask_zero
        if weights is not None:
            alone = isinstance(weights, (list, tuple)) and len(weights) == 1
            self.embeddings_initializer = Constant(np.asarray(weights[0] if alone else weights))

    def build(self, input_shape: Any = None) -> None:
        """Declare the table; the inputs' shape does not matter."""
        self.embeddings = self.add_weight(
            (self.input_dim, self.output_dim),
            self.embeddings_initializer,
            trainable=self.lora_rank is None,
            regularizer=self.embeddings_regularizer,
            constraint=self.embeddings_constraint,
        )
        self.declare_pair()

    def call(self, inputs: jax.Array) -> jax.Array:
        """Return the rows that the inputs name."""
        if not isinstance(inputs, Tracer):
            self._require_rows(np.asarray(inputs))
        rows = whole(inputs)
        if not self.lora_enabled:
            return look_up(self.embeddings, rows)
        # Rows of the frozen table and of A are looked up apart, so that no table of the changed rows is made.
        found, change = (look_up(table, rows) for table in (self._frozen, self.lora_embeddings_a))
        return low_rank_sum(found, change, self.lora_embeddings_b, self.lora_alpha or 1.0)

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """Return True where the input is not 0, with ``mask_zero``."""
        return whole(inputs) != 0 if self.mask_zero else mask

    def _require_rows(self, numbers: np.ndarray) -> None:
        """Refuse numbers that name no row."""
        wrong = numbers[~((numbers >= 0) & (numbers < self.input_dim))]
        if wrong.size:
            largest = numbers.max() if numbers.max() >= self.input_dim else wrong[0]
            known = np.isfinite(largest) and largest >= self.input_dim
            raise DataError(
                who(self),
                f"its table has the rows 0 to {self.input_dim - 1}, but the inputs hold {largest}.",
                f"Embedding({int(largest) + 1}, {self.output_dim})"
                if known
                else "number what is to be embedded from 0 on",
            )
        if numbers.dtype.kind == "f" and (numbers != np.floor(numbers)).any():
            broken = numbers[numbers != np.floor(numbers)][0]
            raise DataError(
                who(self),
                f"it takes whole numbers, each the number of a row, but the inputs hold {broken}.",
                f"layers.Dense({self.output_dim}) makes features of measured numbers",
            )


def whole(inputs: jax.Array) -> jax.Array:
    """Return the inputs as whole numbers; in half-way floats NaN and infinity become out of range.

    >>> whole(jnp.array([2.0, jnp.nan])).tolist()
    [2, -1]
    """
    if jnp.issubdtype(inputs.dtype, jnp.integer):
        return inputs
    return jnp.where(jnp.isfinite(inputs), inputs, -1).astype(jnp.int32)
