"""``tf.train``: checkpoints, the variables of several objects in one file of our own format."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file, save_file

from pellucid.core.errors import DataError, UsageError
from pellucid.keras.notices import differs
from pellucid.keras.tensorflow.facade import facade
from pellucid.keras.variable import Variable

__getattr__, __dir__ = facade(
    __name__,
    {
        __name__: "Checkpoint CheckpointManager latest_checkpoint",
        "pellucid.keras.tensorflow.compat.v1.optimizers": """AdamOptimizer RMSPropOptimizer
            GradientDescentOptimizer MomentumOptimizer AdagradOptimizer AdadeltaOptimizer""",
    },
)

SUFFIX = ".index"
"""Of the file behind a checkpoint's name; TensorFlow has one of that name too, which scripts look for."""

STATE = "checkpoint"
"""The file beside checkpoints that names the last one."""


class Checkpoint:
    """Several objects whose variables are saved and restored together.

    Args:
        root: An object without a name: a model, for example.
        **objects: Models, layers, optimizers, metrics, modules, variables, and lists or dicts of them; other things (a
            data set's iterator) are accepted, and not kept.

    >>> import os, tempfile
    >>> step = Variable(3.0)
    >>> kept = Checkpoint(step=step)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = kept.save(os.path.join(folder, "ckpt"))
    ...     _ = step.assign(8.0)
    ...     _ = kept.restore(path)
    >>> os.path.basename(path), float(step)
    ('ckpt-1', 3.0)
    """

    save_counter: Variable

    def __init__(self, root: Any = None, **objects: Any):
        if root is not None:
            self.root = root
        vars(self).update(objects)
        self.save_counter = Variable(0, trainable=False, name="save_counter")

    def save(self, file_prefix: Any, *options: Any, **more: Any) -> str:
        """Write all variables under the prefix and a number, which counts up, and return the whole name."""
        self.save_counter.assign_add(1)
        path = self.write(f"{os.fspath(file_prefix)}-{int(self.save_counter)}")
        note_latest(path)
        return path

    def write(self, file_prefix: Any, *options: Any, **more: Any) -> str:
        """Write all variables under this name, and return it."""
        path = os.fspath(file_prefix)
        differs(
            "checkpoint",
            f"{os.path.basename(path)}{SUFFIX} holds a checkpoint in Pellucid's own format.",
        )
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        arrays = {
            f"{name}/{place}": np.array(variable.stored(), order="C")
            for name, variables in self._kept()
            for place, variable in enumerate(variables)
        }
        save_file(arrays, path + SUFFIX)
        return path

    def restore(self, save_path: Any, *options: Any, **more: Any) -> Restored:
        """Assign all variables what a checkpoint holds; None does nothing.

        Raises:
            DataError: There is no such checkpoint.
            UsageError: An object has other variables than those in the checkpoint.
        """
        if save_path is None:
            return Restored()
        path = os.fspath(save_path) + SUFFIX
        if not os.path.isfile(path):
            raise DataError(
                "Checkpoint",
                f"there is no checkpoint {os.fspath(save_path)}.",
                "checkpoint.restore(tf.train.latest_checkpoint(folder))",
            )
        arrays = load_file(path)
        found: dict[str, list[np.ndarray]] = {}
        for key in sorted(arrays, key=_by_place):
            found.setdefault(key.rpartition("/")[0], []).append(arrays[key])
        self._build_optimizers()
        for name, variables in self._kept():
            if name in found:
                _assign(name, variables, found[name])
        return Restored()

    read = restore

    def _kept(self) -> Iterator[tuple[str, list[Variable]]]:
        """Return the name and the variables of each object."""
        for name, thing in sorted(vars(self).items()):
            yield name, list({id(v): v for v in _variables(thing)}.values())

    def _build_optimizers(self) -> None:
        """Make the state of optimizers that have not trained yet, for the models beside them."""
        things = list(vars(self).values())
        weights = [v for thing in things for v in getattr(thing, "trainable_variables", ())]
        for thing in things:
            if hasattr(thing, "apply_gradients") and not getattr(thing, "built", False) and weights:
                thing.build(weights)


class Restored:
    """What :meth:`Checkpoint.restore` gives: everything was assigned at once, so its checks always hold."""

    def assert_consumed(self) -> Restored:
        """Return itself."""
        return self

    assert_existing_objects_matched = assert_nontrivial_match = expect_partial = assert_consumed

    def initialize_or_restore(self, session: Any = None) -> None:
        """Do nothing."""


class CheckpointManager:
    """Keeps the last few checkpoints of a folder.

    Args:
        checkpoint: What is saved.
        directory: The folder.
        max_to_keep: How many stay; None for all.
        keep_checkpoint_every_n_hours: Accepted.
        checkpoint_name: How the files begin.
        **more: Accepted.
    """

    def __init__(
        self,
        checkpoint: Checkpoint,
        directory: Any,
        max_to_keep: int | None = None,
        keep_checkpoint_every_n_hours: Any = None,
        checkpoint_name: str = "ckpt",
        **more: Any,
    ):
        self.checkpoint, self.directory = checkpoint, os.fspath(directory)
        self._most = max_to_keep
        self._prefix = os.path.join(self.directory, checkpoint_name)

    @property
    def checkpoints(self) -> list[str]:
        """The names of those that are there, the oldest first."""
        numbers = {}
        for file in Path(self.directory).glob(f"{os.path.basename(self._prefix)}-*{SUFFIX}"):
            number = file.name.removesuffix(SUFFIX).rpartition("-")[2]
            if number.isdigit():
                numbers[int(number)] = str(file).removesuffix(SUFFIX)
        return [numbers[number] for number in sorted(numbers)]

    @property
    def latest_checkpoint(self) -> str | None:
        """The name of the newest one, or None."""
        return (self.checkpoints or [None])[-1]

    def save(self, checkpoint_number: Any = None, *options: Any, **more: Any) -> str:
        """Write a checkpoint, take the oldest away if there are too many, and return its name."""
        if checkpoint_number is None:
            path = self.checkpoint.save(self._prefix)
        else:
            path = self.checkpoint.write(f"{self._prefix}-{int(checkpoint_number)}")
            note_latest(path)
        for old in self.checkpoints[: -self._most] if self._most else []:
            os.remove(old + SUFFIX)
        return path

    def restore_or_initialize(self) -> str | None:
        """Restore the newest checkpoint, and return its name or None."""
        self.checkpoint.restore(self.latest_checkpoint)
        return self.latest_checkpoint


def latest_checkpoint(checkpoint_dir: Any, latest_filename: str | None = None) -> str | None:
    """Return the name of the newest checkpoint of a folder, weights that a model saved as ``*.ckpt`` among them."""
    folder = Path(checkpoint_dir)
    state = folder / (latest_filename or STATE)
    if state.is_file():
        name = re.search(r'model_checkpoint_path: "(.+)"', state.read_text(encoding="utf8"))
        if name is not None:
            return str(folder / name[1])
    files = [file for file in folder.glob("*.ckpt*") if file.suffix != SUFFIX]
    return str(max(files, key=lambda file: file.stat().st_mtime)) if files else None


def note_latest(path: str) -> None:
    """Write into the folder which checkpoint is the newest."""
    state = Path(path).parent / STATE
    state.write_text(f'model_checkpoint_path: "{os.path.basename(path)}"\n', encoding="utf8")


def _by_place(key: str) -> tuple[str, int]:
    name, _, place = key.rpartition("/")
    return name, int(place)


def _variables(thing: Any) -> Iterator[Variable]:
    """Return the variables of an object, in an order that depends on how it is made only."""
    if isinstance(thing, Variable):
        yield thing
    elif isinstance(thing, dict):
        for each in thing.values():
            yield from _variables(each)
    elif isinstance(thing, (list, tuple)):
        for each in thing:
            yield from _variables(each)
    elif not isinstance(thing, type):
        found: Any = getattr(thing, "variables", ())
        listed: Any = found() if callable(found) else found
        yield from _variables(list(listed))


def _assign(name: str, variables: list[Variable], arrays: list[np.ndarray]) -> None:
    shapes = [tuple(variable.shape) for variable in variables]
    if shapes != [array.shape for array in arrays]:
        raise UsageError(
            "Checkpoint",
            f"`{name}` has {len(variables)} variables, and {len(arrays)} of it are in the checkpoint, or their shapes "
            "differ.",
            f"call `{name}` once on data before `restore`, so that its variables are there",
        )
    for variable, array in zip(variables, arrays, strict=True):
        variable.assign(array)
