"""Descent on plain functions against paths computed in NumPy, in float64, from gradients written by hand."""

import re

import jax.numpy as jnp
import numpy as np
import pytest

from pellucid import insight
from pellucid.insight import descent_path
from pellucid.optimizers import SGD, Adam

GRADIENTS = {
    "square": lambda p: 2 * p,
    "parabola": lambda p: np.array([2 * p[0], 20 * p[1]]),
    "saddle": lambda p: np.array([2 * p[0], -2 * p[1]]),
    "rosenbrock": lambda p: np.array(
        [-2 * (1 - p[0]) - 400 * p[0] * (p[1] - p[0] ** 2), 200 * (p[1] - p[0] ** 2)]
    ),
}


def by_hand(name, start, steps, rate, momentum=0.0):
    place, speed, places = np.array(start, float), 0.0, [np.array(start, float)]
    for _ in range(steps):
        speed = momentum * speed - rate * GRADIENTS[name](place)
        place = place + speed
        places.append(place)
    return np.array(places)


@pytest.mark.parametrize(
    ("name", "rate"), [("square", 0.1), ("parabola", 0.04), ("saddle", 0.05), ("rosenbrock", 1e-3)]
)
@pytest.mark.parametrize("momentum", [0.0, 0.8])
def test_gradient_descent_is_that_of_numpy(name, rate, momentum):
    rate = rate / 4 if momentum else rate
    found = descent_path(name, SGD(rate, momentum=momentum), steps=25)
    wanted = by_hand(name, found.surface.start, 25, rate, momentum)
    np.testing.assert_allclose(found.points[0], wanted, rtol=1e-3, atol=2e-5)


def test_adam_on_rosenbrock_is_that_of_numpy():
    found = descent_path("rosenbrock", Adam(0.05, epsilon=1e-7), start=[-1.0, 1.5], steps=30)
    place, m, v = np.array([-1.0, 1.5]), 0.0, 0.0
    for t in range(1, 31):
        g = GRADIENTS["rosenbrock"](place)
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        scaled = np.sqrt(v / (1 - 0.999**t)) + 1e-7
        place = place - 0.05 * (m / (1 - 0.9**t)) / scaled
        np.testing.assert_allclose(found.points[0, t], place, rtol=2e-3, atol=1e-4)


@pytest.mark.parametrize("name", sorted(GRADIENTS))
def test_where_a_surface_is_lowest_it_is_flat(name):
    surface = insight.SURFACES[name]
    if surface.minimum is None:
        return
    np.testing.assert_allclose(GRADIENTS[name](np.array(surface.minimum)), 0, atol=1e-12)
    assert surface.function(*surface.minimum) == surface.lowest
    near = np.random.default_rng(0).normal(surface.minimum, 0.1, (50, len(surface.minimum)))
    assert all(surface.function(*place) > surface.lowest for place in near)


def test_the_square_of_the_first_exercise_shrinks_by_a_constant():
    found = descent_path("square", [SGD(0.1), SGD(0.9), SGD(1.1)], start=[10.0], steps=10)
    for points, factor in zip(found.points[..., 0], (0.8, -0.8, -1.2), strict=True):
        np.testing.assert_allclose(points, 10 * factor ** np.arange(11.0), rtol=1e-4)
    np.testing.assert_allclose(found.values, found.points[..., 0] ** 2, rtol=1e-5)


def test_a_function_of_ones_own_and_names():
    found = descent_path(
        lambda x, y: jnp.cosh(x) + y**2, {"fast": "sgd", "slow": "adam"}, start=[1, 1], steps=4
    )
    assert found.names == ("fast", "slow") and found.points.shape == (2, 5, 2)
    assert found.surface.limits[0] < 1 < found.surface.limits[1]
    same = descent_path("parabola", [SGD(0.1), SGD(0.1), SGD(0.1)], steps=1).names
    assert same == ("SGD 0.1", "SGD 0.1 (2)", "SGD 0.1 (3)")


@pytest.mark.parametrize("name", sorted(GRADIENTS))
def test_the_picture_holds_every_path(name, tmp_path):
    found = descent_path(name, [SGD(0.01), Adam(0.1)], steps=12)
    figure = found.draw(tmp_path / f"{name}.svg")
    assert (tmp_path / f"{name}.svg").stat().st_size > 5_000
    lines = [np.asarray(line.get_data()).T for line in figure.axes[0].lines]
    for points in found.points:
        drawn = [line[:, : points.shape[1]] for line in lines if line.shape[0] == 13]
        assert any(np.array_equal(points, line, equal_nan=True) for line in drawn)
    names = [text.get_text() for text in figure.legends[0].get_texts()]
    assert names[0].startswith("SGD 0.01") and names[1] == "Adam 0.1"


def test_a_file_of_another_kind_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"must end in \.png, \.svg, \.pdf, but it is 'way\.jpg'"):
        descent_path("square", steps=2).draw(tmp_path / "way.jpg")


def test_one_that_runs_away_is_named():
    found = descent_path("square", SGD(3.0), steps=200)
    assert not np.isfinite(found.values[0, -1])
    legend = found.draw().legends[0].get_texts()[0].get_text()
    assert legend == "SGD 3 (ran away)"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("parabel",), "write 'parabola' instead"),
        ((lambda x: x,), "a function of your own needs a start"),
        (("square", "sgdd"), "write 'sgd'"),
        (("square", []), "at least one step and one optimizer"),
    ],
)
def test_what_is_refused(arguments, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        descent_path(*arguments)
    with pytest.raises(ValueError, match="`start` has 1 numbers"):
        descent_path("parabola", start=[1.0])
