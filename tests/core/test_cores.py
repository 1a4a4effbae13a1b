"""How many cores a program may take, and that JAX is told of them before it computes."""

from __future__ import annotations

import subprocess
import sys

import pytest

from pellucid.core import cores


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("max 100000", cores.MOST), ("250000 100000", 2), ("50000 100000", 1), ("", cores.MOST)],
)
def test_a_containers_limit_is_heeded(tmp_path, text, wanted):
    limits = tmp_path / "cpu.max"
    limits.write_text(text)
    assert cores.quota(limits) == wanted


def test_without_control_groups_there_is_no_limit(tmp_path):
    assert cores.quota(tmp_path / "none") == cores.MOST


def test_the_number_can_be_chosen(monkeypatch):
    monkeypatch.setenv(cores.SETTING, "7")
    assert cores.usable() == 7
    monkeypatch.setenv(cores.SETTING, "0")
    assert cores.usable() == 1


@pytest.mark.parametrize(
    ("before", "wanted"),
    [
        ("", 3),
        ("import jax; jax.config.update('jax_num_cpu_devices', 2)", 2),
        ("import jax; jax.devices()", 1),
        ("import os; os.environ['XLA_FLAGS'] = '--xla_force_host_platform_device_count=5'", 5),
    ],
    ids=["offered", "chosen", "too late", "flag"],
)
def test_what_was_decided_before_stays(before, wanted):
    script = f"{before}\nimport pellucid.layers, jax\nprint(jax.local_device_count())"
    environment = {"PELLUCID_CORES": "3", "JAX_PLATFORMS": "cpu", "PATH": ""}
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(done.stdout) == wanted
