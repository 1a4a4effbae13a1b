"""Write `optimizers.json`: where Keras's optimizers go, in float64, on the problem of `optimizer_cases.py`.

Run from the project's folder with the extra `oracle` installed:

    python -m tests.conformance.golden.make_optimizers
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np

from tests.conformance.golden.optimizer_cases import CASES, SHOWN, START, STEPS, gradient


def path_of(name: str, keras: Any, torch: Any) -> dict[str, dict[str, list[float]]]:
    """Return the weights of one case after each of the steps that are shown."""
    cls, arguments = CASES[name]
    optimizer = getattr(keras.optimizers, cls)(**arguments)
    variables = {path: keras.Variable(start, name=path) for path, start in START.items()}
    shown = {}
    for step in range(STEPS):
        weights = {path: v.value.detach().numpy() for path, v in variables.items()}
        grads = gradient(weights, step, np.sin)
        optimizer.apply(
            [torch.as_tensor(grads[path]) for path in variables], list(variables.values())
        )
        if step + 1 in SHOWN:
            shown[str(step + 1)] = {
                path: v.value.detach().numpy().round(9).ravel().tolist()
                for path, v in variables.items()
            }
    return shown


def write() -> None:
    """Ask Keras and write the file."""
    os.environ["KERAS_BACKEND"] = "torch"
    import keras
    import torch

    keras.config.set_floatx("float64")
    paths = {name: path_of(name, keras, torch) for name in CASES}
    rows = [f"  {json.dumps(name)}: {json.dumps(path)}" for name, path in paths.items()]
    text = f'{{\n "keras": "{keras.version()}",\n "cases": {{\n' + ",\n".join(rows) + "\n }\n}\n"
    Path(__file__).with_name("optimizers.json").write_text(text)


if __name__ == "__main__":
    write()
