"""When a step is done in parts (``divided.py``), and on how many cores: on a CPU, where nothing changes but rounding.

Every row goes its own way there, through layers and a loss of ours that are known for it, and the loss is a mean.
The number of parts depends on network and batch alone, so a training's noise is the same on any number of cores.
"""

from __future__ import annotations

from typing import Any

import jax

from pellucid.core.cores import MOST, devices
from pellucid.modules.tree import places, weights_of
from pellucid.training.objective import Aim
from pellucid.training.rehearsal import needs_rehearsal
from pellucid.training.work import multiply_adds, numbers_per_row

ROOM = 8 * 2**20
"""Bytes of layers' outputs that one part may leave behind."""
FEWEST = 8
"""Rows of a part, at least: smaller matrix products are slower."""
LARGE = 2**25
"""Multiply-adds of a step whose cores may wait for each other, at least: some milliseconds."""
USES = 1024
"""How often a step uses a weight, at least: every core updates all weights, and sends all gradients."""
COPIED = 2**30
"""Bytes of data, at most, that are held once more for each core."""


def parts_for(model: Any, aim: Aim, task: Any, batch_size: int) -> tuple[int, int]:
    """Return in how many parts a step is done, and on how many cores; 1 where results could change, or nothing is won.

    Args:
        model: The user's model, built.
        aim: What is minimised.
        task: The prepared data and what was found out about the model.
        batch_size: Rows per step.
    """
    way = way_of_rows(model, aim, task) if jax.default_backend() == "cpu" else "no"
    if way == "no":
        return 1, 1
    large = is_large(model, task, batch_size)
    if way == "at once":
        cores = halvings(batch_size, devices()) if large else 1
        return cores, cores
    least = halvings(batch_size, MOST) if large else 1
    needed = 4 * numbers_per_row(task.outputs.shapes) * batch_size
    parts = fewest_parts(batch_size, least, needed)
    return parts, halvings(parts * FEWEST, min(devices(), least))


def is_large(model: Any, task: Any, batch_size: int) -> bool:
    """Tell whether a step is so long, and its weights so few, that cores should share its rows."""
    work = batch_size * multiply_adds(model, task.outputs.shapes)
    sets = (task.data, task.validation)
    held = sum(leaf.nbytes for leaf in jax.tree.leaves(sets)) * devices()
    return work >= max(LARGE, USES * model.count_params()) and held <= COPIED


def halvings(rows: int, most: int) -> int:
    """Return the largest power of two, at most ``most``, into which rows are divided evenly, with `FEWEST` in each.

    >>> halvings(128, 4), halvings(128, 3), halvings(24, 4), halvings(20, 4)
    (4, 2, 2, 2)
    """
    parts = 1
    while parts * 2 <= most and rows % (parts * 2) == 0 and rows // (parts * 2) >= FEWEST:
        parts *= 2
    return parts


def fewest_parts(rows: int, least: int, needed: int) -> int:
    """Return the fewest parts, a multiple of ``least``, each of which fits the cache; as many as may be if none does.

    >>> fewest_parts(128, 1, ROOM), fewest_parts(128, 4, ROOM), fewest_parts(96, 1, 4 * ROOM)
    (1, 4, 3)
    """
    if needed < 2 * ROOM:
        return least
    able = [n for n in range(least, rows // FEWEST + 1, least) if rows % n == 0]
    fitting = [n for n in able if needed / n <= 1.5 * ROOM]
    return min(fitting) if fitting else max(able, default=1)


def way_of_rows(model: Any, aim: Aim, task: Any) -> str:
    """Tell how rows may be computed in parts: ``"in turn"`` or at once, only ``"at once"``, or ``"no"``.

    Each row must go its own way through layers and loss, none of which is the user's own.
    """
    ours = not (aim.own_step or aim.own_loss or needs_rehearsal(model, aim))
    one_mean = (
        aim.names is None
        and not task.outputs.masked
        and getattr(aim.loss, "divisible", False)
        and aim.loss.reduction == "sum_over_batch_size"
        # A mean over the rows that are not ignored: parts may have more or fewer of them.
        and getattr(aim.loss, "ignore_class", None) is None
    )
    ways = {layer.divisible for _, layer in places(model)}
    if not (ours and one_mean) or "no" in ways or not shares_state(model):
        return "no"
    return "at once" if "at once" in ways else "in turn"


def shares_state(model: Any) -> bool:
    """Tell whether all parts of a batch come to the same state."""
    slots = weights_of(model, with_layer=True)
    return all(slot.trainable or layer.shared_state for _, layer, slot in slots)
