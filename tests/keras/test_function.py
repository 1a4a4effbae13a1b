"""``tf.function``: the same numbers as the plain code, variables as inputs and outputs, and what cannot be compiled."""

import numpy as np
import pytest

import pellucid.keras as keras
from pellucid.keras import layers, notices
from pellucid.keras.function import Function, function
from pellucid.keras.tape import GradientTape
from pellucid.keras.tensor import Tensor
from pellucid.keras.variable import Variable

X = np.random.default_rng(0).normal(size=(16, 4)).astype("float32")
Y = X[:, :1] * 2


def trained(wrap):
    """Return losses and weights of ten steps, with or without compilation."""
    model = keras.Sequential(
        [
            layers.Dense(8, activation="relu", input_shape=(4,)),
            layers.BatchNormalization(),
            layers.Dense(1),
        ]
    )
    optimizer, loss_of = keras.optimizers.Adam(0.05), keras.losses.MeanSquaredError()
    mean = keras.metrics.Mean()

    def step(x, y):
        with GradientTape() as tape:
            loss = loss_of(y, model(x, training=True))
        grads = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(grads, model.trainable_variables, strict=True))
        mean.update_state(loss)
        return loss

    step = wrap(step)
    losses = [float(step(Tensor(X), Tensor(Y))) for _ in range(10)]
    return losses, model.get_weights(), float(mean.result()), int(optimizer.iterations)


def test_a_compiled_step_does_what_the_plain_one_does():
    plain, compiled = trained(lambda step: step), trained(function)
    np.testing.assert_allclose(compiled[0], plain[0], rtol=1e-4)
    for mine, theirs in zip(compiled[1], plain[1], strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-3, atol=1e-4)
    assert compiled[2] == pytest.approx(np.mean(compiled[0]), rel=1e-5)
    assert compiled[3] == 10
    assert plain[0][-1] < plain[0][0] / 2


def test_python_code_runs_while_it_is_traced_only():
    runs = []

    @function
    def double(x):
        runs.append(1)
        return x * 2

    for value in (1.0, 2.0, 3.0):
        assert float(double(Tensor(value))) == 2 * value
    assert len(runs) == 2  # once to find the variables, once to compile
    double(Tensor([1.0, 2.0]))
    assert len(runs) == 4


def test_a_new_learning_rate_needs_no_new_program():
    v, optimizer = Variable(0.0), keras.optimizers.SGD(1.0)
    step = function(lambda: optimizer.apply_gradients([(Tensor(1.0), v)]))
    step()
    step()
    programs = step._programs.copy()
    for rate in (0.25, 0.125):
        optimizer.learning_rate = rate
        step()
    assert float(v) == -2.375
    assert step._programs == programs


def test_random_numbers_differ_from_run_to_run():
    drawn = function(lambda: keras.random.normal((3,)))
    assert not np.allclose(drawn().numpy(), drawn().numpy())


def test_methods_have_programs_of_their_own():
    class Counter:
        def __init__(self):
            self.count = Variable(0)

        @function
        def add(self, x):
            self.count.assign_add(x)
            return self.count

    one, two = Counter(), Counter()
    one.add(Tensor(2))
    one.add(Tensor(3))
    two.add(Tensor(7))
    assert (int(one.count), int(two.count)) == (5, 7)


def test_code_that_needs_numbers_runs_uncompiled_and_says_so(capsys):
    notices.reset()

    @function
    def positive(x):
        return 1.0 if x > 0 else -1.0

    assert positive(Tensor(2.0)) == 1.0
    assert positive(Tensor(-2.0)) == -1.0
    assert "`positive` uses numbers" in capsys.readouterr().err


def test_eager_switch():
    seen = []
    keras.config.run_functions_eagerly(True)
    try:
        function(lambda x: seen.append(float(x)))(Tensor(4.0))
    finally:
        keras.config.run_functions_eagerly(False)
    assert seen == [4.0]
    assert Function.eagerly is False


def test_a_rate_assigned_in_a_compiled_step_is_the_optimizers():
    optimizer = keras.optimizers.SGD(0.5)
    optimizer.build([Variable(np.zeros(2, "float32"))])
    rate = next(cell for cell in optimizer.variables if cell.name.endswith("learning_rate"))

    @function
    def halve():
        rate.assign(rate / 2)

    for wanted in (0.25, 0.125):
        halve()
        assert float(optimizer.learning_rate) == wanted
