"""The activations, under the name that Keras users know: ``pellucid.activations``."""

from pellucid.functional.activations import *  # noqa: F403
from pellucid.functional.activations import __all__ as __all__
