"""What several programs of pool A have in common."""

from __future__ import annotations

SGD = ("SGD", {"learning_rate": 0.01})
NORMAL = {"class_name": "RandomNormal", "config": {"mean": 0.0, "stddev": 1.0}}
