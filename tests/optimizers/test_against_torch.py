"""The optimizers that PyTorch has too, with the arguments under which both mean the same."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from pellucid import optimizers
from tests.conformance.golden.optimizer_cases import START, STEPS, gradient

pytestmark = pytest.mark.oracle
TINY = 1e-12
"""An epsilon so small that it does not matter where it stands."""

PAIRS: dict[str, tuple[optimizers.Optimizer, str, dict[str, Any]]] = {
    "SGD": (optimizers.SGD(0.02), "SGD", {"lr": 0.02}),
    "SGD momentum": (
        optimizers.SGD(0.01, momentum=0.9),
        "SGD",
        {"lr": 0.01, "momentum": 0.9},
    ),
    "SGD Nesterov": (
        optimizers.SGD(0.01, momentum=0.9, nesterov=True),
        "SGD",
        {"lr": 0.01, "momentum": 0.9, "nesterov": True},
    ),
    "RMSprop": (
        optimizers.RMSprop(0.01, rho=0.99, epsilon=TINY),
        "RMSprop",
        {"lr": 0.01, "alpha": 0.99, "eps": TINY},
    ),
    "RMSprop centered, momentum": (
        optimizers.RMSprop(0.001, rho=0.9, momentum=0.8, epsilon=TINY, centered=True),
        "RMSprop",
        {"lr": 0.001, "alpha": 0.9, "momentum": 0.8, "eps": TINY, "centered": True},
    ),
    "Adam": (optimizers.Adam(0.02, epsilon=TINY), "Adam", {"lr": 0.02, "eps": TINY}),
    "AMSGrad": (
        optimizers.Adam(0.02, beta_2=0.9, epsilon=TINY, amsgrad=True),
        "Adam",
        {"lr": 0.02, "betas": (0.9, 0.9), "eps": TINY, "amsgrad": True},
    ),
    "AdamW": (
        optimizers.AdamW(0.02, weight_decay=0.1, epsilon=TINY),
        "AdamW",
        {"lr": 0.02, "weight_decay": 0.1, "eps": TINY},
    ),
    "Adagrad": (
        optimizers.Adagrad(0.05, epsilon=TINY),
        "Adagrad",
        {"lr": 0.05, "initial_accumulator_value": 0.1, "eps": TINY},
    ),
    "Adadelta": (
        optimizers.Adadelta(1.0, rho=0.9, epsilon=1e-4),
        "Adadelta",
        {"lr": 1.0, "rho": 0.9, "eps": 1e-4},
    ),
    "Adamax": (optimizers.Adamax(0.02, epsilon=TINY), "Adamax", {"lr": 0.02, "eps": TINY}),
    "Nadam": (
        optimizers.Nadam(0.01, epsilon=TINY),
        "NAdam",
        {"lr": 0.01, "eps": TINY, "momentum_decay": 1.0},
    ),
}


@pytest.mark.parametrize("name", PAIRS)
def test_goes_where_torch_goes(name: str) -> None:
    torch = pytest.importorskip("torch", reason="oracle extra")
    ours, cls, arguments = PAIRS[name]
    theirs = {path: torch.tensor(start, dtype=torch.float64) for path, start in START.items()}
    optimizer = getattr(torch.optim, cls)(list(theirs.values()), **arguments)
    weights = {path: jnp.asarray(start, jnp.float32) for path, start in START.items()}
    state, apply = ours.start(weights), jax.jit(ours.apply)
    for step in range(STEPS):
        grads = gradient({path: w.numpy() for path, w in theirs.items()}, step, np.sin)
        for path, weight in theirs.items():
            weight.grad = torch.as_tensor(grads[path])
        optimizer.step()
        narrow = {path: grad.astype("float32") for path, grad in grads.items()}
        weights, state = apply(narrow, state, weights, ours.hyper(), step)
    for path, weight in theirs.items():
        np.testing.assert_allclose(weights[path], weight.numpy(), rtol=1e-5, atol=1e-5)
