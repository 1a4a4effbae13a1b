"""``tf.experimental``: NumPy's functions on tensors."""

from __future__ import annotations

from pellucid.keras.tensorflow.facade import facade

__getattr__, __dir__ = facade(__name__, {}, modules="numpy")
