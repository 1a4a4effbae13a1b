"""Models: layers with a training side."""

from pellucid.models.model import Model

__all__ = ["Model"]
