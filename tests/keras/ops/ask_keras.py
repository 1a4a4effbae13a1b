"""Compute all expressions with Keras itself, and keep the numbers: `python -m tests.keras.ops.ask_keras FILE`."""

from __future__ import annotations

import sys

import numpy as np

from tests.keras.ops.expressions import EXPRESSIONS, compute


def main(file: str) -> None:
    """Write the answers: `number/leaf` to array; an expression that Keras refuses has none."""
    import keras  # late: pytest imports this file for its docstrings, also where there is no Keras

    answers = {}
    for number, expression in enumerate(EXPRESSIONS):
        try:
            found = compute(expression, keras.ops)
        except Exception as error:
            print(f"Keras refuses {expression}: {str(error)[:300]}")
            continue
        answers |= {f"{number}/{leaf}": array for leaf, array in enumerate(found)}
    np.savez(file, **answers)


if __name__ == "__main__":
    main(sys.argv[1])
