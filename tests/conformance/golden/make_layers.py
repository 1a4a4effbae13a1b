"""Write `layers/*.npz`: what Keras's layers give, and their gradients, for the rows of `layer_table`.

Run from the project's folder with the extra `oracle` installed; names of families make it those only:

    python -m tests.conformance.golden.make_layers [core ...]
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np


def keras_numbers(chosen: list[str]) -> tuple[dict[str, dict[str, np.ndarray]], list[str]]:
    """Return Keras's numbers by family and row, and what could not be asked, in words."""
    os.environ["KERAS_BACKEND"] = "torch"
    sys.path.insert(0, str(Path(__file__).parents[1]))
    import keras
    from layer_table.cases import FAMILIES
    from layer_table.golden import key
    from layer_table.keras_side import numbers

    keras.config.set_floatx("float64")
    found: dict[str, dict[str, np.ndarray]] = {}
    failures = []
    for family in chosen or FAMILIES:
        found[family] = {}
        for name, rows in FAMILIES[family].items():
            for number, row in enumerate(rows):
                if not row.keras:
                    continue
                try:
                    found[family][key(name, number)] = numbers(name, row)
                except (
                    Exception
                ) as error:  # Keras, or a row, may raise anything; all of it is told at the end
                    first = f"{type(error).__name__}: {error}".splitlines()[0]
                    failures.append(f"{family}: {key(name, number)}: {first:.200}")
    return found, failures


def write(folder: Path, chosen: list[str]) -> list[str]:
    """Ask Keras and write a file for each family; return what could not be asked."""
    found, failures = keras_numbers(chosen)
    from layer_table.golden import write as write_family

    for family, rows in found.items():
        if rows:
            write_family(folder / f"{family}.npz", rows)
    print(f"{sum(map(len, found.values()))} rows of {len(found)} families")
    return failures


if __name__ == "__main__":
    folder = Path(os.environ.get("PELLUCID_GOLDEN", Path(__file__).with_name("layers")))
    problems = write(folder, sys.argv[1:])
    sys.exit("\n".join(problems) or None)
