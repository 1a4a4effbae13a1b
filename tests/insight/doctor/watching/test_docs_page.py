"""The page on other frameworks runs where these are, and shows what comes."""

from __future__ import annotations

import re

import jax
import pytest

FENCE = re.compile(r"^```(python no-run|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.oracle
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras's own
def test_the_page_prints_what_it_shows(root, capsys):
    pytest.importorskip("torch", reason="the page shows PyTorch's code")
    pytest.importorskip("keras", reason="the page shows Keras's code")
    found = FENCE.findall((root / "docs" / "doctor-elsewhere.md").read_text())
    names, printed = {"__name__": "page"}, ""
    with jax.legacy_prng_key("allow"):
        for kind, body in found:
            if kind == "text":
                shown = [
                    line.strip() for line in body.splitlines() if line.strip() not in ("", "...")
                ]
                assert all(line in printed for line in shown), printed
                continue
            exec(compile(body, "doctor-elsewhere.md", "exec"), names)
            printed = capsys.readouterr().out
