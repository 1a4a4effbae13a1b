"""Models: layers with a training side."""

from pellucid.models.functional import Functional
from pellucid.models.model import Model
from pellucid.models.sequential import Sequential

__all__ = ["Functional", "Model", "Sequential"]
