"""A recurrent decoder that looks back at the whole source while it writes: sequence to sequence with attention."""

from __future__ import annotations

from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from pellucid.core.errors import ArgumentTypeError, ShapeError
from pellucid.core.limits import Boolean, Choice, Integer, Limit, Real
from pellucid.functional import activations
from pellucid.functional.attention import additive_scores, attend
from pellucid.functional.padding import clear_padding
from pellucid.functional.recurrent import recur
from pellucid.layers.checks import as_float, who
from pellucid.layers.dense import Dense
from pellucid.layers.embedding import Embedding, whole
from pellucid.layers.noise import Dropout
from pellucid.layers.recurrent.gru import GRUCell
from pellucid.layers.recurrent.lstm import LSTMCell
from pellucid.modules import Layer

CELLS = {"gru": GRUCell, "lstm": LSTMCell}


class AttentionDecoder(Layer):
    """Writes a series word by word, looking at an encoder's outputs before each: sequence to sequence with attention.

    Equation: with the word before ``x[t]`` as a row ``e`` of a table, the cell (GRU or LSTM) gives
    ``s_t = cell([e(x[t]), a_(t-1)], s_(t-1))``; the context ``c_t = sum_s w_t[s] h[s]`` is the mean of the encoder's
    outputs ``h``, weighted by ``w_t = softmax(z_t)``; both give ``a_t = tanh([c_t, s_t] W + b)``, with ``a_0 = 0``, and
    ``y_t = f(a_t V + d)``. The score is ``z_t[s] = v · tanh(s_t P + h[s] Q)`` (Bahdanau) or ``z_t[s] = s_t · h[s] Q``
    (Luong).

    In training and when called with a series, the words before come from that series (teacher forcing): give the right
    words, shifted by one, a start word in front. In :meth:`generate` each is the most likely one of the step before.

    Args:
        units: The units of the cell and of ``a``, at least 1.
        vocabulary_size: The number of words, at least 1.
        embedding_dim: The width of the table's rows. Default None, ``units``.
        cell: ``"gru"`` or ``"lstm"``. Default ``"gru"``.
        score_mode: ``"bahdanau"`` or ``"luong"``. Default ``"bahdanau"``.
        activation: Name or function ``f``. Default ``"softmax"``: probabilities of the words.
        dropout: The part of ``e`` and of ``a_t`` before the last product that is dropped in training, in [0, 1).
            Default 0.
        mask_zero: Whether word 0 is padding. Default False.
        **kwargs: ``name``, ``trainable``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Call arguments:
        inputs: The words before, shape (batch, steps), whole numbers.
        context: The encoder's outputs, shape (batch, source, features).
        inputs_mask: Shape (batch, steps), False where a word is padding: such a step is skipped.
        context_mask: Shape (batch, source), False in the padding; filled with the mask that the context carries.
        initial_state: The cell's first state, (batch, units), for an LSTM a list of two; zeros when None.
        return_attention_scores: Also return the weights ``w``. Default False.
        generated: How many words are to be written freely after the first of ``inputs``; None for teacher forcing.
        end: With ``generated``, the word after which only ``end`` follows; None for no such word.

    Shapes:
        outputs: (batch, steps, vocabulary_size), or (batch, generated) words; weights ``w``: (batch, steps, source)

    Raises:
        ArgumentTypeError: No context was given.
        ShapeError: Inputs or context have other axes than told above.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import AttentionDecoder
        >>> decoder = AttentionDecoder(units=8, vocabulary_size=5)
        >>> encoded = jnp.ones((2, 7, 4))
        >>> decoder(jnp.array([[1, 2, 3], [1, 4, 0]]), encoded).shape
        (2, 3, 5)
        >>> decoder.generate(encoded, start=1, steps=6).shape
        (2, 6)

    Source: Bahdanau, Cho and Bengio, 2015, https://arxiv.org/abs/1409.0473; Luong, Pham and Manning, 2015 (feeding
    ``a_(t-1)`` to the cell), https://arxiv.org/abs/1508.04025.
    Keras and PyTorch have no such layer; their tutorials write it by hand.
    """

    divisible = "at once"  # in turn, the loop over the steps would run once for each part
    limits: ClassVar[dict[str, Limit]] = {
        "units": Integer(1),
        "vocabulary_size": Integer(1),
        "embedding_dim": Integer(1, optional=True),
        "cell": Choice(("gru", "lstm")),
        "score_mode": Choice(("bahdanau", "luong")),
        "dropout": Real(0, 1, closed="left"),
        "mask_zero": Boolean(),
    }
    score: jax.Array

    def __init__(
        self,
        units: int,
        vocabulary_size: int,
        embedding_dim: int | None = None,
        cell: str = "gru",
        score_mode: str = "bahdanau",
        activation: Any = "softmax",
        dropout: float = 0.0,
        mask_zero: bool = False,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        self.units = int(units)
        self.vocabulary_size = int(vocabulary_size)
        self.embedding_dim = int(units if embedding_dim is None else embedding_dim)
        self.score_mode = score_mode
        self.activation = activations.get(activation)
        self.dropout = dropout
        self.mask_zero = mask_zero
        self.embedding = Embedding(self.vocabulary_size, self.embedding_dim, dtype=self.dtype)
        self.embedding_dropout = Dropout(dropout, dtype=self.dtype)
        self.cell = CELLS[cell](self.units, dtype=self.dtype)
        if score_mode == "bahdanau":
            self.query_dense = Dense(self.units, use_bias=False, dtype=self.dtype)
        self.key_dense = Dense(self.units, use_bias=False, dtype=self.dtype)
        self.join_dense = Dense(self.units, activation="tanh", dtype=self.dtype)
        self.output_dropout = Dropout(dropout, dtype=self.dtype)
        self.output_dense = Dense(self.vocabulary_size, activation=activation, dtype=self.dtype)

    def build(self, inputs_shape: Any, context_shape: Any) -> None:
        """Declare what scores a sum of query and key; the parts declare themselves when they are called."""
        if context_shape is None:
            raise ArgumentTypeError(
                who(self),
                "it needs the words before and an encoder's outputs.",
                f"{self.name}(words, layers.GRU({self.units}, return_sequences=True)(source))",
            )
        self._check_shapes(inputs_shape, context_shape)
        if self.score_mode == "bahdanau":
            self.score = self.add_weight((self.units,), "glorot_uniform")

    def _check_shapes(self, inputs: Any, context: Any) -> None:
        if len(inputs) != 2 or len(context) != 3:
            raise ShapeError(
                who(self),
                "words have the shape (batch, steps) and a context (batch, source, features), "
                f"not {inputs} and {context}.",
                "layers.GRU(units, return_sequences=True) gives the encoder's outputs of all steps",
            )

    def call(
        self,
        inputs: jax.Array,
        context: jax.Array,
        inputs_mask: jax.Array | None = None,
        context_mask: jax.Array | None = None,
        initial_state: Any = None,
        return_attention_scores: bool = False,
        generated: int | None = None,
        end: int | None = None,
    ) -> Any:
        """Return what follows each word, or the words themselves; on request also the weights."""
        self._check_shapes(inputs.shape, context.shape)
        memory = clear_padding(as_float(context, self), context_mask)
        seen = None if context_mask is None else context_mask.astype(bool)[:, None]
        keys = self.key_dense(memory)

        def step(embedded: jax.Array, carry: Any) -> Any:
            """Return ``(a_t, w_t)`` and the new states."""
            before, states = carry
            output, states = self.cell(jnp.concatenate([embedded, before], axis=-1), states)
            mean, weights = attend(self._scores(output, keys), memory, seen)
            joined = self.join_dense(jnp.concatenate([mean[:, 0], output], axis=-1))
            return (joined, weights[:, 0]), (joined, list(states))

        first = self._first(initial_state, len(context))
        if generated is None:
            mask = self._valid(inputs, inputs_mask)
            embedded = self.embedding_dropout(self.embedding(inputs))
            (joined, weights), _ = recur(step, embedded, first, mask=mask)
            outputs = self.output_dense(self.output_dropout(joined))
        else:
            outputs, weights = self._write(step, whole(inputs[:, 0]), first, generated, end)
        return (outputs, weights) if return_attention_scores else outputs

    def generate(
        self, context: Any, start: int, steps: int, end: int | None = None, **options: Any
    ) -> Any:
        """Write words freely, each the most likely one after those before (greedy decoding).

        Args:
            context: The encoder's outputs, shape (batch, source, features).
            start: The word that stands before the first.
            steps: How many words are written, at least 1.
            end: The word after which only itself follows; None for no such word.
            **options: ``context_mask``, ``initial_state`` and ``return_attention_scores`` of a call.

        Returns:
            The words, shape (batch, steps).
        """
        words = jnp.full((len(context), 1), start, jnp.int32)
        return self(words, context, generated=steps, end=end, **options)

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """Return where the words before are no padding."""
        return self._valid(inputs, mask)

    def _valid(self, inputs: jax.Array, mask: jax.Array | None) -> jax.Array | None:
        return whole(inputs) != 0 if mask is None and self.mask_zero else mask

    def _scores(self, output: jax.Array, keys: jax.Array) -> jax.Array:
        """Return the scores of the source's steps, shape (batch, 1, source)."""
        if self.score_mode == "bahdanau":
            return additive_scores(self.query_dense(output)[:, None], keys, self.score)
        return jnp.einsum("bu,bsu->bs", output, keys)[:, None]

    def _first(self, initial_state: Any, batch: int) -> Any:
        """Return ``a_0`` and the cell's first states."""
        zeros = self.cell.get_initial_state(batch)
        given = zeros if initial_state is None else initial_state
        states = list(given) if isinstance(given, (list, tuple)) else [given]
        return jnp.zeros_like(zeros[0]), [as_float(each, self) for each in states]

    def _write(
        self, step: Any, start: jax.Array, first: Any, count: int, end: int | None
    ) -> tuple[jax.Array, jax.Array]:
        """Return ``count`` words after ``start``, and the weights."""

        def write(carry: Any, _: None) -> Any:
            word, states = carry
            (joined, weights), states = step(self.embedding(word), states)
            following = jnp.argmax(self.output_dense(joined), axis=-1).astype(jnp.int32)
            if end is not None:
                following = jnp.where(word == end, end, following)
            return (following, states), (following, weights)

        _, (words, weights) = jax.lax.scan(write, (start.astype(jnp.int32), first), length=count)
        return jnp.swapaxes(words, 0, 1), jnp.swapaxes(weights, 0, 1)
