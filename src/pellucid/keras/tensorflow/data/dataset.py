"""``tf.data.Dataset``: a pipeline that is written by chaining methods and computed by iterating."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from glob import glob
from typing import Any

import jax
import numpy as np

from pellucid.core.errors import ArgumentError
from pellucid.keras.random_keys import next_key, seed as process_seed
from pellucid.keras.tensor import Tensor
from pellucid.keras.tensorflow.asking import TensorSpec
from pellucid.keras.tensorflow.data.batching import Batched, Padded, Unbatched, Windowed
from pellucid.keras.tensorflow.data.caching import Cached
from pellucid.keras.tensorflow.data.calls import Calls
from pellucid.keras.tensorflow.data.elements import as_table, leaves, mapped, on_host, shown
from pellucid.keras.tensorflow.data.mapping import (
    Filtered,
    Flattened,
    Mapped,
    Scanned,
    TakenWhile,
)
from pellucid.keras.tensorflow.data.options import Options
from pellucid.keras.tensorflow.data.ordering import (
    Counted,
    Cut,
    Joined,
    Repeated,
    Shuffled,
    Zipped,
)
from pellucid.keras.tensorflow.data.source import INFINITE, Elements, Generated, Rows, Source
from pellucid.keras.tensorflow.dtypes import device_dtype
from pellucid.keras.tensorflow.static import integer
from pellucid.keras.tensorflow.text import texts, to_str


class Steps(Iterator[Any]):
    """One pass through a data set: Python's iterator with TensorFlow's ``get_next``."""

    def __init__(self, elements: Iterator[Any]):
        self._elements = elements

    def __next__(self) -> Any:
        return next(self._elements)

    def get_next(self) -> Any:
        """Return the next element."""
        return next(self._elements)


class Dataset:
    """Elements that can be gone through any number of times; methods give new data sets.

    Args:
        source: Where the elements come from. Data sets are made by ``from_tensor_slices`` and its like.

    >>> numbers = Dataset.range(5).map(lambda x: x * 2).batch(2)
    >>> [batch.numpy().tolist() for batch in numbers]
    [[0, 2], [4, 6], [8]]
    """

    def __init__(self, source: Source):
        self.source = source

    # Beginnings.

    @staticmethod
    def from_tensor_slices(tensors: Any, name: str | None = None) -> Dataset:
        """Return the rows of arrays, in the structure in which they come."""
        return Dataset(Rows(as_table(tensors)))

    @staticmethod
    def from_tensors(tensors: Any, name: str | None = None) -> Dataset:
        """Return one element."""
        return Dataset(Elements([on_host(tensors)]))

    @staticmethod
    def from_generator(
        generator: Callable[..., Any],
        output_types: Any = None,
        output_shapes: Any = None,
        args: Any = None,
        output_signature: Any = None,
        name: str | None = None,
    ) -> Dataset:
        """Return what a generator gives; ``generator`` is the function that starts it."""
        if not callable(generator):
            raise ArgumentError(
                "tf.data.Dataset.from_generator",
                f"`generator` must be a function that starts a generator, but it is a {type(generator).__name__}.",
                "Dataset.from_generator(lambda: my_values, output_types=tf.float32)",
            )
        signature = output_signature
        if signature is None and output_types is not None:
            shapes = (
                mapped(lambda _: None, output_types) if output_shapes is None else output_shapes
            )
            signature = mapped(lambda dtype, shape: TensorSpec(shape, dtype), output_types, shapes)
        return Dataset(Generated(generator, tuple(args or ()), signature))

    @staticmethod
    def range(*limits: Any, output_type: Any = "int64", name: str | None = None) -> Dataset:
        """Return whole numbers, as Python's ``range``."""
        return Dataset(Rows(np.arange(*map(integer, limits)).astype(device_dtype(output_type))))

    @staticmethod
    def zip(*datasets: Any, name: str | None = None) -> Dataset:
        """Return the elements of several data sets side by side."""
        parts = datasets[0] if len(datasets) == 1 else datasets
        sources = mapped(
            lambda part: part.source, tuple(parts) if isinstance(parts, list) else parts
        )
        if all(type(source) is Rows for source in leaves(sources)):
            least = min(source.size() for source in leaves(sources))
            return Dataset(
                Rows(mapped(lambda source: mapped(lambda x: x[:least], source.table), sources))
            )
        return Dataset(Zipped(sources))

    @staticmethod
    def list_files(
        file_pattern: Any, shuffle: Any = None, seed: Any = None, name: str | None = None
    ) -> Dataset:
        """Return the names of files that a pattern fits, shuffled unless told otherwise."""
        patterns = [to_str(pattern) for pattern in texts(file_pattern).ravel()]
        found = sorted(path for pattern in patterns for path in glob(pattern))
        if not found:
            raise ArgumentError(
                "tf.data.Dataset.list_files", f"no file fits {', '.join(patterns)}."
            )
        listed = Dataset.from_tensor_slices(found)
        return listed.shuffle(len(found), seed) if shuffle in (None, True) else listed

    # Order and number.

    def shuffle(
        self,
        buffer_size: Any,
        seed: Any = None,
        reshuffle_each_iteration: bool | None = None,
        name: str | None = None,
    ) -> Dataset:
        """Return the elements in random order, drawn from a buffer; another order in each pass."""
        numbers = _fresh_seed() if seed is None else (int(seed) & 0xFFFFFFFF, process_seed())
        again = reshuffle_each_iteration is not False
        return Dataset(Shuffled(self.source, _at_least_one("shuffle", buffer_size), numbers, again))

    def repeat(self, count: Any = None, name: str | None = None) -> Dataset:
        """Return the elements so many times over, without end by default."""
        times = None if count is None or integer(count) < 0 else integer(count)
        return Dataset(Repeated(self.source, times))

    def take(self, count: Any, name: str | None = None) -> Dataset:
        """Return the first elements; all of them for -1."""
        stop = integer(count)
        return Dataset(Cut(self.source, 0, None if stop < 0 else stop))

    def skip(self, count: Any, name: str | None = None) -> Dataset:
        """Return the elements after the first few."""
        start = integer(count)
        return Dataset(Cut(self.source, start, None) if start >= 0 else Cut(self.source, 0, 0))

    def shard(self, num_shards: Any, index: Any, name: str | None = None) -> Dataset:
        """Return every so-manieth element."""
        return Dataset(Cut(self.source, integer(index), None, integer(num_shards)))

    def concatenate(self, dataset: Dataset, name: str | None = None) -> Dataset:
        """Return these elements and then those of another."""
        return Dataset(Joined(self.source, dataset.source))

    def enumerate(self, start: int = 0, name: str | None = None) -> Dataset:
        """Return each element with its number in front."""
        return Dataset(Zipped((Counted(integer(start)), self.source)))

    # Batches.

    def batch(
        self,
        batch_size: Any,
        drop_remainder: bool = False,
        num_parallel_calls: Any = None,
        deterministic: Any = None,
        name: str | None = None,
    ) -> Dataset:
        """Return several elements in one, with a new first axis."""
        size = _at_least_one("batch", batch_size)
        return Dataset(Batched(self.source, size, bool(drop_remainder)))

    def padded_batch(
        self,
        batch_size: Any,
        padded_shapes: Any = None,
        padding_values: Any = None,
        drop_remainder: bool = False,
        name: str | None = None,
    ) -> Dataset:
        """Return several elements in one, shorter ones filled up."""
        size = _at_least_one("padded_batch", batch_size)
        return Dataset(
            Padded(self.source, size, bool(drop_remainder), padded_shapes, padding_values)
        )

    def unbatch(self, name: str | None = None) -> Dataset:
        """Return the rows of batches one by one."""
        return Dataset(Unbatched(self.source))

    def window(
        self,
        size: Any,
        shift: Any = None,
        stride: Any = 1,
        drop_remainder: bool = False,
        name: str | None = None,
    ) -> Dataset:
        """Return neighbouring elements as small data sets, which ``flat_map`` opens."""
        width = _at_least_one("window", size)
        move = width if shift is None else _at_least_one("window", shift)
        return Dataset(Windowed(self.source, width, move, integer(stride), bool(drop_remainder)))

    # Functions.

    def map(
        self,
        map_func: Callable[..., Any],
        num_parallel_calls: Any = None,
        deterministic: Any = None,
        name: str | None = None,
        **more: Any,
    ) -> Dataset:
        """Return what a function makes of each element; it is compiled for many at once where that is possible."""
        return Dataset(Mapped(self.source, Calls(map_func, Dataset)))

    def filter(self, predicate: Callable[..., Any], name: str | None = None) -> Dataset:
        """Return the elements for which a function says True."""
        return Dataset(Filtered(self.source, Calls(predicate, Dataset)))

    def take_while(self, predicate: Callable[..., Any], name: str | None = None) -> Dataset:
        """Return the elements before the first for which a function says False."""
        return Dataset(TakenWhile(self.source, Calls(predicate, Dataset)))

    def flat_map(self, map_func: Callable[..., Any], name: str | None = None) -> Dataset:
        """Return the elements of the data sets that a function gives, one after the other."""
        return Dataset(Flattened(self.source, Calls(map_func, Dataset)))

    def interleave(
        self,
        map_func: Callable[..., Any],
        cycle_length: Any = None,
        block_length: Any = None,
        num_parallel_calls: Any = None,
        deterministic: Any = None,
        name: str | None = None,
    ) -> Dataset:
        """Return the elements of the data sets that a function gives, several in turn."""
        cycle = 2 if cycle_length is None or integer(cycle_length) < 1 else integer(cycle_length)
        block = 1 if block_length is None else integer(block_length)
        return Dataset(Flattened(self.source, Calls(map_func, Dataset), cycle, block))

    def scan(
        self, initial_state: Any, scan_func: Callable[..., Any], name: str | None = None
    ) -> Dataset:
        """Return what a function makes of a state and each element, the state handed on."""
        return Dataset(Scanned(self.source, initial_state, scan_func, Dataset))

    def apply(self, transformation_func: Callable[[Dataset], Dataset]) -> Dataset:
        """Return what a function makes of the whole data set."""
        return transformation_func(self)

    def reduce(self, initial_state: Any, reduce_func: Callable[..., Any], name: Any = None) -> Any:
        """Return a state after a function has taken each element into it."""
        state = shown(on_host(initial_state), Dataset)
        for element in self:
            state = reduce_func(state, element)
        return state

    # How it is computed.

    def cache(self, filename: Any = "", name: str | None = None) -> Dataset:
        """Return elements that are kept in memory after the first pass."""
        return self if type(self.source) is Rows else Dataset(Cached(self.source))

    def prefetch(self, buffer_size: Any = None, name: str | None = None) -> Dataset:
        """Return itself: programs run while the host goes on."""
        return self

    def with_options(self, options: Any, name: str | None = None) -> Dataset:
        """Return itself."""
        return self

    def options(self) -> Options:
        """Return settings, none of which has an effect."""
        return Options()

    # Going through.

    def __iter__(self) -> Iterator[Any]:
        return Steps(shown(element, Dataset) for element in self.source.elements())

    def as_numpy_iterator(self) -> Iterator[Any]:
        """Return the elements as NumPy arrays, numbers and bytes."""
        return self.source.elements()

    def get_single_element(self, name: str | None = None) -> Any:
        """Return the one element."""
        return next(iter(self))

    @cached_property
    def element_spec(self) -> Any:
        """The shapes and dtypes of the elements."""
        return mapped(
            lambda leaf: Dataset(leaf) if isinstance(leaf, Source) else leaf, self.source.spec()
        )

    def cardinality(self, name: str | None = None) -> Any:
        """Return how many elements there are; -1 if they never end, -2 if it is not known."""
        return Tensor(np.int32(self.source.size()))

    def __len__(self) -> int:
        size = self.source.size()
        if size < 0:
            why = "it never ends" if size == INFINITE else "that is known only at its end"
            raise TypeError(f"This data set has no length: {why}. dataset.take(n) ends it.")
        return size

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        return f"<{type(self.source).__name__} Dataset element_spec={self.element_spec}>"


def _at_least_one(method: str, value: Any) -> int:
    """Return a count, or refuse it."""
    number = integer(value)
    if number < 1:
        raise ArgumentError(
            f"tf.data.Dataset.{method}",
            f"the size must be a whole number of at least 1, but it is {number}.",
        )
    return number


def _fresh_seed() -> tuple[int, ...]:
    """Return a seed that follows from the seed of the process."""
    return tuple(np.ravel(jax.random.key_data(next_key())).tolist())
