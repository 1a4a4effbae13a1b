"""Runs programs and architectures on Keras itself: one process that answers requests, a line of JSON each.

Started by the tests marked `oracle` and by `benchmarks/programs.py`; it needs Keras and NumPy only.

    python on_keras.py PROGRAM        runs one program in the current folder
    python on_keras.py                serves: {"program": path, "folder": path, "result": path}
                                      or {"architecture": name, "given": npz, "result": npz}

Where TensorFlow is missing, `tensorflow.keras` is Keras's own `keras._tf_keras.keras`; `tf.` functions are not there.
The data sets come from the copies below PELLUCID_DATA, because Keras's own would be downloaded.
"""

from __future__ import annotations

import contextlib
import gzip
import importlib.util
import json
import os
import runpy
import struct
import sys
import traceback
import warnings
from pathlib import Path
from types import ModuleType

# The folder of this file holds one named `tensorflow`, which must not be taken for the package.
HERE = Path(__file__).resolve().parent
sys.path = [place for place in sys.path if Path(place or ".").resolve() != HERE]

import numpy as np  # noqa: E402


def images(path: Path) -> np.ndarray:
    """Read a file of MNIST's format."""
    with gzip.open(path) as file:
        (magic,) = struct.unpack(">I", file.read(4))
        shape = struct.unpack(f">{magic % 256}I", file.read(4 * (magic % 256)))
        return np.frombuffer(file.read(), np.uint8).reshape(shape)


def load_data(folder: str):
    """Return what `load_data` of MNIST or Fashion-MNIST returns."""
    root = Path(os.environ["PELLUCID_DATA"]) / folder
    files = [
        f"{part}-{kind}.gz"
        for part in ("train", "t10k")
        for kind in ("images-idx3-ubyte", "labels-idx1-ubyte")
    ]
    x_train, y_train, x_test, y_test = (images(root / name) for name in files)
    return (x_train, y_train), (x_test, y_test)


def prepare() -> None:
    """Let Keras read the local data, and let `tensorflow.keras` be Keras where TensorFlow is missing."""
    import keras
    from keras.src.utils.module_utils import tensorflow

    if (
        not tensorflow.available
    ):  # Keras keeps the answer, so that it never takes the stand-in for TensorFlow
        import keras._tf_keras.keras as facade

        stand_in = ModuleType("tensorflow")
        stand_in.keras, stand_in.__version__, stand_in.__path__ = facade, "0", []
        stand_in.executing_eagerly = lambda: True
        sys.modules["tensorflow"] = stand_in
        for name, module in list(sys.modules.items()):
            if name == facade.__name__ or name.startswith(facade.__name__ + "."):
                sys.modules["tensorflow.keras" + name.removeprefix(facade.__name__)] = module
    for name, folder in (("mnist", "mnist"), ("fashion_mnist", "fashion-mnist")):
        for module in [
            module for key, module in sys.modules.items() if key.endswith(f"keras.datasets.{name}")
        ]:
            module.load_data = lambda folder=folder: load_data(folder)
    keras.backend.clear_session()
    keras.utils.set_random_seed(0)


def plain(value):
    """Return numbers and shapes of a RESULT as JSON can hold them."""
    return value.item() if hasattr(value, "item") else list(value)


def run(program: str) -> dict:
    """Run a program as a script and return its RESULT."""
    prepare()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return runpy.run_path(program, run_name="__main__")["RESULT"]


def answer(request: dict) -> None:
    """Do what a line asks for and write the result where it says."""
    if "program" in request:
        with contextlib.chdir(request["folder"]):
            Path(request["result"]).write_text(json.dumps(run(request["program"]), default=plain))
        return
    import keras

    spec = importlib.util.spec_from_file_location("architectures", HERE / "architectures.py")
    architectures = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(architectures)
    keras.backend.clear_session()
    given = np.load(request["given"])
    model = architectures.ARCHITECTURES[request["architecture"]](keras)
    inputs = [given[f"input_{i}"] for i in range(sum(name.startswith("input_") for name in given))]
    weights = [
        given[f"weight_{i}"] for i in range(sum(name.startswith("weight_") for name in given))
    ]
    model.set_weights(weights)
    ours = model.predict(inputs if len(inputs) > 1 else inputs[0], verbose=0)
    model.set_weights([weight * 0.5 + 0.1 for weight in model.get_weights()])
    back = {f"weight_{i}": weight for i, weight in enumerate(model.get_weights())}
    theirs = model.predict(inputs if len(inputs) > 1 else inputs[0], verbose=0)
    np.savez(request["result"], ours=ours, theirs=theirs, **back)


def serve() -> None:
    """Answer requests until the other side closes; programs' prints go to stderr."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        try:
            answer(json.loads(line))
            said = {"error": None}
        except BaseException:
            said = {"error": traceback.format_exc()}
        print(json.dumps(said), file=answers, flush=True)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        json.dump(run(sys.argv[1]), sys.stdout, default=plain)
    else:
        serve()
