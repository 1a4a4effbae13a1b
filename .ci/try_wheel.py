"""Fits a tiny network with the installed package; fails when it is the checkout that is imported."""

from pathlib import Path

import numpy as np

import pellucid
from pellucid import layers

HERE = Path(__file__).resolve().parent.parent
assert HERE not in Path(pellucid.__file__).resolve().parents, pellucid.__file__

x = np.linspace(-1, 1, 64, dtype=np.float32).reshape(-1, 1)
model = pellucid.Sequential([layers.Dense(8, activation="tanh"), layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
history = model.fit(x, x**2, epochs=20, verbose=0)
assert history.history["loss"][-1] < history.history["loss"][0]
print(
    "the installed wheel trains: loss",
    history.history["loss"][0],
    "->",
    history.history["loss"][-1],
)
