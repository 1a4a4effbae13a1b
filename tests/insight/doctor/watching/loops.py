"""A small table, networks of PyTorch's, and the loop that trains them."""

from __future__ import annotations

import numpy as np

RNG = np.random.default_rng(0)
ROWS = RNG.normal(size=(480, 8)).astype("float32")
CLASSES = (ROWS[:, 0] > 0).astype(int) + (ROWS[:, 1] > 0)
NUMBERS = (ROWS[:, 0] - ROWS[:, 1] + 0.1 * RNG.normal(size=480)).astype("float32")
TRAINED = 384


def network(torch, *end, hidden=16, noisy=False, units=3, seed=0):
    torch.manual_seed(seed)
    nn = torch.nn
    middle = [nn.Dropout(0.2)] if noisy else []
    return nn.Sequential(nn.Linear(8, hidden), nn.ReLU(), *middle, nn.Linear(hidden, units), *end)


def train(
    torch,
    model,
    criterion,
    optimizer,
    watch=None,
    *,
    x=ROWS,
    y=CLASSES,
    epochs=8,
    order=("zero", "backward", "step"),
    calm_validation=True,
    scheduler=None,
):
    """Train on the first rows in batches of 16, validate on the others; ``order`` is that of the lines of a step."""
    torch.manual_seed(7)
    x, y = torch.tensor(x), torch.tensor(y)
    for _ in range(epochs):
        model.train()
        for batch in torch.randperm(TRAINED).split(16):
            loss = criterion(model(x[batch]), y[batch])
            acts = {"zero": optimizer.zero_grad, "backward": loss.backward, "step": optimizer.step}
            for name in order:
                acts[name]()
        if calm_validation:
            model.eval()
        with torch.no_grad():
            held = float(criterion(model(x[TRAINED:]), y[TRAINED:]))
        if watch is not None:
            watch.epoch(val_loss=held)


def codes(diagnosis):
    return [finding.code for finding in diagnosis.findings]
