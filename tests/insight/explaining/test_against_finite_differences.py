"""Every gradient that an explanation reports equals central finite differences in double precision, for every layer.

Each layer of the conformance table stands in a model whose loss is its outputs times fixed random numbers. All its
arrays (weights, inputs, what every layer inside takes and gives, what activations are applied to) are moved along
random directions at once: a single wrong number among the gradients shows.
"""

from __future__ import annotations

from types import SimpleNamespace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from layer_table.cases import CASES, FAMILY_OF, TABLE

from pellucid import Input, Sequential, layers, optimizers
from pellucid.insight.explaining.passes import Task, run_pass, task_of
from pellucid.modules import Layer
from pellucid.modules.taps import Taps, is_real
from pellucid.modules.tree import hyperparameters_of, weights_of
from pellucid.testing.case import KEY, Case
from pellucid.testing.program import QUICK
from pellucid.training.objective import Aim

STEP = 1e-6
DIRECTIONS = 2


@pytest.fixture(autouse=True)
def double_precision():
    with jax.enable_x64(True):
        yield


def task_of_row(row, name):
    """Return the training step of a model that holds one layer of the table."""
    case = Case(getattr(layers, name)(**row.arguments), row.inputs, dict(row.call))

    class Around(Layer):
        """Calls the layer as its row of the table says."""

        def __init__(self):
            super().__init__()
            self.inner = case.layer

        def call(self, inputs):
            first, more = case.arguments(inputs)
            return self.inner(first, **more)

        def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=None):
            return case.score(y_pred)

    if not case.differentiable:
        pytest.skip("nothing goes in, or nothing comes out, that could be differentiated")
    aim = Aim(Around(), None, None, own_loss=True)
    slots = zip(weights_of(aim.model), weights_of(case.layer), strict=True)
    drawn = {**case.first[0], **case.first[1]}
    arrays = {path: (jnp.asarray(drawn[own]), slot.trainable) for (path, slot), (own, _) in slots}
    optimizer = optimizers.SGD(0.1)
    params = {path: array for path, (array, trains) in arrays.items() if trains}
    numbers = {path: np.float64(number) for path, number in hyperparameters_of(aim.model).items()}
    return Task(
        plan=SimpleNamespace(aim=aim, model=aim.model, optimizer=optimizer),
        params=params,
        frozen={},
        state={path: array for path, (array, trains) in arrays.items() if not trains},
        optimizer=optimizer.start(params),
        batch=(jax.tree.map(jnp.asarray, case.inputs), None, None),
        hyper={"model": numbers, "loss": {}, "optimizer": optimizer.hyper()},
        key=jax.random.key(KEY),
        step=0,
        training=True,
    )


def zeros_like(arrays):
    return jax.tree.map(
        lambda a: None if a is None or not is_real(a) else np.zeros(a.shape), arrays
    )


def slopes_and_rises(task, found, apart=False):
    """Return the gradients' slopes along random directions, and how the loss rises there."""
    rng = np.random.default_rng(0)
    params = {path: np.asarray(array) for path, array in task.params.items()}
    x = task.batch[0]
    first = next(key for key, call in found.calls.items() if not call.path)
    leaves, structure = jax.tree.flatten(x)
    by_input = found.gradients["in"][first]
    gradients = (
        {path: found.weights[path] for path in params},
        found.gradients,
        [g if is_real(leaf) else None for leaf, g in zip(leaves, by_input, strict=False)],
    )
    zeros = zeros_like(gradients[1])

    def draw(gradient):
        return rng.standard_normal(gradient.shape)

    # Weights and taps are moved together; inputs alone, since the root's own taps stand at the same place.
    nothing = jax.tree.map(np.zeros_like, gradients)
    directions = [(*jax.tree.map(draw, gradients[:2]), nothing[2]) for _ in range(DIRECTIONS)]
    directions.append((*nothing[:2], jax.tree.map(draw, gradients[2])))

    def loss(move):
        moved = {path: params[path] + move[0][path] for path in params}
        inputs = [leaf if m is None else leaf + m for leaf, m in zip(leaves, move[2], strict=True)]
        batch = (jax.tree.unflatten(structure, inputs), *task.batch[1:])
        taps = Taps(jax.tree.map(jnp.add, zeros, move[1]), apart)
        return task.loss({**task.frozen, **moved}, taps, batch)[0]

    moves = [jax.tree.map(lambda d: s * STEP * d, each) for each in directions for s in (1, -1)]  # noqa: B023
    stacked = jax.tree.map(lambda *each: jnp.stack(each), *moves)
    values = np.asarray(
        jax.jit(lambda stacked: jax.lax.map(loss, stacked), compiler_options=QUICK)(stacked)
    )
    slopes = [
        sum(jax.tree.leaves(jax.tree.map(lambda g, d: float(np.sum(g * d)), gradients, each)))
        for each in directions
    ]
    return slopes, (values[::2] - values[1::2]) / (2 * STEP), found.loss


def require_local_derivatives(found):
    """What arrives, times the activation's own derivative, is what goes on to its input."""
    for key, slope in found.slopes.items():
        ours = found.gradients["out"][key][0] * slope
        theirs = found.gradients["z"][key][found.calls[key].turn]
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12, err_msg=key)


def require_equal(slopes, rises, loss):
    rounding = 1e-15 * abs(loss) / STEP
    for slope, rise in zip(slopes, rises, strict=True):
        assert abs(slope - rise) <= 1e-6 * max(abs(slope), abs(rise)) + 1e-7 + 100 * rounding, (
            slope,
            rise,
        )


LONG = {"augmentation", "image_colours"}
"""Families whose layers, random changes of images, take long to compile."""
FIRST = [(name, number) for name, number in CASES if not number and FAMILY_OF[name] not in LONG]


def check(name, number):
    row = TABLE[name][number]
    if "gradient" in row.skip:
        pytest.skip(row.skip["gradient"])
    task = task_of_row(row, name)
    found = run_pass(task)
    assert found.calls
    require_local_derivatives(found)
    require_equal(*slopes_and_rises(task, found))


@pytest.mark.parametrize(("name", "number"), FIRST)
def test_layer(name, number):
    check(name, number)


@pytest.mark.release
@pytest.mark.parametrize(("name", "number"), [case for case in CASES if case not in FIRST])
def test_layer_with_other_arguments(name, number):
    check(name, number)


HEADS = {
    "softmax": ("sparse_categorical_crossentropy", np.array([0, 2, 1, 1])),
    "sigmoid": ("binary_crossentropy", np.eye(3)[[0, 2, 1, 1]]),
    "tanh": ("mse", np.eye(3)[[0, 2, 1, 1]]),
}


@pytest.mark.parametrize("activation", HEADS)
def test_loss_and_last_activation_together(activation):
    """What the loss does not depend on, when it is computed from the logits, has its gradient all the same."""
    loss, y = HEADS[activation]
    model = Sequential(
        [
            Input((3,)),
            layers.Dense(4, "tanh", kernel_regularizer="l2", dtype="float64"),
            layers.Dense(3, dtype="float64"),
            layers.Activation(activation, dtype="float64"),
            layers.Identity(dtype="float64"),
        ]
    )
    model.compile("sgd", loss)
    x = np.random.default_rng(1).integers(-8, 9, (4, 3)) / 8
    task = task_of(model, x, y, None, True)
    found = run_pass(task)
    assert found.ends["out"]["identity"] == [True]
    require_equal(*slopes_and_rises(task, found, apart=True))
    out = found.gradients["out"]
    assert np.abs(out["identity"][0]).min() > 0
    np.testing.assert_allclose(out["identity"][0], out["activation"][0])
