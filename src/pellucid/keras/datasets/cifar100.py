"""Colour pictures of a hundred kinds: :mod:`pellucid.datasets.cifar100`."""

from pellucid.datasets.cifar100 import load_data as load_data
