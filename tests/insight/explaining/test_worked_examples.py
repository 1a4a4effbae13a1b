"""The worked examples of the source documents, as NumPy computes them by hand and as `explain` tells them."""

from __future__ import annotations

import jax
import numpy as np
import pytest

from pellucid import Input, Sequential, layers, losses, optimizers


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


@pytest.fixture(autouse=True)
def double_precision():
    with jax.enable_x64(True):
        yield


def network(units, loss, rate=0.1, activation="sigmoid", inputs=3):
    """Return a network of dense layers in double precision."""
    model = Sequential(
        [
            Input((inputs,)),
            *(
                layers.Dense(count, activation, name=name, dtype="float64")
                for name, count in units.items()
            ),
        ]
    )
    model.compile(optimizers.SGD(rate), loss)
    return model


def close(ours, theirs):
    np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12)


def test_perceptron():
    model = network({"neuron": 1}, "binary_crossentropy", inputs=2)
    model.set_weights([[[3.0], [-2.0]], [1.0]])
    step = model.explain(np.array([[-1.0, 2.0]]), np.array([0]))["neuron"]
    assert step.activation.z.item() == -6.0
    assert round(step.outputs[0].item(), 3) == 0.002
    close(step.outputs[0], [[sigmoid(-6)]])


def test_logistic_regression_term_by_term():
    theta, x, y_star = np.array([0.5, -1.0, 2.0, 0.25]), np.array([1.0, 0.25, -0.5, 1.5]), 1.0
    a = theta @ x
    y = sigmoid(a)
    # The documents write the log-likelihood J; the loss is -J.
    dj_dy = y_star / y + (1 - y_star) / (y - 1)
    dy_da = np.exp(-a) / (np.exp(-a) + 1) ** 2
    model = network({"unit": 1}, "binary_crossentropy")
    model.set_weights([theta[1:, None], theta[:1]])
    told = model.explain(x[None, 1:], np.array([[y_star]]))
    step = told["unit"]
    close(told.loss, -np.log(y))
    close(step.activation.z, [[a]])
    close(step.outputs[0], [[y]])
    close(-step.arriving[0], [[dj_dy]])
    close(step.activation.derivative, [[dy_da]])
    close(-step.activation.gradient, [[dj_dy * dy_da]])
    close(-step.parameter("kernel").gradient[:, 0], dj_dy * dy_da * x[1:])
    close(-step.parameter("bias").gradient, [dj_dy * dy_da])
    close(-step.leaving[0][0], dj_dy * dy_da * theta[1:])
    # The factors of the documents melt into answer minus truth, and descent moves along the likelihood's gradient.
    close(step.activation.gradient, [[y - y_star]])
    np.testing.assert_allclose(
        step.parameter("kernel").after[:, 0], theta[1:] + 0.1 * dj_dy * dy_da * x[1:], rtol=1e-7
    )


def test_two_layers_term_by_term():
    rng = np.random.default_rng(0)
    alpha, beta = rng.normal(size=(5, 4)), rng.normal(size=6)
    x, y_star = np.array([1.0, 0.25, -0.5, 1.5]), 0.0
    a = alpha @ x
    z = np.concatenate([[1.0], sigmoid(a)])
    b = beta @ z
    y = sigmoid(b)
    dj_db = (y_star / y + (1 - y_star) / (y - 1)) * np.exp(-b) / (np.exp(-b) + 1) ** 2
    dj_dz = dj_db * beta[1:]
    dj_da = dj_dz * np.exp(-a) / (np.exp(-a) + 1) ** 2
    model = network({"hidden": 5, "output": 1}, "binary_crossentropy")
    model.set_weights([alpha[:, 1:].T, alpha[:, 0], beta[1:, None], beta[:1]])
    told = model.explain(x[None, 1:], np.array([[y_star]]))
    hidden, output = told["hidden"], told["output"]
    assert [step.path for step in told.steps] == ["hidden", "output"]
    close(output.activation.z, [[b]])
    close(-output.activation.gradient, [[dj_db]])
    close(-output.parameter("kernel").gradient[:, 0], dj_db * z[1:])
    close(-output.leaving[0][0], dj_dz)
    close(-hidden.arriving[0][0], dj_dz)
    close(-hidden.activation.gradient[0], dj_da)
    close(-hidden.parameter("kernel").gradient.T, np.outer(dj_da, x[1:]))
    close(-hidden.leaving[0][0], (dj_da @ alpha)[1:])
    close(told.input_gradients[0], hidden.leaving[0])


def test_matrix_form():
    """Delta_out = A_out - Y and so on, for the cost that is summed over rows and units, with its L2 penalty."""
    rng = np.random.default_rng(1)
    a_in, targets = rng.integers(-4, 5, (6, 4)) / 4, np.eye(3)[[0, 1, 2, 0, 1, 2]]
    w_h, w_out = rng.normal(size=(4, 5)), rng.normal(size=(5, 3))
    eta, penalty = 0.25, 0.125
    z_h = a_in @ w_h
    a_h = sigmoid(z_h)
    a_out = sigmoid(a_h @ w_out)
    delta_out = a_out - targets
    delta_h = delta_out @ w_out.T * (a_h * (1 - a_h))
    gradient_h = a_in.T @ delta_h + penalty * w_h
    gradient_out = a_h.T @ delta_out + penalty * w_out

    class Cost(losses.BinaryCrossentropy):
        """The documents' cost: a sum over the units too."""

        def call(self, y_true, y_pred):
            return 3 * super().call(y_true, y_pred)

        def call_on_logits(self, y_true, logits):
            return 3 * super().call_on_logits(y_true, logits)

    options = {"use_bias": False, "kernel_regularizer": "l2", "dtype": "float64"}
    model = Sequential(
        [
            Input((4,)),
            layers.Dense(5, "sigmoid", name="h", **options),
            layers.Dense(3, "sigmoid", name="out", **options),
        ]
    )
    for layer in model.layers:
        layer.kernel_regularizer.l2 = penalty / 2
    model.set_weights([w_h, w_out])
    model.compile(optimizers.SGD(eta), Cost(reduction="sum"))
    told = model.explain(a_in, targets)
    close(told["h"].activation.z, z_h)
    close(told["out"].inputs[0], a_h)
    close(told["out"].activation.gradient, delta_out)
    close(told["h"].activation.derivative, a_h * (1 - a_h))
    close(told["h"].activation.gradient, delta_h)
    close(told["h"].parameter("kernel").gradient, gradient_h)
    close(told["out"].parameter("kernel").gradient, gradient_out)
    close(told["h"].parameter("kernel").update, -eta * gradient_h)
    close(told["out"].parameter("kernel").after, w_out - eta * gradient_out)
    log_likelihood = (targets * np.log(a_out) + (1 - targets) * np.log(1 - a_out)).sum()
    squares = penalty / 2 * ((w_h**2).sum() + (w_out**2).sum())
    close(told.loss, squares - log_likelihood)
    close(told.penalties, squares)
