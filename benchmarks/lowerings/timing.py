"""Best times of functions that are measured in turn, so that a busy machine disturbs them alike."""

from __future__ import annotations

import time
from collections.abc import Callable

import jax
import jax.numpy as jnp
from jax import lax


def best(functions: dict[str, Callable[[], object]], seconds: float, clock=time.perf_counter):
    """Return the shortest time of each function; they run in turn for about ``seconds`` each."""
    for function in functions.values():
        function()
    shortest = dict.fromkeys(functions, float("inf"))
    end = time.perf_counter() + seconds * len(functions)
    rounds = 0
    while rounds < 3 or time.perf_counter() < end:
        for name, function in functions.items():
            start = clock()
            function()
            shortest[name] = min(shortest[name], clock() - start)
        rounds += 1
    return shortest


def inside_and_outside(operation, a, b, times: int):
    """Return two functions: ``times`` runs of ``operation`` in one compiled loop, and as single dispatches.

    Each run changes one number of both operands by what the run before returned, so that no run can be left out or
    moved out of the loop; all of the result is read.
    """

    def run(a, b, number):
        a, b = (array.at[(0,) * array.ndim].add(number) for array in (a, b))
        return a, b, jnp.max(operation(a, b)) * 1e-30

    def many(a, b):
        return lax.fori_loop(
            0, times, lambda _, carry: run(*carry), (a, b, jnp.zeros((), a.dtype))
        )[2]

    single = jax.jit(run, donate_argnums=(0, 1))
    loop = jax.jit(many)
    state = [jnp.copy(a), jnp.copy(b), jnp.zeros((), a.dtype)]

    def outside():
        for _ in range(times):
            state[:] = single(*state)
        jax.block_until_ready(state)

    return (lambda: jax.block_until_ready(loop(a, b))), outside
