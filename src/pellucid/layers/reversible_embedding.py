"""An embedding that also goes the way back: from features to a score for every row of its table."""

from __future__ import annotations

from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from pellucid.core.limits import Boolean, Limit, Real
from pellucid.functional.dense import dense
from pellucid.layers.checks import as_float, require_feature_axis, require_size
from pellucid.layers.embedding import Embedding


class ReversibleEmbedding(Embedding):
    """Turns numbers into rows of a learned table, and features back into a score for each row.

    Equation: ``y[t] = E[x[t]]`` with the table ``E``; with ``reverse=True``, ``y = x Eᵀ`` (or ``x R`` with a matrix
    ``R`` of its own), and with a soft cap ``c``: ``c tanh(y / c)``.

    A language model reads with it and writes with it: the scores are the logits of the next word, and both uses add to
    the gradient of ``E``.

    Args:
        input_dim: The number of rows, at least 1.
        output_dim: The number of features of each row, at least 1.
        tie_weights: Whether the way back uses ``E``; if not, it has a matrix ``R``. Default True.
        embeddings_initializer: Starting values of ``E``, and of ``R``. Default ``"uniform"``.
        embeddings_regularizer: A penalty on ``E``. Default None.
        embeddings_constraint: Applied to ``E`` after each update. Default None.
        mask_zero: Whether the number 0 is padding, which layers that know masks leave out. Default False.
        reverse_dtype: The dtype in which the way back is computed. Default None, the layer's.
        logit_soft_cap: ``c``, above 0: scores stay between -c and c. Default None, no cap.
        **kwargs: ``weights``, ``lora_rank`` and others as in :class:`~pellucid.layers.Embedding`, ``name`` and others
            as in :class:`~pellucid.Layer`.

    Call arguments:
        inputs: Whole numbers; with ``reverse=True`` features.
        reverse: Whether to go the way back. Default False.

    Shapes:
        inputs: (batch, ...), outputs: (batch, ..., output_dim); reversed inputs: (batch, ..., output_dim), outputs:
        (batch, ..., input_dim); embeddings: (input_dim, output_dim); reverse_embeddings: (output_dim, input_dim)

    Raises:
        ShapeError: Inputs of the way back have another number of features than ``output_dim``.
        DataError: As in :class:`~pellucid.layers.Embedding`.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import ReversibleEmbedding
        >>> layer = ReversibleEmbedding(3, 2, embeddings_initializer="identity")
        >>> features = layer(jnp.array([[1, 0]]))
        >>> layer(features, reverse=True)
        Array([[[0., 1., 0.],
                [1., 0., 0.]]], dtype=float32)

    Source: Press, Wolf, Using the output embedding to improve language models, 2017, https://arxiv.org/abs/1608.05859;
    the soft cap: Gemma Team, Gemma 2, 2024, https://arxiv.org/abs/2408.00118.
    Differs from Keras: the way back passes the inputs' mask on, so that padding counts in no loss; no quantisation
    inside the layer. Differs from PyTorch: there one assigns the parameter, ``decoder.weight = embedding.weight``. With
    a bias and an activation it is :class:`~pellucid.layers.Tied`.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "tie_weights": Boolean(),
        "logit_soft_cap": Real(0, closed="neither", optional=True),
    }
    reverse_embeddings: jax.Array

    def __init__(
        self,
        input_dim: int,
        output_dim: int,
        tie_weights: bool = True,
        embeddings_initializer: Any = "uniform",
        embeddings_regularizer: Any = None,
        embeddings_constraint: Any = None,
        mask_zero: bool = False,
        reverse_dtype: Any = None,
        logit_soft_cap: float | None = None,
        **kwargs: Any,
    ):
        super().__init__(
            input_dim,
            output_dim,
            embeddings_initializer,
            embeddings_regularizer,
            embeddings_constraint,
            mask_zero,
            **kwargs,
        )
        self.tie_weights = tie_weights
        self.reverse_dtype = reverse_dtype
        self.logit_soft_cap = logit_soft_cap

    def build(self, input_shape: Any = None) -> None:
        """Declare the table, and the matrix of the way back if it has its own."""
        super().build(input_shape)
        if not self.tie_weights:
            self.reverse_embeddings = self.add_weight(
                (self.output_dim, self.input_dim), self.embeddings_initializer
            )

    def call(self, inputs: jax.Array, reverse: bool = False) -> jax.Array:
        """Return the rows that the inputs name, or the scores of all rows."""
        if not reverse:
            outputs = super().call(inputs)
            if self._scope is not None:
                self._scope.set_mask(outputs, super().compute_mask(inputs))
            return outputs
        require_feature_axis(self, inputs.shape)
        require_size(self, inputs.shape, -1, self.output_dim)
        matrix = self.embeddings.T if self.tie_weights else self.reverse_embeddings
        x = as_float(inputs, self)
        if self.reverse_dtype is not None:
            x, matrix = x.astype(self.reverse_dtype), matrix.astype(self.reverse_dtype)
        scores = dense(x, matrix)
        if self.logit_soft_cap is None:
            return scores
        return jnp.tanh(scores / self.logit_soft_cap) * self.logit_soft_cap

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """Pass the inputs' mask on; that of ``mask_zero`` is made in ``call``, which knows the direction."""
        return mask
