"""A good model file for the tests that break it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.saving.crafting import small_model


@pytest.fixture(scope="session")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The path of a file that loads."""
    path = tmp_path_factory.mktemp("good") / "good.safetensors"
    small_model().save(path)
    return path
