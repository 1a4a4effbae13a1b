"""The random order: every row once, every order equally likely, equal keys equal orders."""

import jax
import numpy as np
import pytest

from pellucid.training.order import random_order


@pytest.mark.parametrize("rows", [1, 2, 3, 100, 70_000])
def test_every_row_comes_once(rows):
    order = np.asarray(random_order(jax.random.key(1), rows))
    assert order.dtype == np.int32
    np.testing.assert_array_equal(np.sort(order), np.arange(rows))


def test_every_order_of_four_rows_is_equally_likely():
    keys = jax.random.split(jax.random.key(2), 24_000)
    orders = np.asarray(jax.vmap(lambda key: random_order(key, 4))(keys))
    _, counts = np.unique(orders, axis=0, return_counts=True)
    assert len(counts) == 24
    chi_square = ((counts - 1000) ** 2 / 1000).sum()
    assert chi_square < 49.7  # 99.9 % quantile with 23 degrees of freedom


def test_position_and_row_are_uncorrelated_where_one_pass_would_leave_ties():
    order = np.asarray(random_order(jax.random.key(3), 60_000))
    assert abs(np.corrcoef(order, np.arange(60_000))[0, 1]) < 0.015
    rising = (np.diff(order) > 0).mean()
    assert abs(rising - 0.5) < 0.01  # ties kept in order would make neighbours rise


def test_other_key_other_order():
    first, second = (np.asarray(random_order(jax.random.key(k), 50)) for k in (0, 1))
    assert not np.array_equal(first, second)
