"""Garments: :mod:`pellucid.datasets.fashion_mnist`."""

from pellucid.datasets.fashion_mnist import load_data as load_data
