"""How sure the softmaxes in the code of layers of the user's own are before anything was learnt.

They are found in the program that the model is traced to: a quotient of an exponential and its own sum.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
from jax.extend import core

from pellucid.insight.doctor.rehearsal.stage import Stage
from pellucid.modules.notes import is_our_class
from pellucid.modules.pure import run
from pellucid.modules.tree import places

Arrays = dict[str, Any]

SURE = 0.99
"""A largest share from which a softmax hands on almost no gradient: its slope is p (1 - p), 0.01."""
FEWEST = 4
"""Numbers that a softmax is taken of; of fewer one is soon far ahead."""
MASKED = -5e3
"""What lies so far below the largest number was left out on purpose: masks take 1e4 away and more."""
MOVING = ("broadcast_in_dim", "reshape", "convert_element_type", "squeeze")
BEND = ("Softmax", "Activation")
"""Layers of ours that only apply the softmax to what code of the user's own computed."""


def has_own(model: Any) -> bool:
    """Tell whether a model has layers of the user's own."""
    return not all(is_our_class(type(layer)) for _, layer in places(model))


def sureness_of(stage: Stage) -> Callable[[Arrays], Arrays]:
    """Return the function of the stage's arrays that gives how sure the surest softmax of each own layer is."""
    model = stage.aim.model
    known = dict(places(model))

    def outputs(arrays: Arrays) -> Any:
        everything = {**arrays["params"], **arrays["frozen"]}
        hyper = arrays["hyper"]["model"]
        return run(
            model, everything, arrays["state"], arrays["batch"][0], training=False, hyper=hyper
        ).outputs

    def sureness(arrays: Arrays) -> Arrays:
        traced = jax.make_jaxpr(outputs)(arrays)
        found = list(own_softmaxes(traced.jaxpr, known))
        wanted = [var for _, each in found for var in (each.end, each.taken)]
        closed = core.ClosedJaxpr(traced.jaxpr.replace(outvars=wanted), traced.consts)
        numbers = core.jaxpr_as_fun(closed)(*jax.tree.leaves(arrays))
        given: Arrays = {}
        for turn, (place, each) in enumerate(found):
            share = sure_rows(numbers[2 * turn], numbers[2 * turn + 1], each.axis)
            given[place] = jnp.maximum(given.get(place, 0.0), share)
        return given

    return sureness


def sure_rows(shares: Any, taken: Any, axis: int) -> Any:
    """Return the share of a softmax's rows with one number above ``SURE``, of those with two numbers and more.

    >>> rows = jnp.array([[0.0, 9, 0, 0], [0, 1, 0, 0], [0, -1e9, -1e9, -1e9]])
    >>> float(sure_rows(jax.nn.softmax(rows), rows, 1))
    0.5
    """
    left = taken - jnp.max(taken, axis, keepdims=True) > MASKED
    counts = jnp.sum(left, axis) >= 2
    sure = (jnp.max(shares, axis) > SURE) & counts
    return jnp.sum(sure) / jnp.maximum(jnp.sum(counts), 1)


@dataclass(frozen=True)
class Softmax:
    """A softmax in a traced program.

    Attributes:
        end: The variable of what it gives.
        taken: The variable of what its exponential is taken of.
        axis: The axis along which it adds up to 1.
        scopes: The scopes in which it is computed.
    """

    end: Any
    taken: Any
    axis: int
    scopes: str


def own_softmaxes(jaxpr: Any, known: dict[str, Any]) -> Iterator[tuple[str, Softmax]]:
    """Yield the softmaxes in code of the user's own with the path of their layer."""
    for each in softmaxes(jaxpr):
        place = own_place(each.scopes, known)
        if place is not None:
            yield place, each


def softmaxes(jaxpr: Any) -> Iterator[Softmax]:
    """Yield the softmaxes of a program but for those that are its outputs."""
    makers = {id(var): each for each in jaxpr.eqns for var in each.outvars}
    ends = set(map(id, jaxpr.outvars))
    for each in jaxpr.eqns:
        if each.primitive.name != "div" or id(each.outvars[0]) in ends:
            continue
        above, below = (source(makers, var) for var in each.invars)
        if above is None or below is None or below.primitive.name != "reduce_sum":
            continue
        end, axes = each.outvars[0], below.params["axes"]
        is_softmax = above.primitive.name == "exp" and source(makers, below.invars[0]) is above
        if is_softmax and len(axes) == 1 and end.aval.shape[axes[0]] >= FEWEST:
            yield Softmax(end, above.invars[0], axes[0], str(each.source_info.name_stack))


def source(makers: dict[int, Any], var: Any) -> Any:
    """Return the equation that made an array's numbers, whatever shape they came in; None for what is given."""
    found = makers.get(id(var))
    while found is not None and found.primitive.name in MOVING:
        found = makers.get(id(found.invars[0]))
    return found


def own_place(scopes: str, known: dict[str, Any]) -> str | None:
    """Return the path of the layer of the user's own whose call computes under these scopes, None for one of ours."""
    path = scopes.partition("/")[2]
    while path not in known:
        path = path.rpartition("/")[0]
    if type(known[path]).__name__ in BEND and is_our_class(type(known[path])):
        path = path.rpartition("/")[0]
    layer = known.get(path)
    return None if layer is None or is_our_class(type(layer)) else path
