"""What is done to weights beside the rule: decay before it, averages after it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp

from pellucid.optimizers.slots import Weights


def shrunk(params: Weights, factor: Any, spared: Sequence[str]) -> Weights:
    """Multiply weights by `factor`, but those whose path contains one of the patterns `spared`.

    >>> found = shrunk({"kernel": jnp.ones(1), "bias": jnp.ones(1)}, 0.5, ["bias"])
    >>> print(found["kernel"], found["bias"])
    [0.5] [1.]
    """
    never = r"(?!)"
    pattern = re.compile("|".join(spared) or never)
    return {
        path: w if pattern.search(path) else (w * factor).astype(w.dtype)
        for path, w in params.items()
    }


def mixed(average: Weights, params: Weights, momentum: Any) -> Weights:
    r"""Move an average towards the weights: $a \leftarrow \beta a + (1 - \beta) w$.

    >>> print(mixed({"w": jnp.array(1.0)}, {"w": jnp.array(3.0)}, 0.75)["w"])
    1.5
    """
    return jax.tree.map(lambda a, w: momentum * a + (1 - momentum) * w, average, params)


def chosen(condition: Any, first: Weights, second: Weights) -> Weights:
    """Take `first` where the condition holds, else `second`, with the dtypes of `second`.

    >>> print(chosen(jnp.array(True), {"w": jnp.array(1.0)}, {"w": jnp.array(2.0)})["w"])
    1.0
    """
    return {
        path: jnp.where(condition, first[path], w).astype(w.dtype) for path, w in second.items()
    }
