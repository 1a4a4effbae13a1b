"""Colour pictures of ten kinds: :mod:`pellucid.datasets.cifar10`."""

from pellucid.datasets.cifar10 import load_data as load_data
