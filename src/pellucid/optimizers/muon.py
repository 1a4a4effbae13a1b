"""Muon: matrices move along the orthogonal matrix nearest to their averaged gradient."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, ClassVar, Unpack

import jax
import jax.numpy as jnp

from pellucid.core.limits import Boolean, Instance, Integer, Limit, Real
from pellucid.optimizers.arguments import DECAY, Options, OptionsBesideDecay
from pellucid.optimizers.moments import missing_weight, moved
from pellucid.optimizers.optimizer import Optimizer
from pellucid.optimizers.slots import State, Weights, zeros
from pellucid.optimizers.upkeep import shrunk

SMALLEST = 1e-7
"""Added to the length of a matrix before it is divided by it, as in Muon's reference code."""


class Muon(Optimizer):
    r"""Move every matrix by a step whose singular values are all about 1.

    $$m_t = \mu m_{t-1} + g_t, \qquad u_t = g_t + \mu m_t, \qquad
      w_t = w_{t-1} - \alpha r \sqrt{\max(n, k)} \, O(u_t)$$

    where $g$ is the gradient of the matrix $w$ of $n$ rows and $k$ columns, $m$ its running sum (at
    first 0), and $O(u)$ nearly the orthogonal matrix $U V^\top$ of the singular value decomposition
    $u = U S V^\top$. It comes from iterations of $X \leftarrow a X + b A X + c A A X$ with
    $A = X X^\top$, beginning with $X = u / \lVert u \rVert$. Without Nesterov's look-ahead $u = m$.
    Arrays that are no matrices, embeddings and excluded weights are updated by `AdamW`.

    Args:
        learning_rate: $\alpha$, at least 0: a number, a schedule, or a function of the step.
        adam_beta_1: $\beta_1$ of AdamW, from 0 to below 1.
        adam_beta_2: $\beta_2$ of AdamW, from 0 to below 1.
        adam_weight_decay: Weight decay of the weights that AdamW updates; None or at least 0.
        epsilon: $\varepsilon$ of AdamW, at least 0.
        weight_decay: Weight decay of the matrices; None or at least 0.
        exclude_layers: Matrices whose path contains one of these patterns are updated by AdamW; the
            last layer should be among them.
        exclude_embeddings: Update matrices with "embedding" in their path by AdamW.
        muon_a: $a$.
        muon_b: $b$.
        muon_c: $c$.
        adam_lr_ratio: The learning rate of AdamW divided by $\alpha$; at least 0.
        momentum: $\mu$, from 0 to 1: how long gradients are remembered.
        ns_steps: The number of iterations, at least 0.
        nesterov: Look ahead.
        rms_rate: $r$, above 0: the usual size of a number of the step, as Adam's; None leaves out
            the factor $r \sqrt{\max(n, k)}$.
        **options: The arguments that all optimizers share; see `Optimizer`.

    Example:
        >>> optimizer = Muon(learning_rate=0.1, weight_decay=None, rms_rate=None)
        >>> weights = {"kernel": jnp.zeros((2, 2))}
        >>> state = optimizer.start(weights)
        >>> grads = {"kernel": jnp.array([[300.0, 0.0], [0.0, 100.0]])}
        >>> weights, state = optimizer.apply(grads, state, weights, optimizer.hyper(), 0)
        >>> print([f"{w:.2f}" for w in jnp.diag(weights["kernel"])])
        ['-0.07', '-0.11']

    Reference: Jordan et al., "Muon: an optimizer for hidden layers in neural networks" (2024); Liu
    et al., "Muon is scalable for LLM training" (2025) for $r$. Keras: the same. PyTorch: `Muon`
    takes matrices only, and weighs the average $m$ by $1 - \mu$.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "adam_beta_1": DECAY,
        "adam_beta_2": DECAY,
        "adam_weight_decay": Real(0, optional=True),
        "epsilon": Real(0),
        "exclude_layers": Instance((list, tuple), "a list of patterns", optional=True),
        "exclude_embeddings": Boolean(),
        "muon_a": Real(),
        "muon_b": Real(),
        "muon_c": Real(),
        "adam_lr_ratio": Real(0),
        "momentum": Real(0, 1),
        "ns_steps": Integer(0),
        "nesterov": Boolean(),
        "rms_rate": Real(0, closed="neither", optional=True),
    }
    hyperparameters = (
        *Optimizer.hyperparameters,
        "adam_beta_1",
        "adam_beta_2",
        "adam_weight_decay",
        "epsilon",
        "muon_a",
        "muon_b",
        "muon_c",
        "adam_lr_ratio",
        "momentum",
        "rms_rate",
    )

    def __init__(
        self,
        learning_rate: Any = 0.001,
        adam_beta_1: float = 0.9,
        adam_beta_2: float = 0.999,
        adam_weight_decay: float | None = 0.004,
        epsilon: float = 1e-7,
        weight_decay: float | None = 0.004,
        exclude_layers: Sequence[str] | None = None,
        exclude_embeddings: bool = True,
        muon_a: float = 3.4445,
        muon_b: float = -4.7750,
        muon_c: float = 2.0315,
        adam_lr_ratio: float = 1.0,
        momentum: float = 0.95,
        ns_steps: int = 5,
        nesterov: bool = True,
        rms_rate: float | None = 0.2,
        **options: Unpack[OptionsBesideDecay],
    ) -> None:
        shared: Options = {**options, "weight_decay": weight_decay}
        super().__init__(learning_rate, **shared)
        self.adam_beta_1 = adam_beta_1
        self.adam_beta_2 = adam_beta_2
        self.adam_weight_decay = adam_weight_decay
        self.epsilon = epsilon
        self.exclude_layers = exclude_layers
        self.exclude_embeddings = exclude_embeddings
        self.muon_a = muon_a
        self.muon_b = muon_b
        self.muon_c = muon_c
        self.adam_lr_ratio = adam_lr_ratio
        self.momentum = momentum
        self.ns_steps = ns_steps
        self.nesterov = nesterov
        self.rms_rate = rms_rate

    def takes(self, path: str, shape: Sequence[int]) -> bool:
        """Tell whether a weight is updated by Muon's rule; the others are by AdamW's.

        Args:
            path: The weight's path.
            shape: Its shape.
        """
        spared = [*(self.exclude_layers or ()), *(["(?i:embedding)"] * self.exclude_embeddings)]
        return len(shape) == 2 and not any(re.search(pattern, path) for pattern in spared)

    def slots(self, params: Weights) -> State:
        """Return the running sums, and AdamW's averages of squares, at zero."""
        momentum = zeros(params)
        others = {path: m for path, m in momentum.items() if not self.takes(path, m.shape)}
        return {"momentum": momentum, "velocity": others}

    def rule(
        self, grads: Weights, slots: State, params: Weights, rate: jax.Array, step: Any
    ) -> tuple[Weights, State]:
        """Return the updates and the new slots."""
        of_adam = {path: grad for path, grad in grads.items() if path in slots["velocity"]}
        of_muon = {path: grad for path, grad in grads.items() if path not in of_adam}
        old = slots["momentum"]
        momentum = {
            **{path: self.momentum * old[path] + grad for path, grad in of_muon.items()},
            **moved({path: old[path] for path in of_adam}, of_adam, self.adam_beta_1),
        }
        velocity = moved(slots["velocity"], of_adam, self.adam_beta_2, power=2)
        adam_rate = rate * self.adam_lr_ratio * jnp.sqrt(missing_weight(self.adam_beta_2, step))
        adam_rate = adam_rate / missing_weight(self.adam_beta_1, step)
        updates = {}
        for path, grad in grads.items():
            m = momentum[path]
            if path in of_adam:
                updates[path] = -adam_rate * m / (jnp.sqrt(velocity[path]) + self.epsilon)
                continue
            ahead = grad + self.momentum * m if self.nesterov else m
            direction = orthogonal(ahead, (self.muon_a, self.muon_b, self.muon_c), self.ns_steps)
            updates[path] = -rate * self.size_of_step(m.shape) * direction
        return updates, {"momentum": momentum, "velocity": velocity}

    def size_of_step(self, shape: Sequence[int]) -> Any:
        """Return the factor of the step of a matrix; 1 without `rms_rate`."""
        return 1.0 if self.rms_rate is None else self.rms_rate * max(shape) ** 0.5

    def _decayed(self, params: Weights, rate: jax.Array) -> Weights:
        found = dict(params)
        for decay, muon in ((self.weight_decay, True), (self.adam_weight_decay, False)):
            own = {p: w for p, w in params.items() if self.takes(p, w.shape) == muon}
            if decay is not None:
                found |= shrunk(own, 1 - rate * decay, self.no_weight_decay)
        return found


def orthogonal(matrix: jax.Array, factors: Sequence[Any], steps: int) -> jax.Array:
    r"""Return nearly the orthogonal matrix $U V^\top$ of a matrix $U S V^\top$.

    The factors of Muon bring singular values quickly to between 0.7 and 1.2, not to exactly 1.

    Args:
        matrix: Shape (n, k).
        factors: $a$, $b$ and $c$ of the iteration; see `Muon`.
        steps: The number of iterations.

    >>> matrix = jnp.array([[0.0, 4.0], [-1.0, 0.0]])
    >>> print(orthogonal(matrix, (1.875, -1.25, 0.375), 9).round(3) + 0.0)
    [[ 0.  1.]
     [-1.  0.]]
    """
    a, b, c = factors
    tall = matrix.shape[0] > matrix.shape[1]
    found = matrix.T if tall else matrix
    found = found / (jnp.linalg.norm(found) + SMALLEST)
    for _ in range(steps):
        square = found @ found.T
        found = a * found + (b * square + c * square @ square) @ found
    return found.T if tall else found
