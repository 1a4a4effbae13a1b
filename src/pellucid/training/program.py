"""The training program: any number of steps in one dispatch, compiled once.

The shape of the program, with everything that crosses from one dispatch to the next in ``state``::

    while steps are left and nothing stops the training:
        at an epoch's start: clear the sums; at a pass's start: draw the order of the rows
        while full batches are left: one step                      (the tight inner loop)
        if a smaller last batch is left: one step of that size     (exact, batch statistics included)
        at an epoch's end: validate, write the history's row, judge early stopping

An epoch is one pass over the rows, unless ``steps_per_epoch`` says otherwise: then it goes on where the last one ended.
Of a stream the data are a super-batch, some batches of an epoch; what the program must know of it stands in
``fixed["window"]``, and no dispatch runs beyond its end.

With probes the whole of it is run up to the next step that is to be measured, and again (``probes/recording.py``).

How many steps a dispatch runs is an argument, so nothing is compiled twice, and since all that a later step
depends on is in ``state``, results do not depend on where the dispatches end. Batches are gathered by index
from data already on the device.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from pellucid.core.late import LateModule
from pellucid.training import stopping
from pellucid.training.evaluation import evaluation, gather, slice_rows, summary_row
from pellucid.training.order import random_order
from pellucid.training.plan import Plan
from pellucid.training.step import is_under_way, training_step
from pellucid.training.sums import new_sums

# Probes are imported when a training is measured.
recording: Any = LateModule("pellucid.training.probes.recording")

Arrays = dict[str, Any]

HISTORY_ROWS = 1024

# Which parts of the state change at a step, and at an epoch's end.
AT_STEP = ("params", "state", "optimizer", "sums", "step", "cursor", "bad")
AT_END = ("history", "validation", "stop_rules", "stop", "epoch", "epochs_done", "cursor")


def rows_of(data: Arrays) -> int:
    """Return how many rows a data set has."""
    return jax.tree.leaves(data["x"])[0].shape[0]


def train(
    plan: Plan, state: Arrays, fixed: Arrays, data: Arrays, validation: Arrays | None, budget: Any
) -> Arrays:
    """Run at most ``budget`` steps from ``state``; see the module's text for the shape of the loop.

    Args:
        plan: What to compute; static.
        state: All that changes, as one tree of arrays (``start.py`` makes the first).
        fixed: What does not change within a dispatch: frozen weights, hyper-parameters, keys, limits.
        data: ``x``, ``y`` and ``weight`` of the training set.
        validation: The same of the validation set, or None.
        budget: Number of steps.
    """
    end = state["step"] + budget
    run = partial(train_until, plan, fixed, data, validation)
    if not plan.probes:
        return run(end, state)

    def ahead(state: Arrays) -> tuple[Any, Any]:
        """Return the next batch, and whether it is a full one."""
        state, last = opened(plan, state, fixed, data)
        return full_batch(plan, state, fixed, data), state["cursor"] < last

    return recording.stretches(plan, state, fixed, ahead, run, end)


def train_until(
    plan: Plan, fixed: Arrays, data: Arrays, validation: Arrays | None, end: Any, state: Arrays
) -> Arrays:
    """Run the steps before the number ``end``, as far as nothing stops the training."""
    full, rest, steps = epoch_of(plan, data)
    window = fixed["window"] if plan.streamed else None
    goes_on = partial(is_under_way, end)

    def full_step(state: Arrays) -> Arrays:
        batch = full_batch(plan, state, fixed, data)
        return training_step(plan, state, fixed, batch, plan.divided, plan.cores)

    def last_step(state: Arrays) -> Arrays:
        batch = take_batch(plan, state, data, full * plan.batch_size, rest)
        return training_step(plan, state, fixed, batch, 1, 1)

    def remains(state: Arrays, last: Any) -> Any:
        """Tell whether the smaller batch is next."""
        if window is not None:
            return (state["cursor"] == last) & goes_on(state)
        at_end = place(plan, state, fixed, data) == full
        return at_end & (state["cursor"] < steps) & goes_on(state)

    def epoch(state: Arrays) -> Arrays:
        state, last = opened(plan, state, fixed, data)
        state = lax.while_loop(lambda s: (s["cursor"] < last) & goes_on(s), full_step, state)
        if rest:
            state = when(remains(state, last), partial(last_step, state), state, AT_STEP)
        ends = state["cursor"] == (steps if window is None else window["steps"])
        ends = ends & ~state["bad"]
        return when(ends, partial(end_epoch, plan, state, fixed, validation), state, AT_END)

    return lax.while_loop(goes_on, epoch, state)


def epoch_of(plan: Plan, data: Arrays) -> tuple[int, int, int]:
    """Return how many full batches a pass over the data has, the rows left over, and the steps of an epoch."""
    full, rest = divmod(rows_of(data), plan.batch_size)
    return full, rest, plan.steps_per_epoch or full + (rest > 0)


def place(plan: Plan, state: Arrays, fixed: Arrays, data: Arrays) -> Any:
    """Return how many batches of the current pass, or super-batch, are done."""
    full, rest, steps = epoch_of(plan, data)
    passes = full + (rest > 0)
    if plan.streamed:
        return state["cursor"] - fixed["window"]["begins"]
    if steps == passes:
        return state["cursor"]
    return (state["epoch"] * steps + state["cursor"]) % passes


def opened(plan: Plan, state: Arrays, fixed: Arrays, data: Arrays) -> tuple[Arrays, Any]:
    """Begin an epoch, and a pass, where one begins; tell at which step of the epoch its full batches end."""
    full, rest, steps = epoch_of(plan, data)
    passes, begins = full + (rest > 0), state["cursor"] == 0
    if plan.streamed:  # the host clears the sums: an epoch begins with a super-batch
        return state, fixed["window"]["full_ends"]
    if steps == passes:
        both = partial(begin, plan, state, fixed, data)
        return when(begins, both, state, ("sums", "order")), full
    state = when(begins, partial(clear_sums, plan, state, data), state, ("sums",))
    number = (state["epochs_done"] * steps + state["cursor"]) // passes
    turns = partial(draw_order, plan, state, fixed, number)
    done = place(plan, state, fixed, data)
    state = when(done == 0, turns, state, ("order",))
    return state, jnp.minimum(state["cursor"] + full - done, steps)


def when(condition: Any, change: Any, state: Arrays, names: tuple[str, ...]) -> Arrays:
    """Replace the parts ``names`` of the state by those of ``change()`` if ``condition`` holds.

    Only they are copied; the rest of the state does not go through the conditional.
    """
    changed = lax.cond(
        condition,
        lambda: pick(change(), names),
        lambda: pick(state, names),
    )
    return {**state, **changed}


def pick(state: Arrays, names: tuple[str, ...]) -> Arrays:
    """Return some parts of the state."""
    return {name: state[name] for name in names}


def full_batch(plan: Plan, state: Arrays, fixed: Arrays, data: Arrays) -> Any:
    """Return the next batch of the full ones."""
    first = place(plan, state, fixed, data) * plan.batch_size
    return take_batch(plan, state, data, first, plan.batch_size)


def take_batch(plan: Plan, state: Arrays, data: Arrays, first: Any, size: int) -> Any:
    """Return the inputs, targets and weights of ``size`` rows, by the epoch's order where there is one."""
    if not plan.shuffle:
        return tuple(slice_rows(data[name], first, size) for name in ("x", "y", "weight"))
    index = lax.dynamic_slice(state["order"], (first,), (size,))
    return tuple(gather(data[name], index) for name in ("x", "y", "weight"))


def begin(plan: Plan, state: Arrays, fixed: Arrays, data: Arrays) -> Arrays:
    """Begin an epoch that is a pass: clear the sums, and draw the order of the rows."""
    return draw_order(plan, clear_sums(plan, state, data), fixed, state["epochs_done"])


def clear_sums(plan: Plan, state: Arrays, data: Arrays) -> Arrays:
    """Set all sums to zero."""
    return {**state, "sums": jax.tree.map(jnp.asarray, new_sums(plan, data, plan.batch_size, True))}


def draw_order(plan: Plan, state: Arrays, fixed: Arrays, number: Any) -> Arrays:
    """Draw the order of the rows for the pass of this number, from the key folded with it."""
    if not plan.shuffle:
        return state
    key = jax.random.fold_in(jax.random.wrap_key_data(fixed["order_key"]), number)
    return {**state, "order": random_order(key, state["order"].shape[0])}


def end_epoch(plan: Plan, state: Arrays, fixed: Arrays, validation: Arrays | None) -> Arrays:
    """Validate, write the row of the history, and judge whether to stop."""
    params = {**state["params"], **fixed["frozen"]}
    row = [summary_row(plan.metrics, state["sums"])]
    checked = state["validation"]
    if validation is not None:
        checked, values = validate(plan, state, params, validation, fixed)
        row.append(values)
    rate = plan.optimizer.learning_rate_at(fixed["hyper"]["optimizer"], state["step"])
    row.append(jnp.asarray(rate, jnp.float32)[None])
    row = jnp.concatenate(row)
    rules, stop = [], state["stop"]
    weights = {"params": state["params"], "state": state["state"]}
    for rule, numbers, counters in zip(
        plan.stop_rules, fixed["stop_rules"], state["stop_rules"], strict=True
    ):
        judged, stops = stopping.update(rule, numbers, counters, row, state["epoch"], weights)
        if plan.validated != 1 and rule.of_validation:
            measured = plan.validates(fixed["first_epoch"] + state["epoch"])
            judged = jax.tree.map(partial(jnp.where, measured), judged, counters)
            stops = stops & measured
        rules.append(judged)
        stop = stop | stops
    epoch = state["epoch"] + 1
    return {
        **state,
        "history": state["history"].at[state["epoch"] % HISTORY_ROWS].set(row),
        "validation": checked,
        "stop_rules": tuple(rules),
        "stop": stop | (epoch >= fixed["epochs"]),
        "epoch": epoch,
        "epochs_done": state["epochs_done"] + 1,
        "cursor": jnp.int32(0),
    }


def validate(
    plan: Plan, state: Arrays, params: Arrays, validation: Arrays, fixed: Arrays
) -> tuple[Arrays, Any]:
    """Return the sums over the validation set and their row; NaN after epochs that are not validated."""

    def measure() -> tuple[Arrays, Any]:
        sums = evaluation(
            plan, params, state["state"], validation, fixed["hyper"], plan.validation_batch_size
        )
        return sums, summary_row(plan.metrics, sums)

    if plan.validated == 1:
        return measure()
    measured = plan.validates(fixed["first_epoch"] + state["epoch"])
    nothing = jnp.full_like(summary_row(plan.metrics, state["validation"]), jnp.nan)
    return lax.cond(measured, measure, lambda: (state["validation"], nothing))
