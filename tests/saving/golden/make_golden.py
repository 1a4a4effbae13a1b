"""Makes a golden file of the running version: a model with every kind of thing that a file holds.

Run once for each version of the format, from the repository: ``python tests/saving/golden/make_golden.py``. Golden
files are never made again: they prove that files written long ago still load.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

import pellucid
from pellucid import initializers, layers, optimizers, regularizers
from pellucid.data import TablePreprocessor
from pellucid.saving import FORMAT_VERSION

TABLE = {
    "size": [1.0, 2.0, None, 4.0, 5.0, 2.5],
    "kind": ["a", "b", "a", "c", "b", "a"],
    "new": [True, False, True, True, False, False],
    "label": ["small", "small", "big", "big", "big", "small"],
}


def main() -> None:
    prepare = TablePreprocessor("label").fit(TABLE)
    x, y = prepare.arrays(TABLE)
    inner = pellucid.Sequential(
        [
            layers.Dense(4, activation="relu", kernel_regularizer=regularizers.L1L2(0.001, 0.01)),
            layers.BatchNormalization(),
        ],
        name="inner",
    )
    model = pellucid.Sequential(
        [
            inner,
            layers.Dropout(0.1),
            layers.LayerNormalization(),
            layers.Dense(3, activation="gelu", kernel_initializer=initializers.HeUniform(seed=1)),
            layers.Activation("tanh"),
            layers.Dense(2, activation="softmax"),
        ],
        seed=11,
    )
    rate = optimizers.schedules.ExponentialDecay(0.05, 10, 0.9)
    model.compile(
        optimizers.AdamW(rate, weight_decay=0.001), "sparse_categorical_crossentropy", ["accuracy"]
    )
    model.fit(x, y, epochs=5, batch_size=4, verbose=0)
    model.layers[-1].trainable = False
    model.preprocessing = prepare
    path = Path(__file__).with_name(
        f"format-{FORMAT_VERSION}-pellucid-{pellucid.__version__}.safetensors"
    )
    if path.exists():
        raise SystemExit(f"{path.name} exists; golden files are never made again")
    model.save(path)
    kept = {
        "x": x.tolist(),
        "y": np.asarray(model.predict(x)).tolist(),
        "classes": model.classes.tolist(),
        "optimizer": repr(model.compiled.optimizer),
        "table": TABLE,
    }
    path.with_suffix(".json").write_text(json.dumps(kept, indent=1) + "\n")


if __name__ == "__main__":
    main()
