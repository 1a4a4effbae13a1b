"""Sixteen networks in one program against one alone: `vmap` over several steps of training.

The members have their own starting weights, optimizer states and orders of rows. One network alone
runs the same program without `vmap`. The processor's cores share the members, as `fit` lets them
share the rows of a large batch.
"""

import time
from typing import Any

import jax
import numpy as np
from jax.sharding import Mesh, PartitionSpec
from numpy.typing import NDArray

import pellucid
from benchmarks import network_child
from benchmarks.network import LEARNING_RATE, Network
from benchmarks.runners.keras_style import Builder
from pellucid import losses, optimizers

MEMBERS = 16
# A sample is the time of so many steps.
STEPS = 8
# Samples that are left out: they compile.
WARM_UP = 1


class Population:
    """Starting states of any number of members, and the program that trains them."""

    def __init__(self, network: Network, x: NDArray, y: NDArray) -> None:
        self.network = network
        self.x, self.y = jax.device_put(x), jax.device_put(y)
        self.model = Builder(pellucid).model(network)
        self.loss = losses.SparseCategoricalCrossentropy()
        self.optimizer = optimizers.Adam(learning_rate=LEARNING_RATE)
        self.hyper = self.optimizer.hyper()
        self.random = np.random.default_rng(0)

    def start(self, seed: int) -> Any:
        """Return one member's weights, optimizer state and number of steps."""
        params, state = pellucid.init(self.model, seed)
        return params, state, self.optimizer.start(params), jax.numpy.int32(0)

    def order(self) -> NDArray[np.int32]:
        """Return the rows of a sample's batches: (steps, batch)."""
        chosen = self.random.permutation(self.network.rows)[: STEPS * self.network.batch_size]
        return chosen.reshape(STEPS, self.network.batch_size).astype(np.int32)

    def train(self, member: Any, order: jax.Array) -> tuple[Any, jax.Array]:
        """Train one member on some batches and return it with its mean loss."""

        def step(member: Any, rows: jax.Array) -> tuple[Any, jax.Array]:
            params, state, slots, number = member

            def batch_loss(params: Any) -> Any:
                outputs, after = pellucid.apply(
                    self.model, params, state, self.x[rows], training=True
                )
                return self.loss(self.y[rows], outputs), after

            (value, after), gradients = jax.value_and_grad(batch_loss, has_aux=True)(params)
            params, slots = self.optimizer.apply(gradients, slots, params, self.hyper, number)
            return (params, after, slots, number + 1), value

        member, values = jax.lax.scan(step, member, order)
        return member, values.mean()


def steps(network: Network, x: NDArray, y: NDArray, calls: int) -> dict[str, Any]:
    """Return the seconds of a step for each network, alone and among sixteen."""
    population = Population(network, x, y)
    one = jax.jit(population.train)
    facts = timed("alone", one, population.start(0), population.order(), calls)
    members = [population.start(seed) for seed in range(MEMBERS)]
    stacked = jax.tree.map(lambda *arrays: jax.numpy.stack(arrays), *members)
    row = PartitionSpec("members")
    mesh = Mesh(np.array(jax.local_devices()), tuple(row))
    whole = jax.jit(
        jax.shard_map(
            jax.vmap(population.train), mesh=mesh, in_specs=row, out_specs=row, check_vma=False
        )
    )
    orders = np.stack([population.order() for _ in range(MEMBERS)])
    found = timed("member", whole, stacked, orders, calls)
    found["member_seconds"] = [seconds / MEMBERS for seconds in found["member_seconds"]]
    return facts | found


def timed(name: str, train: Any, member: Any, order: NDArray, calls: int) -> dict[str, Any]:
    """Return the seconds of a step in each sample, the last loss, and whether all members learned.

    Every sample has the same batches, so a network that learns has a smaller loss in the last.
    """
    seconds, losses = [], []
    for _ in range(WARM_UP + calls):
        begin = time.perf_counter()
        member, value = jax.block_until_ready(train(member, order))
        seconds.append((time.perf_counter() - begin) / STEPS)
        losses.append(np.asarray(value))
    return {
        f"{name}_seconds": seconds[WARM_UP:],
        f"{name}_loss": float(losses[-1].mean()),
        f"{name}_learned": bool(np.all(losses[-1] < losses[0])),
    }


if __name__ == "__main__":
    network_child.run({"steps": steps})
