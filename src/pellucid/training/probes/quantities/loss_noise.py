"""How far the loss of a batch is from the loss of all data, by chance alone."""

from __future__ import annotations

from typing import Any, ClassVar

import jax.numpy as jnp

from pellucid.training.probes.probe import WHOLE, Probe, View


class LossNoise(Probe):
    """The standard error of the batch's loss: how much it would vary with other rows of the same kind.

    Equation: ``s / sqrt(n)`` with ``s^2 = sum_i (l_i - mean(l))^2 / (n - 1)``, ``l_i`` the loss of row ``i`` alone and
    ``n`` the rows of the batch. Two steps whose losses differ by less than this are not told apart by their losses.

    NaN for a batch of one row; not measured where the loss is not made of rows: with a ``compute_loss`` or
    ``train_step`` of your own, with layers that mix rows, with losses that compare rows with each other.

    Source: Bottou, Curtis and Nocedal, Optimization Methods for Large-Scale Machine Learning, 2018, section 3,
    https://arxiv.org/abs/1606.04838.
    """

    needs: ClassVar[tuple[str, ...]] = ("row_losses",)

    def measure(self, view: View) -> dict[str, Any]:
        losses = view.row_losses
        if losses is None:
            return {}
        rows = losses.shape[0]
        if rows < 2:
            return {WHOLE: jnp.full((), jnp.nan)}
        return {WHOLE: jnp.std(losses, ddof=1) / rows**0.5}
