"""NumPy's global source of chance, which scripts seed with ``np.random.seed`` and Keras's helpers draw from."""

from __future__ import annotations

from typing import Any

import numpy as np

GLOBAL: Any = np.random
"""Draws like a ``RandomState``; all drawing from it in this package goes through this name."""
