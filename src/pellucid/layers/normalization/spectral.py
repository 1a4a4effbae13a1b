"""Spectral normalisation: a wrapper that bounds how much a layer can amplify."""

from __future__ import annotations

from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from pellucid.core.errors import ArgumentTypeError
from pellucid.core.limits import Integer, Limit
from pellucid.functional.spectral import spectral_norm
from pellucid.initializers import TruncatedNormal
from pellucid.layers.checks import who
from pellucid.layers.wrapper import Wrapper
from pellucid.modules import Layer

# Below this a kernel counts as zero and stays what it is.
SMALLEST = 1e-12


class SpectralNormalization(Wrapper):
    """Divides the kernel of a layer by its largest singular value, so that the layer lengthens no vector.

    Equation: the layer computes with ``W / sigma(W)``, where ``sigma(W)`` is the largest singular value of its kernel
    ``W`` (all axes but the last joined), estimated by ``power_iterations`` steps of the power iteration from the vector
    ``u`` of the training step before. Training updates ``W`` itself.

    Args:
        layer: A layer with a ``kernel`` (Dense, convolutions) or ``embeddings``.
        power_iterations: How many steps per call, at least 1. Default 1.
        **kwargs: ``name``, ``trainable``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs and outputs: those of the layer; vector_u: (1, last size of the kernel)

    Raises:
        ArgumentTypeError: What is wrapped is no layer, or has neither kernel nor embeddings.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import Dense, SpectralNormalization
        >>> dense = Dense(2, kernel_initializer="identity", use_bias=False)
        >>> layer = SpectralNormalization(dense, power_iterations=3)
        >>> layer(jnp.array([[3.0, 4.0]])).round(3).tolist()
        [[3.0, 4.0]]

    Source: Miyato et al., Spectral Normalization for Generative Adversarial Networks, 2018,
    https://arxiv.org/abs/1802.05957.
    Differs from Keras: Keras overwrites the kernel by the divided one in every training step, and does not divide
    outside training; here the kernel stays what the optimizer made it, and is divided in every call, as in the paper
    and in PyTorch. Differs from PyTorch: only one of both vectors is kept, and the iteration also runs, without being
    kept, outside training.
    """

    limits: ClassVar[dict[str, Limit]] = {"power_iterations": Integer(1)}
    vector_u: jax.Array

    def __init__(self, layer: Layer, power_iterations: int = 1, **kwargs: Any):
        super().__init__(layer, **kwargs)
        self.power_iterations = power_iterations

    def build(self, input_shape: Any = None) -> None:
        """Let the layer declare its kernel, then declare the vector that belongs to it."""
        if not self.layer.built:
            self.layer.build(input_shape)
            self.layer.built = True
        names = [name for name in ("kernel", "embeddings") if name in self.layer._weights]
        if not names:
            raise ArgumentTypeError(
                who(self),
                f"the layer inside, {type(self.layer).__name__}, has neither `kernel` nor `embeddings`.",
                "SpectralNormalization(layers.Dense(64))",
            )
        self._kernel_name = names[0]
        kernel = self.layer._weights[names[0]]
        self.vector_u = self.add_weight(
            (1, kernel.shape[-1]), TruncatedNormal(stddev=0.02), kernel.dtype, trainable=False
        )

    def call(self, inputs: jax.Array, training: Any = False) -> jax.Array:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Return the layer's outputs with its kernel divided; in training, keep the vector."""
        name, inner = self._kernel_name, vars(self.layer)
        if name not in inner:  # the trace that builds it: only shapes count there
            return self.layer(inputs)
        kernel = inner[name]
        sigma, u = spectral_norm(kernel, self.vector_u, self.power_iterations)
        if training and self.trainable:
            self.vector_u = u
        # The layer here is the throw-away copy of this trace, so its kernel may be exchanged for the one call.
        inner[name] = kernel / jnp.maximum(sigma, SMALLEST)
        try:
            return self.layer(inputs)
        finally:
            inner[name] = kernel
