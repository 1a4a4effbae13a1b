"""``optimizer.get_updates`` of Keras 1 and 2: a step that is described first, and done by ``K.function``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pellucid.core.errors import ArgumentTypeError
from pellucid.keras.notices import say
from pellucid.modules.graph import Symbolic


@dataclass(frozen=True)
class Update:
    """One step of an optimizer.

    Attributes:
        optimizer: The optimizer.
        loss: The symbolic tensor whose numbers' sum becomes smaller.
        variables: What is changed.
    """

    optimizer: Any
    loss: Any
    variables: list[Any]


class Updating:
    """Mixed into optimizers: what those of Keras 1 and 2 had beside today's methods."""

    def get_scaled_loss(self, loss: Any) -> Any:
        """Return a loss as it is: all is computed in float32, whose gradients need no scale."""
        return loss

    def get_unscaled_gradients(self, grads: Any) -> Any:
        """Return gradients as they are; what scales divides when they are applied."""
        return list(grads)

    def get_updates(self, *given: Any, **named: Any) -> list[Update]:
        """Describe a step; takes Keras 2's ``(loss, params)`` and Keras 1's ``(params, constraints, loss)``.

        Raises:
            ArgumentTypeError: The loss is no symbolic tensor of a model.
        """
        say(
            "get_updates",
            "`optimizer.get_updates` is now `optimizer.apply_gradients` after a tape.",
        )
        orders = {2: ("loss", "params"), 3: ("params", "constraints", "loss")}
        names = dict(zip(orders.get(len(given), ("loss",)), given, strict=False)) | named
        if not isinstance(names.get("loss"), Symbolic):
            raise ArgumentTypeError(
                type(self).__name__,
                "`get_updates` needs a loss made of the tensors of a model, such as `K.mean(model.output)`.",
                "with tf.GradientTape() as tape: loss = ...; optimizer.apply_gradients(...)",
            )
        return [Update(self, names["loss"], list(names["params"]))]
