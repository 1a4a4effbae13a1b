"""Discretization: measured numbers become the numbers of buckets."""

from __future__ import annotations

from typing import Any, ClassVar

import jax
import numpy as np

from pellucid.core.errors import ArgumentError, DataError, UsageError
from pellucid.core.limits import Choice, Instance, Integer, Limit, Real
from pellucid.functional.bucketing import boundaries, bucket, merge, summarise
from pellucid.functional.categories import ENCODINGS, encode
from pellucid.layers.checks import as_float, who
from pellucid.layers.preprocessing.rows import NEVER, batches_of
from pellucid.modules import Layer


class Discretization(Layer):
    """Tells in which bucket each number lies; the buckets are given, or hold equally many numbers of the data.

    Equation: ``y = |{k : b_k <= x}|``, the number of boundaries ``b`` that are not above ``x``.

    Args:
        bin_boundaries: The boundaries in rising order: ``[0, 1]`` makes the buckets below 0, from 0 to 1, from 1 on.
        num_bins: The number of buckets, at least 1; call :meth:`adapt`, which finds the boundaries.
        epsilon: How exact the quantiles of ``adapt`` are, as a part of the data, in (0, 1). Default 0.01.
        output_mode: ``"int"``: the bucket's number; ``"one_hot"``: a vector with a 1 there; ``"multi_hot"``: one
            vector for all numbers of a row; ``"count"``: how often each bucket occurs in a row. Default ``"int"``.
        sparse: Accepted for Keras's sake; only False.
        **kwargs: ``name``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (batch, ..., features); outputs: the same with ``"int"``, (batch, ..., features, buckets) with
        ``"one_hot"`` (without features if there is one), else (batch, ..., buckets)

    Raises:
        ArgumentError: Neither boundaries nor a number of buckets; boundaries that fall.
        UsageError: The layer is used before ``adapt``.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import Discretization
        >>> Discretization([0.0, 1.0, 2.0])(jnp.array([[-1.5, 1.0, 3.4]]))
        Array([[0, 2, 3]], dtype=int32)
        >>> layer = Discretization(num_bins=4)
        >>> layer.adapt([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0])
        >>> layer.bin_boundaries
        [2.0, 4.0, 6.0]

    The boundaries are kept in the model's file. They cut all features alike: give features of different scale a layer
    each.

    Differs from Keras: integers come out as int32, and a row of a (batch,) array is a row in all modes. PyTorch has
    ``torch.bucketize``, which counts a boundary to the bucket below it unless ``right=True``.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "bin_boundaries": Instance(
            (list, tuple, np.ndarray), "a list of rising numbers", optional=True
        ),
        "num_bins": Integer(1, optional=True),
        "epsilon": Real(0, 1, closed="neither"),
        "output_mode": Choice(options=("int", *ENCODINGS)),
        "sparse": NEVER,
    }

    def __init__(
        self,
        bin_boundaries: Any = None,
        num_bins: int | None = None,
        epsilon: float = 0.01,
        output_mode: str = "int",
        sparse: bool = False,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        if bin_boundaries is None and num_bins is None:
            raise ArgumentError(
                "Discretization",
                "it needs either `bin_boundaries` or `num_bins`.",
                "Discretization(num_bins=10), then adapt(x_train)",
            )
        self.num_bins = num_bins
        self.epsilon = epsilon
        self.output_mode = output_mode
        self._boundaries = None if bin_boundaries is None else self._checked(bin_boundaries)

    @property
    def bin_boundaries(self) -> list[float] | None:
        """The boundaries, as given or as learned; None before ``adapt``."""
        return None if self._boundaries is None else list(self._boundaries)

    def adapt(self, data: Any, steps: int | None = None) -> None:
        """Find boundaries between which there are equally many numbers of the data.

        Args:
            data: An array or nested list of numbers, or an iterable of batches of them.
            steps: How many batches of an iterable are taken. Default None, all.

        Raises:
            UsageError: The boundaries were given.
            DataError: No numbers, or NaN or infinity among them.
        """
        if self.num_bins is None:
            raise UsageError(
                who(self),
                "its boundaries were given, so there is nothing to learn.",
                "Discretization(num_bins=10)",
            )
        summary = np.zeros((2, 0), np.float32)
        for batch in batches_of(data, steps):
            numbers = np.asarray(batch, np.float64)
            if not np.isfinite(numbers).all():
                repair = "layer.adapt(x[np.isfinite(x)])"
                raise DataError(who(self), "`adapt` was given NaN or infinity.", repair)
            summary = merge(summarise(numbers, self.epsilon), summary, self.epsilon)
        if not summary.size:
            raise DataError(who(self), "`adapt` was given no numbers.", "layer.adapt(x_train)")
        self._boundaries = tuple(boundaries(summary, self.num_bins).tolist())
        self._arguments["bin_boundaries"] = list(self._boundaries)

    def call(self, inputs: jax.Array) -> jax.Array:
        """Return the numbers of the buckets, or vectors of them."""
        if self._boundaries is None:
            raise UsageError(
                who(self), "it has no boundaries yet.", f"{self.name}.adapt(x_train) before its use"
            )
        buckets = bucket(as_float(inputs, self), self._boundaries)
        if self.output_mode == "int":
            return buckets
        dtype = jax.dtypes.canonicalize_dtype(self.dtype)
        return encode(buckets, len(self._boundaries) + 1, self.output_mode, dtype)

    def _checked(self, given: Any) -> tuple[float, ...]:
        edges = np.asarray(given, np.float64)
        rising = edges.ndim == 1 and bool((np.diff(edges) >= 0).all())
        if not rising or not np.isfinite(edges).all():
            raise ArgumentError(
                "Discretization",
                f"`bin_boundaries` must be finite numbers in rising order, but they are {given!r:.60}.",
                "bin_boundaries=sorted(boundaries)",
            )
        if self.num_bins is not None and edges.size >= self.num_bins:
            raise ArgumentError(
                "Discretization",
                f"{edges.size} boundaries make {edges.size + 1} buckets, but `num_bins` is {self.num_bins}.",
                "give one of them",
            )
        return tuple(edges.tolist())
