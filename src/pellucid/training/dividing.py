"""When a step is done in parts (``divided.py``): large networks on a CPU, where nothing changes but rounding.

Every row goes its own way there, through layers and a loss of ours that are known for it, and the loss is a mean.
"""

from __future__ import annotations

from typing import Any

import jax

from pellucid.modules.tree import places, weights_of
from pellucid.training.objective import Aim
from pellucid.training.rehearsal import needs_rehearsal

ROOM = 8 * 2**20
"""Bytes of layers' outputs that one part may leave behind."""
FEWEST = 8
"""Rows of a part, at least: smaller matrix products are slower."""


def parts_for(model: Any, aim: Aim, task: Any, batch_size: int) -> int:
    """Return in how many parts a step is done: 1 wherever parts could change what is computed, or would not pay.

    Args:
        model: The user's model, built.
        aim: What is minimised.
        task: The prepared data and what was found out about the model.
        batch_size: Rows per step.
    """
    needed = 4 * task.outputs.numbers * batch_size
    if needed < 2 * ROOM or jax.default_backend() != "cpu" or not rows_alone(model, aim, task):
        return 1
    divisors = [n for n in range(2, batch_size // FEWEST + 1) if batch_size % n == 0]
    fitting = [n for n in divisors if needed / n <= 1.5 * ROOM]
    return min(fitting) if fitting else max(divisors, default=1)


def rows_alone(model: Any, aim: Aim, task: Any) -> bool:
    """Tell whether each row goes its own way through layers and loss, none of which is the user's own."""
    ours = not (aim.own_step or aim.own_loss or needs_rehearsal(model, aim))
    one_mean = (
        aim.names is None
        and not task.outputs.masked
        and getattr(aim.loss, "divisible", False)
        and aim.loss.reduction == "sum_over_batch_size"
        # A mean over the rows that are not ignored: parts may have more or fewer of them.
        and getattr(aim.loss, "ignore_class", None) is None
    )
    stateless = all(slot.trainable for _, slot in weights_of(model))
    return ours and one_mean and stateless and all(layer.divisible for _, layer in places(model))
