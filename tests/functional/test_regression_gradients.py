"""Where a prediction is exactly right, the absolute losses have no gradient."""

import jax
import numpy as np
import pytest

from pellucid import losses


@pytest.mark.parametrize(
    "measure", [losses.mean_absolute_error, losses.mean_absolute_percentage_error, losses.huber]
)
def test_gradient_is_zero_at_the_target(measure):
    target = np.array([[1.0, 2.0]], "float32")
    gradient = jax.grad(lambda p: measure(target, p).sum())(target)
    np.testing.assert_array_equal(gradient, 0.0)
