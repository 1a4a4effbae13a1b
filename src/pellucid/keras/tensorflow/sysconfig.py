"""``tf.sysconfig``: how this was built."""

from __future__ import annotations

from typing import Any


def get_build_info() -> dict[str, Any]:
    """Return an empty description: there is nothing built here."""
    return {"is_cuda_build": False, "cuda_version": "", "cudnn_version": ""}
