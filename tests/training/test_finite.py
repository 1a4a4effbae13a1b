"""Weights that are lost are seen, on the host and on the device, of one training and of each member of several."""

from __future__ import annotations

import jax
import numpy as np
import pytest

from pellucid.training.finite import all_finite, at_hand, finite_rows, seen_there


def weights(lost: float | None = None) -> dict[str, np.ndarray]:
    kernel = np.ones((3, 4, 2), np.float32)
    if lost is not None:
        kernel[1, 2, 0] = lost
    return {"kernel": kernel, "bias": np.zeros((3, 2), np.float32)}


@pytest.mark.parametrize("lost", [np.nan, np.inf, -np.inf])
def test_one_lost_number_among_many_is_seen(lost):
    assert all_finite(weights())
    assert not all_finite(weights(lost))
    assert finite_rows(weights(lost)).tolist() == [True, False, True]


@pytest.mark.parametrize("lost", [None, np.nan, np.inf])
@pytest.mark.parametrize("members", [False, True])
def test_a_device_looks_as_the_host_does(lost, members):
    arrays = weights(lost)
    there = seen_there(jax.tree.leaves(jax.device_put(arrays)), members=members)
    here = finite_rows(arrays) if members else all_finite(arrays)
    np.testing.assert_array_equal(np.asarray(there), here)


def test_a_model_without_weights_has_lost_none():
    assert all_finite({})


def test_what_lies_in_the_processors_memory_is_at_hand():
    assert at_hand([np.ones(2), jax.device_put(np.ones(2), jax.devices("cpu")[0])])
