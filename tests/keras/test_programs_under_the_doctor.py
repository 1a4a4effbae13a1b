"""The whole Keras programs under ``pellucid doctor``: they train as they should, and he has nothing to say of them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.keras.test_programs import PROGRAMS, skip_without_data

pytestmark = [pytest.mark.slow, pytest.mark.release]

TRUE = {
    "document_000_mnist_network": {"D204"},
    "document_004_three_losses": {"D204"},
    "pima_first_network": {"D101"},
    "pima_first_network_keras1": {"D101"},
    "sklearn_wrapper_old": {"D606"},
}
"""What is right to say: a source document has sigmoids for digits, which exclude each other; a well-known first network
takes blood pressure and age as they are; one setting of a grid ends too early."""


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_healthy_program_is_left_in_peace(name: str, tmp_path: Path) -> None:
    program = PROGRAMS[name]
    skip_without_data(program)
    found = tmp_path / "found.json"
    command = [sys.executable, "-m", "pellucid", "doctor", "--json", found, program.path]
    subprocess.run(list(map(str, command)), cwd=tmp_path, capture_output=True, check=False)
    said = {
        finding["code"]
        for training in json.loads(found.read_text())
        if training["diagnosis"] is not None
        for finding in training["diagnosis"]["findings"]
    }
    assert said == TRUE.get(name, set())
