"""Write `optimizers.json`: where Keras's optimizers go, in float64, on the problem of `optimizer_cases.py`.

Run from the project's folder with the extra `oracle` installed:

    python -m tests.conformance.golden.make_optimizers

Keras runs on PyTorch, because on JAX it cannot accumulate gradients outside of its trainer. What the cases of `ON_JAX`
remember is overwritten on PyTorch before it is used (an alias of the new array in the place of the old one), so they
run on JAX, in a process of their own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np

from tests.conformance.golden.optimizer_cases import CASES, SHOWN, START, STEPS, gradient

ON_JAX = ("ScheduleFreeAdamW",)
"""Classes whose golden numbers are those of Keras on JAX."""


def path_of(name: str, keras: Any) -> dict[str, dict[str, list[float]]]:
    """Return the weights of one case after each of the steps that are shown."""
    cls, arguments = CASES[name]
    optimizer = getattr(keras.optimizers, cls)(**arguments)
    variables = {path: keras.Variable(start, name=path) for path, start in START.items()}
    shown = {}
    for step in range(STEPS):
        weights = {path: keras.ops.convert_to_numpy(v) for path, v in variables.items()}
        grads = gradient(weights, step, np.sin)
        optimizer.apply(
            [keras.ops.convert_to_tensor(grads[path]) for path in variables],
            list(variables.values()),
        )
        if step + 1 in SHOWN:
            shown[str(step + 1)] = {
                path: keras.ops.convert_to_numpy(v).round(9).ravel().tolist()
                for path, v in variables.items()
            }
    return shown


def ask(backend: str) -> None:
    """Print the paths of the cases of a backend."""
    import keras

    keras.config.set_floatx("float64")
    names = [name for name, (cls, _) in CASES.items() if (cls in ON_JAX) == (backend == "jax")]
    found = {"version": keras.version(), "paths": {name: path_of(name, keras) for name in names}}
    sys.stdout.write(json.dumps(found))


def write() -> None:
    """Ask Keras on both and write the file."""
    paths, version = {}, ""
    for backend in ("torch", "jax"):
        command = [sys.executable, "-m", "tests.conformance.golden.make_optimizers", backend]
        settings = {**os.environ, "KERAS_BACKEND": backend, "JAX_ENABLE_X64": "1"}
        answer = subprocess.run(command, env=settings, capture_output=True, check=True, text=True)
        found = json.loads(answer.stdout)
        version, paths = found["version"], paths | found["paths"]
    rows = [f"  {json.dumps(name)}: {json.dumps(paths[name])}" for name in CASES]
    text = f'{{\n "keras": "{version}",\n "cases": {{\n' + ",\n".join(rows) + "\n }\n}\n"
    Path(__file__).with_name("optimizers.json").write_text(text)


if __name__ == "__main__":
    if sys.argv[1:]:
        ask(sys.argv[1])
    else:
        write()
