"""Strategies: the one way here, under all names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from pellucid.keras.tensor import Tensor
from pellucid.keras.tensorflow.math.reducing import reduce_mean, reduce_sum


class ReduceOp:
    """How values of replicas are put together."""

    SUM = "SUM"
    MEAN = "MEAN"


class Strategy:
    """One replica that computes with all devices of the machine: ``with strategy.scope():`` changes nothing."""

    num_replicas_in_sync = 1

    def __init__(self, *options: Any, **more: Any):
        pass

    @contextmanager
    def scope(self) -> Iterator[Strategy]:
        """Accept what is made inside."""
        yield self

    def run(
        self, fn: Callable[..., Any], args: Any = (), kwargs: Any = None, options: Any = None
    ) -> Any:
        """Call a function."""
        return fn(*args, **(kwargs or {}))

    experimental_run_v2 = run

    def reduce(self, reduce_op: Any, value: Any, axis: Any = None) -> Any:
        """Return the value of the one replica; along an axis its sum or mean."""
        if axis is None:
            return value
        mean = "MEAN" in str(reduce_op).upper()
        return (reduce_mean if mean else reduce_sum)(value, axis)

    def experimental_distribute_dataset(self, dataset: Any, options: Any = None) -> Any:
        """Return the data set."""
        return dataset

    def distribute_datasets_from_function(
        self, dataset_fn: Callable[..., Any], options: Any = None
    ) -> Any:
        """Return the data set that a function gives."""
        return dataset_fn(InputContext())

    def experimental_local_results(self, value: Any) -> tuple[Any]:
        """Return the value of the one replica."""
        return (value,)

    def gather(self, value: Any, axis: int) -> Tensor:
        """Return the value of the one replica."""
        return value


class InputContext:
    """What a function that makes data sets is told: it is the only one."""

    num_input_pipelines = 1
    input_pipeline_id = 0
    num_replicas_in_sync = 1

    def get_per_replica_batch_size(self, global_batch_size: int) -> int:
        """Return the size of the whole batch."""
        return global_batch_size


MirroredStrategy = OneDeviceStrategy = MultiWorkerMirroredStrategy = TPUStrategy = Strategy

_ONLY = Strategy()


def get_strategy() -> Strategy:
    """Return the strategy."""
    return _ONLY


def get_replica_context() -> Strategy:
    """Return the strategy, which is also the only replica."""
    return _ONLY


def has_strategy() -> bool:
    """Tell that no other strategy was chosen."""
    return False


def in_cross_replica_context() -> bool:
    """Tell that there are no replicas to look at from outside."""
    return False
