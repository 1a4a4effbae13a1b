"""Two images in one, and their targets likewise: mixup and cutmix.

A layer cannot see the targets. It notes which row was mixed into which, and in what part, and the training takes
that mixture of the losses for both rows' targets. For cross-entropy this equals mixing the one-hot targets, and it
works for any loss.
"""

from __future__ import annotations

from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from pellucid.core.limits import Limit, Real
from pellucid.layers.augmentation.base import Augmentation, for_each
from pellucid.layers.augmentation.erasing import rectangles


class Mixing(Augmentation):
    """The base of layers that put another row of the batch into each; the training mixes their losses likewise."""

    moves = True
    divisible = "no"  # rows of the whole batch are mixed

    def augment(self, images: jax.Array, key: jax.Array) -> jax.Array:
        """Return the images mixed, and say so to the training."""
        drawn = self.draw(images, key)
        self.mix_targets(drawn["permutation_order"], drawn["mix_weight"])
        return self.vary(images, drawn)


class MixUp(Mixing):
    """Mixes each image with another one of the batch, and the targets in the same parts.

    Equation: ``y_i = s_i x_i + (1 - s_i) x_j`` with another row ``j`` of the batch and a share ``s_i`` from
    ``Beta(alpha, alpha)``, at least one half; the loss is ``s_i loss(target_i) + (1 - s_i) loss(target_j)``.

    Args:
        alpha: How much is mixed, above 0: near 0 hardly, 1 evenly. Default 0.2.
        seed: An integer that is folded into the layer's key, or None. Default None.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        **kwargs: ``name`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs and outputs: (batch, height, width, channels)

    Metrics of the training set compare with the first row's target alone.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import MixUp
        >>> mixed = MixUp(1.0)(jnp.array([0.0, 1.0]).reshape(2, 1, 1, 1), training=True)
        >>> bool(mixed[0, 0, 0, 0] + mixed[1, 0, 0, 0] <= 1.5)
        True

    Source: Zhang et al., mixup: beyond empirical risk minimization, 2018, https://arxiv.org/abs/1710.09412. Differs
    from Keras: it takes and gives images alone, where Keras's takes a dict with one-hot labels. Differs from
    PyTorch: as torchvision's ``MixUp``, for any loss.
    """

    limits: ClassVar[dict[str, Limit]] = {"alpha": Real(0, closed="neither")}

    def __init__(
        self,
        alpha: float = 0.2,
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ):
        super().__init__(seed=seed, data_format=data_format, **kwargs)
        self.alpha = alpha

    def draw(self, images: jax.Array, key: jax.Array) -> dict[str, jax.Array]:
        """Return ``permutation_order``, each row's partner, and ``mix_weight``, its own share: (batch,)."""
        first, second = jax.random.split(key)
        partner = partners(first, len(images))
        drawn = jax.random.beta(second, self.alpha, self.alpha, (len(images),), images.dtype)
        return {"permutation_order": partner, "mix_weight": jnp.maximum(drawn, 1 - drawn)}

    def vary(self, images: jax.Array, drawn: Any) -> jax.Array:
        """Return the images mixed."""
        partner = images[jnp.asarray(drawn["permutation_order"])]
        return partner + for_each(drawn["mix_weight"]) * (images - partner)


class CutMix(Mixing):
    """Pastes a rectangle of another image of the batch into each, and mixes the targets by area.

    Equation: ``y_i = x_i (1 - m_i) + x_j m_i`` with ``m_i`` = 1 inside a rectangle of the share ``1 - s_i``,
    ``s_i`` from ``Beta(factor, factor)``; the loss is ``s_i loss(target_i) + (1 - s_i) loss(target_j)`` with the
    true share of the area.

    Args:
        factor: The beta distribution's parameter, above 0; 1 draws areas evenly. Default 1.
        seed: An integer that is folded into the layer's key, or None. Default None.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        **kwargs: ``name`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs and outputs: (batch, height, width, channels)

    Metrics of the training set compare with the first row's target alone.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import CutMix
        >>> mixed = CutMix()(
        ...     jnp.arange(3.0)[:, None, None, None] * jnp.ones((3, 8, 8, 1)), training=True
        ... )
        >>> sorted(set(mixed.reshape(-1).tolist()))
        [0.0, 1.0, 2.0]

    Source: Yun et al., CutMix, 2019, https://arxiv.org/abs/1905.04899. Differs from Keras: it takes and gives
    images alone, where Keras's takes a dict with one-hot labels. Differs from PyTorch: as torchvision's ``CutMix``,
    for any loss.
    """

    limits: ClassVar[dict[str, Limit]] = {"factor": Real(0, closed="neither")}

    def __init__(
        self,
        factor: float = 1.0,
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ):
        super().__init__(seed=seed, data_format=data_format, **kwargs)
        self.factor = factor

    def draw(self, images: jax.Array, key: jax.Array) -> dict[str, jax.Array]:
        """Return ``permutation_order`` and ``mix_weight`` (batch,), ``batch_masks`` (batch, height, width, 1)."""
        first, second, third = jax.random.split(key, 3)
        partner = partners(first, len(images))
        drawn = jax.random.beta(second, self.factor, self.factor, (len(images),), images.dtype)
        inside = rectangles(third, images, 1 - drawn, (1.0, 1.0))
        share = 1 - inside.mean((1, 2, 3), dtype=images.dtype)
        return {"permutation_order": partner, "batch_masks": inside, "mix_weight": share}

    def vary(self, images: jax.Array, drawn: Any) -> jax.Array:
        """Return the images with parts of others."""
        partner = images[jnp.asarray(drawn["permutation_order"])]
        return jnp.where(drawn["batch_masks"], partner, images)


def partners(key: jax.Array, rows: int) -> jax.Array:
    """Return for each row another row of the batch: the batch turned by a random number of places."""
    turn = jax.random.randint(key, (), min(1, rows - 1), rows) if rows > 1 else 0
    return (jnp.arange(rows) + turn) % rows
